"""Nested stacks.

In: a nest and the part of it that is seen. Out: the one clip that fills it, or why there is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opentimelineio import core, schema

from bridge.timeline.retime import PLAIN, Warp, warp_of
from bridge.timeline.times import Frames
from bridge.timeline.walk import Ruler, Slot, is_video, slots_of


@dataclass(frozen=True, slots=True)
class Leaf:
    """A clip inside a nest."""

    item: Any
    place: str = ""  # its index path from the outermost nest
    skipped: Frames = 0  # record frames of its own before what is seen
    outer: Warp = PLAIN  # the speed at which the nests around it run


def leaf_of(nest: Any, skipped: Frames, length: Frames, ruler: Ruler) -> Leaf | str:
    """
    The clip that fills the seen part of a nest: `length` record frames, `skipped` frames into it.

    The topmost enabled item that shows there must show over the whole part, without a dissolve.
    A string says why there is none.
    """
    if not isinstance(nest, core.Composition):
        return f"is a {nest.schema_name()}, which is no clip"
    warp = warp_of(nest.effects)
    if warp.fault or warp.speed <= 0:
        return "is a nested sequence that is reversed, frozen or ramped"
    own = nest.source_range
    start = (ruler.frames(own.start_time) if own else 0) + skipped * warp.speed
    return _filling(nest, start, start + length * warp.speed, warp, ruler)


def _filling(nest: Any, start: Frames, end: Frames, warp: Warp, ruler: Ruler) -> Leaf | str:
    for number, track in _tracks_from_top(nest):
        first, last = (0, None) if track is nest else _trimmed(track, ruler)
        begin, finish = start + first, end + first
        seen = [
            (count, slot)
            for count, slot in _numbered(slots_of(track, ruler))
            if _shows(slot, begin, finish if last is None else min(finish, last))
        ]
        if seen:
            if last is not None and finish > last:
                return "is a nested sequence of several clips"
            return _only(number, seen, begin, finish, warp, ruler)
    return "is a nested sequence that shows nothing there"


def _only(
    number: int, seen: list[tuple[int, Slot]], start: Frames, end: Frames, warp: Warp, ruler: Ruler
) -> Leaf | str:
    count, slot = seen[0]
    if len(seen) > 1 or slot.start > start or slot.end < end:
        return "is a nested sequence of several clips; open it and select the shot inside"
    place = f"V{number}:{count}"
    inner = start - slot.start
    if isinstance(slot.item, schema.Clip):
        return Leaf(slot.item, place, inner, warp)
    leaf = leaf_of(slot.item, inner, end - start, ruler)
    if isinstance(leaf, str):
        return leaf
    return Leaf(
        leaf.item, f"{place}/{leaf.place}", leaf.skipped, Warp(leaf.outer.speed * warp.speed)
    )


def _tracks_from_top(nest: Any) -> Iterator[tuple[int, Any]]:
    """A nested track counts as a nest of one track."""
    children = [nest] if isinstance(nest, schema.Track) else [t for t in nest if is_video(t)]
    for number in range(len(children), 0, -1):
        track = children[number - 1]
        if getattr(track, "enabled", True):
            yield number, track


def _trimmed(track: Any, ruler: Ruler) -> tuple[Frames, Frames | None]:
    """Where a track that shows only a part of its content begins and ends in it."""
    if not isinstance(track, schema.Track) or track.source_range is None:
        return 0, None
    start = ruler.frames(track.source_range.start_time)
    return start, start + ruler.frames(track.source_range.duration)


def _numbered(slots: list[Slot]) -> Iterator[tuple[int, Slot]]:
    count = 0
    for slot in slots:
        if not slot.is_gap:
            count += 1
            yield count, slot


def _shows(slot: Slot, start: Frames, end: Frames) -> bool:
    """Whether anything of the item is on screen, what a dissolve shows of it included."""
    if not getattr(slot.item, "enabled", True):
        return False
    return slot.start - slot.head < end and slot.end + slot.tail > start
