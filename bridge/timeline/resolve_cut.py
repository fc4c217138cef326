"""A timeline as its file says it, for rules to look at.

In: the JSON of an OTIO timeline, parsed. Out: its tracks, items and odd values, with their places.

It is the text that Resolve reads: whole numbers without a decimal point, unknown schemas and NaN
are no longer to be seen in OTIO's own objects.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from bridge.timeline.metadata import lookup
from bridge.timeline.paths import pattern_of
from bridge.timeline.times import seconds_at

ENDLESS = re.compile(rb"([:,[]\s*-?)Inf(?=\s*[],}])")
TIMES = {"RationalTime": ("value", "rate"), "LinearTimeWarp": ("time_scalar",)}
TIME_EFFECTS = ("TimeEffect", "LinearTimeWarp", "FreezeFrame")
Json = Mapping[str, Any]
Found = Iterator[tuple[str, str]]  # a place, and what is wrong there


class Item(NamedTuple):
    """A clip or a nested stack; `place` as in `facts.Clip`, `A1:2` for sound."""

    place: str
    data: Json
    references: Mapping[str, Json]  # by key
    active: Json  # empty where there is none
    time_effects: list[Json]

    @property
    def name(self) -> str:
        return str(self.data.get("name") or "no name")


class Row(NamedTuple):
    """A track: `V1`, `A2`, `V2:1/V1` inside a nest; `children` has gaps and transitions too."""

    place: str
    data: Json
    children: tuple[Json, ...]
    outer: bool  # of the timeline itself


@dataclass(frozen=True)
class Odd:
    """What a text can hold beside its objects: each with the place that it belongs to."""

    # a schema, and whether it stands in metadata: the places that hold it, in order
    schemas: defaultdict[tuple[str, bool], dict[str, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    whole: list[tuple[str, str]] = field(default_factory=list)  # times without a decimal point
    endless: list[tuple[str, str]] = field(default_factory=list)  # NaN and infinity


@dataclass(frozen=True)
class Cut:
    timeline: Json
    rows: list[Row]
    items: list[Item]
    clips: list[Item]  # the items that are no nests
    odd: Odd


@dataclass(frozen=True)
class Case:
    """What is looked at: a timeline, the one it was made from, and the world's files."""

    cut: Cut
    old: Cut | None
    old_name: str
    exists: Callable[[str], bool]


def parsed(text: bytes | str) -> Json:
    """The JSON that OTIO wrote, which has the word `Inf` for what JSON has none."""
    data = text.encode() if isinstance(text, str) else text
    try:
        found: Json = json.loads(data)
    except json.JSONDecodeError:
        found = json.loads(ENDLESS.sub(rb"\1Infinity", data))
    return found


def cut_of(timeline: Json) -> Cut:
    """One visit to every value."""
    cut = Cut(timeline, [], [], [], Odd())
    _scan("the timeline", {k: v for k, v in timeline.items() if k != "tracks"}, cut.odd)
    _stack(timeline.get("tracks") or {}, "", cut)
    return cut


def _stack(stack: Json, outer: str, cut: Cut) -> None:
    _scan(outer.rstrip("/") or "the timeline", _alone(stack), cut.odd)
    counted = {"V": 0, "A": 0}
    for child in stack.get("children") or ():
        letter = "V" if str(child.get("kind", "Video")).lower() == "video" else "A"
        counted[letter] += 1
        _track(child, f"{outer}{letter}{counted[letter]}", not outer, cut)


def _track(track: Json, place: str, outer: bool, cut: Cut) -> None:
    lone = kind_of(track) != "Track"  # an item that lies directly on a stack
    children = (track,) if lone else tuple(track.get("children") or ())
    cut.rows.append(Row(place, {} if lone else track, children, outer))
    if not lone:
        _scan(place, _alone(track), cut.odd)
    count = 0
    for child in children:
        if kind_of(child) in ("Gap", "Transition"):
            _scan(place, child, cut.odd)
            continue
        count += 1
        item = _item(f"{place}:{count}", child)
        cut.items.append(item)
        if kind_of(child) == "Stack":
            _stack(child, f"{item.place}/", cut)
        else:
            cut.clips.append(item)
            _scan(item.place, child, cut.odd)


