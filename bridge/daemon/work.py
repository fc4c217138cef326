"""What the routes do. In: shapes and ids. Out: selections, plans, jobs, by the rooms below."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bridge.daemon.allowed import check_timeline
from bridge.daemon.house import House
from bridge.daemon.outputs import check_outputs
from bridge.daemon.pushed import write_pushed
from bridge.daemon.records import Selections, new_id
from bridge.engines.base import Engine, Kind, Model
from bridge.errors import Conflict, EngineRefused
from bridge.jobs.facts import Job
from bridge.pipeline.plan import models_for, plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.requests import review
from bridge.pipeline.selection import Selection, select
from bridge.store.names import safe_stem
from bridge.store.takes import Take
from bridge.timeline.bundles import is_bundle
from bridge.timeline.facts import Flavour, Mode
from bridge.wire.jobs import JobIn
from bridge.wire.plans import PlanIn, PlanOut, plan_out
from bridge.wire.selections import (
    FileSelectionIn,
    HostStateOut,
    PushedSelectionIn,
    SelectionOut,
    facts_out,
    left_out_out,
    shots_out,
)

ALL = "all"
SELECTED = "selection"  # an event
BESIDE = (Mode.take, Mode.replace)


@dataclass(frozen=True)
class Planned:
    plan: Plan
    model: Model
    host: str
    engine: Engine
    project: str
    state: HostStateOut | None = None


async def make_selection(wanted: FileSelectionIn | PushedSelectionIn, house: House) -> SelectionOut:
    """Find the clips, look at their media, and keep what was found under an id."""
    selection_id = new_id("s")
    if isinstance(wanted, PushedSelectionIn):
        timeline = Selections(house.settings.data).timeline_of(selection_id)
        await write_pushed(wanted, timeline, house.tools.room)
        clips: tuple[str, ...] = (ALL,) if wanted.clips else ()
    else:
        timeline, clips = Path(wanted.timeline), wanted.clips
    found = await selected(timeline, clips, Recipe(Kind.edit), house)
    if isinstance(wanted, PushedSelectionIn):
        found = sized(found, wanted.width, wanted.height)
    answer = SelectionOut(
        id=selection_id,
        host=wanted.host,
        created=datetime.now(UTC),
        timeline=timeline,
        clips=clips,
        project=_project(wanted, house.settings.data),
        facts=facts_out(found.facts),
        shots=shots_out(found),
        left_out=left_out_out(found.left_out),
        warnings=found.warnings,
    )
    return await kept_selection(answer, house)


async def kept_selection(selection: SelectionOut, house: House) -> SelectionOut:
    """Every selection is kept here, whichever door it came by, and told to all who listen."""
    await asyncio.to_thread(Selections(house.settings.data).keep, selection)
    state = selection.host_state
    told = {
        "id": selection.id,
        "host": selection.host,
        "action": Kind.edit.value if state is None else state.action,
        "shots": len(selection.shots),
    }
    await house.jobs.tell(SELECTED, told)
    return selection


async def shown_plan(wanted: PlanIn, house: House) -> PlanOut:
    """The plan for a person to look at; what the engine would refuse is said, not raised."""
    planned = await make_plan(wanted, house)
    decided = planned.plan
    warnings: tuple[str, ...] = ()
    refused: EngineRefused | None = None
    try:
        decided = await asyncio.to_thread(review, decided, planned.engine, planned.model)
    except EngineRefused as error:
        warnings = (f"It will be refused: {error.message} {error.hint}",)
        refused = error
    remote = planned.engine.remote
    return plan_out(decided, remote=remote, warnings=warnings, refused=refused)


async def make_plan(wanted: PlanIn | JobIn, house: House) -> Planned:
    """Look at timeline and media as they are now, and decide everything; nothing is started."""
    selection = await asyncio.to_thread(Selections(house.settings.data).get, wanted.selection)
    recipe = _for_host(wanted.recipe.recipe(), selection, house.settings.takes_folder)
    engine = await asyncio.to_thread(house.tools.engines.get, recipe.engine)
    model, onward = models_for(recipe, house.tools.engines)
    found = await selected(Path(selection.timeline), selection.clips, recipe, house)
    found = sized(found, selection.facts.width, selection.facts.height)
    # as the editor calls it: takes are found again by their timeline's name
    found = replace(found, facts=replace(found.facts, name=selection.facts.name))
    await asyncio.to_thread(check_outputs, recipe, _inputs(found), house.settings.data)
    decided = await asyncio.to_thread(plan, found, recipe, model, onward)
    return Planned(decided, model, selection.host, engine, selection.project, selection.host_state)


async def start_job(wanted: JobIn, house: House) -> Job:
    """Plan again and start; `Conflict` where the plan is not the one whose price was shown."""
    planned = await make_plan(wanted, house)
    reviewed = await asyncio.to_thread(review, planned.plan, planned.engine, planned.model)
    if wanted.quote is not None and wanted.quote != planned.plan.quote:
        raise Conflict(
            "The plan changed since its price was shown.",
            hint="Plan again, look at the new price and start the job with its quote.",
            quote=planned.plan.quote,
            price=str(planned.plan.price),
        )
    kept = await asyncio.to_thread(_kept, reviewed, house)
    return await house.jobs.submit(
        kept,
        host=planned.host,
        key=wanted.key,
        budget=wanted.budget,
        project=wanted.project or planned.project,
        origin=_origin(planned.state, wanted),
    )


def _origin(state: HostStateOut | None, wanted: JobIn) -> dict[str, Any]:
    """Where in the host the takes belong: placements tell it to the script that places them."""
    selection = {"selection": wanted.selection}
    if state is None:
        return selection
    kept = {"project_id", "project", "timeline_id", "timeline", "items", "loose"}
    beside = wanted.recipe.mode in BESIDE
    replaces = wanted.recipe.mode is Mode.replace
    told = {"new_timeline": wanted.new_timeline, "beside": beside, "replace": replaces}
    return {**selection, **state.model_dump(include=kept), **told}


def _kept(plan: Plan, house: House) -> Plan:
    """The plan with a copy of its timeline: the editor cuts on, and may save over it."""
    if not plan.timeline.is_file() or is_bundle(plan.timeline):
        return plan  # bundles hold their media and are not copied
    return replace(plan, timeline=house.tools.store.put(plan.timeline).path)


async def takes_of(job: Job, house: House) -> tuple[Take, ...]:
    """The takes that a job's shots became, in the order of the shots."""
    ids = [run.take for run in job.shots if run.take is not None]
    found = await asyncio.to_thread(lambda: [house.tools.store.find_take(take) for take in ids])
    return tuple(take for take in found if take is not None)


