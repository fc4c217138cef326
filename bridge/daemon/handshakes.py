"""How a WebSocket begins. In: its headers and first message. Out: the token, and what to answer."""

import json
from typing import Any

from starlette.types import Message, Receive, Send

from bridge.daemon.heads import Headers, bearer

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


def token_in(hello: Message) -> bytes | None:
    text = hello.get("text") or ""
    if len(text) > HELLO_BYTES:
        return None
    try:
        token: Any = json.loads(text).get("token")
    except (ValueError, AttributeError, RecursionError):
        return None
    return token.encode("utf-8", "replace") if isinstance(token, str) else None


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
