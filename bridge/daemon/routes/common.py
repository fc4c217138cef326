"""What all routes have in common. In: a subject. Out: a router with strict bodies, known errors."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.security import HTTPBearer

from bridge.daemon.bodies import StrictRoute
from bridge.wire.base import ErrorOut

ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorOut, "description": "The request cannot be served; the hint says why."},
    "5XX": {"model": ErrorOut, "description": "An engine or this machine failed."},
}
# for the contract: the guard has looked at the token before any route is reached
BEARER = HTTPBearer(description="The token in runtime.json.", auto_error=False)
Named = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$")]
Limit = Annotated[int, Query(ge=1, le=500)]


def router(subject: str) -> APIRouter:
    return APIRouter(
        prefix="/v1",
        tags=[subject],
        route_class=StrictRoute,
        responses=ERRORS,
        dependencies=[Depends(BEARER)],
    )
