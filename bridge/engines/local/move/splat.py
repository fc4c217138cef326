"""Flow, moved along itself. In: the flow of one still. Out: the flow as it lies at a moment.

Every pixel is thrown where it will be at that moment. Where several land the trusted one counts;
where none lands something was uncovered, which only the other still can show.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Flow, grid
from bridge.engines.local.look.looks import Plane
from bridge.engines.local.move.holes import filled

FULL = 0.5  # pixels that must land on one for it to count as seen
LEAST_WEIGHT = 1e-3


@dataclass(frozen=True)
class Thrown:
    flow: Flow  # 0 where nothing landed
    seen: Plane  # 0 to 1


def thrown(flow: Flow, trust: Plane, time: float) -> Thrown:
    """The flow of a still, `time` (0 to 1) of its own way on."""
    height, width = trust.shape
    places = grid(flow.shape) + np.float32(time) * flow
    corner = np.floor(places).astype(np.int64)
    part = places - corner
    # a border of one pixel takes what falls out of the picture
    column = np.clip(corner[:, :, 0], -1, width - 1) + 1
    row = np.clip(corner[:, :, 1], -1, height - 1) + 1
    size = (height + 2) * (width + 2)
    weight = np.maximum(trust, LEAST_WEIGHT)
    sums = np.zeros((4, size))
    for down in (0, 1):
        for right in (0, 1):
            near = np.abs(1 - right - part[:, :, 0]) * np.abs(1 - down - part[:, :, 1])
            place = ((row + down) * (width + 2) + column + right).ravel()
            weighted = near * weight
            values = (near, weighted, weighted * flow[:, :, 0], weighted * flow[:, :, 1])
            for kind, value in enumerate(values):
                sums[kind] += np.bincount(place, value.ravel(), size)
    whole = sums.reshape(4, height + 2, width + 2)[:, 1:-1, 1:-1]
    moved = np.dstack([whole[2], whole[3]]) / np.maximum(whole[1], 1e-9)[:, :, None]
    return Thrown(moved.astype(np.float32), _seen(whole[0]))


def _seen(landed: npt.NDArray[np.float64]) -> Plane:
    return np.clip(landed / FULL, 0, 1).astype(np.float32)


def without_holes(one: Thrown, other: Thrown) -> Flow:
    """`one`, its holes filled from the other; where both have some, from all around."""
    around = filled(one.flow, one.seen)
    missing = (1 - one.seen)[:, :, None]
    return np.asarray(around + missing * (filled(other.flow, other.seen) - around), np.float32)
