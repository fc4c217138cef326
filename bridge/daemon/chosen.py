"""A new timeline with the takes that a person chose. In: a selection, takes. Out: a timeline file.

The timeline that came in is read again and left as it is. A clip may have been trimmed since a take
of it was made: the take then lies under the frames that it was made of.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bridge.daemon.house import House
from bridge.daemon.records import Uploads, new_id
from bridge.daemon.shot_takes import number_of, order_of
from bridge.daemon.work import selected
from bridge.engines.base import Kind
from bridge.errors import ShotRefused
from bridge.frames import FrameRange
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.reinsert import provenance, write_with
from bridge.pipeline.selection import Selection, Shot
from bridge.source import Source
from bridge.store.names import safe_stem
from bridge.store.takes import Take, numbers_of
from bridge.timeline.facts import Flavour, Mode, Placement
from bridge.timeline.read import read
from bridge.wire.selections import SelectionOut
from bridge.wire.takes import ChosenIn, ChosenOut

OWN_FLAVOURS = (Flavour.resolve, Flavour.premiere)


async def write_chosen(known: SelectionOut, wanted: ChosenIn, house: House) -> ChosenOut:
    """`ShotRefused` for a take whose clip is not there any more, or shows other frames now."""
    ids = tuple(dict.fromkeys(wanted.takes))
    takes = await asyncio.to_thread(lambda: [house.tools.store.take(take) for take in ids])
    placements = tuple([await _placement(take, known, house) for take in takes])
    found = await selected(Path(known.timeline), (), Recipe(Kind.edit), house)
    timeline_id, name = new_id("t"), safe_stem(f"{known.facts.name} takes")
    out = Uploads(house.settings.data).place(timeline_id, name)
    warnings = await asyncio.to_thread(_write, known, found, placements, wanted.mode, out)
    return ChosenOut(id=timeline_id, timeline=out, warnings=warnings)


def _write(
    known: SelectionOut,
    found: Selection,
    placements: Sequence[Placement],
    mode: Mode,
    out: Path,
) -> tuple[str, ...]:
    came_in = replace(read(found.timeline), folder=found.folder)
    flavour = Flavour(known.host) if known.host in OWN_FLAVOURS else found.facts.flavour
    of_clips = tuple(one for one in placements if one.place is not None)
    new = tuple(one for one in placements if one.place is None)
    beside = mode if mode is Mode.append else Mode.above  # a new shot has nothing to replace
    return write_with(came_in, ((of_clips, mode), (new, beside)), flavour, out)[1]


async def _placement(take: Take, known: SelectionOut, house: House) -> Placement:
    shot = None if take.place is None else await _shot(take, known, house)
    order = None if shot is not None else await order_of(take, house)
    media = await house.tools.room.probe(Source(take.delivered))
    first = take.handles.head if shot is None else _first(take, shot)
    return Placement(
        take=take.id,
        name=take.delivered.stem,
        place=None if shot is None else shot.clip.place,
        record=take.record if shot is None else shot.clip.record,
        media=take.delivered,
        rate=take.rate,
        frames=take.frames,
        source_start=first,
        media_start_frame=media.start_frame,
        track=None if order is None else order.instruction.get("track"),
        sound=take.sound_path,
        metadata=provenance(take),
    )


async def _shot(take: Take, known: SelectionOut, house: House) -> Shot:
    number = number_of(take, known.shots)
    if number is None:
        raise _refused(take, "is not of this selection", "Select its clip, then choose it again.")
    return await house.films.shot_of(known, number)


def _first(take: Take, shot: Shot) -> int:
    """The take's frame under the shot's first one: both show the same source frames."""
    count, last = shot.clip.record.count, shot.media.frames - 1
    wanted = [min(max(0, n), last) for n in shot.map.frames(FrameRange(0, count))]
    made = list(numbers_of(take.source_frames))
    starts = sorted(range(len(made) - count + 1), key=lambda at: abs(at - take.handles.head))
    for at in starts:
        if made[at : at + count] == wanted:
            return at
    raise _refused(take, "does not show all frames of its clip as it is now", "Render it again.")


def _refused(take: Take, why: str, hint: str) -> ShotRefused:
    sentence = f"Take {take.number} of {take.clip} {why}."
    return ShotRefused(sentence, hint=hint, reason="changed", take=take.id)
