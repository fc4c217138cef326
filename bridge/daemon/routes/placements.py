"""Placements: a host pulls what it should place, and says what became of it."""

from typing import Annotated

from fastapi import Query

from bridge.daemon import placing, shot_takes
from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import Named, router
from bridge.jobs.facts import PlacementState
from bridge.wire.hosts import HeldOut, HoldIn, ReleasedOut, ReleaseIn
from bridge.wire.placements import AckIn, PlacementOut, PlacementsOut

routes = router("placements")


@routes.get("/placements")
async def list_placements(
    house: HouseHere,
    host: Annotated[str | None, Query(max_length=50)] = None,
    state: PlacementState = PlacementState.waiting,
    job: Annotated[str | None, Query(max_length=128)] = None,
) -> PlacementsOut:
    found = await house.jobs.placements(host=host, state=state, job=job)
    return PlacementsOut(placements=await placing.listed(found, house))


@routes.post("/placements/{placement}/ack")
async def acknowledge(placement: Named, wanted: AckIn, house: HouseHere) -> PlacementOut:
    return await placing.acknowledge(placement, wanted, house)


@routes.post("/placements/{placement}/hold")
async def hold(placement: Named, wanted: HoldIn, house: HouseHere) -> HeldOut:
    """Nobody else places it for two minutes, if that is not too late."""
    return await placing.hold(placement, wanted, house)


@routes.post("/placements/{placement}/release")
async def release(placement: Named, wanted: ReleaseIn, house: HouseHere) -> ReleasedOut:
    return await placing.release(placement, wanted, house)


@routes.post("/placements/{placement}/again")
async def offer_again(placement: Named, house: HouseHere) -> PlacementOut:
    """A take that the host refused, or a person, waits to be placed once more."""
    return await shot_takes.offer_again(placement, house)
