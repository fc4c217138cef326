"""Stage 3. ShotOrder -> Extract: exactly the planned frames, in a form the engine accepts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bridge.engines.base import Footage, Form, Model
from bridge.media.facts import Codec, Delivery, Frames, MediaFacts
from bridge.pipeline.planned import PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.tools import Report, Tools

CODECS = {Form.master: Codec.prores_hq, Form.h264: Codec.h264}


def attempt_key(job: str, shot: str, attempt: int) -> str:
    """Names an attempt everywhere: to the engine, in the store, in the ledger."""
    return f"{job}-{shot}-{attempt}"


@dataclass(frozen=True)
class ShotOrder:
    """One attempt at one shot: what the first stage gets and every later one still has."""

    job: str
    attempt: int
    shot: PlannedShot
    recipe: Recipe
    model: str
    door: str  # the model's
    timeline_name: str
    media_folder: Path  # where the delivered file goes

    @property
    def key(self) -> str:
        return attempt_key(self.job, self.shot.id, self.attempt)


@dataclass(frozen=True)
class Extract:
    order: ShotOrder
    footage: tuple[Footage, ...]  # one a segment; none for a generated shot


def model_of(order: ShotOrder, tools: Tools) -> Model:
    return tools.engines.exact(order.recipe.engine, order.model, order.door)


async def extract(order: ShotOrder, tools: Tools, report: Report) -> Extract:
    """Cut the shot's segments; the source must still be the file that was planned with."""
    media = order.shot.media
    if media is None:
        return Extract(order, ())
    cuts = _cuts(order, media, tools)
    total = sum(cut.frames for cut in cuts)
    footage: list[Footage] = []
    for cut in cuts:
        before = sum(made.frames for made in footage)
        share = partial(_report_share, report, before, total)
        delivered = await tools.room.deliver(cut, share, facts=(media,))
        footage.append(Footage(delivered.path, cut.frames, cut.rate, cut.width, cut.height))
    return Extract(order, tuple(footage))


def _report_share(report: Report, before: int, total: int, done: int) -> None:
    report((before + done) / total, "extracting")


def _cuts(order: ShotOrder, media: MediaFacts, tools: Tools) -> tuple[Delivery, ...]:
    shot, folder = order.shot, tools.store.scratch(order.key)
    codec = CODECS[model_of(order, tools).limits.form]
    numbers = shot.source_frames
    return tuple(
        Delivery(
            parts=(Frames(media.source, _padded(numbers, segment)),),
            out=folder / f"footage_{number}{codec.suffix}",
            codec=codec,
            rate=shot.rate,
            width=shot.render_width,
            height=shot.render_height,
            pixel_aspect=shot.pixel_aspect,
            colour=shot.colour,
        )
        for number, segment in enumerate(shot.segments)
    )


def _padded(numbers: Sequence[int], segment: Segment) -> tuple[int, ...]:
    """The segment's source frames, its last one held until the model's length is reached."""
    wanted = tuple(numbers[segment.frames.start : segment.frames.end])
    return wanted + wanted[-1:] * (segment.sent - len(wanted))
