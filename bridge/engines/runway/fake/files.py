"""The doors of storage; no key is needed. In: an upload with its slip. Out: what is signed."""

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from bridge.engines.runway.fake.entry import Rooms
from bridge.engines.runway.fake.play import EXPIRED
from bridge.engines.runway.fake.storage import MOST_BYTES
from bridge.errors import Forbidden, NotFound, UsageError

FORM_BYTES = 1_000_000  # of the fields around a file

routes = APIRouter()


@routes.post("/uploads/{name}", status_code=204)
async def upload(name: str, house: Rooms, request: Request) -> Response:
    if "authorization" in request.headers:
        return _denied("Only one auth mechanism allowed", 400)
    if int(request.headers.get("content-length", 0)) > MOST_BYTES + FORM_BYTES:
        return _denied("Your proposed upload exceeds the maximum allowed size", 400)
    try:
        return await _taken_in(name, house, request)
    except ClientDisconnect:  # nobody is there to be answered
        return Response(status_code=400)


async def _taken_in(name: str, house: Rooms, request: Request) -> Response:
    async with request.form() as form:
        parts = form.multi_items()
        if not parts or parts[-1][0] != "file" or not isinstance(parts[-1][1], UploadFile):
            return _denied("The file must be the last field, named file", 400)
        fields = {key: value for key, value in parts[:-1] if isinstance(value, str)}
        try:
            await run_in_threadpool(house.storage.take_in, name, fields, parts[-1][1].file)
        except (Forbidden, UsageError) as error:
            return _denied(error.message, 403 if isinstance(error, Forbidden) else 400)
    return Response(status_code=204)


@routes.get("/outputs/{task}/{name}")
async def output(task: str, name: str, house: Rooms, request: Request) -> Response:
    try:
        path = house.storage.output(task, name, request.query_params.get("_jwt", ""))
    except Forbidden:
        return Response(EXPIRED, 403, media_type="application/xml")
    except NotFound as error:
        return _denied(error.message, 404)
    tag = await run_in_threadpool(_md5, path, path.stat().st_mtime_ns)
    return FileResponse(path, headers={"etag": f'"{tag}"'})


@lru_cache(1000)
def _md5(path: Path, written: int) -> str:  # noqa: ARG001 - another writing is another file
    """What S3 gives as the tag of an object that came in one piece (its API reference, ETag)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _denied(message: str, status: int) -> Response:
    words = f'<?xml version="1.0" encoding="UTF-8"?><Error><Message>{message}</Message></Error>'
    return Response(words, status, media_type="application/xml")
