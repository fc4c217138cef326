"""Fit a length into a model's limits.

In: frames, rate, limits. Out: overlapping segments, padded as the model wants.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bridge.engines.base import Limits
from bridge.errors import PlanRefused
from bridge.frames import FrameRange, Rate

OVERLAP = 12  # record frames two segments share, to be joined where they match best


@dataclass(frozen=True)
class Segment:
    """Frames count from the first delivered frame of the shot, head handle included."""

    frames: FrameRange  # what is rendered
    keep: FrameRange  # what of it the result shows
    sent: int  # frames the engine gets: the last one repeats until the length suits the model
    seconds: int | None = None  # asked for, where the model counts whole seconds
    price: Decimal = Decimal(0)  # credits

    def __post_init__(self) -> None:
        if not self.frames.covers(self.keep) or self.sent < self.frames.count:
            raise PlanRefused(f"The segment {self} does not hold what it keeps.")


def segments(frames: int, rate: Rate, limits: Limits) -> tuple[Segment, ...]:
    """Cover `frames` with as few segments as the model's longest request allows, evenly long."""
    longest = _longest(rate, limits)
    if longest is None or frames <= longest:
        return (_segment(0, frames, FrameRange(0, frames), rate, limits),)
    if longest <= OVERLAP:
        raise PlanRefused(
            f"The model takes {longest} frames at most, too few to join a shot of {frames} from."
        )
    count = math.ceil(Fraction(frames - OVERLAP, longest - OVERLAP))
    length = math.ceil(Fraction(frames + (count - 1) * OVERLAP, count))
    starts = [index * (frames - length) // (count - 1) for index in range(count)]
    cuts = [
        0,
        *((starts[i] + starts[i - 1] + length + 1) // 2 for i in range(1, count)),
        frames,
    ]
    return tuple(
        _segment(start, length, FrameRange.between(cuts[i], cuts[i + 1]), rate, limits)
        for i, start in enumerate(starts)
    )


def _longest(rate: Rate, limits: Limits) -> int | None:
    if limits.max_seconds is None:
        return None
    seconds = (
        Fraction(math.floor(limits.max_seconds)) if limits.whole_seconds else limits.max_seconds
    )
    return math.floor(rate.frames(seconds))


def _segment(start: int, count: int, keep: FrameRange, rate: Rate, limits: Limits) -> Segment:
    seconds = max(rate.seconds(count), limits.min_seconds)
    if limits.whole_seconds:
        seconds = Fraction(math.ceil(seconds))
    sent = max(count, math.ceil(rate.frames(seconds)))
    if limits.max_seconds is not None and rate.seconds(sent) > limits.max_seconds:
        sent = count  # a whole second at 24000/1001 ends between two frames
    return Segment(FrameRange(start, count), keep, sent)
