"""The clips of a timeline.

In: a document. Out: every video clip, with exact record and source positions.

Nested stacks are looked through: where exactly one clip fills the whole visible part of the nest,
that clip is listed in its place; any other nest is listed as one clip with a refusal.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from opentimelineio import schema

from bridge.frames import Handles
from bridge.source import SourceKind
from bridge.timeline.bulk import collector_paused
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip, Flavour, Refusal, Retime
from bridge.timeline.nests import leaf_of
from bridge.timeline.retime import PLAIN, Warp, first_shown, warp_of
from bridge.timeline.sources import Media, Sources
from bridge.timeline.times import (
    Frames,
    is_noise,
    nearest,
    seconds_at,
    source_offset,
)
from bridge.timeline.walk import NO_HANDLES, Layout, Ruler, Slot

NOTHING: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
ZERO, ONE = Fraction(0), Fraction(1)


class Shown(NamedTuple):
    """The part of a slot that the timeline shows."""

    place: str
    slot: Slot
    start: Frames  # record frames from the timeline's start
    end: Frames
    skipped: Frames  # record frames of the item before `start`
    enabled: bool  # the track and the item


class Leaf(NamedTuple):
    """The clip behind a slot: the slot's own, or the one that fills a nest."""

    item: Any
    place: str
    skipped: Frames  # record frames of the clip before what is shown
    outer: Fraction  # the speed of the nests around it
    own: Any  # the clip's source range


def clips(document: Document) -> tuple[Clip, ...]:
    """
    All clips of all video tracks, disabled ones too; from the bottom track up, in record order.

    Linear in the timeline's items. Worked out once per document.
    """
    held = document.held
    if held.clips is None:
        titles = document.facts.flavour is Flavour.resolve
        sources = Sources(document.folder, titles, document.bundled)
        ruler = held.layout.ruler
        with collector_paused():
            held.clips = tuple([_clip(shown, ruler, sources) for shown in _shown(held.layout)])
    return held.clips


def _shown(layout: Layout) -> Iterator[Shown]:
    """What is on screen; items that a trimmed track cuts away are counted and left out."""
    for row in layout.rows:
        enabled = bool(getattr(row.track, "enabled", True))
        count = 0
        for slot in row.slots:
            if slot.is_gap:
                continue
            count += 1
            start, end = slot.start + row.shift, slot.end + row.shift
            first, last = start, end
            if start < row.first or end > row.last:
                first, last = max(start, row.first), min(end, row.last)
                if first >= last:
                    continue
            on = enabled and slot.item.enabled
            yield Shown(f"V{row.number}:{count}", slot, first, last, first - start, on)


def _clip(shown: Shown, ruler: Ruler, sources: Sources) -> Clip:
    item = shown.slot.item
    if isinstance(item, schema.Clip):
        leaf = Leaf(item, shown.place, shown.skipped, ONE, shown.slot.own)
        return _leaf_clip(shown, leaf, ruler, sources)
    found = leaf_of(item, shown.skipped, shown.end - shown.start, ruler)
    if isinstance(found, str):
        refusal = Refusal("nested", _says(shown.place, item, found))
        leaf = Leaf(item, shown.place, 0, ONE, None)
        return _value(shown, leaf, NO_MEDIA, ZERO, None, PLAIN, refusal)
    place = f"{shown.place}/{found.place}"
    leaf = Leaf(found.item, place, found.skipped, found.outer.speed, found.item.source_range)
    return _leaf_clip(shown, leaf, ruler, sources)


def _leaf_clip(shown: Shown, leaf: Leaf, ruler: Ruler, sources: Sources) -> Clip:
    item = leaf.item
    media = sources.media_of(item)
    warp = warp_of(item.effects) if len(item.effects) else PLAIN
    if media.fault is not None:
        refusal = Refusal(media.fault[0], _says(leaf.place, item, media.fault[1]))
        return _value(shown, leaf, media, ZERO, None, warp, refusal)
    if media.source is not None and media.source.kind is SourceKind.still:
        return _value(shown, leaf, media, ZERO, ZERO, STILL, None)
    source_in, fault = _source_start(leaf.own, media)
    if warp is not PLAIN or leaf.skipped or type(shown.start) is not int:
        source_in = _moved(source_in, shown, leaf, warp, ruler)
    media_in = seconds_at(media.start, media.raw) if media.raw else None
    refused = _refusal(leaf, warp, fault)
    return _value(shown, leaf, media, source_in, media_in, warp, refused)


