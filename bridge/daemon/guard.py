"""Who may ask. In: every request and WebSocket, before anything else. Out: passed on, or refused.

The port is reachable for every program and every web page on this machine, so that a request must
name the daemon (Host: against DNS rebinding), must not come from a page of somebody else (Origin,
Sec-Fetch-Site) and must carry the token, or the cookie and CSRF value of a session of the daemon's
own page. CORS headers alone protect nothing: a request from a foreign page is carried out before
the browser withholds its answer. The page's files alone are for everybody.
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
    is_page,
    listed_origin,
)
from bridge.daemon.handshakes import (
    accept,
    accepted,
    connecting,
    naming,
    offered_token,
    protocol_of,
    token_in,
)
from bridge.daemon.heads import has_body, headers_of

HELLO_SECONDS = 5  # for the first message of a WebSocket without a token in its handshake
POLICY = 1008  # RFC 6455: policy violation
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

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        check_place(headers, self._rules)
        if scope["method"] == "OPTIONS" and listed_origin(scope, self._rules):
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
            return
        if not is_page(scope):
            check_caller(scope, headers, self._rules)
        if not has_body(headers):
            await self._app(scope, receive, send)
            return
        check_body_kind(headers, self._rules.limit(scope))
        body = await whole_body(receive, self._rules.limit(scope))
        if body is not None:
            await self._app(scope, replayed(body, receive), send)

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
            await send({"type": "websocket.close", "code": POLICY})
            return
        if token is None:
            await self._first_message(scope, receive, send, protocol_of(headers))
        elif self._right(token):
            await self._app(scope, receive, naming(send, protocol_of(headers)))
        else:
            await receive()
            await send(accept(protocol_of(headers)))
            await send({"type": "websocket.close", "code": POLICY, "reason": "wrong token"})

    async def _first_message(
        self, scope: Scope, receive: Receive, send: Send, protocol: str | None
    ) -> None:
        await receive()
        await send(accept(protocol))
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                hello = await receive()
        except TimeoutError:
            hello = {"type": "websocket.receive"}
        if hello["type"] == "websocket.disconnect":
            return
        if not self._right(token_in(hello)):
            await send({"type": "websocket.close", "code": POLICY, "reason": "no token"})
            return
        await self._app(scope, connecting(receive), accepted(send))

    def _right(self, token: bytes | None) -> bool:
        return token is not None and hmac.compare_digest(token, self._rules.token.encode())


PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST",
    "access-control-allow-headers": "authorization, content-type, range",
    "access-control-max-age": "600",
}


class _Dressed:
    """A `send` that puts the safety headers on every answer and knows whether one has begun."""

    def __init__(self, send: Send, origin: bytes | None) -> None:
        self._send = send
        self._origin = origin
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
        if self._origin is not None:
            yield b"access-control-allow-origin", self._origin
            yield b"access-control-expose-headers", b"content-range, etag"
            yield b"vary", b"origin"
