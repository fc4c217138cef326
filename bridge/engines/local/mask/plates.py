"""Clean plates: the set without what stands in it. In: a picture, its plate. Out: a trimap.

The camera may move against the plate: then the plate is laid over every picture by the points that
both share (ORB, RANSAC). What stands before it hides some, and is outvoted.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.mask.matting import Flags, Trimap, filled

Matrix = npt.NDArray[np.float64]  # 3 x 3

POINTS = 1500
WIDTH = 800  # pixels at which points are looked for
MOST_SCALE = 3.0  # small pictures are enlarged: near their edges there are no points
LEAST_POINTS = 24  # shared ones, below which nothing is known of the camera
MOST_MISS = 1.5  # pixels at that width
STILL = 0.4  # pixels by which the corners of a camera that stands may seem to move
# Differences of coded values, over the grain: less is surely the plate, more surely is not.
SAME, OTHER = 0.02, 0.06
GRAIN = 1.5  # times the difference that a quarter of the picture stays below is still grain
AREA = 160  # parts of the width: so wide is what is looked at together
SMALL_PART = 0.0002  # of the picture: smaller parts are noise


@dataclass(frozen=True)
class Plate:
    """The plate with its points, found once."""

    picture: Picture
    points: npt.NDArray[np.float32]  # n x 2, pixels
    marks: npt.NDArray[np.uint8]  # n x 32, ORB's descriptions


def plate_of(picture: Picture) -> Plate:
    return Plate(picture, *_points(picture))


@dataclass(frozen=True)
class Laid:
    """The plate as a picture's camera sees it, and where it reaches."""

    picture: Picture
    covered: Flags


def laid(plate: Plate, picture: Picture) -> Laid:
    """The camera stands, unless the plate lies better where the points say that it moved."""
    standing = Laid(plate.picture, np.ones(picture.shape[:2], np.bool_))
    matrix = _camera(plate, picture)
    if matrix is None or not _moves(matrix, picture):
        return standing
    moved = _warped(plate.picture, matrix)
    return min((standing, moved), key=lambda laid: _miss(laid.picture, picture))


def _moves(matrix: Matrix, picture: Picture) -> bool:
    height, width = picture.shape[:2]
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    moved = cv2.perspectiveTransform(corners, matrix)
    return float(np.abs(np.asarray(moved) - corners).max()) >= STILL


def _miss(plate: Picture, picture: Picture) -> float:
    """How far half of the picture's pixels are from the plate's, at most."""
    few, seen = (each[::4, ::4].reshape(-1, 3) for each in (plate, picture))
    return float(np.median(np.abs(few - seen).max(axis=1)))


def _camera(plate: Plate, picture: Picture) -> Matrix | None:
    """From the plate's pixels to the picture's."""
    points, marks = _points(picture)
    if min(len(points), len(plate.points)) < LEAST_POINTS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(plate.marks, marks)
    ours = np.array([plate.points[pair.queryIdx] for pair in pairs], np.float32)
    theirs = np.array([points[pair.trainIdx] for pair in pairs], np.float32)
    if len(pairs) < LEAST_POINTS:
        return None
    miss = MOST_MISS * max(1.0, picture.shape[1] / WIDTH)
    matrix, kept = cv2.findHomography(ours, theirs, cv2.RANSAC, miss)
    if matrix is None or int(np.sum(kept)) < LEAST_POINTS:
        return None
    return np.asarray(matrix, np.float64)


def _points(picture: Picture) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Points in the picture's own pixels, and ORB's description of each."""
    height, width = picture.shape[:2]
    scale = min(MOST_SCALE, WIDTH / width)
    small = np.asarray(cv2.resize(picture, (round(width * scale), round(height * scale))))
    grey = cv2.cvtColor((np.clip(small, 0, 1) * 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)
    # a dim or even set has points, too
    even = cv2.createCLAHE(4, (8, 8)).apply(grey)
    found, marks = cv2.ORB.create(POINTS, fastThreshold=7).detectAndCompute(even, None)
    places = np.array([point.pt for point in found], np.float32).reshape(-1, 2)
    if marks is None:
        return places[:0], np.zeros((0, 32), np.uint8)
    return (places + 0.5) / np.float32(scale) - np.float32(0.5), np.asarray(marks, np.uint8)


def _warped(plate: Picture, matrix: Matrix) -> Laid:
    height, width = plate.shape[:2]
    size, everywhere = (width, height), np.ones((height, width), np.uint8)
    seen = cv2.warpPerspective(
        plate, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    reach = cv2.warpPerspective(everywhere, matrix, size, flags=cv2.INTER_NEAREST)
    return Laid(np.clip(np.asarray(seen, np.float32), 0, 1), np.asarray(reach) > 0)


def compared(picture: Picture, plate: Laid, tolerance: float) -> tuple[Trimap, Picture]:
    """
    What differs from the plate, and the plate in the picture's exposure. Where the plate does not
    reach there is no foreground.
    """
    behind = _exposed(plate.picture, picture)
    apart = _apart(picture, behind)
    grain = GRAIN * float(np.percentile(apart, 25))
    same, other = (np.float32(limit * tolerance + grain) for limit in (SAME, OTHER))
    outside = _solid(apart < same) | ~plate.covered
    inside = filled(_solid(apart > other) & plate.covered, outside)
    rough = np.clip((apart - same) / (other - same), 0, 1).astype(np.float32)
    return Trimap(_shrunk(inside, _area(picture)), outside, rough), behind


def _area(picture: Picture) -> int:
    """Odd, in pixels."""
    return int(max(3, picture.shape[1] // AREA | 1))


def _shrunk(flags: Flags, wide: int) -> Flags:
    """By as much as an area reaches over the edge, and a mixed pixel."""
    return cv2.erode(flags.astype(np.uint8), np.ones((wide + 2, wide + 2), np.uint8)) > 0


def _apart(picture: Picture, behind: Picture) -> Plane:
    """
    The largest difference of a channel, on average over an area: single pixels of the foreground
    may well have the colour of what they hide.
    """
    wide = _area(picture)
    difference = np.asarray(cv2.blur(picture - behind, (3, 3)), np.float32)
    most = np.ascontiguousarray(np.abs(difference).max(axis=2))
    return np.asarray(cv2.blur(most, (wide, wide)), np.float32)


def _exposed(plate: Picture, picture: Picture) -> Picture:
    """Each channel by the gain that most of the picture shows: a lamp or an iris may drift."""
    step = max(1, picture.shape[1] // 320)
    few, seen = plate[::step, ::step].reshape(-1, 3), picture[::step, ::step].reshape(-1, 3)
    lit = few.min(axis=1) > 0.04
    if not lit.any():
        return plate
    gain = np.median(seen[lit] / few[lit], axis=0).astype(np.float32)
    return np.asarray(np.clip(plate * gain, 0, 1), np.float32)


def _solid(flags: Flags) -> Flags:
    """Without parts that are too small to be anything."""
    count, places, facts, _ = cv2.connectedComponentsWithStats(flags.astype(np.uint8))
    least = SMALL_PART * flags.size
    kept = np.asarray(facts)[:, cv2.CC_STAT_AREA] >= least
    kept[0] = False
    return kept[places] if count > 1 else flags
