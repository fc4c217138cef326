"""Stage 2. Selection + Recipe + Model -> Plan: which frames, which segments, what price. Pure."""

from dataclasses import replace
from decimal import Decimal

from bridge.engines.base import Change, Kind, Model
from bridge.engines.registry import Engines
from bridge.errors import EngineRefused, InputError, PlanRefused, UsageError
from bridge.pipeline.chain import WHERE, standing
from bridge.pipeline.plan_edit import edited
from bridge.pipeline.plan_generate import LONGEST_FRAMES, generated
from bridge.pipeline.planned import Plan, PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.requests import planned as plan_requests
from bridge.pipeline.selection import LeftOut, Selection
from bridge.timeline.facts import Mode

FEWER = "Leave some out, or choose a model that takes more."
CHANGED = {
    Change.size: "The take has the size that the model makes, not the clip's.",
    Change.rate: "The model makes more pictures in the same time; the take shows those at the "
    "timeline's rate, and all are kept.",
    Change.colour: "The take has the model's colours, not the clip's.",
    Change.sound: "The model makes sound; the pictures stay as they are.",
}


def models_for(recipe: Recipe, engines: Engines) -> tuple[Model, Model]:
    """The way of the work through its engine, and the one by which a long new shot goes on."""
    name, kind = recipe.engine, recipe.kind
    model = engines.model(name, recipe.model, kind, stills=recipe.has_stills)
    return model, engines.model(name, model.name, kind, stills=True)


def plan(selection: Selection, recipe: Recipe, model: Model, onward: Model | None = None) -> Plan:
    """
    Decide everything about the work. `onward` is the way of the model by which a new shot that is
    too long for one request goes on from a still; the same way, where it is not given.

    A shot that does not fit is left out by name where others do; else its error is raised. What is
    wrong with the recipe itself is always raised.
    """
    onward = onward or model
    _check_recipe(selection, recipe, model)
    shots, left_out = _shots(selection, recipe, model, onward)
    priced = tuple(_priced(shot, recipe, model, onward) for shot in shots)
    return Plan(
        selection.timeline,
        selection.folder,
        selection.facts,
        recipe,
        recipe.engine,
        model.name,
        model.door,
        priced,
        sum((shot.price for shot in priced), Decimal(0)),
        (*selection.left_out, *left_out),
        (*selection.warnings, *(CHANGED[change] for change in sorted(model.changes))),
        model.changes,
    )


def _shots(
    selection: Selection, recipe: Recipe, model: Model, onward: Model
) -> tuple[tuple[PlannedShot, ...], tuple[LeftOut, ...]]:
    if recipe.kind is Kind.generate:
        return (generated(selection, recipe, model, onward),), ()
    if not selection.shots:
        raise UsageError(
            "No clip was chosen.", hint="Name one with --clip, for example --clip V1:3."
        )
    shots: list[PlannedShot] = []
    misfits: list[InputError] = []
    left_out: list[LeftOut] = []
    for number, shot in enumerate(selection.shots, 1):
        try:
            planned = edited(number, shot, selection, recipe, model)
            _check_stills(planned, recipe, model)
            shots.append(planned)
        except InputError as error:
            misfits.append(error)
            left_out.append(LeftOut(shot.clip.place, shot.clip.name, error.as_data()))
    if not shots:
        raise misfits[0]
    return tuple(shots), tuple(left_out)


def _check_recipe(selection: Selection, recipe: Recipe, model: Model) -> None:
    if recipe.kind not in model.kinds:
        raise PlanRefused(
            f"The model {model.name} does not {recipe.kind} shots.",
            hint="See what each does with `nle-bridge engines`.",
        )
    _check_pictures(selection, recipe, model)
    _check_words(recipe, model)
    if recipe.kind is Kind.generate and recipe.mode in (Mode.take, Mode.replace):
        raise PlanRefused(
            f"A generated shot has no original to {recipe.mode}.",
            hint="Use --mode above or append.",
        )
    if not 0 <= recipe.handles <= LONGEST_FRAMES:
        raise UsageError(f"Handles of {recipe.handles} frames are not possible.")
    try:
        model.checked(recipe.options)
    except EngineRefused as error:
        raise UsageError(error.message, hint=error.hint, **error.detail) from error


def _check_pictures(selection: Selection, recipe: Recipe, model: Model) -> None:
    limits = model.limits
    whole = recipe.kind is Kind.edit and limits.max_seconds is None and not limits.durations
    stills = sum(still.record is not None for still in selection.stills)
    references = len(selection.stills) - stills
    if stills and not limits.keyframes:
        raise PlanRefused(f"The model {model.name} takes no stills at given times.")
    if whole and stills > limits.keyframes:  # it is one request
        raise PlanRefused(
            f"The model {model.name} takes {limits.keyframes} stills, not {stills}.", hint=FEWER
        )
    if references > limits.references:
        raise PlanRefused(
            f"The model {model.name} takes {limits.references} references, not {references}.",
            hint=FEWER,
        )
    if references < limits.min_references:
        raise PlanRefused(
            f"The model {model.name} needs {limits.min_references} reference pictures, "
            f"and got {references}.",
            hint="Add --reference IMAGE.",
        )


def _check_words(recipe: Recipe, model: Model) -> None:
    limits = model.limits
    length = len(recipe.prompt.encode("utf-16-le")) // 2
    if limits.prompt is not None and length > limits.prompt:
        raise PlanRefused(
            f"The prompt has {length} characters; the model {model.name} takes {limits.prompt}.",
            hint="Say it in fewer words.",
        )
    if length < limits.min_prompt:
        raise PlanRefused(
            f"The model {model.name} needs words.", hint="Say what you want with --prompt."
        )
    if recipe.camera and not limits.camera:
        raise PlanRefused(f"The model {model.name} takes no camera words.")


def _check_stills(shot: PlannedShot, recipe: Recipe, model: Model) -> None:
    """Every part of an edit within what the model takes; a new shot's chain is made so."""
    limits = model.limits
    for segment in shot.segments:
        inside = [still.frame for still in shot.keyframes if still.frame in segment.frames]
        count, places = len(inside), [frame - segment.frames.start for frame in inside]
        if not standing(places, segment.frames.count, limits, alone=True):
            raise PlanRefused(
                f"The model {model.name} takes stills at {WHERE[limits.positions]} only.",
                hint="Move the still there, or choose a model that takes stills anywhere.",
            )
        if count > limits.keyframes:
            raise PlanRefused(
                f"The model {model.name} takes {limits.keyframes} stills, not {count}.", hint=FEWER
            )
        if count < limits.min_keyframes or (shot.keyframes and not count and not recipe.prompt):
            raise PlanRefused(
                f"A part of {shot.name} has {count} stills, and {model.name} needs "
                f"{max(1, limits.min_keyframes)}.",
                hint="Add stills with --keyframe TC=IMAGE.",
            )


def _priced(shot: PlannedShot, recipe: Recipe, model: Model, onward: Model) -> PlannedShot:
    requests = plan_requests(shot, recipe, model)
    parts = tuple(
        replace(part, price=(onward if part.follows else model).cost(request.work))
        for part, request in zip(shot.segments, requests, strict=True)
    )
    return replace(shot, segments=parts, price=sum((part.price for part in parts), Decimal(0)))
