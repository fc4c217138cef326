"""Stage 6. Collected -> Conformed.

Exactly the shot's frames, named and tagged, as a take with its lineage. Sound that came with them
is a file of its own beside them; the original's sound stays under the pictures.
"""

import asyncio
from collections import ChainMap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from pydantic import TypeAdapter

from bridge import __version__
from bridge.engines.base import Change
from bridge.errors import DeliveryError, FrameCountWrong, MediaError
from bridge.frames import FrameRange
from bridge.media.facts import (
    Delivered,
    Delivery,
    Dissolve,
    Dub,
    Dubbed,
    Frames,
    MediaFacts,
    Sound,
    SoundFacts,
    Trim,
)
from bridge.pipeline.collect import Collected
from bridge.pipeline.extract import ShotOrder, model_of
from bridge.pipeline.finishing import Look, look
from bridge.pipeline.fitting import codec_of
from bridge.pipeline.joints import Joint, dissolves, joint, parts, shared, trims
from bridge.pipeline.pieces import Piece
from bridge.pipeline.planned import PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.sureness import least_sure, sureness
from bridge.pipeline.tools import Report, Tools, result_of
from bridge.store.takes import Lineage, SourceFile, Take, runs

RECIPE = TypeAdapter(Recipe)


@dataclass(frozen=True)
class Conformed:
    order: ShotOrder
    take: Take
    path: Path  # the delivered file


@dataclass(frozen=True)
class Cutting:
    """The pictures of the take, and the delivered frames at which the segments' sound changes."""

    parts: tuple[Frames, ...]
    cuts: tuple[int, ...]
    dissolves: tuple[Dissolve, ...] = ()
    trims: tuple[Trim, ...] = ()
    known: tuple[MediaFacts, ...] = ()  # what the sources have to be
    warnings: tuple[str, ...] = ()


async def conform(collected: Collected, tools: Tools, report: Report) -> Conformed:
    """Join, scale, tag and deliver; the same attempt gives the same take however often."""
    order = collected.render.extract.order
    model = model_of(order, tools)
    changes = model.changes
    raws = tuple(raw.facts for raw in collected.raws if isinstance(raw.facts, MediaFacts))
    sounding = Change.sound in changes
    with _damaged_named(collected):
        cutting = _original(order.shot) if sounding else await _joined(collected, raws, tools)
        codec = codec_of(order.recipe.codec, order.shot.media, model)
        wanted = look(order.shot, codec, () if sounding else raws, changes)
        delivered = await _pictures(order, cutting, wanted, tools, report)
        sound, said = await _sound(collected, cutting.cuts, tools, kept=sounding)
    warnings = (*collected.warnings, *cutting.warnings, *wanted.warnings, *said)
    return await asyncio.to_thread(_deliver, collected, delivered, sound, wanted, warnings, tools)


@contextmanager
def _damaged_named(collected: Collected) -> Iterator[None]:
    """A raw result that cannot be read to its end names its request."""
    handles = collected.render.handles
    try:
        yield
    except MediaError as error:
        for handle, raw in zip(handles, collected.raws, strict=True):
            if error.detail.get("path") == str(raw.facts.source.path):
                error.detail["request"] = handle.key
        raise


# ---- pictures


def _original(shot: PlannedShot) -> Cutting:
    """The shot as it was: what came back is only to be heard."""
    if shot.media is None:
        raise DeliveryError(f"{shot.name} has no pictures that sound could be made for.")
    cuts = tuple(segment.keep.start for segment in shot.segments[1:])
    pictures = (Frames(shot.media.source, shot.source_frames),)
    return Cutting(pictures, cuts, known=(shot.media,))


async def _joined(collected: Collected, raws: tuple[MediaFacts, ...], tools: Tools) -> Cutting:
    shot = collected.render.extract.order.shot
    pieces: list[Piece] = []
    for segment, facts, handle in zip(shot.segments, raws, collected.render.handles, strict=True):
        with result_of(handle.key):
            pieces.append(Piece(segment, facts, shot.rate, shot.render_rate))
    joints: list[Joint] = []
    for before, after in pairwise(pieces):
        both = shared(before, after, joints[-1].at if joints else 0)
        joints.append(await _joint(before, after, both, tools))
    return Cutting(
        parts(pieces, joints, shot.frames),
        tuple(joint.middle for joint in joints),
        dissolves(pieces, joints),
        trims(joints, shot.rate, shot.frames),
        warnings=_held(shot, pieces, joints),
    )


async def _joint(before: Piece, after: Piece, both: FrameRange, tools: Tools) -> Joint:
    if not both.count:
        return Joint(both.start)
    found = await tools.room.match(before.frames(both), after.frames(both))
    return joint(both, found, after.segment.keep.start)


def _held(shot: PlannedShot, pieces: Sequence[Piece], joints: Sequence[Joint]) -> tuple[str, ...]:
    """Of each piece the frames that it shows and does not have; one alone nobody sees."""
    edges = (*(joint.at for joint in joints), shot.frames)
    short = [(end - piece.has.end, end) for piece, end in zip(pieces, edges, strict=True)]
    return tuple(
        f"What came back for {shot.name} ends {held} frames early before frame {end}; "
        "the last one is held."
        for held, end in short
        if held > 1
    )


