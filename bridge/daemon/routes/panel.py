"""The page in the browser: its files, for everybody; its session, for who was let in."""

import asyncio
import re
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.routing import Route

import bridge
from bridge.daemon.browser import open_panel
from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.daemon.sessions import SESSION_SECONDS, cookie_name
from bridge.errors import NotFound
from bridge.wire.panel import PanelIn, PanelOpened, PanelSession

FOLDER = Path(bridge.__file__).parent / "panel"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
NAME = re.compile(r"index\.html|[a-z]+\.(js|css)")
FILES = {"": "index.html"} | {
    file.name: file.name
    for file in sorted(FOLDER.iterdir())
    if file.is_file() and NAME.fullmatch(file.name)
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

routes = router("panel")


@routes.post("/panel/open")
async def open_page(wanted: PanelIn, house: HouseHere) -> PanelOpened:
    """Open the page in the default browser of the daemon's machine."""
    return await open_panel(house, wanted.selection)


@routes.post("/panel/session", status_code=201)
async def start_session(request: Request, answer: Response, house: HouseHere) -> PanelSession:
    """The guard has taken the one-time token (`Authorization: Launch TOKEN`), or the bearer's."""
    name = cookie_name(house.instance)
    session = house.sessions.start(request.cookies.get(name, "").encode())
    answer.set_cookie(
        name,
        session.cookie,
        max_age=SESSION_SECONDS,
        path="/",
        httponly=True,
        samesite="strict",
    )
    return PanelSession(csrf=session.csrf, version=house.version)


async def page(request: Request) -> Response:
    """A file of the page. Nothing in it is secret."""
    name = FILES.get(request.path_params.get("name", ""))
    if name is None:
        raise NotFound("The panel has no such file.", hint="Open /panel/.")
    file = FOLDER / name
    kind = f"{KINDS[file.suffix]}; charset=utf-8"
    content = await asyncio.to_thread(file.read_bytes)
    return Response(content, headers={"content-type": kind, "content-security-policy": POLICY})


pages = APIRouter(
    routes=[Route(path, page, methods=["GET"]) for path in ("/panel/", "/panel/{name}")]
)
