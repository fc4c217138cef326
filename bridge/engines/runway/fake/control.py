"""What only a fake has. In: its token. Out: its books; it takes scripts."""

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import ValidationError

from bridge.engines.runway.fake.entry import Body, Rooms, good_token
from bridge.engines.runway.fake.scripts import Script
from bridge.errors import UsageError

routes = APIRouter(prefix="/fake", dependencies=[Depends(good_token)])


@routes.get("/ledger")
async def ledger(house: Rooms) -> dict[str, Any]:
    entries = [entry.as_data() for entry in house.ledger.entries()]
    return {"credits": str(house.ledger.credits), "entries": entries}


@routes.get("/tasks")
async def tasks(house: Rooms) -> list[dict[str, Any]]:
    return [task.as_data() for task in house.ledger.tasks()]


@routes.post("/script")
async def script(house: Rooms, body: Body) -> dict[str, Any]:
    try:
        told = Script.of(body)
    except ValidationError as error:
        issues = error.errors(include_url=False, include_context=False, include_input=False)
        raise UsageError("This is no script.", issues=issues) from error
    house.told(told)
    if told.release:
        house.tasks.release()
    return {"ok": True}
