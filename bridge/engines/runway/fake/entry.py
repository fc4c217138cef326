"""Who may come in, and what is said to those who may not. In: a request. Out: its parts, or a 4xx.

Errors of the tree become the shapes that Runway's own errors have.
"""

import hmac
import json
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from bridge.engines.runway.fake.house import House
from bridge.errors import BridgeError, EngineBusy, Forbidden, InputError, NotFound, UsageError

VERSION = "2024-11-06"
MOST_BYTES = 64_000_000  # of a body; each of its data URIs has less
DOC_URL = "https://docs.dev.runwayml.com/errors/errors"
STATUSES = ((NotFound, 404), (EngineBusy, 429), (Forbidden, 401), (InputError, 400))


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


Rooms = Annotated[House, Depends(_house)]


def _bearer(request: Request) -> str:
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    return word.strip() if scheme.lower() == "bearer" else ""


def good_key(request: Request, house: Rooms) -> None:
    key = _bearer(request)
    if not (key in house.keys or (house.rules.any_key and key)):
        raise Forbidden("You did not provide a valid API key.")


def right_version(request: Request) -> None:
    if request.headers.get("x-runway-version") != VERSION:
        raise UsageError(f"The X-Runway-Version header must be {VERSION}.")


def good_token(request: Request, house: Rooms) -> None:
    if not hmac.compare_digest(_bearer(request).encode(), house.token.encode()):
        raise Forbidden("This door needs the token that the fake printed.")


async def _json(request: Request) -> Any:
    """What came, as JSON; `UsageError` for what is none, and for what could not be said again."""
    data = b""
    async for block in request.stream():
        data += block
        if len(data) > MOST_BYTES:
            raise UsageError(f"The body has more than {MOST_BYTES} bytes.")
    try:
        said = json.loads(data, parse_constant=_no_number)
        json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise UsageError("The body is not JSON.") from error
    return said


def _no_number(word: str) -> None:
    """NaN and infinities are none in JSON (RFC 8259)."""
    raise ValueError(word)


Body = Annotated[Any, Depends(_json)]


def base_of(request: Request) -> str:
    return str(request.base_url).rstrip("/")


# ---- errors


def wrong(message: str, path: list[str | int], code: str = "custom") -> UsageError:
    """One thing in a body that is not right."""
    issue = {"code": code, "path": path, "message": message}
    return UsageError("Validation of body failed.", issues=[issue])


def told(_: Request, error: Exception) -> Response:
    assert isinstance(error, BridgeError)  # noqa: S101
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    said: dict[str, Any] = {"error": error.message}
    if "issues" in error.detail:
        said |= {"issues": error.detail["issues"], "docUrl": DOC_URL}
    return JSONResponse(said, status)


def gone(_: Request, error: Exception) -> Response:  # noqa: ARG001
    """Who asked hung up in the middle of asking, as a killed daemon does; nobody reads this."""
    return Response(status_code=400)


def plain(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return JSONResponse({"error": str(error.detail)}, error.status_code)
