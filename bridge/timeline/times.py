"""Times as OTIO files write them.

In: float values at float rates. Out: whole frames and exact fractions.

Everything here is called once or more for every clip of a timeline, hence the caches.
"""

import math
from fractions import Fraction
from functools import lru_cache

from bridge.errors import TimelineUnreadable
from bridge.frames import FrameRange, Rate, position

Frames = int | Fraction  # whole where the file is; sums of both stay exact
SLOWEST, FASTEST = 1, 1000  # frames per second; beyond lie timescales (24000) and empty values
# What int() makes of NTSC rates, and what Premiere writes for media of variable rate (14, 29, 59):
# only the media itself can say how fast it runs.
TRUNCATED = frozenset({14, 23, 29, 47, 59, 89, 95, 119, 143, 239})


@lru_cache(4096)
def rate_of(raw: float) -> Rate | None:
    """The frame rate that was meant; None for what cannot be one (0, 24000, NaN)."""
    if not math.isfinite(raw) or not SLOWEST < raw <= FASTEST:
        return None
    return Rate.of(raw)


@lru_cache(4096)
def media_rate_of(raw: float) -> Rate | None:
    """As `rate_of`, and None for the numbers that tools write when they lost the real rate."""
    return None if raw in TRUNCATED else rate_of(raw)


@lru_cache(65536)
def whole(value: float) -> Frames:
    """A position without float noise; `TimelineUnreadable` for NaN and infinity."""
    if not math.isfinite(value):
        raise TimelineUnreadable(f"The timeline holds a time that is no number: {value}.")
    if value.is_integer():
        return int(value)
    exact = position(value)
    return exact.numerator if exact.denominator == 1 else exact


def frames_at(value: float, raw: float, rate: Rate) -> Frames:
    """A duration or offset of `value` at the file's rate `raw`, in frames at `rate`."""
    own = rate_of(raw)
    if own == rate or value == 0:  # nothing is nothing, also at the rate 0 that some tools write
        return whole(value)
    return _tidy(Fraction(whole(value)) / _per_second(own, raw) * rate.fps)


@lru_cache(65536)
def seconds_at(value: float, raw: float) -> Fraction:
    """A position on the media's clock in seconds, at the rate that was meant."""
    fps = _per_second(media_rate_of(raw), raw)
    frames = whole(value)
    if type(frames) is int:
        return Fraction(frames * fps.denominator, fps.numerator)
    return frames / fps


def source_offset(value: float, raw: float, media_start: float, media_raw: float) -> Frames:
    """
    Media frames from the media's start to `value`, where both lie on the media's clock.

    Two spellings of one rate (23.976 and float32's 23.97602462) are one clock, unless the value was
    plainly converted between them: Hiero writes 86400.0887 at the second for 86400 at the first.
    Different rates are converted as the file spells them, as its writer did.
    """
    if raw == media_raw:
        return whole(value) - whole(media_start)
    plain = whole(value)
    converted = _tidy(Fraction(value) / _as_spelled(raw) * _as_spelled(media_raw))
    if rate_of(raw) == rate_of(media_raw) and rate_of(raw) is not None:
        return min(plain, converted, key=_distance) - whole(media_start)
    return _tidy(Fraction(converted) - whole(media_start))


def is_noise(value: Frames) -> bool:
    """Whether the position is a whole frame but for what sums of floats leave."""
    return position(value).denominator == 1


def nearest(start: Frames, end: Frames) -> FrameRange:
    """
    The whole record frames of an item; neighbours share their edge, so nothing drifts or overlaps.
    """
    if type(start) is int and type(end) is int:
        return FrameRange(start, end - start)
    first, last = math.floor(start + Fraction(1, 2)), math.floor(end + Fraction(1, 2))
    return FrameRange(first, max(0, last - first))


def _tidy(value: Fraction) -> Frames:
    exact = position(value)
    return exact.numerator if exact.denominator == 1 else exact


def _per_second(rate: Rate | None, raw: float) -> Fraction:
    if rate is not None:
        return rate.fps
    if not math.isfinite(raw) or raw <= 0:
        raise TimelineUnreadable(f"The timeline counts a time at {raw} frames per second.")
    return Fraction(raw)


@lru_cache(4096)
def _as_spelled(raw: float) -> Fraction:
    """The very number in the file, but for doubles that stand for n x 1000/1001."""
    rate = rate_of(raw)
    if rate is not None and float(rate.fps) == raw:
        return rate.fps
    return _per_second(None, raw)


def _distance(value: Frames) -> Fraction:
    return abs(Fraction(value) - round(value))
