"""The delivered file of a take, or stored media by its SHA-256. Nothing else is served."""

import asyncio
import re

from fastapi import Request
from fastapi.responses import FileResponse

from bridge.daemon.files import FILE, file_answer
from bridge.daemon.house import House, HouseHere
from bridge.daemon.routes.common import Named, router

SHA256 = re.compile(r"[0-9a-f]{64}")

routes = router("media")


@routes.get("/media/{name}", response_class=FileResponse, responses=FILE)
@routes.head("/media/{name}", response_class=FileResponse, responses=FILE)
async def media(name: Named, request: Request, house: HouseHere) -> FileResponse:
    return await asyncio.to_thread(_answer, name, request, house)


def _answer(name: str, request: Request, house: House) -> FileResponse:
    if SHA256.fullmatch(name):
        return file_answer(house.tools.store.path_of(name), request, name)
    take = house.tools.store.take(name)
    return file_answer(take.delivered, request, take.media)