NO_MEDIA = Media(None)
STILL = Warp(ZERO)  # a picture does not run; that is no retime


def _value(
    shown: Shown,
    leaf: Leaf,
    media: Media,
    source_in: Fraction,
    media_in: Fraction | None,
    warp: Warp,
    refusal: Refusal | None,
) -> Clip:
    speed = warp.speed if leaf.outer is ONE else warp.speed * leaf.outer
    plain = speed is PLAIN.speed or warp is STILL
    colours, markers = _labels(leaf.item)
    return Clip(
        leaf.place,
        leaf.item.name,
        nearest(shown.start, shown.end),
        media.source if refusal is None else None,
        media.rate,
        source_in,
        media_in,
        speed,
        Retime.none if plain else Warp(speed).kind,
        _reach(shown.slot),
        shown.enabled,
        refusal,
        colours,
        markers,
    )


def _moved(source_in: Fraction, shown: Shown, leaf: Leaf, warp: Warp, ruler: Ruler) -> Fraction:
    """The source position at the clip's first whole record frame, from the source range's start."""
    rate = ruler.rate
    if warp.speed < 0:
        source_in = first_shown(source_in, rate.seconds(ruler.length(leaf.item)), warp)
    if leaf.skipped:
        source_in += rate.seconds(leaf.skipped) * warp.speed
    if type(shown.start) is not int and not is_noise(shown.start):
        # a cut between two record frames; where it is rounded down, the clip begins that much early
        edge = nearest(shown.start, shown.end).start
        source_in += rate.seconds(max(ZERO, edge - shown.start)) * warp.speed * leaf.outer
    return source_in


def _source_start(own: Any, media: Media) -> tuple[Fraction, str]:
    """Seconds on the media's clock, and a fault where the media does not have that place."""
    if own is None:
        return (seconds_at(media.start, media.raw) if media.raw else ZERO), ""
    start = own.start_time
    value, raw = start.value, start.rate
    if not media.raw:
        return seconds_at(value, raw), ""
    offset = source_offset(value, raw, media.start, media.raw)
    if not media.frames or 0 <= offset < media.frames:
        return _on_clock(offset, media), ""
    return _outside(value, raw, offset, media.frames, media)


def _outside(
    value: float, raw: float, offset: Frames, frames: Frames, media: Media
) -> tuple[Fraction, str]:
    """
    A start that the media does not have.

    Older Hiero and plain OTIO scripts count from zero although the media has a timecode; that
    reading is taken where it alone lies in the media. A start less than one frame early is the
    rounding of mixed rates (Resolve writes 37008.099992).
    """
    if -1 < offset < 0 and raw != media.raw:
        return _on_clock(0, media), ""
    relative = source_offset(value, raw, 0.0, media.raw)
    if 0 <= relative < frames:
        return _on_clock(relative, media), ""
    return _on_clock(offset, media), "starts outside of its media"


def _on_clock(offset: Frames, media: Media) -> Fraction:
    """Seconds on the media's clock, `offset` media frames from the media's start."""
    if type(offset) is int:
        return seconds_at(media.start + offset, media.raw)
    start = seconds_at(media.start, media.raw)
    return start + offset * seconds_at(1.0, media.raw)


def _refusal(leaf: Leaf, warp: Warp, fault: str) -> Refusal | None:
    if warp.fault:
        words = f"cannot be mapped to frames: {warp.fault}"
        return Refusal("ramp", _says(leaf.place, leaf.item, words))
    if fault:
        return Refusal("outside_media", _says(leaf.place, leaf.item, fault))
    return None


def _reach(slot: Slot) -> Handles:
    """Whole record frames that transitions show of the clip beyond its cuts."""
    if not slot.head and not slot.tail:
        return NO_HANDLES
    return Handles(max(0, -int(-slot.head // 1)), max(0, -int(-slot.tail // 1)))


def _labels(item: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Colours in lower case and marker names."""
    colour = getattr(item, "color", None)
    if colour is None and not len(item.markers):
        return NOTHING
    markers = list(item.markers)
    colours = [colour.name] if colour is not None else []
    colours += [marker.color for marker in markers]
    unique = dict.fromkeys(word.lower() for word in colours if word)
    return tuple(unique), tuple(marker.name for marker in markers)


def _says(place: str, item: Any, words: str) -> str:
    return f"The clip {place} ({item.name or 'no name'}) {words}."
