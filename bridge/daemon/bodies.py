"""Request bodies. In: whatever arrives. Out: bytes within a limit, JSON that means one thing.

Refused: NaN and numbers beyond a double, lone surrogates, zeros in strings, a name given twice,
nesting beyond 200 levels. Python's own parser lets all of them through.
"""

import asyncio
import json
import math
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.types import Message, Receive

from bridge.daemon.answers import refused

BODY_SECONDS = 30  # between two parts of a body
LARGE = 1 << 20  # bytes; more than this is parsed beside the event loop
ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


async def whole_body(receive: Receive, limit: int) -> bytes | None:
    """The body, `limit` bytes at most (413); None where the caller went away."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await _next_part(receive)
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise too_large(limit)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _next_part(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await receive()
    except TimeoutError as error:
        raise refused(408, "The request's body did not arrive.", Connection="close") from error


def too_large(limit: int) -> Exception:
    return refused(
        413,
        f"The request is larger than {limit >> 10} KiB.",
        "Send less, or name a file instead of its content.",
        Connection="close",
    )


def replayed(body: bytes, receive: Receive) -> Receive:
    """The body that was read, once more; then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def strict_json(body: bytes) -> Any:
    """The value, or an `Answer` with status 400 that does not repeat it."""
    try:
        from_json(body, allow_inf_nan=False)  # depth, encoding, surrogates, NaN; at 200 MB/s
        value = json.loads(body, object_pairs_hook=_once, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise refused(400, "The body is not valid JSON.", "Send UTF-8 JSON.") from error
    if b"\\u0000" in body and ZERO.search(body):
        raise refused(400, "The body holds a zero character.", "Leave control characters out.")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


class StrictRequest(Request):
    """A request whose JSON was parsed by `strict_json`."""

    parsed: Any = None

    async def json(self) -> Any:
        return self.parsed


class StrictRoute(APIRoute):
    """A route that parses its body strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def strict(request: Request) -> Response:
            checked = StrictRequest(request.scope, request.receive)
            body = await checked.body()
            if body:
                beside = len(body) > LARGE
                checked.parsed = (
                    await asyncio.to_thread(strict_json, body) if beside else strict_json(body)
                )
            return await answer(checked)

        return strict
