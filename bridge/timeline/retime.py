"""Retimes. In: the effects on a clip. Out: one constant speed, or the reason why it has none.

The editors disagree about what `source_range.duration` of a retimed clip is:

- Resolve reads and writes the *record* span, and so does plain OTIO, whose own `duration()` ignores
  effects: 200 % over 48 record frames consumes 96 source frames. Measured on Resolve 21 by
  samuelgursky/davinci-resolve-mcp (api_truth.py); all 15 Resolve exports at hand agree.
- Premiere writes the *source* span: the clip is visible for duration / |scalar|. Stated by
  WyattBlue/auto-editor (src/exports/otio.nim), which was written against Premiere's own exports.

The FCP7 XML adapter fills in the record span, whoever wrote the XML. This module alone knows the
difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from opentimelineio import schema

from bridge.errors import UsageError
from bridge.frames import exact
from bridge.timeline.facts import Retime
from bridge.timeline.metadata import lookup
from bridge.timeline.times import Frames

NOISE = Fraction(1, 10_000_000)  # float32 leaves -0.699999988 of -0.7
KEY_NOISE = Fraction(1, 1000)  # seconds; Resolve's key frames are multiples of a frame


class Span(StrEnum):
    """What the duration of a retimed clip's source range counts."""

    record = "record"
    source = "source"


@dataclass(frozen=True, slots=True)
class Warp:
    """`speed` as in `facts.Clip`; `fault` says in words why there is no constant one."""

    speed: Fraction
    fault: str = ""

    @property
    def kind(self) -> Retime:
        if self.speed == 1:
            return Retime.none
        if self.speed == 0:
            return Retime.freeze
        return Retime.reverse if self.speed < 0 else Retime.constant


PLAIN = Warp(Fraction(1))


def warp_of(effects: Iterable[Any]) -> Warp:
    """All time effects of an item, composed; effects that change the picture only are left out."""
    warp = PLAIN
    for effect in effects:
        if isinstance(effect, schema.TimeEffect) and getattr(effect, "enabled", True):
            own = _own(effect)
            warp = Warp(warp.speed * own.speed, warp.fault or own.fault)
    return warp


def is_time_effect(effect: Any) -> bool:
    return isinstance(effect, schema.TimeEffect)


def _own(effect: Any) -> Warp:
    if isinstance(effect, schema.FreezeFrame):
        return Warp(Fraction(0))
    if isinstance(effect, schema.LinearTimeWarp):
        return Warp(speed_of(effect.time_scalar))
    return _ramp(effect)


def speed_of(scalar: float) -> Fraction:
    """
    The speed that was meant: a percentage (0.699999988 is 70 %) or a ratio (0.854545455 is 47/55).
    """
    value = exact(scalar)
    percent = Fraction(round(value * 10_000), 10_000)
    for near in (percent, value.limit_denominator(1000), value.limit_denominator(1_000_000)):
        if abs(near - value) <= NOISE * abs(value):
            return near
    return value


def _ramp(effect: Any) -> Warp:
    """A speed ramp; Resolve writes one too where all of its key frames lie on one straight line."""
    keys = _resolve_keys(effect)
    if len(keys) >= 2 and keys[-1][0] > 0 and not any(keys[0]):
        slope = keys[-1][1] / keys[-1][0]
        if all(abs(source - slope * time) <= KEY_NOISE for time, source in keys):
            return Warp(speed_of(float(slope)))
    return Warp(Fraction(1), "its speed changes within the clip")


def _resolve_keys(effect: Any) -> list[tuple[Fraction, Fraction]]:
    rows = lookup(effect.metadata, "Resolve_OTIO", "Key Frames")
    try:
        return [(exact(row[0]), exact(row[1])) for row in rows]
    except (IndexError, KeyError, TypeError, UsageError):
        return []


def visible(duration: Frames, warp: Warp, span: Span) -> Frames:
    """How long an item is on screen, in the unit of `duration`, which is its source range's."""
    if span is Span.record or warp.speed in (0, 1):
        return duration
    return Fraction(duration) / abs(warp.speed)


def first_shown(start: Fraction, record: Fraction, warp: Warp) -> Fraction:
    """
    Where on the source's clock the first record frame begins; reversed, where its frame ends.

    `start` is the source range's start and `record` the visible length, both in seconds.
    """
    return start + record * abs(warp.speed) if warp.speed < 0 else start
