"""Pixels followed through a shot. In: its small pictures. Out: where each one lies in frame N.

From the start outwards the flows between neighbours are composed, and the sum is measured against
the start again, or it would drift within twenty frames. At the edges of what moves, where flow is
blurred, a pixel may move as what lies beside it does, where the start's picture says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bridge.engines.local.flow import (
    FAST,
    QUICK,
    THOROUGH,
    Flow,
    Small,
    flowing,
    greyed,
    grid,
    inside,
    sampled,
)
from bridge.engines.local.looks import Plane
from bridge.engines.local.strips import in_strips

Shifts = tuple[tuple[int, int], ...]  # right and down, in pixels

FARTHEST_CORRECTION = 3.0  # pixels in one picture; more is another part of the picture
WINDOW, TRUST_WINDOW = 3, 5  # pixels; pictures are compared over squares of this size
WORTH = 0.1  # levels of 255 by which a neighbour's movement must fit better
# Levels of 255 by which what is found may differ from the start, and by which it is doubted.
ALIKE, UNLIKE = 2.0, 8.0
# A cut: what the flow finds has less in common than this with what was there, and is this far away.
LEAST_COMMON, LEAST_CHANGE = 0.3, 6.0
# So many that OpenCV leaves a strip to one thread (64 K pixels): ours are cheaper to call.
STRIP_ROWS = 45
MEAN = np.full((1, 3), 1 / 3, np.float32)  # of three channels


@dataclass(frozen=True)
class Care:
    """How much is done for a picture: DIS presets for flow, near and far, and neighbours asked."""

    flow: int
    far: int
    beside: tuple[Shifts, ...]  # by turns


def _around(way: int) -> Shifts:
    """The eight directions."""
    steps = (-way, 0, way)
    return tuple((right, down) for right in steps for down in steps if right or down)


# Half of the neighbours by turns cost half and give up 0.4 dB of 36 (measured, known scenes).
BY_TURNS = (_around(8)[::2], _around(8)[1::2])
BEST = Care(FAST, THOROUGH, BY_TURNS)
QUICKLY = Care(QUICK, FAST, BY_TURNS)


class Look:
    """A picture made ready to be compared."""

    def __init__(self, picture: Small) -> None:
        # in floats: OpenCV samples them faster than bytes, and exactly (measured, 5.0)
        self.values = picture.astype(np.float32)
        self.grey = greyed(picture)
        self.tones = self.values if picture.ndim == 2 else self.grey.astype(np.float32)


def followed(pictures: Sequence[Small], start: int) -> Iterator[tuple[int, Flow, Plane]]:
    """
    Frame; where each of its pixels lies in frame `start` (height x width x 2); how far that is
    believed, 0 to 1. The start itself, then backwards, then forwards, up to cuts.

    `pictures` are greys or colours at flow size, numbered as the frames; each is asked for a few
    times and not kept.
    """
    size = pictures[start].shape
    yield start, grid(size), np.ones(size[:2], np.float32)
    origin = Look(pictures[start])
    for stop in (-1, len(pictures)):
        for frame, places in marched(pictures, start, stop):
            yield frame, places, _trust(places, origin, Look(pictures[frame]))


def marched(
    pictures: Sequence[Small], start: int, stop: int, care: Care = BEST, *, sparse: bool = False
) -> Iterator[tuple[int, Flow]]:
    """
    Frame and places as above, from beside `start` to before `stop`, one way, up to a cut.

    Where pictures are `sparse`, each is far from the one before.
    """
    origin = before = Look(pictures[start])
    places = own = grid(before.grey.shape)
    step = 1 if stop > start else -1
    for frame in range(start + step, stop, step):
        here = Look(pictures[frame])
        flow = flowing(here.grey, before.grey, preset=care.far if sparse else care.flow)
        if _is_cut(here.tones, before.tones, flow):
            return
        summed = sampled(places, own + flow)
        refined = _refined(summed, origin, here)
        places = _chosen(refined, summed, origin, here, care.beside[frame % len(care.beside)])
        yield frame, places
        before = here


def is_cut(here: Small, before: Small, flow: Flow) -> bool:
    """Whether `here` shows something else than `before`, where `flow` leads from it."""
    return _is_cut(Look(here).tones, Look(before).tones, flow)


def difference(origin: Look, here: Look, places: Flow, window: int) -> Plane:
    """Levels of 255 by which the origin, seen at those places, differs from here."""
    return _apart(origin.values, here.values, places, window)


def _is_cut(here: Plane, before: Plane, flow: Flow) -> bool:
    moved = sampled(before, grid(here.shape) + flow)
    if float(cv2.absdiff(here, moved).mean()) < LEAST_CHANGE:
        return False
    fine_here, fine_moved = (plane - cv2.blur(plane, (31, 31)) for plane in (here, moved))
    power = float((fine_here**2).mean() * (fine_moved**2).mean()) ** 0.5
    return bool(float((fine_here * fine_moved).mean()) < LEAST_COMMON * max(power, 1e-3))


def _trust(places: Flow, origin: Look, here: Look) -> Plane:
    """1 where what lies there in the start looks as it does here, 0 where it does not."""
    miss = difference(origin, here, places, TRUST_WINDOW)
    doubt = np.maximum(miss - ALIKE, 0) / UNLIKE
    return np.asarray(np.exp(-(doubt**2)) * inside(places), np.float32)


def _apart(origin: Plane, here: Plane, places: Flow, window: int) -> Plane:
    apart = cv2.absdiff(sampled(origin, places), here)
    if apart.ndim == 3:
        apart = cv2.transform(apart, MEAN)
    return np.asarray(cv2.blur(apart, (window, window)), np.float32)


def _refined(places: Flow, origin: Look, here: Look) -> Flow:
    """Corrected by what is still between the start, seen at those places, and this."""
    seen = cv2.convertScaleAbs(sampled(origin.tones, places))
    miss = flowing(here.grey, np.asarray(seen, np.uint8), preset=QUICK)
    far = cv2.magnitude(miss[..., 0], miss[..., 1]) > FARTHEST_CORRECTION
    miss[far] = 0
    return sampled(places, grid(seen.shape) + miss)


def _chosen(places: Flow, others: Flow, origin: Look, here: Look, beside: Shifts) -> Flow:
    """Each pixel's own place, the other one, or the one it has if it moves as a neighbour does."""
    height, width = places.shape[:2]
    own = grid(places.shape)
    reach = max(max(map(abs, shift)) for shift in beside)
    shifts = cv2.copyMakeBorder(places - own, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    made = places.copy()

    def fill(rows: slice) -> None:
        apron = slice(max(0, rows.start - 1), min(height, rows.stop + 1))  # for the window
        inner = slice(rows.start - apron.start, rows.stop - apron.start)
        now, offers = here.values[apron], [others[apron]]
        best = _apart(origin.values, now, places[apron], WINDOW)[inner] - np.float32(WORTH)
        for right, down in beside:
            top, left = reach + down, reach + right
            moved = shifts[apron.start + top : apron.stop + top, left : left + width]
            offers.append(np.asarray(cv2.add(own[apron], moved), np.float32))
        for offered in offers:
            miss = _apart(origin.values, now, offered, WINDOW)[inner]
            cv2.copyTo(offered[inner], cv2.compare(miss, best, cv2.CMP_LT), made[rows])
            best = np.minimum(miss, best)

    in_strips(height, fill, STRIP_ROWS)
    return made
