"""A timeline made ready for Resolve's import.

In: an edited document. Out: the same without what Resolve cannot import, and what that was.

Everything is done in the objects that are about to be written; the file that was read keeps what it
has. What Resolve exported itself is touched only where its own import is known to fail.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, NamedTuple

from opentimelineio import core, opentime, schema

from bridge.timeline import baked
from bridge.timeline.document import Document, Held
from bridge.timeline.facts import Flavour, Placed
from bridge.timeline.metadata import lookup
from bridge.timeline.moved import addressed
from bridge.timeline.names import NUMBERED
from bridge.timeline.paths import DRIVE, SCHEME, NotLocal, is_absolute, local_text
from bridge.timeline.sources import said_range
from bridge.timeline.times import source_offset
from bridge.timeline.walk import is_video

# What a text without any need of this never holds, as OTIO writes it: looking for it takes a
# hundredth of the time of writing, a visit to every clip five times that.
SIGNS = (
    re.compile(rb'"available_range": ?null'),
    re.compile(rb'"target_url(?:_base)?": ?"(?!/|\\|[A-Za-z]:)'),
)


class Spot(NamedTuple):
    """A clip and where it hangs."""

    place: str
    parent: Any
    child: int  # among the parent's children
    clip: Any


def is_needed(document: Document, text: bytes = b"") -> bool:
    """Whether `fit` has anything to do; `text` is the timeline as OTIO writes it."""
    foreign = document.facts.flavour is not Flavour.resolve
    wanting = foreign or document.held.grown or any(sign.search(text) for sign in SIGNS)
    return wanting and bool(document.held.added)


def fit(document: Document) -> Document:
    """
    Titles and clips without media become gaps of the same length, paths plain and absolute.

    Media whose length another clip of the same file says gets that length. Tracks that takes made
    shorter than the timeline are padded. Only timelines of other editors: ranges that count from
    zero are moved onto their media's timecode, and tracks are named `Video 1`. The warnings name
    what was left out.
    """
    held = document.held
    spots = list(_spots(held.timeline.tracks))
    _spell_paths(document)
    _fill_ranges(spot.clip for spot in spots)
    if document.facts.flavour is not Flavour.resolve:
        for spot in spots:
            _count_from_timecode(spot.clip)
        _number_tracks(held.timeline.tracks)
    left_out = [spot for spot in spots if _is_placeholder(spot.clip)]
    _leave_out(left_out, held)
    if held.grown:
        _pad(held, document.facts.frames)
    held.clips = held.known_layout = None
    return replace(
        document,
        warnings=document.warnings + _said(left_out, document),
        placed=_renumbered(document.placed, left_out),
    )


def _spots(stack: Any, outer: str = "") -> Iterator[Spot]:
    counted = {"V": 0, "A": 0}
    for index, child in enumerate(stack):
        letter = "V" if is_video(child) else "A"
        counted[letter] += 1
        place = f"{outer}{letter}{counted[letter]}"
        if isinstance(child, schema.Track):
            yield from _on_track(child, place)
        else:
            yield from _at(f"{place}:1", stack, index, child)


def _on_track(track: Any, place: str) -> Iterator[Spot]:
    count = 0
    for index, item in enumerate(track):
        if not isinstance(item, schema.Gap | schema.Transition):
            count += 1
            yield from _at(f"{place}:{count}", track, index, item)


def _at(place: str, parent: Any, index: int, item: Any) -> Iterator[Spot]:
    if isinstance(item, schema.Clip):
        yield Spot(place, parent, index, item)
    elif isinstance(item, core.Composition):
        yield from _spots(item, f"{place}/")


def _is_placeholder(clip: Any) -> bool:
    """As Resolve writes titles: no media, no length, and no path of media that was lost."""
    media = clip.media_reference
    return (
        isinstance(media, schema.MissingReference)
        and media.available_range is None
        and clip.source_range is not None
        and not lookup(media.metadata, "Resolve_OTIO", "Media Url")
    )


def _leave_out(spots: Sequence[Spot], held: Held) -> None:
    """A gap for each clip; the transitions into it and out of it go too."""
    parents = {id(spot.parent): spot.parent for spot in spots}
    alone: defaultdict[int, set[int]] = defaultdict(set)
    for spot in spots:
        gap = baked.gap(held.ruler.length(spot.clip), held.spelled)
        spot.parent[spot.child] = gap
        alone[id(spot.parent)] |= {spot.child - 1, spot.child + 1}
    for key, parent in parents.items():
        around = (index for index in alone[key] if 0 <= index < len(parent))
        for index in sorted(around, reverse=True):
            if isinstance(parent[index], schema.Transition):
                del parent[index]


def _spell_paths(document: Document) -> None:
    for reference, name in addressed(document.timeline):
        text = getattr(reference, name)
        if is_absolute(text) and not SCHEME.match(text):
            continue
        try:
            path = local_text(text, document.folder, bundled=document.bundled)
        except NotLocal:
            continue
        windows = DRIVE.match(path) or path.startswith("//")
        setattr(reference, name, path.replace("/", "\\") if windows else path)


def _fill_ranges(clips: Iterable[Any]) -> None:
    silent: list[Any] = []
    known: dict[str, Any] = {}
    for clip in clips:
        for reference in clip.media_references().values():
            if isinstance(reference, schema.ExternalReference):
                if reference.available_range is None:
                    silent.append(reference)
                else:
                    known[reference.target_url] = reference.available_range
    for reference in silent:
        reference.available_range = known.get(reference.target_url)


def _count_from_timecode(clip: Any) -> None:
    """Where alone the reading from zero lies in the media: see `clips._outside`."""
    own, media = clip.source_range, clip.media_reference
    said = said_range(media.available_range) if own and media else None
    if said is None:
        return
    start, (first, raw, count) = own.start_time, said
    if not (isfinite(start.value) and start.rate > 0):
        return
    relative = source_offset(start.value, start.rate, 0.0, raw)
    at = source_offset(start.value, start.rate, first, raw)
    if not -1 < at < count and 0 <= relative < count:
        moved = start + opentime.RationalTime(first, raw).rescaled_to(start.rate)
        clip.source_range = opentime.TimeRange(moved, own.duration)


def _number_tracks(stack: Any) -> None:
    tracks = [track for track in stack if isinstance(track, schema.Track)]
    for word, pictures in (("Video", True), ("Audio", False)):
        ours = [track for track in tracks if is_video(track) == pictures]
        names = {track.name for track in ours if NUMBERED.fullmatch(track.name)}
        if len(names) < len(ours):
            for number, track in enumerate(ours, 1):
                track.name = f"{word} {number}"


def _pad(held: Held, until: int) -> None:
    for track in held.timeline.tracks:
        if isinstance(track, schema.Track) and track.source_range is None:
            missing = until - held.ruler.length(track)
            if missing > 0:
                track.append(baked.gap(missing, held.spelled))


def _said(left_out: Sequence[Spot], document: Document) -> tuple[str, ...]:
    if not left_out:
        return ()
    old = {id(track): f"V{number}" for number, track in enumerate(document.held.before, 1)}
    names = [f"{_old_place(spot, old)} {spot.clip.name!r}" for spot in left_out]
    one = len(names) == 1
    word = "Title" if document.facts.flavour is Flavour.resolve else "Clip without media"
    if not one:
        word = word.replace("Title", "Titles").replace("Clip ", "Clips ")
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (
        f"{word} {', '.join(names[:5])}{more} cannot be imported by Resolve and "
        f"{'is' if one else 'are'} left out of the new timeline; "
        f"the old one still has {'it' if one else 'them'}.",
    )


def _old_place(spot: Spot, old: dict[int, str]) -> str:
    """With the track's number before takes came between: the title is still in the old timeline."""
    outer = spot.parent
    while outer is not None and id(outer) not in old:
        outer = outer.parent()
    track, colon, rest = spot.place.partition(":")
    return f"{old.get(id(outer), track)}{colon}{rest}"


def _renumbered(placed: Sequence[Placed], left_out: Sequence[Spot]) -> tuple[Placed, ...]:
    """Gaps do not count in a place."""
    gone: defaultdict[str, list[int]] = defaultdict(list)
    for spot in left_out:
        track, _, count = spot.place.partition(":")
        if count.isdecimal():  # not inside a nest
            gone[track].append(int(count))
    return tuple(replace(one, place=_earlier(one.place, gone)) for one in placed)


def _earlier(place: str, gone: dict[str, list[int]]) -> str:
    track, _, count = place.partition(":")
    number = int(count)
    return f"{track}:{number - bisect_left(gone.get(track, []), number)}"
