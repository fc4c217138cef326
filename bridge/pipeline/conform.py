"""Stage 6. Collected -> Conformed.

Exactly the shot's frames, named and tagged, as a take with its lineage.
"""

import asyncio
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pydantic import TypeAdapter

from bridge import __version__
from bridge.errors import FrameCountWrong
from bridge.frames import Rate
from bridge.media.facts import Delivered, Delivery, Frames, MediaFacts
from bridge.pipeline.collect import Collected, Raw
from bridge.pipeline.extract import ShotOrder
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.tools import Report, Tools
from bridge.store.takes import Lineage, SourceFile, Take, runs

RECIPE = TypeAdapter(Recipe)

# An engine that works at another rate returns the same time in another number of frames. A result
# that is longer or shorter by more than this share of it, and by more than a frame, is not the
# shot.
LENGTH_TOLERANCE = Fraction(2, 100)


@dataclass(frozen=True)
class Conformed:
    order: ShotOrder
    take: Take
    path: Path  # the delivered file


async def conform(collected: Collected, tools: Tools, report: Report) -> Conformed:
    """Cut, join, scale, tag and deliver; the same attempt gives the same take however often."""
    order = collected.render.extract.order
    shot = order.shot
    scratch = tools.store.scratch(order.key)
    delivered = await tools.room.deliver(
        Delivery(
            parts=_kept_frames(collected),
            out=scratch / f"conformed{order.recipe.codec.suffix}",
            codec=order.recipe.codec,
            rate=shot.rate,
            width=shot.width,
            height=shot.height,
            pixel_aspect=shot.pixel_aspect,
            colour=shot.colour,
            start_frame=shot.start_frame,
            drop=shot.drop,
            sound=shot.sound,
        ),
        lambda done: report(done / shot.frames, "conforming"),
    )
    if delivered.facts.frames != shot.frames:
        raise FrameCountWrong(
            f"{shot.name} has {delivered.facts.frames} frames, {shot.frames} were planned.",
            planned=shot.frames,
            found=delivered.facts.frames,
        )
    return await asyncio.to_thread(_deliver, collected, delivered, tools)


def _kept_frames(collected: Collected) -> tuple[Frames, ...]:
    shot = collected.render.extract.order.shot
    return tuple(
        Frames(
            raw.facts.source,
            tuple(
                raw_frame(frame - segment.frames.start, segment.sent, shot.rate, raw)
                for frame in segment.keep
            ),
        )
        for segment, raw in zip(shot.segments, collected.raws, strict=True)
    )


def raw_frame(frame: int, sent: int, rate: Rate, raw: Raw) -> int:
    """The raw frame for a frame that was sent: the same, or the one on screen at its middle."""
    found = raw.facts.frames
    if found == sent:
        return frame
    wanted, got = rate.seconds(sent), raw.facts.rate.seconds(found)
    if abs(got - wanted) > max(rate.seconds(1), wanted * LENGTH_TOLERANCE):
        raise FrameCountWrong(
            f"The engine returned {found} frames at {raw.facts.rate} for {sent} at {rate}.",
            planned=sent,
            found=found,
        )
    return min(found - 1, (2 * frame + 1) * found // (2 * sent))


def _deliver(collected: Collected, delivered: Delivered, tools: Tools) -> Conformed:
    order = collected.render.extract.order
    stored = tools.store.put(delivered.path, move=True, sha256=delivered.sha256)
    take = tools.store.deliver(_lineage(collected, delivered), stored, order.media_folder)
    return Conformed(order, take, take.delivered)


def _lineage(collected: Collected, delivered: Delivered) -> Lineage:
    order = collected.render.extract.order
    shot = order.shot
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
        codec=order.recipe.codec.value,
        job=order.job,
        shot=shot.id,
        software=__version__,
        warnings=(*shot.warnings, *collected.warnings),
    )


def _source_file(media: MediaFacts | None) -> SourceFile | None:
    if media is None:
        return None
    return SourceFile(media.source.path, media.size, media.modified_ns)
