"""Placements: a host pulls what it should place, and says what became of it."""

from typing import Annotated

from fastapi import Query

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import Named, router
from bridge.jobs.facts import PlacementState
from bridge.wire.placements import AckIn, PlacementOut, PlacementsOut, placement_out

routes = router("placements")


@routes.get("/placements")
async def list_placements(
    house: HouseHere,
    host: Annotated[str | None, Query(max_length=50)] = None,
    state: PlacementState = PlacementState.waiting,
    job: Annotated[str | None, Query(max_length=128)] = None,
) -> PlacementsOut:
    found = await house.jobs.placements(host=host, state=state, job=job)
    return PlacementsOut(placements=tuple(placement_out(order) for order in found))


@routes.post("/placements/{placement}/ack")
async def acknowledge(placement: Named, wanted: AckIn, house: HouseHere) -> PlacementOut:
    return placement_out(await house.jobs.acknowledge(placement, wanted.state, wanted.readback))
