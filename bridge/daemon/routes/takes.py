"""Takes: what was made so far, with everything that is known of each."""

import asyncio
from typing import Annotated

from fastapi import Query

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import Limit, Named, router
from bridge.wire.takes import TakeOut, TakesOut, take_out

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
