"""Runway's doors. In: JSON with a key. Out: tasks, places for uploads, the account."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request

from bridge.engines.runway import bodies
from bridge.engines.runway.catalogue import DOORS, shapes
from bridge.engines.runway.fake.entry import Body, Rooms, base_of, good_key, right_version, wrong
from bridge.engines.runway.fake.storage import SCHEME, Storage
from bridge.engines.runway.fake.tasks import number
from bridge.errors import UsageError

routes = APIRouter(prefix="/v1", dependencies=[Depends(good_key), Depends(right_version)])


def _create_route(door: str) -> None:
    @routes.post(f"/{door}")
    async def create(house: Rooms, body: Body) -> dict[str, Any]:
        checked = _checked(door, body)
        task = await house.tasks.create(door, _placed(checked, house.storage))
        return {"id": task.id, "estimatedCost": {"credits": number(task.estimated)}}


for each in DOORS:
    _create_route(each)


def _checked(door: str, body: Any) -> dict[str, Any]:
    """The body; `UsageError` with all that is wrong with it."""
    if not isinstance(body, dict):
        raise wrong("Expected object", [], "invalid_type")
    issues = [
        {"code": fault.code, "path": list(fault.path), "message": fault.message}
        for fault in bodies.faults(door, body)
    ]
    if issues:
        raise UsageError("Validation of body failed.", issues=issues)
    return body


def _placed(value: Any, storage: Storage, path: tuple[str | int, ...] = ()) -> Any:
    """The body with every medium in storage; `UsageError` for media that are not to be had."""
    if isinstance(value, Mapping):
        return {name: _placed(each, storage, (*path, name)) for name, each in value.items()}
    if isinstance(value, list):
        return [_placed(each, storage, (*path, place)) for place, each in enumerate(value)]
    if not isinstance(value, str) or not _is_medium(path):
        return value
    try:
        return _stored(value, storage)
    except UsageError as error:
        raise wrong(error.message, list(path)) from error


def _is_medium(path: tuple[str | int, ...]) -> bool:
    names = [name for name in path if isinstance(name, str)]
    return names[-1].casefold().endswith("uri") or names[-1] in ("promptImage", "promptVideo")


def _stored(uri: str, storage: Storage) -> str:
    if uri.startswith("data:"):
        return storage.from_data(uri)
    if not uri.startswith(SCHEME):
        raise UsageError("This server fetches nothing: upload the file, or send a data URI.")
    storage.file(uri)
    return uri


@routes.get("/tasks/{name}")
async def task(name: str, house: Rooms, request: Request) -> dict[str, Any]:
    return house.tasks.shown(name, base_of(request))


@routes.delete("/tasks/{name}", status_code=204)
async def delete(name: str, house: Rooms) -> None:
    house.tasks.delete(name)


@routes.post("/uploads")
async def start_upload(house: Rooms, body: Body, request: Request) -> dict[str, Any]:
    said = body if isinstance(body, dict) else {}
    if said.get("type") != "ephemeral" or not isinstance(said.get("filename"), str):
        raise wrong('filename and type "ephemeral" are needed', ["type"])
    slip = house.storage.slip(said["filename"])
    url = f"{base_of(request)}/uploads/{slip.id}"
    return {"uploadUrl": url, "fields": slip.fields, "runwayUri": slip.uri}


# ---- the account


@routes.get("/organization")
async def organization(house: Rooms) -> dict[str, Any]:
    since = (house.rules.now() - timedelta(days=1)).isoformat(timespec="milliseconds")
    limits = {
        model: house.rules.limit(model) for model in sorted({each.model for each in shapes()})
    }
    return {
        "creditBalance": number(house.ledger.credits),
        "tier": {
            "maxMonthlyCreditSpend": 10_000_000,
            "models": {
                model: {
                    "maxConcurrentGenerations": limit.at_once,
                    "maxDailyGenerations": limit.a_day,
                }
                for model, limit in limits.items()
            },
        },
        "usage": {
            "models": {
                model: {"dailyGenerations": count}
                for model, count in house.ledger.begun_since(since).items()
            }
        },
    }


@routes.post("/organization/usage")
async def usage(house: Rooms, body: Body) -> dict[str, Any]:
    """Credits by day and model; without dates, of the last thirty days."""
    first = _date(body, "startDate", house.rules.now() - timedelta(days=30))
    last = _date(body, "beforeDate", first + timedelta(days=31))
    days: dict[str, dict[str, Any]] = {}
    for entry in house.ledger.entries():
        if first.date().isoformat() <= entry.at[:10] < last.date().isoformat():
            day = days.setdefault(entry.at[:10], {})
            day[entry.model] = day.get(entry.model, 0) + entry.credits
    results = [
        {
            "date": day,
            "usedCredits": [{"model": m, "amount": number(spent)} for m, spent in used.items()],
        }
        for day, used in sorted(days.items())
    ]
    return {"models": sorted({m for used in days.values() for m in used}), "results": results}


def _date(body: Any, name: str, default: datetime) -> datetime:
    said = body.get(name) if isinstance(body, dict) else None
    if said is None:
        return default
    try:
        return datetime.fromisoformat(str(said)).replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong("Invalid date", [name]) from error
