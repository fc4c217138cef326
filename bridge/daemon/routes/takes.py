"""Takes: what was made so far, what is known of each; what a person decides about it."""

import asyncio
from typing import Annotated

from fastapi import Query

from bridge.daemon import shot_takes
from bridge.daemon.chosen import write_chosen
from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import Limit, Named, router
from bridge.wire.takes import (
    ChosenIn,
    ChosenOut,
    DecidedOut,
    DecisionIn,
    ShotTakesOut,
    TakeOut,
    TakesOut,
    shot_take_out,
    take_out,
)

routes = router("takes")

Wanted = Annotated[str | None, Query(max_length=500)]


@routes.get("/takes")
async def list_takes(
    house: HouseHere,
    timeline: Wanted = None,
    clip: Wanted = None,
    job: Wanted = None,
    engine: Wanted = None,
    limit: Limit = 100,
) -> TakesOut:
    found = await asyncio.to_thread(
        lambda: house.tools.store.takes(timeline=timeline, clip=clip, job=job, engine=engine)
    )
    return TakesOut(takes=tuple(take_out(take) for take in found[:limit]))


@routes.get("/takes/{take}")
async def show_take(take: Named, house: HouseHere) -> TakeOut:
    return take_out(await asyncio.to_thread(house.tools.store.take, take))


@routes.post("/takes/{take}/decision")
async def decide(take: Named, wanted: DecisionIn, house: HouseHere) -> DecidedOut:
    """Use it, use it in its original's stead, reject it, or leave that open again."""
    return await shot_takes.decide(take, wanted.decision, house)


@routes.get("/selections/{selection}/takes")
async def takes_of_selection(selection: Named, house: HouseHere) -> ShotTakesOut:
    """Takes of these shots, from earlier selections too, and new shots; newest first."""
    found = await shot_takes.takes_of(await house.films.selection(selection), house)
    return ShotTakesOut(takes=tuple(shot_take_out(take, number) for take, number in found))


@routes.post("/selections/{selection}/timeline", status_code=201)
async def write_timeline(selection: Named, wanted: ChosenIn, house: HouseHere) -> ChosenOut:
    """A new timeline file with these takes on it; the selection's own is left as it is."""
    return await write_chosen(await house.films.selection(selection), wanted, house)
