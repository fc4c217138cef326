"""What happened, for listeners that come and go. In: events of jobs. Out: a batch, or a stream."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.websockets import WebSocket, WebSocketDisconnect

from bridge.jobs.facts import Event
from bridge.wire.events import EventsOut, event_out

MOST_AT_ONCE = 500
GRACE_SECONDS = 0.2  # for events that are there already, or come close after the first
HEARTBEAT_SECONDS = 15
HEARTBEAT = '{"what": "heartbeat"}'


async def batch(
    events: AsyncIterator[Event], after: int, wait: float, job: str | None, closing: asyncio.Event
) -> EventsOut:
    """
    Events as soon as there are some; none after `wait` seconds, or when the daemon is `closing`.

    Those of one job, if it is named; `last` also moves past events of other jobs, so that nothing
    is read twice.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + max(wait, GRACE_SECONDS)
    found: list[Event] = []
    last = after
    while len(found) < MOST_AT_ONCE:
        event = await _next(events, end - loop.time(), closing)
        if event is None:
            break
        last = event.seq
        if job is None or event.job == job:
            found.append(event)
            end = min(end, loop.time() + GRACE_SECONDS)
    return EventsOut(events=tuple(event_out(event) for event in found), last=last)


async def _next(
    events: AsyncIterator[Event], seconds: float, closing: asyncio.Event
) -> Event | None:
    """The next event; None where none comes, after which `events` are over."""
    coming = asyncio.ensure_future(anext(events, None))
    ending = asyncio.ensure_future(closing.wait())
    first = asyncio.FIRST_COMPLETED
    try:
        await asyncio.wait({coming, ending}, timeout=max(0, seconds), return_when=first)
    finally:
        ending.cancel()
        if not coming.done():
            coming.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        return await coming
    return None


async def stream(socket: WebSocket, events: AsyncIterator[Event], job: str | None) -> None:
    """Send events until the listener goes away; a heartbeat where there are none."""
    sending = asyncio.create_task(_send(socket, events, job))
    listening = asyncio.create_task(_until_gone(socket))
    try:
        await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, listening):
            task.cancel()
        ended = await asyncio.gather(sending, listening, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception) and not isinstance(error, WebSocketDisconnect):
            raise error


async def _send(socket: WebSocket, events: AsyncIterator[Event], job: str | None) -> None:
    coming = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=HEARTBEAT_SECONDS)
            if not done:
                await socket.send_text(HEARTBEAT)
                continue
            event = coming.result()
            if job is None or event.job == job:
                await socket.send_text(event_out(event).model_dump_json())
            coming = asyncio.ensure_future(anext(events))
    finally:
        coming.cancel()


async def _until_gone(socket: WebSocket) -> None:
    """Listeners have nothing to say; what they say is passed over."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
