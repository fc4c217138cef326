"""Edits inside a clip's own slot.

In: the original and a placement. Out: the clips that take its place, or a take on it.
"""

from fractions import Fraction
from typing import Any

from opentimelineio import opentime, schema

from bridge.errors import ShotRefused
from bridge.frames import Rate
from bridge.timeline import baked
from bridge.timeline.facts import Flavour, Placement
from bridge.timeline.metadata import BRIDGE
from bridge.timeline.retime import is_time_effect, warp_of
from bridge.timeline.times import Frames, frames_at, nearest
from bridge.timeline.walk import Slot

MAIN = "DEFAULT_MEDIA"  # the key that OTIO itself and Resolve look at first
ORIGINAL = "original"


def refuse(placement: Placement, reason: str, words: str) -> ShotRefused:
    return ShotRefused(
        f"{placement.place or 'A generated shot'} ({placement.name}) {words}.",
        hint="Use the mode `above`, which always fits.",
        reason=reason,
        clip=placement.place,
    )


def check_take(
    slot: Slot, shift: Frames, placement: Placement, flavour: Flavour, rate: Rate
) -> int:
    """
    The new media's first frame on the clip's clock.

    All references of a clip share its source range; `ShotRefused` where it cannot stay as it is.
    """
    clip = slot.item
    if not isinstance(clip, schema.Clip):
        raise refuse(placement, "nested", "is a nested sequence, which holds no takes")
    warp = warp_of(clip.effects)
    if warp.fault or warp.speed != 1:
        raise refuse(placement, "retimed", "is retimed, and a take would be retimed again")
    if not _is_whole(slot, shift, placement):
        raise refuse(placement, "partial", "was chosen in part, and a take covers the whole clip")
    own = clip.source_range
    start = frames_at(own.start_time.value, own.start_time.rate, rate) if own else None
    if start is None or isinstance(start, Fraction):
        raise refuse(placement, "source_range", "does not begin on a whole frame of the sequence")
    first = start - placement.source_start
    if flavour is Flavour.resolve and first != placement.media_start_frame:
        # Resolve offers no error for a range outside of the media's timecode: the import does
        # nothing.
        raise refuse(
            placement,
            "source_range",
            f"begins at frame {start} of its media's clock, "
            f"and the take at {placement.media_start_frame}",
        )
    return first


def add_take(clip: Any, made: Any) -> None:
    """The new media becomes the active reference; the others stay under their keys."""
    references = dict(clip.media_references())
    number = 1 + sum(key.startswith("take ") for key in references)
    while f"take {number:02d}" in references:
        number += 1
    key = f"take {number:02d}"
    clip.set_media_references({**references, key: made}, key)


def check_replace(slot: Slot, shift: Frames, placement: Placement) -> None:
    """`ShotRefused` for nests and for parts of clips that cannot be split exactly."""
    clip = slot.item
    if not isinstance(clip, schema.Clip):
        raise refuse(
            placement, "nested", "is a nested sequence, which cannot be kept as a reference"
        )
    if _is_whole(slot, shift, placement):
        return
    whole = all(isinstance(edge, int) for edge in (slot.start, slot.end, shift))
    plain = clip.source_range is not None and warp_of(clip.effects).speed == 1
    if not whole or not plain or warp_of(clip.effects).fault:
        raise refuse(
            placement, "partial", "was chosen in part and is retimed or off the frame grid"
        )


def filled(
    slot: Slot, shift: Frames, takes: list[tuple[Placement, Any]], spelled: float
) -> list[Any]:
    """What comes into the slot: the takes in record order, the original's rest between them."""
    if len(takes) == 1 and _is_whole(slot, shift, takes[0][0]):
        return [takes[0][1]]
    items: list[Any] = []
    begin, position = slot.start + shift, slot.start + shift
    for placement, clip in takes:
        if placement.record.start > position:
            items.append(_piece(slot, position - begin, placement.record.start - position, spelled))
        items.append(clip)
        position = placement.record.end
    if slot.end + shift > position:
        items.append(_piece(slot, position - begin, slot.end + shift - position, spelled))
    return items


def replacement(slot: Slot, shift: Frames, placement: Placement, spelled: float) -> Any:
    """
    A baked clip that remembers the original: as text in the metadata and as an inactive reference.

    Over a whole slot it keeps the markers and the exact length, so that nothing after it moves.
    """
    original = slot.item
    clip = baked.clip(placement, baked.reference(placement, spelled), spelled)
    clip.metadata[BRIDGE][ORIGINAL] = original.to_json_string(-1)
    references = {MAIN: clip.media_reference}
    if original.media_reference is not None:
        references[ORIGINAL] = original.media_reference.clone()
    clip.set_media_references(references, MAIN)
    clip.effects.extend([e.clone() for e in original.effects if not is_time_effect(e)])
    clip.enabled = original.enabled
    if _is_whole(slot, shift, placement):
        length = baked.time(slot.end - slot.start, spelled)
        clip.source_range = opentime.TimeRange(clip.source_range.start_time, length)
        clip.markers.extend([_moved(marker, original, clip) for marker in original.markers])
    return clip


def _moved(marker: Any, original: Any, clip: Any) -> Any:
    """A marker counts on its clip's clock, and the take has another one."""
    made, own = marker.clone(), original.source_range
    inside = marker.marked_range
    if own is not None and own.contains(inside.start_time):
        start = clip.source_range.start_time + (inside.start_time - own.start_time)
        made.marked_range = opentime.TimeRange(start, inside.duration)
    return made


def _is_whole(slot: Slot, shift: Frames, placement: Placement) -> bool:
    return placement.record == nearest(slot.start + shift, slot.end + shift)


def _piece(slot: Slot, offset: Frames, count: Frames, spelled: float) -> Any:
    """A part of the original, `offset` record frames into it."""
    piece = slot.item.clone()
    own = piece.source_range
    start = own.start_time + baked.time(offset, spelled).rescaled_to(own.start_time.rate)
    piece.source_range = opentime.TimeRange(
        start, baked.time(count, spelled).rescaled_to(own.duration.rate)
    )
    inside = piece.source_range
    piece.markers[:] = [m for m in piece.markers if inside.contains(m.marked_range.start_time)]
    return piece
