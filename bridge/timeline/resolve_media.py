"""What Resolve's import asks of media.

In: a case. Out: the places that break a rule; `resolve_rules` has its sentence and source.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bridge.timeline.paths import SCHEME, is_absolute, is_still
from bridge.timeline.resolve_cut import (
    Case,
    Found,
    Item,
    Json,
    consumed,
    files_of,
    is_time,
    kind_of,
    seconds,
)
from bridge.timeline.times import source_offset

SLACK = 1  # media frames: mixed rates leave fractions in Resolve's own exports


def references_by_key(case: Case) -> Found:
    for clip in case.cut.clips:
        if "DEFAULT_MEDIA" not in clip.references or not clip.active:
            yield clip.place, "has no media under DEFAULT_MEDIA or under its active key"


def no_placeholders(case: Case) -> Found:
    for clip in case.cut.clips:
        if not clip.active.get("available_range") and _is_lost(clip.active):
            yield clip.place, f"({clip.name}) is a title or has no media"


def _is_lost(reference: Json) -> bool:
    return kind_of(reference) == "MissingReference" and not any(files_of(reference))


def media_ranges(case: Case) -> Found:
    for clip in case.cut.clips:
        for reference in clip.references.values():
            if kind_of(reference) == "ExternalReference" and not reference.get("available_range"):
                yield clip.place, f"does not say how long {_file(reference)} is"
                break


def bare_paths(case: Case) -> Found:
    for clip in case.cut.clips:
        for text in (t for one in clip.references.values() for t in _written(one)):
            if not is_absolute(text) or SCHEME.match(text):
                yield clip.place, f"points to {text[:200]!r}, which is not a whole plain path"


def _written(reference: Json) -> Iterable[str]:
    kind = kind_of(reference)
    keys = {"ExternalReference": "target_url", "ImageSequenceReference": "target_url_base"}
    return [str(reference.get(keys[kind]) or "")] if kind in keys else []


def media_there(case: Case) -> Found:
    known: dict[str, bool] = {}
    for clip in case.cut.clips:
        for text in (t for one in clip.references.values() for t in files_of(one)):
            if text not in known:
                known[text] = case.exists(text)
                if not known[text]:
                    yield clip.place, f"needs {text[:200]}"
        if clip.active.get("available_range") and _is_lost(clip.active):
            yield clip.place, f"({clip.name}) is offline"


def on_the_medias_clock(case: Case) -> Found:
    for clip in case.cut.clips:
        place = _place_in_media(clip)
        if place is not None and not place.fits and place.fits_from_zero:
            yield clip.place, f"counts from zero, and {_file(clip.active)} from its timecode"


def inside_media(case: Case) -> Found:
    for clip in case.cut.clips:
        place = _place_in_media(clip)
        if place is not None and not place.fits and not place.fits_from_zero:
            yield clip.place, f"shows frames that {_file(clip.active)} does not have"


@dataclass(frozen=True)
class _PlaceInMedia:
    fits: bool
    fits_from_zero: bool


def _place_in_media(clip: Item) -> _PlaceInMedia | None:
    """None where there is nothing to compare: no range, or times that are no numbers."""
    own, available = clip.data.get("source_range"), clip.active.get("available_range")
    if not own or not available or kind_of(clip.active) == "GeneratorReference":
        return None
    begin, first, whole = own["start_time"], available["start_time"], available["duration"]
    if not all(map(is_time, (begin, first, whole))):
        return None
    frame = seconds({"value": 1.0, "rate": whole["rate"]})
    count = seconds(whole) / frame
    # Resolve writes one frame for a still, however long it is held
    still = count <= 1 or any(map(is_still, _written(clip.active)))
    run = consumed(clip)
    needs = Fraction(1) if still or run is None else max(run / frame, Fraction(1))

    def fits(zero: Any) -> bool:
        at = source_offset(float(begin["value"]), float(begin["rate"]), zero, float(first["rate"]))
        return at >= -SLACK and at + needs <= count + SLACK

    return _PlaceInMedia(fits(float(first["value"])), bool(first["value"]) and fits(0.0))


def _file(reference: Json) -> str:
    return re.split(r"[/\\]", next(files_of(reference), "its media"))[-1][:100]
