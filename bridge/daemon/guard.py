"""Who may ask. In: every request and WebSocket, before anything else. Out: passed on, or refused.

The port is reachable for every program and every web page on this machine, so that a request must
name the daemon (Host: against DNS rebinding), must not come from a page of somebody else (Origin,
Sec-Fetch-Site) and must carry the token, or the cookie and CSRF value of a session of the daemon's
own page, or a plug-in's key for the few routes that are its. CORS headers alone protect nothing: a
request from a foreign page is carried out before the browser withholds its answer. The page's files
alone are for everybody.
"""

import asyncio
import hmac
import logging
from collections.abc import Iterable

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.daemon.answers import Answer, internal
from bridge.daemon.bodies import replayed, whole_body
from bridge.daemon.callers import (
    Rules,
    check_body_kind,
    check_caller,
    check_place,
    in_session,
    is_page,
    listed_origin,
)
from bridge.daemon.handshakes import (
    accept,
    accepted,
    close,
    connecting,
    lasting,
    naming,
    offered_token,
    protocol_of,
    word_in,
)
from bridge.daemon.heads import Headers, has_body, headers_of
from bridge.daemon.plugins import asks_first, foreign_place

HELLO_SECONDS = 5  # for the first message of a WebSocket without a token in its handshake
SAFE = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

log = logging.getLogger(__name__)


class Guard:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    # ---- HTTP

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        dressed = _Dressed(send, listed_origin(scope, self._rules))
        try:
            await self._served(scope, receive, dressed)
        except Answer as answer:
            await answer.response()(scope, receive, dressed)
        # the request handler is one of the three walls: whatever escapes it is a fault of ours
        except Exception:  # noqa: BLE001
            await self._fault(scope, receive, dressed)

    async def _served(self, scope: Scope, receive: Receive, send: "_Dressed") -> None:
        headers = headers_of(scope)
        host = self._rules.plugins.host_of(headers)
        asks = asks_first(scope, headers)
        plugin = asks or host is not None
        check_place(headers, self._rules, plugin=plugin)
        if plugin:
            await self._welcome(headers, host, send)
        if asks or (scope["method"] == "OPTIONS" and listed_origin(scope, self._rules)):
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
            return
        if not is_page(scope):
            check_caller(scope, headers, self._rules, host)
        if not has_body(headers):
            await self._app(scope, receive, send)
            return
        check_body_kind(headers, self._rules.limit(scope))
        body = await whole_body(receive, self._rules.limit(scope))
        if body is not None:
            await self._app(scope, replayed(body, receive), send)

    async def _welcome(self, headers: Headers, host: str | None, send: "_Dressed") -> None:
        """A plug-in's runtime may keep answers from it that do not name where it is."""
        place = foreign_place(headers)
        if place is not None:
            send.origin = place.encode("latin-1")
            if host is not None:
                await self._rules.plugins.note(host, place)

    async def _fault(self, scope: Scope, receive: Receive, send: "_Dressed") -> None:
        log.exception("%s %s failed.", scope["method"], scope["path"])
        if not send.started:
            await internal().response()(scope, receive, send)

    # ---- WebSocket

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._shaken(scope, receive, send)
        # the same wall; the server then ends the connection
        except Exception:
            log.exception("The WebSocket %s failed.", scope["path"])

    async def _shaken(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            headers = headers_of(scope)
            check_place(headers, self._rules)
            token = offered_token(headers)
        except Answer:
            # closed before it is accepted: the caller sees status 403
            await receive()
            await send(close())
            return
        if token is None:
            await self._first_message(scope, receive, send, headers)
        elif self._right(token):
            await self._app(scope, receive, naming(send, protocol_of(headers)))
        else:
            await receive()
            await send(accept(protocol_of(headers)))
            await send(close("wrong token"))

    async def _first_message(
        self, scope: Scope, receive: Receive, send: Send, headers: Headers
    ) -> None:
        await receive()
        await send(accept(protocol_of(headers)))
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                hello = await receive()
        except TimeoutError:
            hello = {"type": "websocket.receive"}
        if hello["type"] == "websocket.disconnect":
            return
        token, csrf = word_in(hello, "token"), word_in(hello, "csrf")
        if token is not None and self._right(token.encode("utf-8", "replace")):
            await self._app(scope, connecting(receive), accepted(send))
        elif in_session(headers, csrf, self._rules):
            page = lasting(send, lambda: in_session(headers, csrf, self._rules))
            await self._app(scope, connecting(receive), accepted(page))
        else:
            await send(close("neither a token nor a session"))

    def _right(self, token: bytes) -> bool:
        return hmac.compare_digest(token, self._rules.token.encode())


PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST",
    "access-control-allow-headers": "authorization, content-type, range",
    "access-control-max-age": "600",
}


class _Dressed:
    """A `send` that puts the safety headers on every answer and knows whether one has begun."""

    def __init__(self, send: Send, origin: bytes | None) -> None:
        self._send = send
        self.origin = origin  # the foreign place that may read the answer
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            own = list(message.get("headers", ()))
            named = {name.lower() for name, _ in own}
            more = [(name, value) for name, value in self._headers() if name not in named]
            message = {**message, "headers": [*own, *more]}
        await self._send(message)

    def _headers(self) -> Iterable[tuple[bytes, bytes]]:
        yield from SAFE
        if self.origin is not None:
            yield b"access-control-allow-origin", self.origin
            yield b"access-control-expose-headers", b"content-range, etag"
            yield b"vary", b"origin"
