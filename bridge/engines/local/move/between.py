"""In-betweening. In: two stills and what moves. Out: the pictures between them, of one movement.

For a moment between the stills the flow of each is thrown to it: what hides and what is uncovered
shows there. Of both flows that one counts on which the stills agree. Both stills are then fetched
along it and blended; where they agree no better than without movement they are dissolved.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from bridge.engines.local.flow import Flow, grey, grid, sampled
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.move import splat
from bridge.engines.local.move.flow_to import (
    BETWEEN_WIDTH,
    Movement,
    length,
    movement,
    seen_at,
    unlike,
)
from bridge.engines.local.strips import in_strips

THROW = 2  # the flow is thrown at half its size and sharpened afterwards
SAME_WAY = 2.0  # pixels; the flow found by looking back along a way belongs to that way
FAITH = 4.0  # steps of grey; how much the flow that agrees better counts more
STRICT = 2.0  # movement must agree twice as well as a dissolve to count more
AROUND = 11  # pixels; what agreement is judged by
STRIP_ROWS = 64  # lower strips reach over their edges too often
UNSEEN = 0.02  # what a still that does not see a place still counts


@dataclass(frozen=True)
class Moment:
    """Where everything lies between two stills; flow size."""

    way: Flow  # from the first still to the last, of what is seen at this moment
    first_sees: Plane  # 0 to 1
    last_sees: Plane


@dataclass(frozen=True)
class Between:
    """Two stills of one size (coded values, 0 to 1) and what moves from one to the other."""

    first: Picture
    last: Picture
    movement: Movement
    bend: Flow | None = None

    @property
    def related(self) -> bool:
        """False: nothing but a cross-dissolve is possible."""
        return self.movement.related

    def sureness(self, time: float) -> float:
        """0 to 1: how far the picture at `time` is movement that both stills tell of."""
        return 1 - 4 * time * (1 - time) * (1 - self.movement.agreement)

    def at(self, time: float) -> Picture:
        """The picture at `time`: 0 is the first still itself, 1 the last."""
        if time <= 0:
            return self.first
        if time >= 1:
            return self.last
        if not self.related:
            return _mixed(self.first, self.last, time)
        moment = _moment(self.movement, time)
        trust = _trusted(self.movement, moment, time)
        return self._made(moment, trust, time)

    def _made(self, moment: Moment, trust: Plane, time: float) -> Picture:
        """Both stills fetched along the way, over the dissolve."""
        shape = self.first.shape
        aside = self._aside(moment.way, time)
        to_first = _flow_large(aside - np.float32(time) * moment.way, shape)
        to_last = _flow_large(aside + np.float32(1 - time) * moment.way, shape)
        first_part = _large(_part(1 - time, moment.first_sees, trust), shape)
        last_part = _large(_part(time, moment.last_sees, trust), shape)
        share = _large(np.asarray(cv2.blur(trust, (5, 5)), np.float32), shape)
        made = np.empty_like(self.first)

        def fill(rows: slice) -> None:
            early = _fetched(self.first, to_first, rows)
            late = _fetched(self.last, to_last, rows)
            moved = cv2.blendLinear(early, late, first_part[rows], last_part[rows])
            dissolve = _mixed(self.first[rows], self.last[rows], time)
            whole = cv2.blendLinear(moved, dissolve, share[rows], 1 - share[rows])
            np.clip(whole, 0, 1, out=made[rows])

        cv2.setNumThreads(1)  # the strips are threads enough; 0.7 of the time
        in_strips(shape[0], fill, STRIP_ROWS, heavy=True)
        return made

    def _aside(self, way: Flow, time: float) -> Flow:
        """How far beside the straight way everything lies."""
        if self.bend is None:
            return np.zeros_like(way)
        return np.float32(time * (1 - time) / 2) * sampled(self.bend, _origins(way, time))


def measured(first: Picture, last: Picture) -> Between:
    """What moves between two pictures of the same size."""
    return Between(first, last, movement(grey(first, BETWEEN_WIDTH), grey(last, BETWEEN_WIDTH)))


def _moment(moving: Movement, time: float) -> Moment:
    """The flows of both stills thrown to a moment, and of both the better at each pixel."""
    there = _thrown(moving.forward, moving.trust_first, time)
    back = _thrown(moving.backward, moving.trust_last, 1 - time)
    turned = splat.Thrown(-back.flow, back.seen)
    size = moving.first.shape
    first_sees, last_sees = _large(there.seen, size), _large(back.seen, size)
    by_first = _sharpened(
        _flow_large(splat.without_holes(there, turned), size), moving.forward, first_sees, -time
    )
    by_last = _sharpened(
        _flow_large(splat.without_holes(turned, there), size), -moving.backward, last_sees, 1 - time
    )
    faith_first = np.exp(-_disagreed(moving, by_first, time) / FAITH) * (first_sees + UNSEEN)
    faith_last = np.exp(-_disagreed(moving, by_last, time) / FAITH) * (last_sees + UNSEEN)
    share = faith_last / np.maximum(faith_first + faith_last, 1e-30)
    way = by_first + (by_last - by_first) * share[:, :, None]
    return Moment(np.asarray(way, np.float32), first_sees, last_sees)


def _thrown(flow: Flow, trust: Plane, time: float) -> splat.Thrown:
    height, width = trust.shape
    size = (max(1, width // THROW), max(1, height // THROW))
    scale = np.array([size[0] / width, size[1] / height], np.float32)
    small = np.asarray(cv2.resize(flow, size, interpolation=cv2.INTER_NEAREST), np.float32) * scale
    small_trust = np.asarray(cv2.resize(trust, size, interpolation=cv2.INTER_AREA), np.float32)
    return splat.thrown(small, small_trust, time)


def _sharpened(way: Flow, flow: Flow, sees: Plane, along: float) -> Flow:
    """A way that was thrown coarsely, with the detail that the flow has where it came from."""
    detail = sampled(flow, grid(way.shape) + np.float32(along) * way)
    same = (length(detail - way) < SAME_WAY) & (sees > 0.5)
    return np.where(same[:, :, None], detail, way)


def _trusted(moving: Movement, moment: Moment, time: float) -> Plane:
    """0 to 1: how much better the stills agree with movement than without, where both see."""
    both = np.minimum(moment.first_sees, moment.last_sees) + np.float32(UNSEEN)
    total = _around(both)
    moved = _around(_disagreed(moving, moment.way, time) ** 2 * both) / total
    dissolved = _around(unlike(moving.first, moving.last) ** 2 * both) / total + 1
    return np.asarray(dissolved / (dissolved + STRICT**2 * moved), np.float32)


def _part(time: float, sees: Plane, trust: Plane) -> Plane:
    """How much a still counts: less where what moves hides a place from it."""
    return np.asarray(time * (1 - trust * (1 - UNSEEN) * (1 - sees)), np.float32)


def _around(plane: Plane) -> Plane:
    return np.asarray(cv2.blur(plane, (AROUND, AROUND)), np.float32)


def _disagreed(moving: Movement, way: Flow, time: float) -> Plane:
    """Steps of grey between both stills, fetched to a moment along a way."""
    origins = _origins(way, time)
    return unlike(seen_at(moving.first, origins), seen_at(moving.last, origins + way))


def _origins(way: Flow, time: float) -> Flow:
    """Where what is seen at a moment lies in the first still."""
    return grid(way.shape) - np.float32(time) * way


def _fetched(picture: Picture, shift: Flow, rows: slice) -> Picture:
    """Some rows, each pixel from as far off as the shift says."""
    places = shift[rows].copy()
    places[:, :, 0] += np.arange(picture.shape[1], dtype=np.float32)
    places[:, :, 1] += np.arange(rows.start, rows.start + len(places), dtype=np.float32)[:, None]
    return sampled(picture, places, cv2.INTER_CUBIC)


def _flow_large(flow: Flow, shape: tuple[int, ...]) -> Flow:
    height, width = shape[:2]
    scale = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    # scaled while it is small
    return np.asarray(cv2.resize(flow * scale, (width, height), interpolation=cv2.INTER_LINEAR))


def _large(plane: Plane, shape: tuple[int, ...]) -> Plane:
    large = cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, np.float32)


def _mixed(first: Picture, last: Picture, time: float) -> Picture:
    return np.asarray(cv2.addWeighted(first, 1 - time, last, time, 0), np.float32)
