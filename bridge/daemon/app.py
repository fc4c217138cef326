"""The application. In: the rooms, opened. Out: an ASGI application, safe to bind to a port."""

import asyncio

from fastapi import FastAPI

from bridge.daemon import answers
from bridge.daemon.callers import Rules
from bridge.daemon.guard import Guard
from bridge.daemon.house import House
from bridge.daemon.plugins import PlugIns
from bridge.daemon.routes import (
    engines,
    events,
    health,
    hosts,
    jobs,
    media,
    panel,
    pictures,
    placements,
    plans,
    previews,
    queue,
    selections,
    spend,
    takes,
    timelines,
)

ROUTERS = (
    health.routes,
    engines.routes,
    selections.routes,
    plans.routes,
    jobs.routes,
    queue.routes,
    spend.routes,
    hosts.routes,
    placements.routes,
    timelines.routes,
    media.routes,
    takes.routes,
    pictures.routes,
    previews.routes,
    panel.routes,
    panel.pages,
    events.routes,
    events.sockets,
)
LARGE = (
    ("POST", "/v1/stills", pictures.MOST_BYTES),
    ("POST", "/v1/timelines", timelines.MOST_BYTES),
    ("POST", "/v1/hosts/resolve/selections", hosts.MOST_BYTES),
    ("POST", "/v1/hosts/premiere/selections", hosts.MOST_BYTES),
)


def create_app(house: House) -> FastAPI:
    """Everything behind the guard; `house.port` is the one that callers must name."""
    app = FastAPI(
        title="NLE Bridge",
        version=house.version,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.house = house
    app.state.closing = asyncio.Event()  # set by the server: who waits for events is let go
    for router in ROUTERS:
        app.include_router(router)
    answers.install(app, [*app.routes, *(route for router in ROUTERS for route in router.routes)])
    rules = Rules(
        house.token,
        house.port,
        house.instance,
        house.sessions,
        PlugIns(house.settings.data),
        frozenset(house.settings.origins),
        LARGE,
    )
    app.add_middleware(Guard, rules=rules)
    return app


def rehearse(app: FastAPI) -> None:
    """
    Have what FastAPI builds for its first requests built before they come; from any thread.

    It looks at a router's routes when a path is first compared with them (FastAPI 0.165).
    """
    scope = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []}
    for route in app.routes:
        route.matches(dict(scope))