async def selected(
    timeline: Path, clips: tuple[str, ...], recipe: Recipe, house: House
) -> Selection:
    """The clips of a timeline that may be read, their media looked at."""
    await asyncio.to_thread(check_timeline, timeline, house.settings)
    bundles = house.settings.data / "bundles"
    return await select(timeline, clips, recipe, house.tools, bundles)


def _project(wanted: FileSelectionIn | PushedSelectionIn, data: Path) -> str:
    """Whose budget the work counts against, where nobody says otherwise."""
    if isinstance(wanted, PushedSelectionIn):
        return wanted.project or f"{wanted.host}: {wanted.name}"
    timeline = Path(wanted.timeline)
    uploaded = timeline.is_relative_to(data)  # each in a folder of its own
    return f"{wanted.host}: {timeline.stem}" if uploaded else str(timeline.parent)


def _for_host(recipe: Recipe, selection: SelectionOut, takes: Path) -> Recipe:
    """
    The new timeline is written the host's way, where nobody says otherwise. A host that places the
    takes itself lays them beside their originals; in the file that comes along they lie above. Its
    media lies where an editor would look for it, not in the daemon's own folder.
    """
    if selection.host in (Flavour.resolve, Flavour.premiere) and recipe.flavour is None:
        recipe = replace(recipe, flavour=Flavour(selection.host))
    if selection.host_state is not None and recipe.mode in BESIDE:
        recipe = replace(recipe, mode=Mode.above)
    if selection.host_state is not None and recipe.media_folder is None:
        names = (selection.host_state.project, selection.host_state.timeline)
        recipe = replace(recipe, media_folder=takes.joinpath(*map(safe_stem, names)))
    return recipe


def sized(found: Selection, width: int | None, height: int | None) -> Selection:
    """A host knows its sequence's size, for which the written timeline has no place."""
    if found.facts.width or found.facts.height:
        return found
    return replace(found, facts=replace(found.facts, width=width, height=height))


def _inputs(found: Selection) -> tuple[Path, ...]:
    stills = (still.media.source.path for still in found.stills)
    return (found.timeline, *(shot.media.source.path for shot in found.shots), *stills)
