"""Which engines there are, what fits through them and what they cost."""

import asyncio

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.wire.engines import EnginesOut, engines_out

routes = router("engines")


@routes.get("/engines")
async def engines(house: HouseHere) -> EnginesOut:
    return engines_out(await asyncio.to_thread(house.tools.engines.describe))
