"""Cut out from a seed. In: small pictures of a shot, where the object is on one of them. Out: cuts.

On the seed's frame a graph cut (Rother's GrabCut) finds the object inside of what was drawn around
it. From there each cut is carried to the next picture by the optical flow, forwards and backwards,
and its edge is cut anew there. A scene cut ends it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Small, flowing, greyed, grid, sampled
from bridge.engines.local.look.looks import Plane
from bridge.engines.local.mask.matting import Flags, Trimap
from bridge.engines.local.tracks import is_cut

FIRST_ROUNDS, ROUNDS = 5, 1
BAND = 3  # small pixels on both sides of a carried edge that are cut anew
EDGE = 1  # small pixels on both sides of a cut that are mixed: matting finds out how
LEAST_PART = 0.0003  # of the picture: a smaller object is lost
SMALL_PART = 0.05  # of the object's largest part: smaller parts are not the object
NO_BOX = (0, 0, 1, 1)  # a rectangle is asked for where none is looked at
SEED = 1  # GrabCut begins its colours at random


@dataclass(frozen=True)
class Cuts:
    """Of each picture the object, small, as PNG; none where it is lost or behind a scene cut."""

    found: dict[int, bytes]

    def __getitem__(self, number: int) -> Flags | None:
        if number not in self.found:
            return None
        data = np.frombuffer(self.found[number], np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)) > 0


def cuts(pictures: Sequence[Small], start: int, seed: Plane, beat: Callable[[], None]) -> Cuts:
    """`seed`: h x w of a small picture, above 0 where the object may be on picture `start`."""
    first = _first(pictures[start], seed > 0)
    if not _enough(first):
        return Cuts({})
    found = {start: _packed(first)}
    for numbers in (range(start + 1, len(pictures)), range(start - 1, -1, -1)):
        cut, before = first, pictures[start]
        for number in numbers:
            picture = pictures[number]
            carried = _carried(cut, before, picture)
            if carried is None or not _enough(cut := _anew(picture, carried)):
                break
            found[number], before = _packed(cut), picture
            beat()
    return Cuts(found)


def _first(picture: Small, drawn: Flags) -> Flags:
    labels = np.where(drawn, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    return _solid(_graph_cut(picture, labels, FIRST_ROUNDS))


def _carried(cut: Flags, before: Small, now: Small) -> Plane | None:
    """Where the object should be now; None behind a scene cut."""
    back = flowing(greyed(now), greyed(before))
    if is_cut(now, before, back):
        return None
    return sampled(cut.astype(np.float32), grid(now.shape) + back)


def _anew(picture: Small, carried: Plane) -> Flags:
    """The edge cut again, on the part of the picture where the object is."""
    likely = (carried > 0.5).astype(np.uint8)
    kernel = np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)
    labels = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.dilate(likely, kernel) == 0] = cv2.GC_BGD
    labels[cv2.erode(likely, kernel) > 0] = cv2.GC_FGD
    box = _around(likely)
    cut = np.zeros(likely.shape, np.bool_)
    cut[box] = _solid(_graph_cut(picture[box], labels[box], ROUNDS))
    return cut


def _around(likely: npt.NDArray[np.uint8]) -> tuple[slice, slice]:
    """The object's box, and as much again around it: the background has to be known, too."""
    left, top, width, height = cv2.boundingRect(likely)
    more = max(width, height, 4 * BAND) // 2
    return (
        slice(max(0, top - more), top + height + more),
        slice(max(0, left - more), left + width + more),
    )


def _graph_cut(picture: Small, labels: npt.NDArray[np.uint8], rounds: int) -> Flags:
    """GrabCut's own work; what it needs both of is taken as drawn where there is one alone."""
    inside = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    if inside.all() or not inside.any():
        return np.asarray(inside, np.bool_)
    cv2.setRNGSeed(SEED)
    colours = np.ascontiguousarray(picture)
    none = np.zeros((1, 65), np.float64)
    made = labels.copy()
    cv2.grabCut(colours, made, NO_BOX, none, none.copy(), rounds, cv2.GC_INIT_WITH_MASK)
    return np.asarray((made == cv2.GC_FGD) | (made == cv2.GC_PR_FGD), np.bool_)


def _solid(cut: Flags) -> Flags:
    """Its large parts alone, without the holes of single pixels."""
    closed = cv2.morphologyEx(cut.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, places, facts, _ = cv2.connectedComponentsWithStats(closed)
    if count < 2:
        return cut
    areas = np.asarray(facts)[:, cv2.CC_STAT_AREA]
    kept = areas >= SMALL_PART * areas[1:].max()
    kept[0] = False
    return np.asarray(kept[places], np.bool_)


def _enough(cut: Flags) -> bool:
    return float(cut.mean()) > LEAST_PART


def _packed(cut: Flags) -> bytes:
    return cv2.imencode(".png", cut.astype(np.uint8) * 255)[1].tobytes()


def trimap(cut: Flags, height: int, width: int) -> Trimap:
    """Of the picture itself, height x width: the cut's edge is left to be found out."""
    size = (width, height)
    rough = np.asarray(cv2.resize(cut.astype(np.float32), size, interpolation=cv2.INTER_LINEAR))
    kernel = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
    small = cut.astype(np.uint8)
    inside, outside = (_large(cv2.erode(part, kernel) > 0, size) for part in (small, 1 - small))
    return Trimap(inside, outside, np.asarray(rough, np.float32))


def _large(flags: Flags, size: tuple[int, int]) -> Flags:
    scaled = cv2.resize(flags.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(scaled) > 0.5
