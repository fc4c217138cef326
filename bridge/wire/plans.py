"""What would be done. In: a selection, a recipe. Out: frames, prices, what leaves the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from bridge.engines.base import Change
from bridge.errors import EngineRefused
from bridge.wire.base import Credits, ErrorOut, Id, Inward, Outward, PathOut, RateText, error_out
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import LeftOutOut, left_out_out

if TYPE_CHECKING:  # see bridge/wire/selections.py
    from bridge.pipeline.planned import Plan, PlannedKeyframe, PlannedShot, PlannedStill
    from bridge.pipeline.segments import Segment


class PlanIn(Inward):
    selection: Id
    recipe: RecipeIn = Field(default_factory=RecipeIn)


class HandlesOut(Outward):
    head: int
    tail: int


class SegmentOut(Outward):
    """One request to the engine. Frames count from the shot's head handle."""

    first: int
    frames: int = Field(description="Rendered.")
    keep_first: int
    keep_frames: int = Field(description="Of them, those that the result shows.")
    sent: int = Field(description="Frames the engine gets or makes, with the last one held.")
    seconds: int | None = Field(None, description="Asked for, where whole seconds are counted.")
    door: str = Field("", description="The way through the engine.")
    follows: bool = Field(False, description="Begins with the last frame of the one before.")
    price: Credits


class KeyframeOut(Outward):
    frame: int = Field(description="From the shot's head handle.")
    image: PathOut = Field(description="The picture file, or the media that it is a frame of.")
    source_frame: int | None = Field(None, description="Of the media; None: a picture file.")


class PlannedShotOut(Outward):
    id: str
    name: str
    place: str | None = Field(description="None: a new shot, which replaces nothing.")
    record_start: int = Field(description="Record frames from the timeline's start.")
    frames: int = Field(description="Record frames, handles not included.")
    handles: HandlesOut = Field(description="Record frames, as far as the media has them.")
    delivered_frames: int = Field(description="Handles included.")
    rate: RateText
    render_rate: RateText | None = Field(None, description="At which `sent` counts.")
    media: PathOut | None
    source_first: int | None = Field(description="Source frame behind the first delivered frame.")
    source_last: int | None = Field(description="Source frame behind the last delivered frame.")
    width: int | None = Field(description="None: the model decides it.")
    height: int | None
    render_width: int
    render_height: int
    keyframes: tuple[KeyframeOut, ...]
    segments: tuple[SegmentOut, ...]
    price: Credits
    warnings: tuple[str, ...]


class SentOut(Outward):
    """What leaves this machine, and where to."""

    engine: str
    what: tuple[str, ...] = Field(examples=[["125 frames of A001.mov", "the prompt"]])


class PlanOut(Outward):
    quote: str = Field(description="Names this work at this price; give it when starting the job.")
    kind: str
    engine: str
    model: str
    door: str = Field("", description="The model's way through the engine.")
    timeline: PathOut
    shots: tuple[PlannedShotOut, ...]
    price: Credits
    sent_to: SentOut | None = Field(description="None: everything stays on this machine.")
    left_out: tuple[LeftOutOut, ...]
    warnings: tuple[str, ...]
    refused: ErrorOut | None = Field(None, description="Why the engine will refuse it as it is.")


def plan_out(
    plan: Plan,
    *,
    remote: bool,
    warnings: tuple[str, ...] = (),
    refused: EngineRefused | None = None,
) -> PlanOut:
    """`warnings` are the engine's, and so is what it refuses."""
    return PlanOut(
        quote=plan.quote,
        kind=plan.recipe.kind.value,
        engine=plan.engine,
        model=plan.model,
        door=plan.door,
        timeline=plan.timeline,
        shots=tuple(_shot_out(shot, plan) for shot in plan.shots),
        price=plan.price,
        sent_to=SentOut(engine=plan.engine, what=_sent(plan)) if remote else None,
        left_out=left_out_out(plan.left_out),
        warnings=tuple(dict.fromkeys((*plan.warnings, *warnings))),
        refused=None if refused is None else error_out(refused.as_data()),
    )


def _shot_out(shot: PlannedShot, plan: Plan) -> PlannedShotOut:
    source = shot.source_frames
    sized = Change.size not in plan.changes
    return PlannedShotOut(
        id=shot.id,
        name=shot.name,
        place=shot.place,
        record_start=shot.record.start,
        frames=shot.record.count,
        handles=HandlesOut(head=shot.handles.head, tail=shot.handles.tail),
        delivered_frames=shot.frames,
        rate=str(shot.rate),
        render_rate=str(shot.render_rate),
        media=None if shot.media is None else shot.media.source.path,
        source_first=source[0] if source else None,
        source_last=source[-1] if source else None,
        width=shot.width if sized else None,
        height=shot.height if sized else None,
        render_width=shot.render_width,
        render_height=shot.render_height,
        keyframes=tuple(_keyframe_out(still) for still in shot.keyframes),
        segments=tuple(_segment_out(part, plan.door) for part in shot.segments),
        price=shot.price,
        warnings=shot.warnings,
    )


def _keyframe_out(still: PlannedKeyframe) -> KeyframeOut:
    number = None if still.is_file else still.number
    return KeyframeOut(frame=still.frame, image=still.image, source_frame=number)


def _segment_out(part: Segment, door: str) -> SegmentOut:
    return SegmentOut(
        first=part.frames.start,
        frames=part.frames.count,
        keep_first=part.keep.start,
        keep_frames=part.keep.count,
        sent=part.sent,
        seconds=part.seconds,
        door=part.door or door,
        follows=part.follows,
        price=part.price,
    )


def _sent(plan: Plan) -> tuple[str, ...]:
    footage = [
        f"{sum(part.sent for part in shot.segments)} frames of {shot.media.source.path.name}"
        for shot in plan.shots
        if shot.media is not None
    ]
    pictures = [still for shot in plan.shots for still in (*shot.keyframes, *shot.references)]
    words = ["the prompt"] if plan.recipe.prompt else []
    return tuple(dict.fromkeys((*footage, *words, *map(_picture, pictures))))


def _picture(still: PlannedStill) -> str:
    return still.image.name if still.is_file else f"frame {still.number} of {still.image.name}"