async def _pictures(
    order: ShotOrder, cutting: Cutting, wanted: Look, tools: Tools, report: Report
) -> Delivered:
    shot = order.shot
    delivered = await tools.room.deliver(
        Delivery(
            parts=cutting.parts,
            out=tools.store.scratch(order.key) / f"conformed{wanted.codec.suffix}",
            codec=wanted.codec,
            rate=shot.rate,
            width=wanted.width,
            height=wanted.height,
            pixel_aspect=wanted.pixel_aspect,
            colour=wanted.colour,
            start_frame=shot.start_frame,
            drop=shot.drop,
            sound=shot.sound,
            dissolves=cutting.dissolves,
            trims=cutting.trims,
        ),
        lambda done: report(done / shot.frames, "conforming"),
        facts=cutting.known,
    )
    if delivered.facts.frames != shot.frames:
        raise FrameCountWrong(
            f"{shot.name} has {delivered.facts.frames} frames, {shot.frames} were planned.",
            planned=shot.frames,
            found=delivered.facts.frames,
        )
    return delivered


# ---- sound


async def _sound(
    collected: Collected, cuts: tuple[int, ...], tools: Tools, *, kept: bool
) -> tuple[Dubbed | None, tuple[str, ...]]:
    """
    The sound that came back, if there is any to be heard. `kept`: it is what was asked for.

    Sound that nobody asked for and that cannot be read costs a warning, not the pictures.
    """
    shot = collected.render.extract.order.shot
    if not any(raw.facts.audio for raw in collected.raws):
        return None, ()
    try:
        dubbed = await tools.room.dub(_dub(collected, cuts, tools))
    except MediaError as error:
        if kept:
            raise
        return None, (f"The sound that came back for {shot.name} is left out: {error.message}",)
    if not dubbed.silent:
        return dubbed, ()
    silent = f"The sound that came back for {shot.name} is silent."
    return (dubbed, (silent,)) if kept else (None, ())


def _dub(collected: Collected, cuts: tuple[int, ...], tools: Tools) -> Dub:
    """In real time, whatever the pictures' rate, but for a thousandth: no voice becomes higher."""
    order = collected.render.extract.order
    shot, rate = order.shot, order.shot.rate
    edges = pairwise([0, *cuts, shot.frames])
    pieces = zip(shot.segments, collected.raws, edges, strict=True)
    return Dub(
        tuple(
            Sound(
                raw.facts.source.path,
                rate.seconds(start - segment.frames.start),
                rate.seconds(end - start),
                _pace(shot, segment, raw.facts),
            )
            for segment, raw, (start, end) in pieces
        ),
        tools.store.scratch(order.key) / "sound.wav",
        rate.seconds(shot.start_frame),
    )


def _pace(shot: PlannedShot, segment: Segment, facts: MediaFacts | SoundFacts) -> Fraction:
    """Sound that came with pictures goes with them as long as nobody hears it."""
    if isinstance(facts, SoundFacts):
        return Fraction(1)
    return Piece(segment, facts, shot.rate, shot.render_rate).pace


# ---- the take


def _deliver(
    collected: Collected,
    delivered: Delivered,
    dubbed: Dubbed | None,
    wanted: Look,
    warnings: tuple[str, ...],
    tools: Tools,
) -> Conformed:
    order = collected.render.extract.order
    stored = tools.store.put(delivered.path, move=True, sha256=delivered.sha256)
    sound = (
        tools.store.put(dubbed.path, move=True, sha256=dubbed.sha256)
        if dubbed is not None
        else None
    )
    lineage = _lineage(collected, delivered, wanted, warnings)
    take = tools.store.deliver(lineage, stored, order.media_folder, sound)
    return Conformed(order, take, take.delivered)


def _lineage(
    collected: Collected, delivered: Delivered, wanted: Look, warnings: tuple[str, ...]
) -> Lineage:
    order = collected.render.extract.order
    shot = order.shot
    sure = sureness(shot, collected.raws)
    return Lineage(
        id=order.key,
        clip=shot.name,
        place=shot.place,
        timeline=order.timeline_name,
        source=_source_file(shot.media),
        source_frames=runs(shot.source_frames),
        record=shot.record,
        rate=shot.rate,
        handles=shot.handles,
        recipe=RECIPE.dump_python(order.recipe, mode="json"),
        prompt=order.recipe.prompt,
        engine=order.recipe.engine,
        model=order.model,
        seed=next((raw.seed for raw in collected.raws if raw.seed is not None), order.recipe.seed),
        credits=collected.credits,
        raws=tuple(raw.sha256 for raw in collected.raws),
        frames=delivered.facts.frames,
        width=delivered.facts.width,
        height=delivered.facts.height,
        codec=wanted.codec.value,
        job=order.job,
        shot=shot.id,
        software=__version__,
        warnings=(*shot.warnings, *warnings, *_unsure(shot, sure)),
        notes=dict(ChainMap(*(raw.notes for raw in collected.raws))),
        sureness=sure,
    )


def _unsure(shot: PlannedShot, percents: tuple[int, ...]) -> tuple[str, ...]:
    shown = FrameRange(shot.handles.head, shot.record.count)
    frame = least_sure(percents, shown)
    if frame is None:
        return ()
    where = shot.record.start + frame - shown.start
    help_ = "a still there helps most" if shot.media is None else "paint that frame next"
    return (
        f"{shot.name} is least sure at frame {where} of the timeline ({percents[frame]} %): "
        f"{help_}.",
    )


def _source_file(media: MediaFacts | None) -> SourceFile | None:
    if media is None:
        return None
    return SourceFile(media.source.path, media.size, media.modified_ns)
