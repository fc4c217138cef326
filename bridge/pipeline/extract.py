"""Stage 3. ShotOrder -> Extract: exactly the planned frames, in a form the engine accepts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.engines.base import Footage, Form, Kind
from bridge.errors import MediaChanged
from bridge.media.facts import Codec, Delivery, Frames, MediaFacts
from bridge.pipeline.planned import PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.tools import Report, Tools

CODECS = {Form.master: Codec.prores_hq, Form.h264: Codec.h264}


@dataclass(frozen=True)
class ShotOrder:
    """One attempt at one shot: what the first stage gets and every later one still has."""

    job: str
    attempt: int
    shot: PlannedShot
    recipe: Recipe
    model: str
    timeline_name: str
    media_folder: Path  # where the delivered file goes

    @property
    def key(self) -> str:
        """Names the attempt everywhere: to the engine, in the store, in the ledger."""
        return f"{self.job}-{self.shot.id}-{self.attempt}"


@dataclass(frozen=True)
class Extract:
    order: ShotOrder
    footage: tuple[Footage, ...]  # one a segment; none for a generated shot


async def extract(order: ShotOrder, tools: Tools, report: Report) -> Extract:
    """Cut the shot's segments; the source must still be the file that was planned with."""
    shot = order.shot
    if order.recipe.kind is Kind.generate or shot.media is None:
        return Extract(order, ())
    await _check_unchanged(shot.media, tools)
    folder = tools.store.scratch(order.key)
    form = tools.engines.model(order.recipe.engine, order.model).limits.form
    footage = [
        await _cut(shot, number, folder / f"footage_{number}", CODECS[form], tools, report)
        for number in range(len(shot.segments))
    ]
    await _check_unchanged(shot.media, tools)
    return Extract(order, tuple(footage))


async def _check_unchanged(planned: MediaFacts, tools: Tools) -> None:
    now = await tools.room.probe(planned.source)
    if (now.size, now.modified_ns, now.frames) != (
        planned.size,
        planned.modified_ns,
        planned.frames,
    ):
        raise MediaChanged(
            f"{planned.source.path} changed after the plan was made.", path=str(planned.source.path)
        )


async def _cut(
    shot: PlannedShot, number: int, out: Path, codec: Codec, tools: Tools, report: Report
) -> Footage:
    segment = shot.segments[number]
    numbers = _padded(shot.source_frames, segment)
    assert shot.media is not None  # noqa: S101 - the caller has a source or does not come here
    before = sum(part.sent for part in shot.segments[:number])
    total = sum(part.sent for part in shot.segments)
    delivered = await tools.room.deliver(
        Delivery(
            parts=(Frames(shot.media.source, numbers),),
            out=out.with_suffix(codec.suffix),
            codec=codec,
            rate=shot.rate,
            width=shot.render_width,
            height=shot.render_height,
            pixel_aspect=shot.pixel_aspect,
            colour=shot.colour,
        ),
        lambda done: report((before + done) / total, "extracting"),
    )
    return Footage(delivered.path, segment.sent, shot.rate, shot.render_width, shot.render_height)


def _padded(numbers: Sequence[int], segment: Segment) -> tuple[int, ...]:
    """The segment's source frames, its last one held until the model's length is reached."""
    wanted = tuple(numbers[segment.frames.start : segment.frames.end])
    return wanted + wanted[-1:] * (segment.sent - len(wanted))
