"""Takes into a timeline.

In: a document, placements and a mode. Out: the edited document, which owns the objects now.

Everything is decided before anything is changed: an error leaves the document as it was, still
usable.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from opentimelineio import schema

from bridge.errors import RangeError
from bridge.frames import FrameRange
from bridge.timeline import baked, slots
from bridge.timeline.document import Added, Document, Held
from bridge.timeline.dubbing import dubbing
from bridge.timeline.facts import Mode, Placed, Placement
from bridge.timeline.lanes import Lane, lanes_over, new_track, spread
from bridge.timeline.names import track_names
from bridge.timeline.spots import Spot, base_of, by_slot, row_of, spots_of
from bridge.timeline.walk import is_video


class Made(NamedTuple):
    """One take, ready to be put in."""

    placement: Placement
    reference: Any  # the OTIO media reference
    clip: Any  # the OTIO clip that shows it
    record: FrameRange


@dataclass(frozen=True)
class Edit:
    """What to do, decided: `apply` does not fail."""

    made: list[Made]
    apply: Callable[[], None]
    frames: int  # the timeline's length afterwards
    warnings: tuple[str, ...] = ()


def reinsert(document: Document, placements: Sequence[Placement], mode: Mode) -> Document:
    """
    The document with the takes on it; `document` itself is consumed.

    `ShotRefused` (with a reason) where a clip cannot take the mode, `ClipNotFound` for a place that
    is not there, `RangeError` for ranges that do not fit. Linear in the items of the tracks that
    are touched.
    """
    held = document.held
    for placement in placements:
        baked.check(placement, document.facts.rate)
    edit = DECIDE[mode](document, held, placements)
    frames = max(document.facts.frames, edit.frames)
    sounds = [(made.placement, made.record) for made in edit.made]
    heard, lay_sound = dubbing(held, sounds, frames)
    edit.apply()
    lay_sound()
    held.consumed = True
    added = tuple(Added(made.reference, made.placement.media) for made in edit.made)
    return replace(
        document,
        facts=replace(document.facts, frames=frames),
        _held=Held(
            held.timeline,
            held.ruler,
            held.spelled,
            held.xml,
            held.added + added + heard,
            before=held.before or tuple(row.track for row in held.layout.rows),
            grown=held.grown or frames > document.facts.frames,
        ),
        warnings=document.warnings + edit.warnings,
        placed=document.placed + _placed(held.timeline, edit.made),
    )


def _above(document: Document, held: Held, placements: Sequence[Placement]) -> Edit:
    layout = held.layout
    made = [_baked(placement, held.spelled) for placement in placements]
    until = max([document.facts.frames, *(placement.record.end for placement in placements)])
    if layout.trimmed and until > document.facts.frames:
        raise _beyond()
    groups: defaultdict[int, list[tuple[FrameRange, Any]]] = defaultdict(list)
    for one in made:
        groups[base_of(layout, one.placement)].append((one.record, one.clip))
    lanes = {
        base: spread(clips, lanes_over(base, layout), layout.origin)
        for base, clips in groups.items()
    }
    return Edit(made, lambda: _lay(held, lanes, until), until)


def _lay(held: Held, lanes: dict[int, list[Lane]], until: int) -> None:
    """From the top track down, so that the numbers of the tracks below stay right."""
    stack = held.timeline.tracks
    pictures = [(index, track.name) for index, track in enumerate(stack) if is_video(track)]
    fresh = [(base, lane) for base in sorted(lanes) for lane in lanes[base] if lane.row is None]
    names = track_names([name for _, name in pictures], len(fresh))
    for (base, lane), name in reversed(list(zip(fresh, names, strict=True))):
        top = base + sum(other.row is not None for other in lanes[base])
        at = pictures[top - 1][0] + 1 if top else 0
        stack.insert(at, new_track(name, lane.children(held.spelled, until)))
    for lane in (lane for found in lanes.values() for lane in found):
        if lane.row is not None and lane.new:
            children = lane.children(held.spelled, until)
            del lane.row.track[:]
            lane.row.track.extend(children)


def _take(document: Document, held: Held, placements: Sequence[Placement]) -> Edit:
    made = [_as_take(document, held, spot) for spot in spots_of(held.layout, placements)]

    def apply() -> None:
        for one in made:
            slots.add_take(one.clip, one.reference)

    return Edit(made, apply, document.facts.frames)


def _as_take(document: Document, held: Held, spot: Spot) -> Made:
    placement, facts = spot.placement, document.facts
    first = slots.check_take(spot.slot, spot.row.shift, placement, facts.flavour, facts.rate)
    reference = baked.reference(placement, held.spelled, first)
    return Made(placement, reference, spot.slot.item, placement.record)


def _replace(document: Document, held: Held, placements: Sequence[Placement]) -> Edit:
    spots = spots_of(held.layout, placements)
    for spot in spots:
        slots.check_replace(spot.slot, spot.row.shift, spot.placement)
    made: list[Made] = []
    changes: defaultdict[int, dict[int, list[Any]]] = defaultdict(dict)
    for group in by_slot(spots):
        baked_ones = [_replacement(spot, held.spelled) for spot in group]
        row, slot = group[0].row, group[0].slot
        changes[row.number][slot.child] = slots.filled(slot, row.shift, baked_ones, held.spelled)
        made += [Made(p, clip.media_reference, clip, p.record) for p, clip in baked_ones]
    tracks = {spot.row.number: spot.row.track for spot in spots}

    def apply() -> None:
        for number, items in changes.items():
            _exchange(tracks[number], items)

    return Edit(made, apply, document.facts.frames, tuple(_short_of_handles(spots)))


def _replacement(spot: Spot, spelled: float) -> tuple[Placement, Any]:
    clip = slots.replacement(spot.slot, spot.row.shift, spot.placement, spelled)
    return spot.placement, clip


def _exchange(track: Any, changes: dict[int, list[Any]]) -> None:
    if all(len(items) == 1 for items in changes.values()):
        for index, items in changes.items():
            track[index] = items[0]
        return
    children = [
        item for index, child in enumerate(list(track)) for item in changes.get(index, [child])
    ]
    del track[:]
    track.extend(children)


def _short_of_handles(spots: Sequence[Spot]) -> list[str]:
    return [
        f"{spot.placement.place} ({spot.placement.name}) lies in a transition "
        "that its take has no frames for."
        for spot in spots
        if spot.slot.head > spot.placement.source_start
        or spot.slot.tail
        > spot.placement.frames - spot.placement.source_start - spot.placement.record.count
    ]


def _append(_: Document, held: Held, placements: Sequence[Placement]) -> Edit:
    layout = held.layout
    if layout.trimmed and placements:
        raise _beyond()
    end = math.ceil(layout.frames)
    ends = {row.number: row.slots[-1].end + row.shift if row.slots else 0 for row in layout.rows}
    made: list[Made] = []
    steps: list[tuple[Any, list[Any]]] = []
    for placement in placements:
        row = row_of(layout, base_of(layout, placement), placement)
        if row.track.source_range is not None:
            raise _beyond()
        record = FrameRange(end, placement.record.count)
        one = _baked(placement, held.spelled)._replace(record=record)
        pad = end - ends[row.number]
        steps.append((row.track, [baked.gap(pad, held.spelled)] * (pad > 0) + [one.clip]))
        ends[row.number] = end = record.end
        made.append(one)

    def apply() -> None:
        for track, items in steps:
            track.extend(items)

    return Edit(made, apply, end)


DECIDE = {Mode.above: _above, Mode.take: _take, Mode.replace: _replace, Mode.append: _append}


def _baked(placement: Placement, spelled: float) -> Made:
    reference = baked.reference(placement, spelled)
    clip = baked.clip(placement, reference, spelled)
    return Made(placement, reference, clip, placement.record)


def _beyond() -> RangeError:
    return RangeError(
        "This timeline shows only a part of its tracks, so nothing can be put behind its end.",
        hint="Place the take over the original with the mode `above`.",
    )


def _placed(timeline: Any, made: Sequence[Made]) -> tuple[Placed, ...]:
    """The places of what was put in, in the order of the placements; one visit to every item."""
    if not made:
        return ()
    wanted = {id(one.clip) for one in made}
    places: dict[int, str] = {}
    pictures = [track for track in timeline.tracks if is_video(track)]
    for number, track in enumerate(pictures, 1):
        count = 0
        for item in track if isinstance(track, schema.Track) else (track,):
            if not isinstance(item, schema.Transition | schema.Gap):
                count += 1
                if id(item) in wanted:
                    places[id(item)] = f"V{number}:{count}"
    return tuple(Placed(one.placement.take, places[id(one.clip)], one.record) for one in made)
