"""Stage 1. A timeline file and clip references -> Selection.

The chosen shots with their media looked at and their ranges exact.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError, RangeError, ShotRefused
from bridge.frames import FrameMap, Rate, position
from bridge.media.facts import MediaFacts
from bridge.media.room import MediaRoom
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.tools import Tools
from bridge.source import Source, SourceKind
from bridge.timeline.bundles import is_bundle
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip, TimelineFacts
from bridge.timeline.memory import KEPT_SECONDS, Timelines
from bridge.timeline.references import choose, record_frame


@dataclass(frozen=True)
class Shot:
    """A clip whose media has been looked at: its record frame i shows source frame `map.at(i)`."""

    clip: Clip
    media: MediaFacts
    map: FrameMap


@dataclass(frozen=True)
class LeftOut:
    """A clip that was chosen and cannot be worked on, with the error that says why."""

    place: str
    name: str
    error: dict[str, Any]


@dataclass(frozen=True)
class StillShot:
    """A picture that the recipe brings, looked at, with its moment."""

    record: int | None  # record frames from the timeline's start; None: a reference has no moment
    media: MediaFacts


@dataclass(frozen=True)
class Selection:
    timeline: Path
    folder: Path  # where the timeline's relative media paths begin
    facts: TimelineFacts
    shots: tuple[Shot, ...]
    stills: tuple[StillShot, ...] = ()
    at: int | None = None  # generate: record frame from the timeline's start
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()


async def select(
    timeline: Path,
    references: Sequence[str],
    recipe: Recipe,
    tools: Tools,
    bundles: Path | None = None,
) -> Selection:
    """
    Read the timeline, find the clips and look at their media; a bundle's is unpacked to `bundles`.

    Clips that cannot be worked on are left out by name; when none is left, the first one's error
    is raised.
    """
    document, chosen = await asyncio.to_thread(
        _read_and_choose, timeline, references, tools.timelines, bundles
    )
    asyncio.get_running_loop().call_later(KEPT_SECONDS, tools.timelines.forget_old)
    facts = document.facts
    looked = await asyncio.gather(*(_tried(clip, facts.rate, tools.room) for clip in chosen))
    shots = tuple(found for found in looked if isinstance(found, Shot))
    left_out = tuple(found for found in looked if isinstance(found, LeftOut))
    if chosen and not shots:
        raise BridgeError.from_data(left_out[0].error)
    return Selection(
        timeline,
        document.folder,
        facts,
        shots,
        await _stills(recipe, facts, tools.room),
        None if recipe.at is None else record_frame(recipe.at, facts),
        left_out,
        document.warnings,
    )


def _read_and_choose(
    timeline: Path, references: Sequence[str], timelines: Timelines, bundles: Path | None
) -> tuple[Document, tuple[Clip, ...]]:
    unpacked = None
    if bundles is not None and is_bundle(timeline):
        unpacked = bundles / hashlib.sha256(str(timeline).encode()).hexdigest()[:16]
    document, listed = timelines.read(timeline, unpacked)
    return document, choose(document, listed, references) if references else ()


async def _tried(clip: Clip, rate: Rate, room: MediaRoom) -> Shot | LeftOut:
    try:
        return await _looked_at(clip, rate, room)
    except BridgeError as error:
        return LeftOut(clip.place, clip.name, error.as_data())


async def _looked_at(clip: Clip, rate: Rate, room: MediaRoom) -> Shot:
    if clip.refusal is not None:
        raise ShotRefused(clip.refusal.sentence, reason=clip.refusal.reason, clip=clip.place)
    if clip.source is None:
        raise ShotRefused(
            f"{clip.place} ({clip.name}) has no media of its own.",
            reason="no_media",
            clip=clip.place,
        )
    if clip.record.count == 0:
        raise RangeError(f"{clip.place} ({clip.name}) is zero frames long.", clip=clip.place)
    media = await room.probe(_playing_at(clip.source, clip.media_rate or rate))
    return Shot(clip, media, _frame_map(clip, media, rate))


def _playing_at(source: Source, rate: Rate) -> Source:
    if source.kind is SourceKind.movie or source.rate is not None:
        return source
    return Source(source.path, source.kind, source.first_number, source.count, rate)


def _frame_map(clip: Clip, media: MediaFacts, rate: Rate) -> FrameMap:
    """
    Lay the clip's source time over the media's frames.

    Where the media begins on the clip's clock is what the timeline says; where it says nothing, or
    what it says points outside the file, it is the file's own timecode, or zero: editors write
    both.
    """
    if media.source.kind is SourceKind.still:
        return FrameMap(Fraction(0), Fraction(0))
    step = clip.speed * media.rate.fps / rate.fps
    timecode_start = media.rate.seconds(media.start_frame)
    stated = () if clip.media_in is None else (clip.media_in,)
    maps = [
        FrameMap(position(media.rate.frames(clip.source_in - begin)), step)
        for begin in (*stated, timecode_start, Fraction(0))
    ]
    return next((found for found in maps if 0 <= found.at(0) < media.frames), maps[0])


async def _stills(recipe: Recipe, facts: TimelineFacts, room: MediaRoom) -> tuple[StillShot, ...]:
    moments = [(record_frame(still.at, facts), still.image) for still in recipe.keyframes]
    pictures = [*moments, *((None, image) for image in recipe.references)]
    return tuple(
        [
            StillShot(record, await room.probe(Source(image, SourceKind.still, rate=facts.rate)))
            for record, image in pictures
        ]
    )
