"""What the engine is asked. In: a planned shot and where its files lie. Out: one request a segment.

`review` asks the engine what it thinks of them while nothing has been cut or spent yet.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bridge.engines.base import Engine, Footage, Keyframe, Model, RenderRequest
from bridge.errors import EngineRefused
from bridge.pipeline.planned import Plan, PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment

NOT_CUT_YET = Path("footage")


def requests(
    shot: PlannedShot,
    recipe: Recipe,
    model: Model,
    key: str,
    footage: Sequence[Footage],
    folders: Sequence[Path],
) -> tuple[RenderRequest, ...]:
    """`footage` and `folders` hold one a segment; a generated shot has no footage."""
    return tuple(
        RenderRequest(
            key=f"{key}-{number}",
            kind=recipe.kind,
            model=model.name,
            prompt=recipe.prompt,
            frames=segment.sent,
            rate=shot.rate,
            width=shot.render_width,
            height=shot.render_height,
            folder=folders[number],
            footage=footage[number] if footage else None,
            keyframes=_keyframes_in(shot.keyframes, segment),
            references=shot.references,
            camera=recipe.camera,
            options=dict(recipe.options),
            seed=recipe.seed,
            door=model.door,
            seconds=segment.seconds,
        )
        for number, segment in enumerate(shot.segments)
    )


def planned(shot: PlannedShot, recipe: Recipe, model: Model) -> tuple[RenderRequest, ...]:
    """The requests as they will be; the files they name do not exist yet."""
    folders = [NOT_CUT_YET.parent] * len(shot.segments)
    return requests(shot, recipe, model, shot.id, _footage(shot), folders)


def review(plan: Plan, engine: Engine, model: Model) -> Plan:
    """The plan with the engine's warnings; raises what the engine would refuse to do."""
    warnings = [
        warning
        for shot in plan.shots
        for request in planned(shot, plan.recipe, model)
        for warning in engine.check(request)
    ]
    return replace(plan, warnings=tuple(dict.fromkeys((*plan.warnings, *warnings))))


def _footage(shot: PlannedShot) -> tuple[Footage, ...]:
    if shot.media is None:
        return ()
    return tuple(
        Footage(NOT_CUT_YET, segment.sent, shot.rate, shot.render_width, shot.render_height)
        for segment in shot.segments
    )


def _keyframes_in(keyframes: tuple[Keyframe, ...], segment: Segment) -> tuple[Keyframe, ...]:
    inside = tuple(
        Keyframe(keyframe.frame - segment.frames.start, keyframe.image)
        for keyframe in keyframes
        if keyframe.frame in segment.frames
    )
    if keyframes and not inside:
        raise EngineRefused(
            "A part of the shot has no still of its own.",
            hint="Add a still in every part, or choose a model that takes the whole shot.",
        )
    return inside
