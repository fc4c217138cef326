"""Bad connections on loopback. In: what goes wrong. Out: an address behind which it does.

`Answering` is a server that says, byte for byte, what a test wants; `Proxy` stands before a good
one and spoils what passes. Both run on the test's own event loop:

    async with Answering(plain(b"...")) as server:
        ... server.url ... server.heard[0].headers["range"] ...
    async with Proxy(fake.url, drop_answer=True) as proxy:
        ... proxy.url ...
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

BROKEN = (OSError, asyncio.IncompleteReadError)


@dataclass
class Heard:
    """One request; the body is whole."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


Say = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class _Server:
    connections: int = 0
    _server: asyncio.Server | None = None
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in tuple(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._until_broken(reader, writer))
        self._serving.add(task)
        await task

    async def _until_broken(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            with suppress(*BROKEN, asyncio.CancelledError):
                await self._served(reader, writer)
        finally:
            writer.close()
            self._serving.discard(asyncio.current_task())  # type: ignore[arg-type]

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError


@dataclass
class Answering(_Server):
    """Each request of a connection is heard whole and answered by the next of `says`; the last
    one answers all that follow."""

    says: tuple[Say, ...] = ()
    heard: list[Heard] = field(default_factory=list)

    def __init__(self, *says: Say) -> None:
        super().__init__()
        self.says, self.heard = says, []

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = await _request(reader)
        say = self.says[min(len(self.heard), len(self.says) - 1)]
        self.heard.append(heard)
        await say(heard, writer)
        await writer.drain()


async def _request(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    pairs = (line.split(":", 1) for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(method, path, headers, body)


def answer(status: int, body: bytes = b"", *, length: int | None = None, **headers: str) -> Say:
    """One answer, then the end; `length` in place of the true one, below 0: none is said."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    said = len(body) if length is None else length
    if said >= 0:
        told["Content-Length"] = str(said)
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())

    async def say(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\n{head}Connection: close\r\n\r\n".encode())
        writer.write(body)

    return say


def pouring(head: bytes, piece: bytes, times: int, pause: float = 0.0) -> Say:
    """A head, then the same piece again and again."""

    async def say(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return say


async def silence(heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Never an answer."""
    await asyncio.sleep(3600)


async def hang_up(heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Closed without a word."""


async def tear(heard: Heard, writer: asyncio.StreamWriter) -> None:
    """The connection is reset."""
    _reset(writer)


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def refusing() -> str:
    """The address of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@dataclass
class Proxy(_Server):
    """Before `upstream`; what goes wrong does so for the first `times` connections."""

    upstream: str = ""
    times: int = 1
    drop_answer: bool = False  # the answer is taken and thrown away
    reset_after: int | None = None  # bytes of what the client sends
    blackhole_after: int | None = None  # bytes of what the client sends; then nothing is read
    corrupt_at: int | None = None  # byte of the answer, its head included
    cut_after: int | None = None  # bytes of the answer

    def __init__(self, upstream: str, **wrong: int | bool) -> None:
        super().__init__()
        self.upstream = upstream
        for name, value in wrong.items():
            setattr(self, name, value)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        where = urlsplit(self.upstream)
        back, forth = await asyncio.open_connection(where.hostname, where.port)
        spoilt = self.connections <= self.times
        try:
            async with asyncio.TaskGroup() as passing:
                passing.create_task(self._there(reader, forth, writer, spoilt=spoilt))
                passing.create_task(self._back(back, writer, forth, spoilt=spoilt))
        except* BROKEN:
            pass
        finally:
            forth.close()

    async def _there(
        self,
        reader: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
        *,
        spoilt: bool,
    ) -> None:
        sent = 0
        while piece := await reader.read(1 << 14):
            sent += len(piece)
            if spoilt and self.blackhole_after is not None and sent > self.blackhole_after:
                await asyncio.sleep(3600)
            if spoilt and self.reset_after is not None and sent > self.reset_after:
                _reset(writer)
                raise ConnectionResetError
            forth.write(piece)
            await forth.drain()
        forth.write_eof()

    async def _back(
        self,
        back: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        forth: asyncio.StreamWriter,
        *,
        spoilt: bool,
    ) -> None:
        passed = 0
        while piece := await back.read(1 << 14):
            if spoilt and self.drop_answer:
                raise ConnectionResetError
            if spoilt:
                piece = self._spoilt(piece, passed)
            writer.write(piece)
            await writer.drain()
            passed += len(piece)
            if spoilt and self.cut_after is not None and passed >= self.cut_after:
                raise ConnectionResetError
        writer.write_eof()

    def _spoilt(self, piece: bytes, passed: int) -> bytes:
        whole = bytearray(piece)
        place = None if self.corrupt_at is None else self.corrupt_at - passed
        if place is not None and 0 <= place < len(whole):
            whole[place] ^= 0x55
        if self.cut_after is not None:
            del whole[max(0, self.cut_after - passed) :]
        return bytes(whole)
