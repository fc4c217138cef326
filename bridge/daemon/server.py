"""The running daemon. In: settings. Out: a server until it is stopped; all closed behind it.

The data folder is locked (by the jobs) before `runtime.json` is written, so that of two daemons the
second one never hides the first.
"""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Protocol

import uvicorn
from fastapi import FastAPI

from bridge import __version__
from bridge.daemon.app import create_app, rehearse
from bridge.daemon.browser import opener
from bridge.daemon.films import Films
from bridge.daemon.hosts import Doors
from bridge.daemon.house import House, Jobs
from bridge.daemon.logs import logging_to
from bridge.daemon.mailbox import Box, Mailman
from bridge.daemon.pictures import Pictures
from bridge.daemon.ports import ADDRESS, bound
from bridge.daemon.previews import Previews
from bridge.daemon.runtime import new_runtime, remove_runtime, write_runtime
from bridge.daemon.taken_in import TakenIn
from bridge.errors import InternalError
from bridge.hosts.machine import here
from bridge.hosts.resolve.folders import places
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.files import writing
from bridge.wire.runtime import Runtime

# From the signal to the end together less than five seconds
CONNECTIONS_SECONDS = 1
DRAIN_SECONDS = 3.0
IDLE_SECONDS = 75  # longer than clients keep a connection they do not use
SOCKET_BYTES = 64 << 10  # of a WebSocket message; listeners have little to say


class RunningJobs(Jobs, Protocol):
    async def start(self) -> None: ...

    async def stop(self, drain_seconds: float = ...) -> None: ...


Rooms = Callable[[Settings], tuple[Tools, RunningJobs]]


def open_rooms(settings: Settings) -> tuple[Tools, RunningJobs]:
    """The rooms of the program; tests open others."""
    # decoders and a database: loaded when a daemon starts, not when its module is read
    from bridge.engines.local.sketches import SKETCHER  # noqa: PLC0415
    from bridge.engines.registry import Engines  # noqa: PLC0415
    from bridge.jobs.service import Jobs as Service  # noqa: PLC0415
    from bridge.media.nursery import NURSERY  # noqa: PLC0415
    from bridge.media.room import MediaRoom  # noqa: PLC0415
    from bridge.store.store import Store  # noqa: PLC0415

    room = MediaRoom(settings)
    NURSERY.expect(SKETCHER)  # the first preview is to come at once
    tools = Tools(room, Engines(settings=settings), Store(settings.data / "store"))
    return tools, Service(settings, tools)


class Server(uvicorn.Server):
    """uvicorn without its way with signals: it ends the process before anything else is closed."""

    def __init__(self, house: House) -> None:
        self.app = create_app(house)
        super().__init__(_config(self.app))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.app.state.closing.set()
        await super().shutdown(sockets)


@dataclass(frozen=True)
class Daemon:
    """Bound and told of, ready to serve."""

    house: House
    server: Server
    listener: socket.socket

    @property
    def url(self) -> str:
        return f"http://{ADDRESS}:{self.house.port}"

    @property
    def token(self) -> str:
        return self.house.token

    async def serve(self) -> None:
        """Until `stop` is called."""
        await self.server.serve(sockets=[self.listener])

    def stop(self) -> None:
        """May be called from any thread."""
        self.server.should_exit = True


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    exact_port: bool = False,
    on_screen: bool = False,
    rooms: Rooms = open_rooms,
) -> AsyncIterator[Daemon]:
    """
    Bind, start the jobs, tell where to be found; at the end all of it backwards.

    Raises `PortTaken` (with `exact_port`), `DaemonBusy` and whatever else the rooms raise.
    """
    _own_folder(settings.data)
    async with contextlib.AsyncExitStack() as closing:
        listener = bound(settings.port, exactly=exact_port)
        closing.callback(listener.close)
        runtime = new_runtime(listener.getsockname()[1], __version__)
        logs = logging_to(settings.data / "logs", (runtime.token,), on_screen=on_screen)
        closing.enter_context(logs)
        tools, jobs = rooms(settings)
        closing.push_async_callback(tools.room.close)
        closing.push_async_callback(tools.engines.close)
        await jobs.start()
        closing.push_async_callback(jobs.stop, DRAIN_SECONDS)
        house = _house(settings, tools, jobs, runtime)
        await house.previews.open()
        closing.push_async_callback(house.previews.close)
        server = Server(house)
        await closing.enter_async_context(_rehearsing(server.app))
        await closing.enter_async_context(_mail(house, server))
        write_runtime(settings.runtime_file, runtime)
        closing.callback(remove_runtime, settings.runtime_file, runtime.instance)
        yield Daemon(house, server, listener)


