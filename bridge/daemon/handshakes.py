"""How a WebSocket begins. In: its headers and first message. Out: the token, and what to answer."""

import json
from collections.abc import Callable
from typing import Any

from starlette.types import Message, Receive, Send
from starlette.websockets import WebSocketDisconnect

from bridge.daemon.heads import Headers, bearer

POLICY = 1008  # RFC 6455: policy violation
HELLO_BYTES = 4096
PROTOCOL = b"nle-bridge"
BEARER = b"bearer."


def _offers(headers: Headers) -> list[bytes]:
    joined = b",".join(headers.get(b"sec-websocket-protocol", []))
    return [offer.strip() for offer in joined.split(b",") if offer.strip()]


def offered_token(headers: Headers) -> bytes | None:
    """From the Authorization header or as `bearer.TOKEN` among the protocols; None: not sent."""
    if b"authorization" in headers:
        return bearer(headers) or b""
    tokens = [offer for offer in _offers(headers) if offer.startswith(BEARER)]
    return tokens[0][len(BEARER) :] if tokens else None


def protocol_of(headers: Headers) -> str | None:
    """Browsers close a connection whose protocols were all passed over."""
    offers = _offers(headers)
    chosen = PROTOCOL if PROTOCOL in offers else next(iter(offers), None)
    return None if chosen is None else chosen.decode("latin-1")


def accept(protocol: str | None) -> Message:
    return {"type": "websocket.accept", "subprotocol": protocol, "headers": []}


def close(reason: str = "") -> Message:
    return {"type": "websocket.close", "code": POLICY, "reason": reason}


def word_in(hello: Message, name: str) -> str | None:
    """`token` or `csrf` of a first message; None for any other message."""
    text = hello.get("text") or ""
    if len(text) > HELLO_BYTES:
        return None
    try:
        word: Any = json.loads(text).get(name)
    except (ValueError, AttributeError, RecursionError):
        return None
    return word if isinstance(word, str) else None


def naming(send: Send, protocol: str | None) -> Send:
    async def named(message: Message) -> None:
        if message["type"] == "websocket.accept":
            message = {**message, "subprotocol": protocol}
        await send(message)

    return named


def connecting(receive: Receive) -> Receive:
    """What the application expects first, though it was received already."""
    waiting: list[Message] = [{"type": "websocket.connect"}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def accepted(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] != "websocket.accept":
            await send(message)

    return sent


def lasting(send: Send, lasts: Callable[[], bool]) -> Send:
    """A session may end while its page listens: it hears nothing more, not even a heartbeat."""

    async def sent(message: Message) -> None:
        if message["type"] == "websocket.send" and not lasts():
            await send(close("the session is over"))
            raise WebSocketDisconnect(POLICY)
        await send(message)

    return sent
