"""Exact time. In: numbers and words for rates, positions and timecodes. Out: frozen, whole, exact.

Rates are fractions and positions are whole frames; no float carries a time. A number that came from
a file is snapped once, here: 23.976, 23.98, 23.97602462 and 24000/1001 are one rate.
Record frames count at the sequence's rate, source frames at the media's.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bridge.errors import RangeError, UsageError

# The one snapping table: NTSC rates as their nominal number x 1000/1001. Tools write them with two
# to eight digits, rounded or cut off: 23.98 is off by 0.004, 23.97 by 0.006, 11.98 by 0.008. A true
# 12 is 0.012 away.
NTSC_NOMINALS = (12, 15, 24, 30, 48, 60, 72, 90, 96, 120, 144, 240)
NTSC_TOLERANCE = Fraction(9, 1000)
WHOLE_TOLERANCE = Fraction(1, 1000)
# A position that left a float conversion lies this near to the whole frame it was (Resolve writes
# 37008.099992 where 37008.1 is meant); real sub-frame positions are far coarser.
POSITION_TOLERANCE = Fraction(1, 1000)
# SMPTE ST 12-1 drops two frame numbers a minute at 29.97 and multiples of it.
DROP_NOMINALS = (30, 60, 120)
FASTEST = 10**12  # frames per second: far above timescales and ticks, for numbers that stay short
# What `Fraction` reads, with an end: it would write 1e999999999 out in full.
NUMBER = re.compile(
    r"\s*[+-]?(\d{1,40}(\.\d{0,80})?|\.\d{1,80})(e[+-]?\d{1,2})?(/\d{1,40})?\s*",
    re.ASCII | re.IGNORECASE,
)


def exact(number: int | float | str | Fraction) -> Fraction:
    """The number as a fraction; `UsageError` for what is not finite or not a number."""
    try:
        return Fraction(_short(number) if isinstance(number, str) else number)
    except (ValueError, OverflowError, ZeroDivisionError, TypeError) as error:
        raise UsageError(f"{str(number)[:40]!r} is not a finite number.") from error


def _short(text: str) -> str:
    if NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return text


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """Frames per second, exact."""

    fps: Fraction

    def __post_init__(self) -> None:
        if not 0 < self.fps <= FASTEST:
            raise UsageError(f"{str(self.fps)[:40]} cannot be a frame rate.")

    @classmethod
    def of(cls, value: "int | float | str | Fraction | Rate") -> "Rate":
        """Snap any way of writing a rate: 23.98, "24000/1001", "29.97 DF", 25."""
        if isinstance(value, Rate):
            return value
        if isinstance(value, str):
            value = value.strip().upper().removesuffix("FPS").removesuffix("NDF").removesuffix("DF")
            value = value.strip().replace(":", "/")
        return cls(_snapped(exact(value)))

    @property
    def nominal(self) -> int:
        """Frame numbers in one second of timecode: 24 for 23.976, 30 for 29.97."""
        return math.ceil(self.fps)

    @property
    def can_drop(self) -> bool:
        return self.fps.denominator == 1001 and self.nominal in DROP_NOMINALS

    def seconds(self, frames: int | Fraction) -> Fraction:
        return Fraction(frames) / self.fps

    def frames(self, seconds: Fraction) -> Fraction:
        """Frames in that many seconds, not rounded."""
        return seconds * self.fps

    def __str__(self) -> str:
        return f"{self.fps.numerator}/{self.fps.denominator}"


def _snapped(fps: Fraction) -> Fraction:
    for nominal in NTSC_NOMINALS:
        ntsc = Fraction(nominal * 1000, 1001)
        if abs(fps - ntsc) < NTSC_TOLERANCE:
            return ntsc
    if round(fps) and abs(fps - round(fps)) < WHOLE_TOLERANCE:
        return Fraction(round(fps))
    return fps.limit_denominator(100_000)


def position(value: int | float | Fraction) -> Fraction:
    """A position in frames as read from a file: float noise removed, true fractions kept."""
    fraction = exact(value)
    near = round(fraction)
    return Fraction(near) if abs(fraction - near) <= POSITION_TOLERANCE else fraction


@dataclass(frozen=True, slots=True)
class Handles:
    """Extra record frames before and after a shot."""

    head: int = 0
    tail: int = 0

    def __post_init__(self) -> None:
        if self.head < 0 or self.tail < 0:
            raise UsageError(f"Handles must not be negative, got {self.head} and {self.tail}.")

    def at_least(self, other: "Handles") -> "Handles":
        return Handles(max(self.head, other.head), max(self.tail, other.tail))


@dataclass(frozen=True, slots=True, order=True)
class FrameRange:
    """`count` frames from `start`; `end` is the first frame after it. May be empty."""

    start: int
    count: int

    def __post_init__(self) -> None:
        if self.count < 0:
            raise RangeError(f"A range cannot have {self.count} frames.")

    @classmethod
    def between(cls, start: int, end: int) -> "FrameRange":
        if end < start:
            raise RangeError(f"The range ends at frame {end}, before its start {start}.")
        return cls(start, end - start)

    @property
    def end(self) -> int:
        return self.start + self.count

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.end))

    def __contains__(self, frame: int) -> bool:
        return self.start <= frame < self.end

    def covers(self, other: "FrameRange") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "FrameRange") -> bool:
        return max(self.start, other.start) < min(self.end, other.end)

    def clamped(self, limit: "FrameRange") -> "FrameRange":
        """The part inside `limit`; empty, at the nearer edge, where there is none."""
        start = min(max(self.start, limit.start), limit.end)
        return FrameRange(start, max(0, min(self.end, limit.end) - start))

    def moved(self, frames: int) -> "FrameRange":
        return FrameRange(self.start + frames, self.count)

    def widened(self, handles: Handles) -> "FrameRange":
        return FrameRange(self.start - handles.head, self.count + handles.head + handles.tail)


@dataclass(frozen=True, slots=True)
class FrameMap:
    """
    Which source frame a shot shows at each of its record frames.

    `origin` is the source position (in source frames from the media's start) at record frame 0 of
    the shot; `step` is how far the source moves in one record frame: 1 at speed 100 % and equal
    rates, 2 at 200 %, -1 reversed, 0 for a freeze or still.
    """

    origin: Fraction  # source frames
    step: Fraction  # source frames per record frame

    def at(self, frame: int) -> int:
        """
        The source frame on screen at record frame `frame` of the shot, negative in the head handle.

        A frame is on screen from its own time until the next one's. Running backwards, `origin` is
        the end of the last frame shown, and what is on screen is the frame that ends there.
        """
        # origin + frame * step over one denominator: four times as fast as with fractions
        (origin, whole), (step, part) = self.origin.as_integer_ratio(), self.step.as_integer_ratio()
        place, unit = origin * part + frame * step * whole, whole * part
        return -(-place // unit) - 1 if step < 0 else place // unit

    def frames(self, span: FrameRange) -> tuple[int, ...]:
        """Source frames for a range of record frames, in record order."""
        return tuple(self.at(frame) for frame in span)

    def inside(self, span: FrameRange, limit: int) -> FrameRange:
        """The longest part of `span` whose source frames lie in 0..limit-1."""
        frames = range(span.start, span.end)
        if self.step < 0:  # what is shown only falls
            start = bisect_right(frames, -limit, key=lambda frame: -self.at(frame))
            end = bisect_right(frames, 0, key=lambda frame: -self.at(frame))
        else:
            start = bisect_left(frames, 0, key=self.at)
            end = bisect_left(frames, limit, key=self.at)
        return FrameRange(span.start + start, end - start)

    def moved(self, frames: int) -> "FrameMap":
        """The map of a shot that starts `frames` record frames later."""
        return FrameMap(self.origin + frames * self.step, self.step)


# Premiere shows drop frame as 01;00;00;00
TIMECODE = re.compile(r"(\d{1,2})[:;](\d{2})[:;](\d{2})([:;.,])(\d{2,3})", re.ASCII)


def timecode(frame: int, rate: Rate, *, drop: bool = False) -> str:
    """
    Frames since midnight as `HH:MM:SS:FF` (`;` before the frames with drop frame); wraps at 24 h.
    """
    if drop and not rate.can_drop:
        raise UsageError(f"There is no drop frame timecode at {rate} frames per second.")
    number = frame % frames_per_day(rate, drop=drop)
    if drop:
        number += _dropped_numbers(number, rate)
    seconds, frames = divmod(number, rate.nominal)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    width = 3 if rate.nominal > 100 else 2
    separator = ";" if drop else ":"
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{frames:0{width}d}"


def timecode_frame(text: str, rate: Rate, *, drop: bool = False) -> int:
    """
    Frames since midnight of a timecode. A `;` or `,` says drop frame by itself.

    `UsageError` for what is not a timecode, and for a number that drop frame leaves out.
    """
    match = TIMECODE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not a timecode.", hint="Write it as HH:MM:SS:FF.")
    hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
    drop = drop or match[4] in ";,"
    if drop and not rate.can_drop:
        raise UsageError(f"{text!r} is drop frame, which {rate} frames per second does not have.")
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= rate.nominal:
        raise UsageError(f"{text!r} is not a timecode at {rate} frames per second.")
    minute = hours * 60 + minutes
    number = (minute * 60 + seconds) * rate.nominal + frames
    if not drop:
        return number
    lost = _drop_step(rate)
    if minutes % 10 and seconds == 0 and frames < lost:
        raise UsageError(f"{text!r} is a frame number that drop frame leaves out.")
    return number - lost * (minute - minute // 10)


def frames_per_day(rate: Rate, *, drop: bool = False) -> int:
    """Frame numbers in 24 hours of timecode."""
    return 24 * 3600 * rate.nominal - (_drop_step(rate) * 24 * 54 if drop else 0)


def _drop_step(rate: Rate) -> int:
    return rate.nominal // 15  # numbers left out in each minute but every tenth: 2 at 29.97


def _dropped_numbers(frame: int, rate: Rate) -> int:
    lost = _drop_step(rate)
    minute = 60 * rate.nominal - lost
    tens, rest = divmod(frame, 10 * minute + lost)
    return lost * (9 * tens + (max(0, rest - lost) // minute))