def _own_folder(data: Path) -> None:
    """The data folder; for this user only where it is made here."""
    with writing(data):
        data.mkdir(parents=True, exist_ok=True, mode=0o700)


@asynccontextmanager
async def _rehearsing(app: FastAPI) -> AsyncIterator[None]:
    """Meanwhile: a daemon can be asked as soon as without it."""
    going = asyncio.create_task(asyncio.to_thread(rehearse, app))
    try:
        yield
    finally:
        await going


@asynccontextmanager
async def _mail(house: House, server: Server) -> AsyncIterator[None]:
    """Answers the scripts that have files alone."""
    doors = Doors(house, server.app.state.closing)
    found = places(here(), house.settings.data)
    boxes = tuple(Box(place.mailbox, place.prefs) for place in found)
    going = asyncio.create_task(Mailman(boxes, doors, house.instance, house.version).run())
    try:
        yield
    finally:
        going.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await going


def _house(settings: Settings, tools: Tools, jobs: RunningJobs, runtime: Runtime) -> House:
    return House(
        settings=settings,
        tools=tools,
        jobs=jobs,
        port=runtime.port,
        token=runtime.token,
        instance=runtime.instance,
        version=runtime.version,
        started=runtime.started,
        films=Films(tools, settings),
        pictures=Pictures(tools.room, settings.data / "pictures"),
        previews=Previews(tools, settings.data / "previews"),
        taken_in=TakenIn(settings.data / "stills"),
        open_page=opener(settings),
    )


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=CONNECTIONS_SECONDS,
        ws_max_size=SOCKET_BYTES,
        ws_per_message_deflate=False,
    )


def serve(
    settings: Settings,
    *,
    exact_port: bool = False,
    started: Callable[[Daemon], None] = lambda _: None,
    rooms: Rooms = open_rooms,
) -> None:
    """Serve until Ctrl-C or SIGTERM; `started` is called once, when the daemon can be asked."""

    async def run() -> None:
        opening = opened(settings, exact_port=exact_port, on_screen=True, rooms=rooms)
        async with opening as daemon:
            with _stopping(daemon):
                started(daemon)
                await daemon.serve()

    asyncio.run(run())


@contextlib.contextmanager
def _stopping(daemon: Daemon) -> Iterator[None]:
    """Signals stop the daemon in good order; a second one does not wait for open connections."""

    def stop(_: int, __: FrameType | None) -> None:
        daemon.server.force_exit = daemon.server.should_exit
        daemon.stop()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, stop) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


class Embedded:
    """
    The same daemon inside another program, for as long as the block runs.

        with Embedded(settings) as daemon:
            client = Client.at(daemon.url, daemon.token)
    """

    def __init__(self, settings: Settings, *, rooms: Rooms = open_rooms) -> None:
        self._settings = settings
        self._rooms = rooms
        self._ready = threading.Event()
        self._daemon: Daemon | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="nle-bridge-daemon", daemon=True)

    def __enter__(self) -> Daemon:
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        if self._daemon is None:
            raise InternalError("The daemon inside this program did not start.")
        return self._daemon

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._daemon is not None:
            self._daemon.stop()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - carried over to the thread that waits
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        async with opened(self._settings, rooms=self._rooms) as daemon:
            self._daemon = daemon
            self._ready.set()
            await daemon.serve()
