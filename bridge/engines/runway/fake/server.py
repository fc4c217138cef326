"""A running fake. In: a folder and what it is to be like. Out: an address that SDKs can be told.

with FakeRunway(folder) as fake:
    client = RunwayML(api_key=fake.key, base_url=fake.url, max_retries=0)
    fake.script({"on": "create", "act": "drop_after"})
    ...
    assert [entry.what for entry in fake.ledger()] == ["create"]
"""

import asyncio
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from bridge.engines.runway.fake.app import create_app
from bridge.engines.runway.fake.house import House
from bridge.engines.runway.fake.kitchen import Kitchen
from bridge.engines.runway.fake.ledger import Entry, Ledger, Task
from bridge.engines.runway.fake.play import Player
from bridge.engines.runway.fake.scripts import Script, Speed, Waiting
from bridge.engines.runway.fake.storage import Storage
from bridge.engines.runway.fake.tasks import Rules, Tasks
from bridge.errors import PortTaken

CREDITS = Decimal(100_000)


class Server(uvicorn.Server):
    """uvicorn without its way with signals, which are the caller's."""

    def __init__(self, player: Player) -> None:
        super().__init__(_config(player))
        self._player = player

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._player.closing.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class FakeRunway:
    """
    Serves from a thread of its own between `start` and `stop`. All methods may be called from any
    thread.

    A folder that was used before goes on where it stood: balance, tasks, uploads and results.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,  # 0: any that is free
        # as everything that is paid is called here
        credits: Decimal | int = CREDITS,  # noqa: A002 - of a new folder
        speed: Speed | str = Speed.instant,
        any_words: bool = False,
        token: str | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.key = "key_" + "0" * 32  # any other will do as well
        self.token = token or secrets.token_urlsafe(24)
        self._host, self._port = host, port
        self._rules = Rules(speed=Speed(speed), any_words=any_words)
        self._ledger = Ledger(folder / "ledger.sqlite", Decimal(credits))
        storage = Storage(folder, lambda: self._rules.now().timestamp())
        waiting = Waiting()
        kitchen = Kitchen(folder, storage, self._rules)
        self._tasks = Tasks(self._ledger, storage, self._rules, waiting, kitchen)
        self.house = House(
            self._ledger, storage, self._tasks, self._rules, waiting, set(), self.token
        )
        self._server = Server(Player(create_app(self.house), waiting))
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    # ---- life

    def start(self) -> Self:
        """Returns when it can be asked; raises `PortTaken`."""
        self.bind()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="fake runway")
        self._thread.start()
        started.wait()
        return self

    def stop(self) -> None:
        """From another thread: returns when all is closed. From its own loop: begins to."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._ledger.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def bind(self) -> None:
        """Take the port; `url` is known from here on."""
        try:
            self._socket = socket.create_server((self._host, self._port))
            # taken over by its connections; asyncio sets it only where a socket names its protocol,
            # and without it each answer waits 40 ms for an acknowledgement
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise PortTaken(f"Port {self._port} of {self._host} cannot be had.") from error

    async def serve(self) -> None:
        """On the caller's loop, until `stop` or a signal."""
        self._loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._bound()])

    def _run(self, started: threading.Event) -> None:
        async def run() -> None:
            asyncio.get_running_loop().call_soon(started.set)
            await self.serve()

        asyncio.run(run())

    def _bound(self) -> socket.socket:
        assert self._socket is not None, "bind() comes first"  # noqa: S101
        return self._socket

    # ---- what it is asked by tests

    @property
    def url(self) -> str:
        """What SDKs take as base URL."""
        host, port = self._bound().getsockname()[:2]
        return f"http://{host}:{port}"

    def script(self, *faults: dict[str, Any], **told: Any) -> None:
        """Faults as they are posted to /fake/script, or anything else of a `Script` by name."""
        script = Script.model_validate({"faults": list(faults), **told})
        self.house.told(script)
        if script.release and self._loop is not None:
            self._loop.call_soon_threadsafe(self._tasks.release)

    def ledger(self) -> tuple[Entry, ...]:
        return self._ledger.entries()

    def tasks(self) -> tuple[Task, ...]:
        return self._ledger.tasks()

    @property
    def creates(self) -> tuple[Entry, ...]:
        """Every create that was billed, whether or not anybody heard of it."""
        return tuple(entry for entry in self.ledger() if entry.what == "create")

    @property
    def credits(self) -> Decimal:
        """What is left to spend."""
        return self._ledger.credits


def _config(app: Player) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
