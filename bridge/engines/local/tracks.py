"""Pixels followed through a shot. In: its small pictures. Out: where each one lies in frame N.

From the start outwards the flows between neighbours are composed, and the sum is measured against
the start again, or it would drift within twenty frames. At the edges of what moves, where flow is
blurred, a pixel may move as what lies beside it does, where the start's picture says so. Only the
tiles that fit worst are asked: they hold nearly all that is to be gained.
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
from bridge.engines.local.look.looks import Plane
from bridge.engines.local.track_tiles import WINDOW, Asked, Shifts, apart, settled

FARTHEST_CORRECTION = 3.0  # pixels in one picture; more is another part of the picture
TRUST_WINDOW = 5  # pixels; pictures are compared over squares of this size
WORTH = 0.1  # levels of 255 by which a neighbour's movement must fit better
# Levels of 255 by which what is found may differ from the start, and by which it is doubted.
ALIKE, UNLIKE = 2.0, 8.0
# A cut: what the flow finds has less in common than this with what was there, and is this far away.
LEAST_COMMON, LEAST_CHANGE = 0.3, 6.0


@dataclass(frozen=True)
class Care:
    """How much is done for a picture."""

    flow: int  # DIS preset
    far: int  # the same, for pictures that are far apart
    beside: tuple[Shifts, ...]  # neighbours asked, by turns
    tiles: float  # the part of the picture that asks them


def _around(way: int) -> Shifts:
    """The eight directions."""
    steps = (-way, 0, way)
    return tuple((right, down) for right in steps for down in steps if right or down)


# Half of the neighbours by turns cost half and give up 0.4 dB of 36 (measured, known scenes).
BY_TURNS = (_around(8)[::2], _around(8)[1::2])
BEST = Care(FAST, THOROUGH, BY_TURNS, 0.35)
QUICKLY = Care(QUICK, FAST, BY_TURNS, 0.25)


class Look:
    """A picture made ready to be compared."""

    def __init__(self, picture: Small) -> None:
        # Four floats: OpenCV samples them faster than three, or bytes, and exactly (measured, 5.0).
        wide = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA)
        self.values = wide.astype(np.float32)
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
        flow = flowing(here.grey, before.grey, preset=care.far if sparse else care.flow, threads=1)
        back = own + flow
        if _is_cut(here.tones, before.tones, back):
            return
        summed = sampled(places, back)
        refined = _refined(summed, own, origin, here)
        places = _chosen(summed, refined, own, origin, here, care, frame)
        yield frame, places
        before = here


def is_cut(here: Small, before: Small, flow: Flow) -> bool:
    """Whether `here` shows something else than `before`, where `flow` leads from it."""
    return _is_cut(Look(here).tones, Look(before).tones, grid(here.shape) + flow)


def difference(origin: Look, here: Look, places: Flow, window: int) -> Plane:
    """Levels of 255 by which the origin, seen at those places, differs from here."""
    return apart(origin.values, here.values, places, window)


def _is_cut(here: Plane, before: Plane, back: Flow) -> bool:
    few = slice(None, None, 2), slice(None, None, 2)
    if float(np.abs(here[few] - sampled(before, back[few])).mean()) < LEAST_CHANGE:
        return False
    moved = sampled(before, back)
    fine_here, fine_moved = (plane - cv2.blur(plane, (31, 31)) for plane in (here, moved))
    power = float((fine_here**2).mean() * (fine_moved**2).mean()) ** 0.5
    return bool(float((fine_here * fine_moved).mean()) < LEAST_COMMON * max(power, 1e-3))


def _trust(places: Flow, origin: Look, here: Look) -> Plane:
    """1 where what lies there in the start looks as it does here, 0 where it does not."""
    miss = difference(origin, here, places, TRUST_WINDOW)
    doubt = np.maximum(miss - ALIKE, 0) / UNLIKE
    return np.asarray(np.exp(-(doubt**2)) * inside(places), np.float32)


def _refined(places: Flow, own: Flow, origin: Look, here: Look) -> Flow:
    """Corrected by what is still between the start, seen at those places, and this."""
    seen = cv2.convertScaleAbs(sampled(origin.tones, places))
    miss = flowing(here.grey, np.asarray(seen, np.uint8), preset=QUICK, threads=1)
    far = cv2.magnitude(miss[..., 0], miss[..., 1]) > FARTHEST_CORRECTION
    miss[far] = 0
    return sampled(places, own + miss)


def _chosen(
    summed: Flow, refined: Flow, own: Flow, origin: Look, here: Look, care: Care, turn: int
) -> Flow:
    """Each pixel's refined place, the summed one, or the one it has if it moves as others do."""
    miss = apart(origin.values, here.values, refined, WINDOW) - np.float32(WORTH)
    other = apart(origin.values, here.values, summed, WINDOW)
    better = cv2.compare(other, miss, cv2.CMP_LT)
    places = np.asarray(cv2.copyTo(summed, better, refined.copy()), np.float32)
    asked = Asked(
        origin.values, here.values, own, refined - own, care.beside[turn % len(care.beside)]
    )
    return settled(places, np.minimum(miss, other), asked, care.tiles)
