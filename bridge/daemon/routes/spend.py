"""What was spent, reserved and may have been charged; what the budgets still hold."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import Query, Response
from pydantic import BeforeValidator

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.jobs.facts import By, SpendFilter
from bridge.wire.spend import SpendOut, spend_csv, spend_out

routes = router("spend")


def _written(text: str) -> str:
    """Pydantic would also take a number for the seconds since 1970."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("a day is written YYYY-MM-DD")
    return text


Day = Annotated[
    Annotated[date, BeforeValidator(_written)] | None,
    Query(description="A UTC day, itself included."),
]


class Format(StrEnum):
    json = "json"
    csv = "csv"


@routes.get("/spend", response_model=SpendOut, responses={200: {"content": {"text/csv": {}}}})
async def spend(
    house: HouseHere,
    since: Day = None,
    until: Day = None,
    project: Annotated[str | None, Query(max_length=4096)] = None,
    by: By = By.job,
    format: Format = Format.json,  # noqa: A002 - the query's own word
) -> SpendOut | Response:
    report = spend_out(await house.jobs.spend(SpendFilter(since, until, project, by)))
    if format is Format.csv:
        return Response(spend_csv(report), media_type="text/csv; charset=utf-8")
    return report
