"""In-betweening. In: two stills. Out: the pictures between them, each a moment of one movement.

Optical flow is measured both ways at reduced size. For a moment between the stills every pixel asks
along the flow where it comes from in each; what the two flows agree on is warped and blended, what
they do not agree on is dissolved. Stills that have nothing in common are dissolved altogether.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.looks import Picture, Plane

Flow = npt.NDArray[np.float32]  # height x width x 2: right, down, in pixels of its own size

Grey = npt.NDArray[np.uint8]  # height x width

FLOW_WIDTH = 640  # flow is measured at this width; more costs time and finds little
LEAST_SIDE = 16  # pixels; DIS needs patches of 8 on two scales
GUESS_WIDTH = 64  # pixels; far movements are looked for at this width, by trying every shift
FARTHEST = 0.3  # of the width and of the height
GUESS_COST = 30.0  # of a shift by the whole width, in steps of grey: the nearest of equals wins
OUTSIDE_COST = 40.0  # of looking past the edge
PROJECTIONS = 4  # rounds to find where a pixel comes from
# Forward and backward flow that miss each other by this part of the width are doubted by half.
DOUBTFUL_MISS = 1 / 320
# Less agreement than this, over the whole picture: the stills have nothing in common.
LEAST_AGREEMENT = 0.25
# DIS works in as many strips as there are threads, and its flow depends on the strips: a number of
# our own makes every machine find the same flow (opencv modules/video/src/dis_flow.cpp).
THREADS = 4


@dataclass(frozen=True)
class Between:
    """Two stills and what moves from one to the other; flows and trust are at flow size."""

    first: Picture
    last: Picture
    forward: Flow
    backward: Flow
    trust_first: Plane  # height x width, 0 to 1: how far the flows agree at each pixel of the first
    trust_last: Plane
    agreement: float  # 0 to 1 over the whole picture

    @property
    def related(self) -> bool:
        """False: nothing but a cross-dissolve is possible."""
        return self.agreement >= LEAST_AGREEMENT

    def at(self, time: float) -> Picture:
        """The picture at `time`: 0 is the first still itself, 1 the last."""
        if time <= 0:
            return self.first
        if time >= 1:
            return self.last
        dissolve = _mixed(self.first, self.last, time)
        if not self.related:
            return dissolve
        size = (self.first.shape[1], self.first.shape[0])
        early, early_trust = _carried(self.first, self.forward, self.trust_first, time, size)
        late, late_trust = _carried(self.last, self.backward, self.trust_last, 1 - time, size)
        return _blended(dissolve, (early, early_trust), (late, late_trust), time)


def measured(first: Picture, last: Picture) -> Between:
    """Flow and trust between two pictures of the same size (coded values, 0 to 1)."""
    cv2.setNumThreads(THREADS)
    small_first, small_last = _grey(first), _grey(last)
    if min(small_first.shape) < LEAST_SIDE:
        still = np.zeros((*small_first.shape, 2), np.float32)
        nothing = np.zeros(small_first.shape, np.float32)
        return Between(first, last, still, still, nothing, nothing, 0.0)
    forward, backward = _flow(small_first, small_last), _flow(small_last, small_first)
    trust_first = _trust(forward, backward, small_first, small_last)
    trust_last = _trust(backward, forward, small_last, small_first)
    agreement = float((trust_first.mean() + trust_last.mean()) / 2)
    return Between(first, last, forward, backward, trust_first, trust_last, agreement)


def _grey(picture: Picture) -> Grey:
    """8 bit, at flow size."""
    height, width = picture.shape[:2]
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if width > FLOW_WIDTH:
        size = (FLOW_WIDTH, max(1, round(height * FLOW_WIDTH / width)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(grey * 255 + 0.5, 0, 255), np.uint8)


def _flow(start: Grey, end: Grey) -> Flow:
    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(method.calc(start, end, _guessed(start, end)), np.float32)


def _guessed(start: Grey, end: Grey) -> Flow:
    """Where each part went, to the nearest of a few pixels: DIS alone loses what moves far."""
    height, width = start.shape
    scale = max(1.0, width / GUESS_WIDTH)
    size = (round(width / scale), max(1, round(height / scale)))
    small, target = (
        np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)
        for grey in (start, end)
    )
    best, guess = np.full_like(small, np.inf), np.zeros((*small.shape, 2), np.float32)
    for right, down, differences in _shifted(small, target):
        cost = cv2.boxFilter(differences, -1, (5, 5)) + GUESS_COST * np.hypot(right, down) / size[0]
        better = cost < best
        best[better], guess[better] = cost[better], (right, down)
    smooth = np.dstack([cv2.medianBlur(plane, 5) for plane in cv2.split(guess)])
    large = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large * np.float32(scale), np.float32)


def _shifted(start: Plane, end: Plane) -> Iterator[tuple[int, int, Plane]]:
    """Every shift up to the farthest, and how far the greys differ with it."""
    height, width = start.shape
    farthest_x, farthest_y = int(width * FARTHEST), int(height * FARTHEST)
    edges = (farthest_y, farthest_y, farthest_x, farthest_x)
    padded = cv2.copyMakeBorder(end, *edges, cv2.BORDER_REPLICATE)
    outside = cv2.copyMakeBorder(
        np.zeros_like(end), *edges, cv2.BORDER_CONSTANT, value=[OUTSIDE_COST]
    )
    for down in range(-farthest_y, farthest_y + 1):
        for right in range(-farthest_x, farthest_x + 1):
            rows = slice(farthest_y + down, farthest_y + down + height)
            columns = slice(farthest_x + right, farthest_x + right + width)
            yield right, down, np.abs(start - padded[rows, columns]) + outside[rows, columns]


def _trust(flow: Flow, back: Flow, start: Grey, end: Grey) -> Plane:
    """1 where following the flow and coming back ends where it began, on an equal grey."""
    there = _grid(flow.shape[:2]) + flow
    returned = flow + _sampled(back, there)
    miss = np.linalg.norm(returned, axis=2) / (DOUBTFUL_MISS * flow.shape[1])
    arrived = _sampled(end.astype(np.float32), there)
    change = cv2.boxFilter(np.abs(arrived - start), -1, (5, 5)) / 24  # of 255, doubted by half
    trust = 1 / (1 + miss**4) / (1 + change**4)
    return np.asarray(trust * _inside(there), np.float32)


def _carried(
    picture: Picture, flow: Flow, trust: Plane, time: float, size: tuple[int, int]
) -> tuple[Picture, Plane]:
    """The picture and its trust, moved `time` of the way along its flow; both at picture size."""
    grid = _grid(flow.shape[:2])
    origin = grid - time * flow
    for _ in range(PROJECTIONS):  # the origin whose own flow leads here
        origin = grid - time * _sampled(flow, origin)
    moved_trust = _sampled(trust, origin) * _inside(origin)
    # where no origin leads here exactly, something was uncovered
    missed = np.linalg.norm(origin + time * _sampled(flow, origin) - grid, axis=2)
    moved_trust = moved_trust / (1 + (missed / (DOUBTFUL_MISS * flow.shape[1])) ** 4)
    shift = np.asarray(cv2.resize(origin - grid, size, interpolation=cv2.INTER_LINEAR), np.float32)
    shift *= np.array([size[0] / flow.shape[1], size[1] / flow.shape[0]], np.float32)
    warped = _sampled(picture, _grid((size[1], size[0])) + shift, cv2.INTER_CUBIC)
    large_trust = cv2.resize(moved_trust, size, interpolation=cv2.INTER_LINEAR)
    return np.clip(warped, 0, 1), np.asarray(large_trust, np.float32)


def _blended(
    dissolve: Picture, early: tuple[Picture, Plane], late: tuple[Picture, Plane], time: float
) -> Picture:
    """Both warped stills by trust and time; the dissolve where neither is trusted."""
    early_part = early[1] * np.float32(1 - time)
    late_part = late[1] * np.float32(time)
    total = early_part + late_part
    share = (late_part / np.maximum(total, 1e-6))[:, :, None]
    moved = early[0] + (late[0] - early[0]) * share
    trusted = np.maximum(early[1], late[1])[:, :, None]
    return np.asarray(dissolve + (moved - dissolve) * trusted, np.float32)


def _mixed(first: Picture, last: Picture, time: float) -> Picture:
    return np.asarray(cv2.addWeighted(first, 1 - time, last, time, 0), np.float32)


def _grid(shape: tuple[int, ...]) -> Flow:
    """Each pixel's own place: height x width x 2."""
    height, width = shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.dstack([x, y])


def _sampled(
    values: npt.NDArray[np.float32], places: Flow, how: int = cv2.INTER_LINEAR
) -> npt.NDArray[np.float32]:
    right, down = cv2.split(places)
    sampled = cv2.remap(values, right, down, how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled, np.float32)


def _inside(places: Flow) -> Plane:
    """1 where a place lies in the picture, 0 where it does not."""
    height, width = places.shape[:2]
    across = (places[:, :, 0] >= -0.5) & (places[:, :, 0] <= width - 0.5)
    along = (places[:, :, 1] >= -0.5) & (places[:, :, 1] <= height - 0.5)
    return np.asarray(across & along, np.float32)
