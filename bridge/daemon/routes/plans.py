"""Dry runs: what would be done, at what price. Nothing is started."""

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.daemon.work import make_plan
from bridge.wire.plans import PlanIn, PlanOut

routes = router("plans")


@routes.post("/plans")
async def preview(wanted: PlanIn, house: HouseHere) -> PlanOut:
    return (await make_plan(wanted, house)).out()
