"""Faults, played. In: an honest application and a fault. Out: what goes over the line instead.

The application knows nothing of this: its answer is caught, and said badly or not at all. What
HTTP libraries refuse to send (a cut body, a wrong length) is written to the connection itself.
"""

import asyncio
import gzip
import json
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.engines.runway.fake.scripts import Act, Fault, On, Waiting

UPLOADS = "/uploads/"
OUTPUTS = "/outputs/"
BLOCK = 1 << 16
LOOK_SECONDS = 0.05  # between looks at whether somebody still listens
EXPIRED = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b"<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>"
)
HTML = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"


def door_of(method: str, path: str) -> On | None:
    """Which of the doors that can be told to fail a request goes to."""
    if path.startswith("/v1/tasks/"):
        return {"GET": On.poll, "DELETE": On.delete}.get(method)
    if path.startswith("/v1/organization"):
        return On.organization
    if path.startswith(OUTPUTS):
        return On.download
    if method != "POST" or path.startswith("/fake/"):
        return None
    if path.startswith(UPLOADS):
        return On.upload_file
    return On.upload if path == "/v1/uploads" else On.create


@dataclass
class Said:
    """An answer that was caught."""

    status: int = 200
    headers: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    body: bytes = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def with_json(self, changes: dict[str, Any], without: str | None = None) -> "Said":
        said = {**json.loads(self.body or b"{}"), **changes}
        said.pop(without or "", None)
        return Said(self.status, self.headers, json.dumps(said).encode())

    @property
    def kept(self) -> dict[bytes, bytes]:
        """The headers without those that say how the body is sent."""
        return {name: value for name, value in self.headers.items() if name != b"content-length"}


class Line:
    """The connection itself, as uvicorn's own request has it (`RequestResponseCycle.transport`)."""

    def __init__(self, send: Send) -> None:
        self._transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]

    async def drop(self, *, reset: bool = False) -> None:
        """Nothing more is said; returns when the server has noticed."""
        if reset:
            self._transport.abort()
        else:
            self._transport.close()
        await asyncio.sleep(0.02)

    def head(self, status: int, headers: dict[bytes, bytes]) -> None:
        lines = [b"HTTP/1.1 %d Said" % status, *(b"%s: %s" % each for each in headers.items())]
        self._transport.write(b"\r\n".join([*lines, b"connection: close", b"", b""]))

    async def write(self, data: bytes) -> None:
        """Returns when most of it is on its way; stops silently where nobody listens any more."""
        for start in range(0, len(data), BLOCK):
            # asyncio tells nobody but the protocol, which is uvicorn's, when there is room again
            while self._transport.get_write_buffer_size() > BLOCK and self.open:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            if self.open:
                self._transport.write(data[start : start + BLOCK])

    @property
    def open(self) -> bool:
        return not self._transport.is_closing()


class Player:
    """Wraps the application; every request is asked for at `waiting` first."""

    def __init__(self, app: ASGIApp, waiting: Waiting) -> None:
        self.closing = asyncio.Event()  # set by the server: who is kept waiting is let go
        self._app = app
        self._waiting = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = door_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        fault = self._waiting.fault(door) if door else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        said = Said()
        if fault.done:
            await self._app(scope, receive, said.send)
        else:
            await _read_all(receive)
        if fault.act is Act.hang:
            await self._hang(Line(send), fault.seconds)
        else:
            await play(fault, said, Line(send), send)

    async def _hang(self, line: Line, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_SECONDS)):
            if self.closing.is_set() or not line.open:
                break
            await asyncio.sleep(LOOK_SECONDS)
        await line.drop()


async def _read_all(receive: Receive) -> None:
    message = await receive()
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()


async def play(fault: Fault, said: Said, line: Line, send: Send) -> None:
    """Say what the fault makes of an answer."""
    match fault.act:
        case Act.drop_before | Act.drop_after:
            await line.drop()
        case Act.reset:
            await line.drop(reset=True)
        case Act.cut | Act.cut_chunked | Act.no_length | Act.wrong_length | Act.oversize:
            await _say_badly(fault, said, line)
        case Act.slow:
            await _drip(fault, said, line)
        case _:
            await _answer(_other(fault, said), send)


def _other(fault: Fault, said: Said) -> Said:
    """The answer that is sent in place of the right one."""
    match fault.act:
        case Act.status:
            return _status(fault)
        case Act.html:
            other = Said(200, {b"content-type": b"text/html"}, HTML)
        case Act.redirect:
            other = Said(302, {b"location": fault.url.encode()}, b"")
        case Act.expired:
            other = Said(403, {b"content-type": b"application/xml"}, EXPIRED)
        case Act.no_id:
            other = said.with_json({}, without="id")
        case Act.say:
            other = said.with_json(fault.fields)
        case _:
            other = _spoilt(fault, said)
    return other


def _status(fault: Fault) -> Said:
    body = {"error": "Scripted."} if fault.body is None else fault.body
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    extra = {name.lower().encode(): value.encode() for name, value in fault.headers.items()}
    return Said(fault.status, {b"content-type": b"application/json", **extra}, data)


def _spoilt(fault: Fault, said: Said) -> Said:
    """The right answer with other bytes."""
    match fault.act:
        case Act.bad_json:
            return replace(said, body=said.body[:-1] or b"{")
        case Act.flip_byte:
            return replace(said, body=_flipped(said.body, fault.part))
        case Act.gzip:
            packed = {**said.kept, b"content-encoding": b"gzip"}
            return Said(said.status, packed, gzip.compress(said.body))
        case _:
            return replace(said, body=b"")


def _flipped(data: bytes, part: float) -> bytes:
    place = min(int(len(data) * part), len(data) - 1)
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :] if data else data


async def _answer(said: Said, send: Send) -> None:
    length = b"%d" % len(said.body)
    headers = [*said.kept.items(), (b"content-length", length)]
    await send({"type": "http.response.start", "status": said.status, "headers": headers})
    await send({"type": "http.response.body", "body": said.body})


async def _say_badly(fault: Fault, said: Said, line: Line) -> None:
    length, body = len(said.body), said.body
    if fault.act in (Act.cut, Act.cut_chunked):
        body = body[: int(length * fault.part)]
    if fault.act is Act.oversize:
        length += fault.bytes
    if fault.act is Act.wrong_length:
        length = max(0, length + fault.bytes)
    headers = said.kept
    if fault.act is Act.cut_chunked:
        headers[b"transfer-encoding"] = b"chunked"
        body = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
    elif fault.act is not Act.no_length:
        headers[b"content-length"] = b"%d" % length
    line.head(said.status, headers)
    await line.write(body)
    if fault.act is Act.oversize:
        await _more(line, fault.bytes)
    await line.drop()


async def _more(line: Line, count: int) -> None:
    block = bytes(BLOCK)
    while count > 0 and line.open:
        await line.write(block[:count])
        count -= BLOCK


async def _drip(fault: Fault, said: Said, line: Line) -> None:
    """The right answer at `bytes` a second, in twenty pieces a second."""
    step = max(1, fault.bytes // 20)
    line.head(said.status, {**said.kept, b"content-length": b"%d" % len(said.body)})
    for start in range(0, len(said.body), step):
        if not line.open:
            return
        await line.write(said.body[start : start + step])
        await asyncio.sleep(0.05)
    await line.drop()