def _item(place: str, data: Json) -> Item:
    found = data.get("media_references") or {}
    references = {key: one for key, one in found.items() if isinstance(one, Mapping)}
    active = references.get(str(data.get("active_media_reference_key")), {})
    effects = [one for one in data.get("effects") or () if kind_of(one) in TIME_EFFECTS]
    return Item(place, data, references, active, effects)


def _alone(composition: Json) -> Json:
    return {key: value for key, value in composition.items() if key != "children"}


def _scan(place: str, root: Json, odd: Odd) -> None:
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        value, inside = waiting.pop()
        if isinstance(value, dict):
            written = value.get("OTIO_SCHEMA")
            if written is not None:
                odd.schemas[str(written), inside].setdefault(place)
                _times(place, value, odd)
            for key, one in value.items():
                if isinstance(one, dict | list):
                    waiting.append((one, inside or key == "metadata"))
                elif isinstance(one, float) and not math.isfinite(one):
                    odd.endless.append((place, str(one)))
        else:
            for one in value:
                if isinstance(one, dict | list):
                    waiting.append((one, inside))
                elif isinstance(one, float) and not math.isfinite(one):
                    odd.endless.append((place, str(one)))


def _times(place: str, value: Json, odd: Odd) -> None:
    for key in TIMES.get(kind_of(value), ()):
        if type(value.get(key)) is int:
            odd.whole.append((place, f"{key} {value[key]}"))


def kind_of(data: Json) -> str:
    """`Clip` for `Clip.2`."""
    return _before_dot(data.get("OTIO_SCHEMA"))


@lru_cache(256)
def _before_dot(written: Any) -> str:
    return str(written or "").partition(".")[0]


def seconds(time: Any) -> Fraction:
    """A time of the file; zero where it says none, or none that is a number."""
    return seconds_at(float(time["value"]), float(time["rate"])) if is_time(time) else Fraction(0)


def is_time(time: Any) -> bool:
    value, rate = lookup(time, "value"), lookup(time, "rate")
    return _is_number(value) and _is_number(rate) and bool(rate > 0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def length(data: Json) -> Fraction:
    """Seconds that an item is on screen, as Resolve reads it: retimes do not count."""
    own = data.get("source_range") or lookup(_active(data), "available_range")
    if own:
        return seconds(own.get("duration"))
    children = data.get("children") or ()
    if kind_of(data) == "Stack":
        return max(map(length, children), default=Fraction(0))
    return sum((length(one) for one in children if kind_of(one) != "Transition"), Fraction(0))


def _active(data: Json) -> Any:
    return lookup(data, "media_references", str(data.get("active_media_reference_key")))


def consumed(item: Item) -> Fraction | None:
    """Seconds of its media that a clip runs through; None for a ramp, whose keys alone say it."""
    speed = Fraction(1)
    for effect in item.time_effects:
        if kind_of(effect) == "TimeEffect":
            return None
        scalar = 0 if kind_of(effect) == "FreezeFrame" else effect.get("time_scalar", 1)
        speed *= Fraction(scalar) if _is_number(scalar) else 1
    return length(item.data) * abs(speed)


def files_of(reference: Json) -> Iterator[str]:
    """The addresses that a reference names, as written; of numbered files the first."""
    kind = kind_of(reference)
    if kind == "ExternalReference":
        text = str(reference.get("target_url") or "")
        pattern = pattern_of(text)
        known = pattern is not None and pattern.first is not None
        yield str(pattern.path) % pattern.first if pattern and known else text
    elif kind == "ImageSequenceReference":
        number = str(reference.get("start_frame") or 0)
        number = number.zfill(int(reference.get("frame_zero_padding") or 0))
        base = str(reference.get("target_url_base") or "")
        joint = "" if base.endswith(("/", "\\")) else "\\" if "\\" in base else "/"
        prefix, suffix = reference.get("name_prefix") or "", reference.get("name_suffix") or ""
        yield f"{base}{joint}{prefix}{number}{suffix}"
    elif address := lookup(reference, "metadata", "Resolve_OTIO", "Media Url"):
        yield str(address)
