"""Timelines of hosts that share no disk with the daemon: taken in and given back as files."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse

from bridge.daemon.files import FILE, file_answer
from bridge.daemon.house import House, HouseHere
from bridge.daemon.records import Uploads, new_id
from bridge.daemon.routes.common import Limit, Named, router
from bridge.errors import BridgeError, NotFound
from bridge.store.names import safe_stem
from bridge.timeline.read import read
from bridge.wire.selections import facts_out
from bridge.wire.timelines import TimelineIn, TimelineOut, TimelinesOut, UploadedOut

MOST_BYTES = 64 << 20

routes = router("timelines")


@routes.post("/timelines", status_code=201)
async def upload(wanted: TimelineIn, house: HouseHere) -> UploadedOut:
    return await asyncio.to_thread(_upload, wanted, house)


@routes.get("/timelines")
async def list_timelines(house: HouseHere, limit: Limit = 50) -> TimelinesOut:
    return await asyncio.to_thread(_listed, house, limit)


@routes.get("/timelines/{name}", response_class=FileResponse, responses=FILE)
async def download(name: Named, request: Request, house: HouseHere) -> FileResponse:
    """The timeline that a job wrote, or one that was uploaded."""
    path = Uploads(house.settings.data).find(name) or (await house.jobs.job(name)).timeline
    if path is None:
        raise NotFound(f"{name} has not written its timeline yet.", hint="Wait until it is done.")
    return await asyncio.to_thread(file_answer, path, request, f"{name}-{path.stat().st_mtime_ns}")


def _upload(wanted: TimelineIn, house: House) -> UploadedOut:
    uploads, upload_id = Uploads(house.settings.data), new_id("t")
    content = json.dumps(wanted.content, ensure_ascii=False, separators=(",", ":")).encode()
    path = uploads.keep(upload_id, safe_stem(wanted.name), content)
    try:
        document = read(path)
    except BridgeError:
        uploads.drop(upload_id)
        raise
    listed = _timeline(path)
    return UploadedOut(
        **listed.model_dump(), facts=facts_out(document.facts), warnings=document.warnings
    )


def _listed(house: House, limit: int) -> TimelinesOut:
    found = Uploads(house.settings.data).newest(limit)
    return TimelinesOut(timelines=tuple(_timeline(path) for path in found if path.is_file()))


def _timeline(path: Path) -> TimelineOut:
    status = path.stat()
    return TimelineOut(
        id=path.parent.name,
        name=path.stem,
        timeline=path,
        created=datetime.fromtimestamp(status.st_mtime, UTC),
        size=status.st_size,
    )
