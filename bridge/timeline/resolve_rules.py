"""What DaVinci Resolve's import of OTIO files asks for, as far as it is known.

In: a timeline as it is written. Out: the rules that it breaks, each with place and sentence.

Resolve says nothing when it refuses a file, so none of this is its own word: the sources are what
others measured and what all of its exports at hand have in common. The table at the end names them.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bridge.timeline import resolve_media
from bridge.timeline.document import Document
from bridge.timeline.metadata import BRIDGE, lookup
from bridge.timeline.resolve_cut import (
    Case,
    Found,
    Item,
    Json,
    cut_of,
    kind_of,
    length,
    parsed,
    seconds,
)

# What OTIO 0.18 ships and Resolve is seen to write or read; of other versions nothing is known.
STOCK = {
    *("Timeline.1", "Stack.1", "Track.1", "Clip.2", "Gap.1", "Transition.1", "Marker.2"),
    *("ExternalReference.1", "MissingReference.1", "GeneratorReference.1"),
    *("ImageSequenceReference.1", "Effect.1", "TimeEffect.1", "LinearTimeWarp.1", "FreezeFrame.1"),
    *("RationalTime.1", "TimeRange.1", "TimeTransform.1", "Box2d.1", "V2d.1", "Color.1"),
}
NAMED = re.compile(r"(?:Video|Audio|Subtitle) \d+")


class Harm(StrEnum):
    """What Resolve does with a file that breaks a rule."""

    refused = "refused"  # nothing is imported
    lost = "lost"  # something is dropped or misread
    unlike = "unlike"  # no harm is known; Resolve itself never writes it


@dataclass(frozen=True)
class Rule:
    breaks: Callable[[Case], Found]
    sentence: str
    trouble: str  # what is the matter where it is broken, after "while"
    source: str
    harm: Harm

    @property
    def name(self) -> str:
        return self.breaks.__name__


@dataclass(frozen=True)
class Broken:
    rule: Rule
    place: str
    sentence: str


def check(
    subject: Document | Any,
    *,
    old: Document | Any = None,
    exists: Callable[[str], bool] = os.path.exists,
) -> tuple[Broken, ...]:
    """
    The rules that a document, an OTIO timeline or the parsed JSON of one breaks.

    Rules about what was there before are looked at where the `old` timeline is given. Linear in
    what the file holds.
    """
    before = None if old is None else cut_of(_json(old))
    old_name = old.facts.name if isinstance(old, Document) else before and before.timeline["name"]
    case = Case(cut_of(_json(subject)), before, str(old_name or ""), exists)
    return tuple(
        Broken(rule, place, f"{place} {what}.")
        for rule in RULES
        for place, what in rule.breaks(case)
    )


def _json(subject: Any) -> Json:
    if isinstance(subject, Mapping):
        return subject
    timeline = subject.timeline if isinstance(subject, Document) else subject
    return parsed(timeline.to_json_string(-1))


# ---- the timeline


def named(case: Case) -> Found:
    if not str(case.cut.timeline.get("name") or "").strip():
        yield "The timeline", "has no name"


def named_anew(case: Case) -> Found:
    name = str(case.cut.timeline.get("name") or "")
    if name and name.casefold() == case.old_name.casefold():
        yield "The timeline", f"has the name of the old one, {name!r}"


def start_kept(case: Case) -> Found:
    if case.old is not None:
        was, now = (cut.timeline.get("global_start_time") for cut in (case.old, case.cut))
        if (was is None) != (now is None) or seconds(was) != seconds(now):
            yield "The timeline", "begins at another timecode than the old one"


def stock_schemas(case: Case) -> Found:
    for (schema, _), places in case.cut.odd.schemas.items():
        if schema not in STOCK:
            yield from ((place, f"holds a {schema}") for place in places)


def plain_metadata(case: Case) -> Found:
    for (schema, inside), places in case.cut.odd.schemas.items():
        if inside:
            yield from ((place, f"has a {schema} in its metadata") for place in places)
    for place, number in case.cut.odd.endless:
        yield place, f"holds {number}, which is no number in JSON"


def decimal_points(case: Case) -> Found:
    for place, number in case.cut.odd.whole:
        yield place, f"has the {number} without a decimal point"


# ---- clips


def markers_inside(case: Case) -> Found:
    """Both readings of "clip-local" pass: from the clip's first frame, and on its media's clock."""
    for item in case.cut.items:
        start = seconds(lookup(item.data, "source_range", "start_time"))
        span = length(item.data)
        for marker in item.data.get("markers") or ():
            at = seconds(lookup(marker, "marked_range", "start_time"))
            if not (0 <= at < span or start <= at < start + span):
                yield item.place, f"has a marker outside of it ({marker.get('name') or 'no name'})"


def retimes_kept(case: Case) -> Found:
    """No retime is made, changed or put on other media by us."""
    if case.old is not None:
        known = {_retime(item) for item in case.old.items if item.time_effects}
        for item in case.cut.items:
            if item.time_effects and _retime(item) not in known:
                yield item.place, f"({item.name}) is retimed otherwise than in the old timeline"


def _retime(item: Item) -> str:
    """OTIO moves a float by its last digit when it first reads it."""
    said = [item.data.get("source_range"), item.time_effects]
    return json.dumps(json.loads(json.dumps(said), parse_float=lambda text: f"{float(text):.9g}"))


def takes_plain(case: Case) -> Found:
    """In the original's place a take keeps the effects on its picture."""
    for clip in case.cut.clips:
        if lookup(clip.active, "metadata", BRIDGE, "take") is None:
            continue
        replaces = lookup(clip.data, "metadata", BRIDGE, "original") is not None
        own = lookup(clip.data, "metadata", BRIDGE, "take") is not None and not replaces
        if clip.time_effects or (own and clip.data.get("effects")):
            yield clip.place, f"({clip.name}) is a take with effects"


