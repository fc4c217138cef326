"""What a preview looks at. In: a recipe and a shot's number. Out: a sketch, or a refusal."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bridge.daemon.house import House
from bridge.daemon.work import selected, sized
from bridge.engines.base import Kind
from bridge.errors import PlanRefused
from bridge.pipeline.plan import models_for, plan
from bridge.pipeline.requests import review
from bridge.pipeline.sketch import Sketch, sketch
from bridge.timeline.facts import Mode
from bridge.wire.previews import PreviewIn

OWN_ENGINES = "Preview with an engine of this machine, or start the job itself."


async def sketch_of(wanted: PreviewIn, house: House) -> Sketch:
    """
    Decide as for a job, for one shot without handles; nothing is started.

    `PlanRefused` for engines that would be paid or would send pictures away.
    """
    known = await house.films.selection(wanted.selection)
    # where a take goes says nothing of how it looks
    recipe = replace(wanted.recipe.recipe(), handles=0, mode=Mode.above, out=None)
    engine = await asyncio.to_thread(house.tools.engines.get, recipe.engine)
    if engine.remote:
        raise PlanRefused(f"{recipe.engine} would send pictures away.", hint=OWN_ENGINES)
    model, onward = models_for(recipe, house.tools.engines)
    found = await selected(Path(known.timeline), (), recipe, house)
    if recipe.kind is Kind.edit:
        found = replace(found, shots=(await house.films.shot_of(known, wanted.shot),))
    found = sized(found, known.facts.width, known.facts.height)
    decided = await asyncio.to_thread(plan, found, recipe, model, onward)
    if decided.price:
        raise PlanRefused(f"{model.name} is not free, and previews are.", hint=OWN_ENGINES)
    await asyncio.to_thread(review, decided, engine, model)
    return sketch(decided.shots[0], recipe, model)
