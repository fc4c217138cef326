"""What an editor selected: pushed, kept, looked at again."""

import asyncio

from bridge.daemon.house import HouseHere
from bridge.daemon.records import Selections
from bridge.daemon.routes.common import Limit, Named, router
from bridge.daemon.work import make_selection
from bridge.wire.selections import SelectionIn, SelectionOut, SelectionsOut

routes = router("selections")


@routes.post("/selections", status_code=201)
async def create_selection(wanted: SelectionIn, house: HouseHere) -> SelectionOut:
    return await make_selection(wanted, house)


@routes.get("/selections")
async def list_selections(house: HouseHere, limit: Limit = 50) -> SelectionsOut:
    kept = Selections(house.settings.data)
    return SelectionsOut(selections=await asyncio.to_thread(kept.newest, limit))


@routes.get("/selections/{selection}")
async def show_selection(selection: Named, house: HouseHere) -> SelectionOut:
    return await asyncio.to_thread(Selections(house.settings.data).get, selection)
