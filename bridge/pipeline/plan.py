"""Stage 2. Selection + Recipe + Model -> Plan: which frames, which segments, what price. Pure."""

from dataclasses import replace
from decimal import Decimal

from bridge.engines.base import Kind, Model
from bridge.errors import EngineRefused, InputError, PlanRefused, UsageError
from bridge.pipeline.plan_edit import edited
from bridge.pipeline.plan_generate import LONGEST_FRAMES, generated
from bridge.pipeline.planned import Plan, PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.requests import planned as plan_requests
from bridge.pipeline.selection import LeftOut, Selection
from bridge.timeline.facts import Mode


def plan(selection: Selection, recipe: Recipe, model: Model) -> Plan:
    """
    Decide everything about the work.

    A shot that does not fit is left out by name where others do; else its error is raised. What is
    wrong with the recipe itself is always raised.
    """
    _check_recipe(recipe, model)
    shots, left_out = _shots(selection, recipe, model)
    priced = tuple(_priced(shot, recipe, model) for shot in shots)
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
        selection.warnings,
    )


def _shots(
    selection: Selection, recipe: Recipe, model: Model
) -> tuple[tuple[PlannedShot, ...], tuple[LeftOut, ...]]:
    if recipe.kind is Kind.generate:
        return (generated(selection, recipe, model),), ()
    if not selection.shots:
        raise UsageError(
            "No clip was chosen.", hint="Name one with --clip, for example --clip V1:3."
        )
    shots: list[PlannedShot] = []
    misfits: list[InputError] = []
    left_out: list[LeftOut] = []
    for number, shot in enumerate(selection.shots, 1):
        try:
            shots.append(edited(number, shot, selection, recipe, model))
        except InputError as error:
            misfits.append(error)
            left_out.append(LeftOut(shot.clip.place, shot.clip.name, error.as_data()))
    if not shots:
        raise misfits[0]
    return tuple(shots), tuple(left_out)


def _check_recipe(recipe: Recipe, model: Model) -> None:
    limits = model.limits
    if recipe.kind not in model.kinds:
        raise PlanRefused(f"The model {model.name} does not {recipe.kind} shots.")
    if len(recipe.keyframes) > limits.keyframes:
        raise PlanRefused(
            f"The model {model.name} takes {limits.keyframes} stills, not {len(recipe.keyframes)}."
        )
    if len(recipe.references) > limits.references:
        raise PlanRefused(
            f"The model {model.name} takes {limits.references} references, "
            f"not {len(recipe.references)}."
        )
    if recipe.camera and not limits.camera:
        raise PlanRefused(f"The model {model.name} takes no camera words.")
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


def _priced(shot: PlannedShot, recipe: Recipe, model: Model) -> PlannedShot:
    requests = plan_requests(shot, recipe, model)
    parts = tuple(
        replace(part, price=model.cost(request.work))
        for part, request in zip(shot.segments, requests, strict=True)
    )
    return replace(shot, segments=parts, price=sum((part.price for part in parts), Decimal(0)))
