"""Fit a length into a model's limits.

In: frames, rates, limits, real media around the shot. Out: segments, padded as the model wants.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bridge.engines.base import Limits
from bridge.errors import PlanRefused
from bridge.frames import FrameRange, Handles, Rate

OVERLAP = 12  # record frames two segments of footage share, to be joined where they match best


@dataclass(frozen=True)
class Segment:
    """
    One request to the engine. Frames count from the first delivered frame of the shot, head handle
    included; `sent` counts at the shot's render rate.
    """

    frames: FrameRange  # what is rendered; real media beyond the shot reaches below 0 or past it
    keep: FrameRange  # what of it the result shows
    sent: int  # frames the engine gets or makes: past `frames` the last one is held
    seconds: int | None = None  # asked for, where the model counts whole seconds
    price: Decimal = Decimal(0)  # credits
    door: str = ""  # the model's; "": the plan's
    follows: bool = False  # begins with the last frame of the segment before, as it was rendered
    spread: bool = False  # what is made is spread over `frames`: first on first, last on last

    def __post_init__(self) -> None:
        if not self.frames.covers(self.keep) or self.sent < 1:
            raise PlanRefused(f"The segment {self} does not hold what it keeps.")

    def sent_at(self, frame: int, step: int) -> int:
        """
        Which of the frames sent shows this delivered frame; every `step`-th delivered one is sent.
        """
        inside = frame - self.frames.start
        if not self.spread or self.frames.count == 1:
            return inside // step
        whole = self.frames.count - 1
        return (2 * inside * (self.sent - 1) + whole) // (2 * whole)


@dataclass(frozen=True)
class Lengths:
    """
    The lengths that a model takes, in frames at `rate`; `step` delivered frames lie in each.

    Footage must not be longer than the model's maximum. What is made is as long as it was asked
    for: ten seconds are 240 frames at 24000/1001, although those last a hundredth longer. It may be
    spread over one frame more: from a still to another ten seconds later lie 241.
    """

    limits: Limits
    rate: Rate  # the render rate
    step: int = 1
    made: bool = False  # made from stills and words; else footage

    @property
    def longest(self) -> int | None:
        """Delivered frames that one request holds at most."""
        limits, seconds = self.limits, self.limits.max_seconds
        if limits.durations:
            seconds = Fraction(limits.durations[-1])
        if seconds is None:
            return None
        if limits.whole_seconds:
            seconds = Fraction(math.floor(seconds))
        return self._in_seconds(seconds) * self.step + self.made

    def fitted(self, count: int) -> tuple[int, int | None]:
        """For so many delivered frames: the frames sent, and the seconds asked for."""
        needed = -(-count // self.step)
        if self.made and count == self.longest:
            needed = (count - 1) // self.step
        if not self._counted:
            least = math.ceil(self.rate.frames(self.limits.min_seconds))
            most = self.longest
            # a model of one length alone: better a frame short of it than over it
            return max(needed, least if most is None else min(least, most // self.step)), None
        seconds = self._allowed(count)
        sent = self._in_seconds(Fraction(seconds))
        return sent, seconds if self.made or self.limits.whole_seconds else None

    @property
    def _counted(self) -> bool:
        return bool(self.limits.durations) or self.limits.whole_seconds

    def _allowed(self, count: int) -> int:
        """The shortest length in seconds that holds so many delivered frames."""
        limits = self.limits
        for seconds in limits.durations:
            if self._holds(seconds, count):
                return seconds
        if limits.durations:
            raise PlanRefused(f"The model takes {limits.durations[-1]} seconds at most.")
        needed = -(-(count - self.made) // self.step)
        seconds = max(1, math.ceil(limits.min_seconds), math.floor(self.rate.seconds(needed)))
        return seconds if self._holds(seconds, count) else seconds + 1

    def _holds(self, seconds: int, count: int) -> bool:
        return count <= self._in_seconds(Fraction(seconds)) * self.step + self.made

    def _in_seconds(self, seconds: Fraction) -> int:
        """Frames of a request of that length; a whole second at 24000/1001 ends inside a frame."""
        frames = self.rate.frames(seconds)
        most = self.limits.max_seconds
        over = most is not None and self.rate.seconds(math.ceil(frames)) > most
        fractional = not self._counted
        return math.floor(frames) if not self.made and (over or fractional) else math.ceil(frames)


def segments(frames: int, lengths: Lengths, room: Handles) -> tuple[Segment, ...]:
    """
    Cover `frames` of footage with as few segments as the model's longest request allows, evenly
    long. `room` is the real media before the first and after the last delivered frame.

    All of them send the same of the delivered frames where only every `step`-th is sent: what two
    of them share is then the same pictures.
    """
    longest, step = lengths.longest, lengths.step
    if longest is None or frames <= longest:
        return (_padded(FrameRange(0, frames), FrameRange(0, frames), frames, lengths, room),)
    most, overlap, whole = longest // step, -(-OVERLAP // step), -(-frames // step)  # frames sent
    if most <= overlap:
        raise PlanRefused(
            f"The model takes {longest} frames at most, too few to join a shot of {frames} from."
        )
    count = math.ceil(Fraction(whole - overlap, most - overlap))
    length = math.ceil(Fraction(whole + (count - 1) * overlap, count))
    starts = [index * (whole - length) // (count - 1) for index in range(count)]
    cuts = [
        0,
        *((starts[i] + starts[i - 1] + length + 1) // 2 for i in range(1, count)),
        whole,
    ]

    def delivered(start: int, end: int) -> FrameRange:
        return FrameRange.between(start * step, min(end * step, frames))

    return tuple(
        _padded(
            delivered(start, start + length),
            delivered(cuts[i], cuts[i + 1]),
            frames,
            lengths,
            room,
        )
        for i, start in enumerate(starts)
    )


def _padded(
    span: FrameRange, keep: FrameRange, frames: int, lengths: Lengths, room: Handles
) -> Segment:
    """To a length that the model takes: real media after it first, then before, held frames last"""
    sent, seconds = lengths.fitted(span.count)
    wanted = max(0, sent * lengths.step - span.count)
    tail = min(wanted, frames + room.tail - span.end)
    head = min(wanted - tail, span.start + room.head)
    if span.count < frames:  # one of several
        head -= head % lengths.step
    return Segment(span.widened(Handles(head, tail)), keep, sent, seconds)
