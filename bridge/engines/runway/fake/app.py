"""The application. In: the rooms of a fake. Out: an ASGI application with all its doors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from bridge.engines.runway.fake import api, control, files
from bridge.engines.runway.fake.entry import plain, told
from bridge.engines.runway.fake.house import House
from bridge.errors import BridgeError


def create_app(house: House) -> FastAPI:
    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        house.tasks.resume()
        yield
        await house.tasks.close()

    app = FastAPI(title="FakeRunway", docs_url=None, redoc_url=None, lifespan=living)
    app.state.house = house
    for room in (api, files, control):
        app.include_router(room.routes)
    app.add_exception_handler(BridgeError, told)
    app.add_exception_handler(HTTPException, plain)
    return app
