"""Stage 1. A timeline file and clip references -> Selection.

The chosen shots with their media looked at and their ranges exact.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.engines.base import Kind
from bridge.errors import BridgeError, ClipNotFound, RangeError, ShotRefused, UsageError
from bridge.frames import FrameMap, FrameRange, Handles, Rate, position
from bridge.media.advice import of_a_still
from bridge.media.facts import MediaFacts
from bridge.media.room import MediaRoom
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.tools import Tools
from bridge.source import Source, SourceKind
from bridge.timeline.bundles import is_bundle
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip, TimelineFacts
from bridge.timeline.memory import KEPT_SECONDS, Timelines
from bridge.timeline.neighbours import Gap, clip_named, gap_at, seen_at, track_of
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
    number: int = 0  # source frame, of a picture that the timeline itself shows
    window: FrameRange | None = None  # record frames between which it works


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
    length: int | None = None  # generate: record frames, where the gap says it
    shared: Handles = field(default_factory=Handles)  # generate: frames of the clips beside it
    track: int | None = None  # generate: the video track beside whose clips it lies


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
    document, listed, chosen = await _found(timeline, references, tools, bundles)
    facts = document.facts
    new = await _place(recipe, document, listed, tools.room)
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
        (*new.stills, *await _pictures(recipe, document, listed, tools.room)),
        new.at,
        left_out,
        document.warnings,
        new.length,
        new.shared,
        new.track,
    )


async def shot_at(
    timeline: Path,
    references: Sequence[str],
    place: str,
    start: int,
    tools: Tools,
    bundles: Path | None = None,
) -> Shot:
    """
    One shot of what `select` would find: the clip at `place` whose record range begins at `start`.

    No other media is looked at. `ClipNotFound` where the timeline has no such clip any more.
    """
    document, _, chosen = await _found(timeline, references, tools, bundles)
    clip = next((c for c in chosen if (c.place, c.record.start) == (place, start)), None)
    if clip is None:
        raise ClipNotFound(f"{place} is not where it was on the timeline.", hint="Select again.")
    return await _looked_at(clip, document.facts.rate, tools.room)


async def picture_at(
    timeline: Path, moment: str, tools: Tools, bundles: Path | None = None
) -> StillShot:
    """What the timeline shows at a moment, also on one track: `V2@01:00:04:12`."""
    document, listed, _ = await _found(timeline, (), tools, bundles)
    frame, clip = seen_at(document, listed, moment)
    return await _shown(clip, frame, document.facts, tools.room)


async def _found(
    timeline: Path, references: Sequence[str], tools: Tools, bundles: Path | None
) -> tuple[Document, tuple[Clip, ...], tuple[Clip, ...]]:
    """The timeline, its clips, and those that the references name."""
    found = await asyncio.to_thread(
        _read_and_choose, timeline, references, tools.timelines, bundles
    )
    asyncio.get_running_loop().call_later(KEPT_SECONDS, tools.timelines.forget_old)
    return found


def _read_and_choose(
    timeline: Path, references: Sequence[str], timelines: Timelines, bundles: Path | None
) -> tuple[Document, tuple[Clip, ...], tuple[Clip, ...]]:
    unpacked = None
    if bundles is not None and is_bundle(timeline):
        unpacked = bundles / hashlib.sha256(str(timeline).encode()).hexdigest()[:16]
    document, listed = timelines.read(timeline, unpacked)
    return document, listed, choose(document, listed, references) if references else ()


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


# ---- where a new shot goes


@dataclass(frozen=True)
class _Place:
    at: int | None = None
    length: int | None = None
    shared: Handles = field(default_factory=Handles)
    track: int | None = None
    stills: tuple[StillShot, ...] = ()  # the frames of the clips beside it


async def _place(
    recipe: Recipe, document: Document, listed: Sequence[Clip], room: MediaRoom
) -> _Place:
    beside = recipe.extend if recipe.extend is not None else recipe.fill
    if recipe.kind is Kind.edit and beside is not None:
        raise UsageError(
            "An edit changes chosen clips; it extends and fills nothing.",
            hint="Ask for a new shot: the kind is generate.",
        )
    ways = [way for way in (recipe.at, recipe.extend, recipe.fill) if way is not None]
    if len(ways) > 1:
        raise UsageError(
            "A new shot has one place.",
            hint="Say where it begins, what it extends or what it fills.",
        )
    if recipe.extend is not None:
        clip = clip_named(document, listed, recipe.extend)
        return await _after(clip, document.facts, room)
    if recipe.fill is not None:
        if recipe.duration is not None:
            raise UsageError("The gap says how long the new shot is.", hint="Leave --duration out.")
        return await _between(gap_at(document, listed, recipe.fill), document.facts, room)
    return _Place(None if recipe.at is None else record_frame(recipe.at, document.facts))


async def _after(clip: Clip, facts: TimelineFacts, room: MediaRoom) -> _Place:
    """Behind a clip, whose last frame is the new shot's first still."""
    last = await _shown(clip, clip.record.end - 1, facts, room)
    return _Place(clip.record.end, None, Handles(1, 0), track_of(clip), (last,))


async def _between(gap: Gap, facts: TimelineFacts, room: MediaRoom) -> _Place:
    """In a gap, from the last frame before it to the first one after it."""
    first = await _shown(gap.before, gap.record.start - 1, facts, room)
    last = await _shown(gap.after, gap.record.end, facts, room)
    shared = Handles(1, 1)
    return _Place(gap.record.start, gap.record.count, shared, gap.track, (first, last))


async def _shown(clip: Clip, frame: int, facts: TimelineFacts, room: MediaRoom) -> StillShot:
    """What a clip shows at a record frame, as a still for that frame."""
    shot = await _looked_at(clip, facts.rate, room)
    number = shot.map.at(frame - clip.record.start)
    nearest = min(max(0, number), shot.media.frames - 1)
    if abs(number - nearest) > 1:
        raise RangeError(
            f"{clip.place} ({clip.name}) shows source frame {number} there, and its media has "
            f"{shot.media.frames} frames.",
            hint="Shorten the clip in the editor or relink it to the full media.",
            clip=clip.place,
        )
    return StillShot(frame, shot.media, nearest)


# ---- stills


async def _pictures(
    recipe: Recipe, document: Document, listed: Sequence[Clip], room: MediaRoom
) -> tuple[StillShot, ...]:
    facts = document.facts

    async def looked(image: Path | None, moment: str | None) -> StillShot:
        if moment is not None:
            frame, clip = seen_at(document, listed, moment)
            return await _shown(clip, frame, facts, room)
        if image is None:
            raise UsageError("A still is a picture file, or a moment of the timeline.")
        with of_a_still():
            source = Source(image, SourceKind.still, rate=facts.rate)
            return StillShot(None, await room.probe(source))

    stills = [
        replace(
            await looked(still.image, still.frame_of),
            record=record_frame(still.at, facts),
            window=None if still.window is None else _window(still.window, facts),
        )
        for still in recipe.keyframes
    ]
    references = [await looked(image, None) for image in recipe.references]
    references += [await looked(None, moment) for moment in recipe.reference_frames]
    return (*stills, *(replace(reference, record=None) for reference in references))


def _window(text: str, facts: TimelineFacts) -> FrameRange:
    begin, dash, end = text.partition("-")
    if not dash:
        raise UsageError(f"{text[:40]!r} is no window.", hint="Write it as IN-OUT.")
    window = FrameRange.between(record_frame(begin, facts), record_frame(end, facts))
    if not window.count:
        raise RangeError(f"The window {text} is empty.")
    return window
