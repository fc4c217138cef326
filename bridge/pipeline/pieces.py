"""Which raw picture is which delivered frame.

In: a segment of a shot and what came back for it. Out: raw frames; pure.

Engines count in their own way: they return a frame more or less, write 24 for 24000/1001, or work
at another rate altogether. Where the count or the rate is ours, frame stands for frame; else the
picture on screen at the middle of our frame is taken.
"""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from bridge.errors import FrameCountWrong
from bridge.frames import FrameRange, Rate
from bridge.media.facts import Frames, MediaFacts
from bridge.pipeline.segments import Segment

# Results that are longer or shorter by more than this share, and by more than a frame of theirs or
# of ours, are not the shot: 5.04 seconds come back for 5.
LENGTH_TOLERANCE = Fraction(2, 100)
LEAST_RATE = Rate.of(12)  # the frames of a slower result are too long to be a small error
UNHEARD = Fraction(1, 100)  # a sixth of a semitone
SAME_RATE = Fraction(2, 1000)  # 24 and 24000/1001 are a thousandth apart


@dataclass(frozen=True)
class Piece:
    """
    A segment and its raw result. Frames count from the first delivered frame of the shot.

    `FrameCountWrong` where the result cannot be the segment.
    """

    segment: Segment
    facts: MediaFacts  # of the raw result
    rate: Rate  # of the shot
    render_rate: Rate  # at which `segment.sent` counts

    def __post_init__(self) -> None:
        missing, wanted = self._missing, self.render_rate.seconds(self.segment.sent)
        frame = min(self.render_rate, max(self.facts.rate, LEAST_RATE)).seconds(1)
        # a whole second of theirs may be a thousandth more or less than ours
        allowed = max(frame + wanted * SAME_RATE, wanted * LENGTH_TOLERANCE)
        if missing < -allowed or missing > max(allowed, self._padding):
            raise FrameCountWrong(
                f"The engine returned {self.facts.frames} frames at {self.facts.rate} for "
                f"{self.segment.sent} at {self.render_rate}.",
                planned=self.segment.sent,
                found=self.facts.frames,
            )

    def raw_frame(self, frame: int) -> int:
        """The raw frame for a delivered one; the nearest where there is none."""
        return min(max(0, self._unclamped(frame)), self.facts.frames - 1)

    def frames(self, span: FrameRange) -> Frames:
        return Frames(self.facts.source, tuple(map(self.raw_frame, span)))

    @property
    def has(self) -> FrameRange:
        """The delivered frames that have a raw picture of their own, not the nearest one."""
        span, last = self.segment.frames, self.facts.frames - 1
        return FrameRange(span.start, sum(self._unclamped(frame) <= last for frame in span))

    @property
    def pace(self) -> Fraction:
        """
        Seconds of the raw result that are shown in one of the shot's, where that is so near to one
        that its sound may follow the pictures; else 1, and it runs in real time.
        """
        shown, span = Fraction(1), self.segment.frames.count - 1
        if self.segment.spread and span and self.facts.frames > 1:
            shown = self.facts.rate.seconds(self.facts.frames - 1) / self.rate.seconds(span)
        elif self._frame_for_frame:
            shown = self.render_rate.fps / self.facts.rate.fps
        return shown if abs(shown - 1) <= UNHEARD else Fraction(1)

    def _unclamped(self, frame: int) -> int:
        if self.segment.spread:
            made = replace(self.segment, sent=self.facts.frames)
            return made.sent_at(frame, self._step)
        if self._frame_for_frame:
            return self.segment.sent_at(frame, self._step)
        middle = self.rate.seconds(frame - self.segment.frames.start + Fraction(1, 2))
        return math.floor(self.facts.rate.frames(middle))

    @property
    def _step(self) -> int:
        """Delivered frames that one frame sent stands for."""
        return round(self.rate.fps / self.render_rate.fps)

    @property
    def _frame_for_frame(self) -> bool:
        return self.facts.frames == self.segment.sent or self._same_rate

    @property
    def _same_rate(self) -> bool:
        return abs(self.facts.rate.fps / self.render_rate.fps - 1) <= SAME_RATE

    @property
    def _missing(self) -> Fraction:
        """Seconds that the result is too short; below 0 where it is too long."""
        missing = self.segment.sent - self.facts.frames
        if missing == 0 or self._same_rate:
            return self.render_rate.seconds(missing)
        sent = self.render_rate.seconds(self.segment.sent)
        return sent - self.facts.rate.seconds(self.facts.frames)

    @property
    def _padding(self) -> Fraction:
        """Seconds at its end that are not shown, and a frame: the last one may be held once."""
        if self.segment.spread:
            return Fraction(0)
        shown = self.segment.sent_at(self.segment.keep.end - 1, self._step) + 1
        return self.render_rate.seconds(self.segment.sent - shown + 1)
