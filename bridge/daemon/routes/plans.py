"""Dry runs: what would be done, at what price. Nothing is started."""

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.daemon.work import shown_plan
from bridge.wire.plans import PlanIn, PlanOut

routes = router("plans")


@routes.post("/plans")
async def plan(wanted: PlanIn, house: HouseHere) -> PlanOut:
    return await shown_plan(wanted, house)
