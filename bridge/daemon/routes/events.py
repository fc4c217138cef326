"""Events: over a WebSocket, or asked for again and again by hosts that have none."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, WebSocket

from bridge.daemon.events import batch, stream
from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.wire.events import EventsOut

After = Annotated[int, Query(ge=0, le=2**63 - 1, description="The last `seq` that was seen.")]
OfJob = Annotated[str | None, Query(max_length=128)]

routes = router("events")
sockets = APIRouter(prefix="/v1")


@routes.get("/events")
async def events(
    request: Request,
    house: HouseHere,
    after: After = 0,
    wait: Annotated[int, Query(ge=0, le=30, description="Seconds to wait for the first.")] = 0,
    job: OfJob = None,
) -> EventsOut:
    return await batch(house.jobs.events(after), after, wait, job, request.app.state.closing)


@sockets.websocket("/events")
async def events_socket(
    socket: WebSocket, house: HouseHere, after: After = 0, job: OfJob = None
) -> None:
    await socket.accept()
    await stream(socket, house.jobs.events(after), job)
