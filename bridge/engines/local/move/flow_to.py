"""What moves between two stills. In: two greys. Out: flow both ways, and how far it is trusted."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import LEAST_SIDE, THREADS, Flow, Grey, grid, inside, sampled
from bridge.engines.local.look.looks import Plane

BETWEEN_WIDTH = 400  # of the greys; 640 is no better (six real clips, gaps of 4 and 8)
PRECISION = 5  # rounds of variational refinement
DESCENTS = 16  # gradient steps of each patch; with 8, one of six clips lost 2.5 dB
GUESS_SIDE = 48  # pixels; far movements are looked for at this size, by trying every shift
FARTHEST = 0.3  # of the width and of the height
GUESS_COST = 30.0  # of a shift by the whole side, in steps of grey: the nearest of equals wins
OUTSIDE_COST = 40  # of looking past the edge, in steps of grey
NEAR = 5  # pixels; what a place is compared by
# Forward and backward flow that miss each other by this part of the width are doubted by half.
DOUBTFUL_MISS = 1 / 320
DOUBTFUL_CHANGE = 16.0  # steps of grey
# Less over the whole picture: nothing in common. Of eight pairs of strangers the most that was
# measured is 0.04, of a hand that waves through the picture 0.27.
LEAST_AGREEMENT = 0.2
FADE = 0.8  # of the difference at most is left where a fade explains it

Costs = npt.NDArray[np.int16]  # shifts x height x width


@dataclass(frozen=True)
class Movement:
    """Two greys and what moves from one to the other; everything is height x width of a grey."""

    first: Grey
    last: Grey  # as bright as the first
    forward: Flow
    backward: Flow
    trust_first: Plane  # 0 to 1: how far the flows agree at each pixel of the first
    trust_last: Plane

    @property
    def agreement(self) -> float:
        """0 to 1 over both pictures."""
        return float(self.trust_first.mean() + self.trust_last.mean()) / 2

    @property
    def related(self) -> bool:
        """False: nothing but a cross-dissolve is possible."""
        return self.agreement >= LEAST_AGREEMENT


def movement(first: Grey, last: Grey) -> Movement:
    """Between greys of one size; in tiny ones nothing moves and nothing is trusted."""
    if min(first.shape) < LEAST_SIDE:
        still = np.zeros((*first.shape, 2), np.float32)
        nothing = np.zeros(first.shape, np.float32)
        return Movement(first, last, still, still, nothing, nothing)
    cv2.setNumThreads(THREADS)
    last = _as_bright(last, first)
    forward, backward = _flow(first, last), _flow(last, first)
    return Movement(
        first,
        last,
        forward,
        backward,
        _trust(forward, backward, first, last),
        _trust(backward, forward, last, first),
    )


def _as_bright(last: Grey, first: Grey) -> Grey:
    """Without the fade between both, if there is one: flow takes light for movement."""
    (mean, spread), (wanted, wanted_spread) = (
        (float(grey.mean()), max(1.0, float(grey.std()))) for grey in (last, first)
    )
    gain = wanted_spread / spread
    alike = np.clip((last - np.float32(mean)) * gain + wanted + 0.5, 0, 255).astype(np.uint8)
    before, after = (float(cv2.absdiff(one, first).mean()) for one in (last, alike))
    return alike if after < FADE * before else last


def unlike(one: Grey, other: Grey) -> Plane:
    """How many steps of grey lie between two pictures, around each pixel."""
    return np.asarray(cv2.blur(cv2.absdiff(one, other).astype(np.float32), (NEAR, NEAR)))


def _flow(start: Grey, end: Grey) -> Flow:
    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    method.setGradientDescentIterations(DESCENTS)
    method.setVariationalRefinementIterations(PRECISION)
    # What is blank has no mean of its own: with it taken off, its flow runs wild.
    method.setUseMeanNormalization(False)
    return np.asarray(method.calc(start, end, _guessed(start, end)), np.float32)


def _guessed(start: Grey, end: Grey) -> Flow:
    """Where each part went, to the nearest of a few pixels: DIS alone loses what moves far."""
    height, width = start.shape
    scale = max(1.0, max(width, height) / GUESS_SIDE)
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    small, target = (
        np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.int16)
        for grey in (start, end)
    )
    shifts = _shifts(*small.shape)
    best = _shift_costs(small, target, shifts).argmin(axis=0)
    guess = shifts[best].astype(np.float32)
    smooth = np.dstack([cv2.medianBlur(np.ascontiguousarray(guess[:, :, i]), 5) for i in (0, 1)])
    large = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large * np.float32(scale), np.float32)


def _shifts(height: int, width: int) -> npt.NDArray[np.int64]:
    """Every shift up to the farthest: right, down."""
    far_x, far_y = int(width * FARTHEST), int(height * FARTHEST)
    down, right = np.mgrid[-far_y : far_y + 1, -far_x : far_x + 1]
    return np.stack([right.ravel(), down.ravel()], axis=1)


def _shift_costs(start: Costs, end: Costs, shifts: npt.NDArray[np.int64]) -> Costs:
    """How far the greys around each pixel differ with each shift."""
    height, width = start.shape
    far_x, far_y = shifts[-1]
    edges = ((far_y, far_y), (far_x, far_x))
    windows = np.lib.stride_tricks.sliding_window_view
    costs = np.abs(windows(np.pad(end, edges, mode="edge"), start.shape) - start)
    costs += windows(np.pad(np.zeros_like(end), edges, constant_values=OUTSIDE_COST), start.shape)
    reach = NEAR // 2
    padded = np.pad(
        costs.reshape(-1, height, width), ((0, 0), (reach, reach), (reach, reach)), mode="edge"
    )
    rows = sum(padded[:, place : place + height] for place in range(1, NEAR)) + padded[:, :height]
    summed = sum(rows[:, :, place : place + width] for place in range(1, NEAR)) + rows[:, :, :width]
    farness = np.hypot(*shifts.T) * (GUESS_COST * NEAR * NEAR / max(height, width))
    return np.asarray(summed + farness.astype(np.int16)[:, None, None], np.int16)


def _trust(flow: Flow, back: Flow, start: Grey, end: Grey) -> Plane:
    """1 where following the flow and coming back ends where it began, on an equal grey."""
    there = grid(flow.shape) + flow
    miss = length(flow + sampled(back, there)) / (DOUBTFUL_MISS * flow.shape[1])
    change = unlike(seen_at(end, there), start) / DOUBTFUL_CHANGE
    return np.asarray(inside(there) / (1 + miss**4) / (1 + change**4), np.float32)


def length(flow: Flow) -> Plane:
    """How far each pixel goes."""
    return np.asarray(cv2.magnitude(flow[:, :, 0], flow[:, :, 1]), np.float32)


def seen_at(grey: Grey, places: Flow) -> Grey:
    """The grey at those places; beyond the edge, the edge's."""
    found = cv2.remap(
        grey, places[:, :, 0], places[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.uint8)
