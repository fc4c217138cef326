"""Masks that follow what they cover. In: a mask, the shot. Out: the mask on every frame.

A drawn shape moves as a whole (moved, turned, scaled, as what is inside it does), so that it may be
drawn loosely. A painted mask goes with its pixels, one by one. Behind a cut, and where the object
is hidden or has left the picture, there is no mask.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Flow, Small, flow_size, grid, sampled
from bridge.engines.local.look.looks import Plane
from bridge.engines.local.mask import masks
from bridge.engines.local.mask.mask_words import Point, Polygon
from bridge.engines.local.tracks import followed

Matrix = npt.NDArray[np.float64]  # 2 x 3
Points = npt.NDArray[np.float32]  # n x 2

MASK_WIDTH = 1280  # pixels at which painted masks are kept
SPARSE = 3  # every third pixel is asked where it went
LEAST_POINTS = 12
LOST, TRUSTED = 0.2, 0.5  # trust: below, a pixel is not known; above, it is
MISS = 1.0  # pixels at flow size within which points move together
OWN = 2.0  # pixels by which a point moves otherwise than what is around the mask
LEAST_LEFT = 0.2  # of the pixels that were covered: fewer, and the object is gone or hidden
LEAST_OWN = 0.2  # of the points inside: then these are the object
NEAR = 17  # pixels at flow size, odd: where a lost pixel looks for others


class Track(Protocol):
    def __contains__(self, place: object) -> bool:
        """Whether the mask is found on that picture."""

    def plane(self, place: int, width: int, height: int) -> Plane:
        """The mask on that picture, with hard edges."""


@dataclass
class Moved:
    """A shape, and how it lies on each picture; none where it is lost."""

    corners: dict[int, tuple[Point, ...]] = field(default_factory=dict[int, tuple[Point, ...]])

    def __contains__(self, place: object) -> bool:
        return place in self.corners

    def plane(self, place: int, width: int, height: int) -> Plane:
        if place not in self:
            return np.zeros((height, width), np.float32)
        return masks.polygon(self.corners[place], width, height)


@dataclass
class Carried:
    """Small masks as PNG; none where they are lost."""

    planes: dict[int, bytes] = field(default_factory=dict[int, bytes])

    def __contains__(self, place: object) -> bool:
        return place in self.planes

    def plane(self, place: int, width: int, height: int) -> Plane:
        if place not in self:
            return np.zeros((height, width), np.float32)
        data = np.frombuffer(self.planes[place], np.uint8)
        small = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.float32) / np.float32(255)
        large = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(large, np.float32)


def moved(shape: Polygon, pictures: Sequence[Small], start: int, beat: Callable[[], None]) -> Moved:
    """The shape, drawn on picture `start`, on every one of the pictures (at flow size)."""
    height, width = pictures[start].shape[:2]
    covered = masks.polygon(shape.corners, width, height)
    size = np.array([width, height])
    corners = np.array(shape.corners) * size - 0.5
    found: dict[int, Matrix] = {start: np.eye(2, 3)}
    for place, places, trust in followed(pictures, start):
        beside = place + 1 if place < start else place - 1
        if place != start and beside in found:  # what was lost once is not found again
            motion = _motion(places, trust, covered)
            if motion is not None:
                found[place] = motion
        beat()
    return Moved({place: _corners(corners, matrix, size) for place, matrix in found.items()})


def _motion(places: Flow, trust: Plane, covered: Plane) -> Matrix | None:
    """From the start to here; None where too little is left of what was covered."""
    now = grid(places.shape)[::SPARSE, ::SPARSE].reshape(-1, 2)
    then = places[::SPARSE, ::SPARSE].reshape(-1, 2)
    known = trust[::SPARSE, ::SPARSE].reshape(-1) > TRUSTED
    within = sampled(covered, places[::SPARSE, ::SPARSE]).reshape(-1) > 0.5
    inner = known & within
    if np.count_nonzero(inner) * SPARSE**2 < LEAST_LEFT * covered.sum():
        return None
    around = _fitted(then[known & ~within], now[known & ~within])
    if around is not None:
        apart = np.linalg.norm(_applied(then, around) - now, axis=1) > OWN
        if np.count_nonzero(inner & apart) > LEAST_OWN * np.count_nonzero(inner):
            inner &= apart
    return _fitted(then[inner], now[inner])


def _fitted(then: Points, now: Points) -> Matrix | None:
    """Moved, turned and scaled as most points are."""
    if len(then) < LEAST_POINTS:
        return None
    matrix, _ = cv2.estimateAffinePartial2D(then, now, None, cv2.RANSAC, MISS)
    return None if matrix is None else np.asarray(matrix, np.float64)


def _applied(points: npt.NDArray[np.floating], matrix: Matrix) -> npt.NDArray[np.float64]:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])


def _corners(
    corners: npt.NDArray[np.float64], matrix: Matrix, size: npt.NDArray[np.int64]
) -> tuple[Point, ...]:
    parts = (_applied(corners, matrix) + 0.5) / size
    return tuple((float(x), float(y)) for x, y in parts)


def carried(
    plane: Plane, pictures: Sequence[Small], start: int, beat: Callable[[], None]
) -> Carried:
    """The plane (of any size), painted on picture `start`, on every one of the pictures."""
    size = flow_size(plane.shape[1], plane.shape[0], MASK_WIDTH)
    painted = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
    found = Carried()
    for place, places, trust in followed(pictures, start):
        here = painted if place == start else _held(_seen(painted, places), trust)
        found.planes[place] = cv2.imencode(".png", np.round(here * 255).astype(np.uint8))[
            1
        ].tobytes()
        beat()
    return found


def _seen(painted: Plane, places: Flow) -> Plane:
    """The painted mask at those places; both may have sizes of their own."""
    height, width = painted.shape
    scale = np.array([width / places.shape[1], height / places.shape[0]], np.float32)
    large = np.asarray(cv2.resize(places, (width, height), interpolation=cv2.INTER_LINEAR))
    return sampled(painted, np.asarray((large + 0.5) * scale - 0.5, np.float32))


def _held(plane: Plane, trust: Plane) -> Plane:
    """Pixels that are lost are as those near by that are not."""
    height, width = plane.shape
    size = (round(NEAR * width / trust.shape[1]) | 1,) * 2
    large = np.asarray(cv2.resize(trust, (width, height), interpolation=cv2.INTER_LINEAR))
    belief = np.clip((large - LOST) / (TRUSTED - LOST), 0, 1).astype(np.float32)
    around = np.asarray(cv2.blur(plane * belief, size)) / np.maximum(cv2.blur(belief, size), 1e-3)
    decided = np.clip(2 * around - 0.5, 0, 1)  # no wide ramps: inside or outside
    return np.asarray(decided + belief * (plane - decided), np.float32)
