"""What FastAPI builds for its first requests is there before they come."""

import asyncio
import inspect

import httpx
from fastapi import APIRouter, Depends, FastAPI

from bridge.daemon.app import rehearse


class Watched:
    """Something that a route depends on; knows how often FastAPI looked what it takes."""

    def __init__(self) -> None:
        self.looks = 0

    @property
    def __signature__(self) -> inspect.Signature:
        self.looks += 1
        return inspect.Signature()

    def __call__(self) -> str:
        return "here"


def application(watched: Watched) -> FastAPI:
    def answer(found: str = Depends(watched)) -> str:
        return found

    router = APIRouter(prefix="/v1")
    router.add_api_route("/thing", answer)
    app = FastAPI()
    app.include_router(router)
    return app


def asked(app: FastAPI) -> object:
    async def ask() -> object:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return (await client.get("/v1/thing")).json()

    return asyncio.run(ask())


def test_the_first_request_builds_nothing_more() -> None:
    watched = Watched()
    app = application(watched)
    before = watched.looks
    rehearse(app)
    assert watched.looks > before
    built = watched.looks
    assert asked(app) == "here"
    assert watched.looks == built


def test_without_it_the_first_request_would() -> None:
    watched = Watched()
    app = application(watched)
    built = watched.looks
    assert asked(app) == "here"
    assert watched.looks > built
