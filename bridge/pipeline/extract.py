"""Stage 3. ShotOrder -> Extract: exactly the planned frames, in a form the engine accepts."""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from bridge.engines.base import Footage, Keyframe, Model
from bridge.engines.forms import Form
from bridge.errors import PlanRefused
from bridge.media.facts import Codec, Delivery, Fitting, Frames, MediaFacts
from bridge.pipeline.planned import PlannedKeyframe, PlannedShot, PlannedStill
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.tools import Report, Tools

CODECS = {
    Form.master: Codec.prores_hq,
    Form.alpha: Codec.prores_4444,
    Form.h264: Codec.h264,
}


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
    keyframes: tuple[Keyframe, ...] = ()  # on delivered frames
    references: tuple[Path, ...] = ()


def model_of(order: ShotOrder, tools: Tools) -> Model:
    return tools.engines.exact(order.recipe.engine, order.model, order.door)


async def extract(order: ShotOrder, tools: Tools, report: Report) -> Extract:
    """Cut the shot's segments; the source must still be the file that was planned with."""
    footage = await _footage(order, tools, report)
    shot = order.shot
    keyframes = [
        Keyframe(still.frame, await _picture(still, number, order, tools), still.window)
        for number, still in enumerate(shot.keyframes)
    ]
    references = [
        await _picture(still, len(shot.keyframes) + number, order, tools)
        for number, still in enumerate(shot.references)
    ]
    return Extract(order, footage, tuple(keyframes), tuple(references))


# ---- footage


async def _footage(order: ShotOrder, tools: Tools, report: Report) -> tuple[Footage, ...]:
    media = order.shot.media
    if media is None:
        return ()
    cuts = _cuts(order, media, tools)
    total = sum(cut.frames for cut in cuts)
    footage: list[Footage] = []
    for cut in cuts:
        before = sum(made.frames for made in footage)
        share = partial(_report_share, report, before, total)
        delivered = await tools.room.deliver(cut, share, facts=(media,))
        _check_size(delivered.facts, order, tools)
        footage.append(Footage(delivered.path, cut.frames, cut.rate, cut.width, cut.height))
    return tuple(footage)


def _report_share(report: Report, before: int, total: int, done: int) -> None:
    report((before + done) / total, "extracting")


def _check_size(made: MediaFacts, order: ShotOrder, tools: Tools) -> None:
    """Before anything is sent: the engine would refuse the file when it has it all."""
    model = model_of(order, tools)
    most = model.limits.max_bytes
    if most is not None and made.size > most:
        raise PlanRefused(
            f"The footage of {order.shot.name} has {made.size} bytes, and the model {model.name} "
            f"takes {most}.",
            hint="Choose a shorter part of the clip, or another model.",
            bytes=made.size,
            limit=most,
        )


def _cuts(order: ShotOrder, media: MediaFacts, tools: Tools) -> tuple[Delivery, ...]:
    shot, folder = order.shot, tools.store.scratch(order.key)
    codec = CODECS[shot.form]
    return tuple(
        Delivery(
            parts=(Frames(media.source, sent_frames(shot, segment)),),
            out=folder / f"footage_{number}{codec.suffix}",
            codec=codec,
            rate=shot.render_rate,
            width=shot.render_width,
            height=shot.render_height,
            pixel_aspect=shot.render_pixel_aspect,
            colour=shot.colour,
        )
        for number, segment in enumerate(shot.segments)
    )


def sent_frames(shot: PlannedShot, segment: Segment) -> tuple[int, ...]:
    """The segment's source frames, its last one held until the model's length is reached."""
    wanted = shot.source_numbers(segment.frames)[:: shot.step]
    return wanted + wanted[-1:] * (segment.sent - len(wanted))


# ---- stills


async def _picture(still: PlannedStill, number: int, order: ShotOrder, tools: Tools) -> Path:
    """
    The still as the engine gets it. A file that stays on this machine is not touched; all else is
    made a PNG, and what has a moment gets the footage's size: then it lies over the frame exactly.
    """
    if still.is_file and not tools.engines.get(order.recipe.engine).remote:
        return still.image
    fitting = fitting_of(still, order.shot) if isinstance(still, PlannedKeyframe) else None
    out = tools.store.scratch(order.key) / f"still_{number}.png"
    return await tools.room.still(still.media.source, still.number, out, fitting=fitting)


def fitting_of(still: PlannedStill, shot: PlannedShot) -> Fitting:
    """The part of the still that has the shot's shape, scaled as its footage is."""
    seen = Fraction(shot.width, shot.height) * shot.pixel_aspect
    return Fitting(shot.render_width, shot.render_height, seen / still.media.pixel_aspect)
