"""Scripts inside editors: what is selected there, and which take is to be placed next."""

from fastapi import Request

from bridge.daemon import hosts
from bridge.daemon.hosts import Doors
from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.wire.hosts import NextIn, NextOut, ReportIn, SelectedOut, StopIn, StoppedOut
from bridge.wire.premiere import PremiereNextIn, PremiereReportIn

MOST_BYTES = 16 << 20  # of a report: thousands of clips with all that Resolve says of them

routes = router("hosts")


@routes.post("/hosts/resolve/selections", status_code=201)
async def report(reported: ReportIn, request: Request, house: HouseHere) -> SelectedOut:
    return await hosts.select(reported, _doors(request, house))


@routes.post("/hosts/resolve/next")
async def following(asked: NextIn, request: Request, house: HouseHere) -> NextOut:
    return await hosts.following("resolve", asked, _doors(request, house))


@routes.post("/hosts/resolve/stop")
async def stop(wanted: StopIn, request: Request, house: HouseHere) -> StoppedOut:
    return await hosts.stop("resolve", wanted, _doors(request, house))


@routes.post("/hosts/premiere/selections", status_code=201)
async def premiere_report(
    reported: PremiereReportIn, request: Request, house: HouseHere
) -> SelectedOut:
    return await hosts.select(reported, _doors(request, house))


@routes.post("/hosts/premiere/next")
async def premiere_following(asked: PremiereNextIn, request: Request, house: HouseHere) -> NextOut:
    return await hosts.following("premiere", asked, _doors(request, house))


@routes.post("/hosts/premiere/stop")
async def premiere_stop(wanted: StopIn, request: Request, house: HouseHere) -> StoppedOut:
    return await hosts.stop("premiere", wanted, _doors(request, house))


def _doors(request: Request, house: HouseHere) -> Doors:
    return Doors(house, request.app.state.closing)
