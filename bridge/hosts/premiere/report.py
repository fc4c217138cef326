"""What Premiere said, as exact values. In: ticks, raw numbers. Out: rates, frames, seconds.

Premiere counts time in ticks, 254 016 000 000 a second: every frame rate that it knows has whole
ticks a frame, so that nothing here is rounded. Start and end count from the sequence's beginning,
in and out from the head of the item's media (Adobe's types, premierepro.d.ts).
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bridge.frames import Rate, position, timecode

TICKS = 254_016_000_000  # a second


def frames_in(ticks: int, timebase: int) -> Fraction:
    """Frames of `timebase` ticks each, not rounded; what float noise left is taken off."""
    return position(Fraction(ticks, timebase))


def frame_at(ticks: int, timebase: int) -> int | None:
    """The frame that begins there; None between two."""
    frames = frames_in(ticks, timebase)
    return frames.numerator if frames.denominator == 1 else None


def seconds_in(ticks: int) -> Fraction:
    return Fraction(ticks, TICKS)


@dataclass(frozen=True)
class Media:
    """What an item shows: a clip of the project panel."""

    name: str
    path: str = ""  # the full media; empty: no file
    proxy: str = ""
    offline: bool = False
    sequence: bool = False
    multicam: bool = False
    rate: Rate | None = None  # as the footage is interpreted; None: not said


@dataclass(frozen=True)
class Item:
    """One item of a video track."""

    id: str
    name: str
    track: int  # from 1
    start: int  # ticks from the sequence's beginning
    end: int
    in_point: int | None = None  # ticks from the media's head
    out_point: int | None = None
    speed: Fraction | None = None  # raw: 1 or 100 is normal, which is not documented
    reversed: bool = False
    disabled: bool = False
    adjustment: bool = False
    media: Media | None = None

    @property
    def length(self) -> int:
        """Ticks on the sequence."""
        return self.end - self.start

    @property
    def span(self) -> int | None:
        """Ticks between In and Out, whichever comes first: of reversed items that is not known."""
        if self.in_point is None or self.out_point is None:
            return None
        return abs(self.out_point - self.in_point)


@dataclass(frozen=True)
class SequenceSaid:
    """The open sequence."""

    name: str
    timebase: int  # ticks a frame
    zero_point: int = 0  # ticks
    end: int = 0
    width: int = 0
    height: int = 0
    playhead: int = 0
    in_point: int | None = None
    out_point: int | None = None
    drop: bool | None = None  # whether it shows drop frame; None: not said

    @property
    def rate(self) -> Rate:
        """`UsageError` for what is no rate."""
        return Rate.of(Fraction(TICKS, self.timebase))

    @property
    def start_frame(self) -> int:
        """Of the zero point, frames since midnight."""
        return max(0, round(frames_in(self.zero_point, self.timebase)))

    @property
    def end_frame(self) -> int:
        """Record frames in all; sound may end within one."""
        return round(frames_in(self.end, self.timebase))

    @property
    def is_drop(self) -> bool:
        """
        Whether timecode is drop frame.

        Only 29.97 and 59.94 have it. Where Premiere does not say, the zero point does: 01:00:00;00
        and 01:00:00:00 are two different times, and the one that is rounder was typed. Where both
        are (at zero) it is drop frame, as in Premiere's own presets for these rates.
        """
        if not self.rate.can_drop:
            return False
        if self.drop is not None:
            return self.drop
        dropped, plain = (
            timecode(self.start_frame, self.rate, drop=drop) for drop in (True, False)
        )
        return _roundness(dropped) >= _roundness(plain)

    @property
    def marked(self) -> tuple[int, int] | None:
        """
        First and last record frame of In and Out.

        Where nothing is marked Premiere answers with the whole sequence, or with times before it.
        Out is taken as the end of the last frame, as an item's end is.
        """
        if self.in_point is None or self.out_point is None:
            return None
        first, end = max(0, self.in_point), self.out_point
        if end <= first or (first == 0 and end >= self.end):
            return None
        start = int(frames_in(first, self.timebase) // 1)
        return start, max(start, round(frames_in(end, self.timebase)) - 1)

    def timecode(self, ticks: int) -> str:
        """Of the frame that is on screen there."""
        frame = self.start_frame + frames_in(max(0, ticks), self.timebase) // 1
        return timecode(int(frame), self.rate, drop=self.is_drop)


def _roundness(text: str) -> int:
    """How many of frames, seconds and minutes are zero, from the right."""
    digits = text.replace(";", ":").replace(":", "")
    return len(digits) - len(digits.rstrip("0"))


@dataclass(frozen=True)
class Report:
    action: str  # edit, generate
    project: str
    sequence: SequenceSaid
    export: Path | None  # the OTIO that Premiere wrote; None: it wrote none
    rung: str
    items: tuple[Item, ...]
