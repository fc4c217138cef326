"""Which engines there are, what fits through them and what they cost."""

import asyncio

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import Named, router
from bridge.errors import EngineUnknown
from bridge.wire.engines import EngineOut, EnginesOut, engines_out

routes = router("engines")


@routes.get("/engines")
async def engines(house: HouseHere) -> EnginesOut:
    described = await asyncio.to_thread(house.tools.engines.describe)
    return engines_out(described, house.jobs.paused())


@routes.post("/engines/{engine}/resume")
async def resume(engine: Named, house: HouseHere) -> EngineOut:
    """A person has done what the pause asked for; of an engine at work it changes nothing."""
    await house.jobs.resume(engine)
    for known in (await engines(house)).engines:
        if known.name == engine:
            return known
    raise EngineUnknown(f"There is no engine {engine!r}.")
