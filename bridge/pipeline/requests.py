"""What the engine is asked. In: a planned shot and where its files lie. Out: one request a segment.

`review` asks the engine what it thinks of them while nothing has been cut or spent yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.engines.base import Engine, Footage, Keyframe, Model, Positions, RenderRequest
from bridge.frames import FrameRange
from bridge.pipeline.chain import middles
from bridge.pipeline.planned import Plan, PlannedShot, PlannedStill
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment

NOT_CUT_YET = Path("footage")
PICTURES = (".png", ".jpg", ".jpeg", ".webp")  # other files are made such before they are sent


@dataclass(frozen=True)
class Cuts:
    """The files that the requests are made of."""

    folders: Sequence[Path]  # one a segment
    footage: Sequence[Footage]  # one a segment; none for a generated shot
    keyframes: Sequence[Keyframe]  # on delivered frames
    references: Sequence[Path]


def requests(
    shot: PlannedShot, recipe: Recipe, model: Model, key: str, cuts: Cuts
) -> tuple[RenderRequest, ...]:
    return tuple(
        RenderRequest(
            key=f"{key}-{number}",
            kind=recipe.kind,
            model=model.name,
            prompt=recipe.prompt,
            frames=segment.sent,
            rate=shot.render_rate,
            width=shot.render_width,
            height=shot.render_height,
            folder=cuts.folders[number],
            footage=cuts.footage[number] if cuts.footage else None,
            keyframes=_keyframes(shot, segment, model, number, cuts),
            references=tuple(cuts.references),
            camera=recipe.camera,
            options=dict(recipe.options),
            seed=recipe.seed,
            door=segment.door or model.door,
            seconds=segment.seconds,
        )
        for number, segment in enumerate(shot.segments)
    )


def first_still(folder: Path) -> Path:
    """Where the still lies with which a segment goes on from the one before it."""
    return folder.with_name(f"{folder.name}_first.png")


def planned(shot: PlannedShot, recipe: Recipe, model: Model) -> tuple[RenderRequest, ...]:
    """The requests as they will be; the files they name may not exist yet."""
    footage = tuple(
        Footage(NOT_CUT_YET, segment.sent, shot.render_rate, shot.render_width, shot.render_height)
        for segment in (shot.segments if shot.media is not None else ())
    )
    keyframes = tuple(
        Keyframe(still.frame, _picture(still), still.window) for still in shot.keyframes
    )
    folders = [NOT_CUT_YET] * len(shot.segments)
    references = tuple(map(_picture, shot.references))
    return requests(shot, recipe, model, shot.id, Cuts(folders, footage, keyframes, references))


def review(plan: Plan, engine: Engine, model: Model) -> Plan:
    """The plan with the engine's warnings; raises what the engine would refuse to do."""
    warnings = [
        warning
        for shot in plan.shots
        for request in planned(shot, plan.recipe, model)
        for warning in engine.check(request)
    ]
    return replace(plan, warnings=tuple(dict.fromkeys((*plan.warnings, *warnings))))


def _picture(still: PlannedStill) -> Path:
    """The file that is sent: the still itself, or a picture that is made of it."""
    if still.is_file and still.image.suffix.lower() in PICTURES:
        return still.image
    return Path(f"{still.image.stem}-{still.number}.png")


def _keyframes(
    shot: PlannedShot, segment: Segment, model: Model, number: int, cuts: Cuts
) -> tuple[Keyframe, ...]:
    """The stills inside the segment, on the frames of the request."""
    own = tuple(
        Keyframe(
            _sent_at(still.frame, shot, segment, model),
            still.image,
            None if still.window is None else _sent_window(still.window, shot, segment),
        )
        for still in cuts.keyframes
        if still.frame in segment.frames
    )
    first = (Keyframe(0, first_still(cuts.folders[number])),) if segment.follows else ()
    return first + own


def _sent_at(frame: int, shot: PlannedShot, segment: Segment, model: Model) -> int:
    inside = frame - segment.frames.start
    thirds = model.limits.positions is Positions.thirds
    if thirds and inside in middles(segment.frames.count) and 0 < inside < segment.frames.count - 1:
        return middles(segment.sent)[0]
    return segment.sent_at(frame, shot.step)


def _sent_window(window: FrameRange, shot: PlannedShot, segment: Segment) -> FrameRange:
    inside = window.clamped(segment.frames)
    last = segment.sent_at(inside.end - 1, shot.step)
    return FrameRange.between(segment.sent_at(inside.start, shot.step), last + 1)
