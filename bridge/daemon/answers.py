"""Errors as answers. In: whatever was raised. Out: JSON with code and hint, no input echoed.

FastAPI's own 422 answer repeats the input (prompts, keys) and cannot write NaN or lone surrogates;
its 405 names the methods of one route only.
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from bridge.errors import BridgeError, Forbidden, InternalError, NotFound, UsageError

MOST_PROBLEMS = 10
LONGEST_NAME = 60

log = logging.getLogger(__name__)


class Answer(Exception):
    """Ends a request with this error under this status, whatever the error's own status is."""

    def __init__(
        self, status: int, error: BridgeError, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        return JSONResponse(self.error.as_data(), self.status, self.headers)


def refused(status: int, message: str, hint: str = "", **headers: str) -> Answer:
    """A request that is not served: `Forbidden` for who asks, `UsageError` for how."""
    kind = Forbidden if status in (401, 403, 421) else UsageError
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, kind(message, hint=hint), named)


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer every kind of error in the one shape; `routes` are all there are."""
    app.state.routes = routes
    app.add_exception_handler(Answer, _answer)
    app.add_exception_handler(BridgeError, _bridge_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


def internal() -> Answer:
    """Nothing about the fault itself: the log has it."""
    return Answer(500, InternalError("The daemon made a mistake with this request."))


async def _answer(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Answer)  # noqa: S101 - registered for this class
    return error.response()


async def _bridge_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BridgeError)  # noqa: S101 - registered for this class
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s: %s", error.code, error.message)
    return JSONResponse(jsonable(error.as_data()), error.status)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    problems = [_problem(found) for found in error.errors()[:MOST_PROBLEMS]]
    first = problems[0] if problems else {"at": "body", "problem": "is not valid"}
    found = UsageError(
        f"{first['at']}: {first['problem']}.",
        hint="The daemon's /openapi.json says what this route takes.",
        problems=problems,
    )
    return JSONResponse(found.as_data(), 422)


def _problem(found: Mapping[str, Any]) -> dict[str, str]:
    place = ".".join(_name(part) for part in found.get("loc", ()))
    return {"at": place or "body", "problem": str(found.get("msg", "is not valid"))[:200]}


def _name(part: object) -> str:
    """A field's name as a caller wrote it, shortened to what may be shown."""
    text = str(part)[:LONGEST_NAME]
    return "".join(letter if letter.isprintable() else "?" for letter in text)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    if error.status_code == HTTPStatus.NOT_FOUND:
        found: BridgeError = NotFound("There is no such route.", hint="See /openapi.json.")
        return Answer(404, found).response()
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(_methods(request)))
        hint = f"This route takes {allowed}."
        return refused(405, "This method is not served here.", hint, Allow=allowed).response()
    return refused(error.status_code, "This request cannot be read.").response()


def _methods(request: Request) -> set[str]:
    return {
        method
        for route in request.app.state.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


def jsonable(value: Any) -> Any:
    """The same JSON value; what no JSON can hold (paths in an error's detail) as text."""
    if isinstance(value, dict):
        return {str(name): jsonable(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(part) for part in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, float) and not -1e308 < value < 1e308:
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