# ---- tracks


def one_rate(case: Case) -> Found:
    for row in case.cut.rows:
        rates = {lookup(child, "source_range", "duration", "rate") for child in row.children}
        if len(rates - {None}) > 1:
            yield row.place, f"counts at {' and '.join(map(str, sorted(rates - {None})))}"


def transitions_fit(case: Case) -> Found:
    for row in case.cut.rows:
        around: list[Json] = [{}, *row.children, {}]
        for before, one, after in zip(around, around[1:], around[2:], strict=False):
            if kind_of(one) == "Transition" and not _joins(before, one, after):
                yield row.place, f"has a transition that its clips are too short for{_at(one)}"
            elif one and kind_of(before) == kind_of(after) == "Transition":
                reach = seconds(before.get("out_offset")) + seconds(after.get("in_offset"))
                if reach > length(one):
                    yield row.place, f"has two transitions that overlap{_at(one)}"


def _joins(before: Json, one: Json, after: Json) -> bool:
    pictures = {"Clip", "Stack"} & {kind_of(before), kind_of(after)}
    reach = ((before, one.get("in_offset")), (after, one.get("out_offset")))
    return bool(pictures) and all(seconds(span) <= length(side) for side, span in reach)


def _at(item: Json) -> str:
    return f" ({item['name']})" if item.get("name") else ""


def numbered_tracks(case: Case) -> Found:
    for row in case.cut.rows:
        if not NAMED.fullmatch(str(row.data.get("name") or "")):
            yield row.place, f"is named {row.data.get('name') or ''!r}"


def unique_tracks(case: Case) -> Found:
    names = Counter(str(row.data.get("name")) for row in case.cut.rows if row.outer)
    for name, count in names.items():
        if count > 1:
            yield "The timeline", f"has {count} tracks named {name!r}"


def padded_tracks(case: Case) -> Found:
    spans = [(row.place, length(row.data or row.children[0])) for row in case.cut.rows if row.outer]
    longest = max((span for _, span in spans), default=Fraction(0))
    for place, span in spans:
        if span != longest:
            yield place, "ends before the timeline does"


# Who says so. Nothing of it can be repeated without Resolve.
REPORTED = "reported by others who measured Resolve 18.6 to 21"
EXPORTS = "what all of Resolve's own exports at hand have in common, versions 18 to 21"
NO_URLS = "Resolve 20.2 rejects file://: AcademySoftwareFoundation/OpenTimelineIO #1985"
RECORD_SPAN = "samuelgursky/davinci-resolve-mcp, src/utils/api_truth.py, measured on Resolve 21"
RULES = (
    Rule(named, "The timeline has a name.", "", REPORTED, Harm.unlike),
    Rule(named_anew, "Its name is not the old one's.", "the name is taken", REPORTED, Harm.refused),
    Rule(start_kept, "It begins where the old one does.", "the start moved", EXPORTS, Harm.lost),
    Rule(
        stock_schemas,
        "Every object is one of OTIO's own.",
        "a timeline holds objects that it does not know",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        plain_metadata,
        "Metadata is plain JSON.",
        "metadata holds more than plain values",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        decimal_points,
        "Times are written with a decimal point.",
        "times have no decimal point",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        resolve_media.references_by_key,
        "Clips are Clip.2, with their media under keys.",
        "clips have no media under their key",
        EXPORTS,
        Harm.refused,
    ),
    Rule(
        resolve_media.no_placeholders,
        "No titles (Text+) and no clips without media.",
        "a timeline holds titles",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        resolve_media.media_ranges,
        "Every file says how long it is.",
        "media does not say how long it is",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        resolve_media.bare_paths,
        "Media is named by plain absolute paths.",
        "media is not named by a whole plain path",
        NO_URLS,
        Harm.refused,
    ),
    Rule(
        resolve_media.media_there,
        "All media is there.",
        "media is missing",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        resolve_media.on_the_medias_clock,
        "Clips count from their media's timecode.",
        "clips do not count from their media's timecode",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        resolve_media.inside_media,
        "Clips show what their media has; stills may be held.",
        "clips show frames that their media does not have",
        REPORTED,
        Harm.refused,
    ),
    Rule(
        markers_inside,
        "Markers lie inside their clip.",
        "markers lie outside of their clips",
        REPORTED,
        Harm.lost,
    ),
    Rule(
        retimes_kept,
        "Retimes are the old timeline's: their length is the record span.",
        "retimes were changed",
        RECORD_SPAN,
        Harm.lost,
    ),
    Rule(
        takes_plain,
        "Takes run at 1x without effects.",
        "takes have effects",
        REPORTED,
        Harm.lost,
    ),
    Rule(
        transitions_fit,
        "Transitions are no longer than the clips they join.",
        "transitions are longer than their clips",
        EXPORTS,
        Harm.lost,
    ),
    Rule(one_rate, "A track counts at one rate.", "", EXPORTS, Harm.unlike),
    Rule(numbered_tracks, "Tracks are named Video 1, Audio 1.", "", EXPORTS, Harm.unlike),
    Rule(unique_tracks, "No two tracks have one name.", "", EXPORTS, Harm.unlike),
    Rule(padded_tracks, "Tracks are as long as the timeline.", "", EXPORTS, Harm.unlike),
)
