"""Pictures: of shots, takes and moments of a timeline; and those that a page brings."""

import asyncio
from collections.abc import Coroutine
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import Depends, Path, Query, Request, Response

from bridge.daemon.answers import refused
from bridge.daemon.films import Film
from bridge.daemon.house import House, HouseHere
from bridge.daemon.pictures import Ask, Picture
from bridge.daemon.routes.common import Named, router
from bridge.errors import ClipNotFound, MediaError
from bridge.frames import Rate, timecode
from bridge.store.names import safe_stem
from bridge.wire.base import MOST_FRAMES
from bridge.wire.pictures import MOST_LETTERS, StillFileIn, StillOut
from bridge.wire.selections import SelectionOut

MOST_BYTES = MOST_LETTERS + (64 << 10)  # of a picture that is taken in, with the JSON around it
KEPT, ASKED = "private, max-age=3600", "private, no-cache"

Answer = TypeVar("Answer")
Shot = Annotated[int, Path(ge=0, le=MOST_FRAMES, description="Place in the selection's shots.")]
Frame = Annotated[int, Query(ge=0, le=MOST_FRAMES, description="Record frame, from the first.")]
Count = Annotated[int, Query(ge=1, le=64, description="Pictures; fewer where the shot ends.")]
Step = Annotated[int, Query(ge=1, le=1_000_000, description="Record frames to the next picture.")]
Height = Annotated[int, Query(ge=16, le=1080, description="Of the pictures, pixels.")]
Moment = Annotated[
    str, Query(min_length=1, max_length=32, description="01:00:04:12, 86 or V2@01:00:04:12.")
]


def _asked(first: Frame = 0, count: Count = 1, step: Step = 1, height: Height = 90) -> Ask:
    return Ask(height, first, count, step)


Asked = Annotated[Ask, Depends(_asked)]


class Of(StrEnum):
    take = "take"
    original = "original"


JPEG, PNG = "image/jpeg", "image/png"
# for the contract
UNCHANGED: dict[str, Any] = {"description": "The caller has this picture (If-None-Match)."}
COUNTED: dict[str, Any] = {
    "content": {JPEG: {}},
    "description": "The pictures side by side, all equally wide.",
    "headers": {
        "X-NLE-Bridge-Count": {
            "description": "How many they are.",
            "schema": {"type": "integer", "minimum": 1, "maximum": 64},
        }
    },
}
STRIP: dict[int | str, dict[str, Any]] = {200: COUNTED, 304: UNCHANGED}
MOMENT = STRIP | {204: {"description": "The timeline shows nothing there."}}
STILL: dict[int | str, dict[str, Any]] = {
    200: {"content": {PNG: {}}, "description": "The frame."},
    304: UNCHANGED,
}

routes = router("pictures")


@routes.get(
    "/selections/{selection}/shots/{number}/strip", response_class=Response, responses=STRIP
)
async def shot_strip(
    selection: Named,
    number: Shot,
    request: Request,
    house: HouseHere,
    asked: Asked,
) -> Response:
    async def made() -> Response:
        film = await house.films.shot(await house.films.selection(selection), number)
        return await _strip(film, asked, request, house)

    return await unless_gone(request, made())


@routes.get("/takes/{take}/strip", response_class=Response, responses=STRIP)
async def take_strip(
    take: Named,
    request: Request,
    house: HouseHere,
    asked: Asked,
    of: Of = Of.take,
) -> Response:
    """Record frames of the take, from its first on the timeline; or what it was made of there."""

    async def made() -> Response:
        film = await (house.films.take(take) if of is Of.take else house.films.original(take))
        return await _strip(film, asked, request, house)

    return await unless_gone(request, made())


@routes.get("/selections/{selection}/moment", response_class=Response, responses=MOMENT)
async def moment(
    selection: Named, at: Moment, request: Request, house: HouseHere, height: Height = 90
) -> Response:
    """What the timeline shows at a moment; 204 where it has a gap."""

    async def made() -> Response:
        known = await house.films.selection(selection)
        try:
            film = await house.films.moment(known, at)
        except ClipNotFound:  # an answer, and no fault: pages look at gaps, too
            return Response(status_code=204)
        return await _strip(film, Ask(height), request, house)

    return await unless_gone(request, made())


@routes.get(
    "/selections/{selection}/shots/{number}/still", response_class=Response, responses=STILL
)
async def shot_still(
    selection: Named, number: Shot, request: Request, house: HouseHere, frame: Frame = 0
) -> Response:
    """The frame at full size, to paint on."""

    async def made() -> Response:
        known = await house.films.selection(selection)
        film = await house.films.shot(known, number)
        found = await house.pictures.still(film, frame)
        answer = await answered(found, request)
        answer.headers["content-disposition"] = _attached(_name(known, number, frame))
        return answer

    return await unless_gone(request, made())


@routes.post("/stills", status_code=201)
async def take_in(wanted: StillFileIn, house: HouseHere) -> StillOut:
    """Keep a picture file; a recipe's still may name it by its path."""
    path = await asyncio.to_thread(house.taken_in.keep, wanted.name, wanted.content)
    try:
        media = (await house.films.picture(path)).media
    except MediaError:
        await asyncio.to_thread(house.taken_in.drop, path)
        raise
    return StillOut(
        id=path.parent.name, name=path.name, image=path, width=media.width, height=media.height
    )


@routes.get("/stills/{still}/strip", response_class=Response, responses=STRIP)
async def still_strip(
    still: Named, request: Request, house: HouseHere, height: Height = 90
) -> Response:
    film = await house.films.picture(await asyncio.to_thread(house.taken_in.find, still))
    return await _strip(film, Ask(height), request, house)


async def unless_gone(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The work's answer; it ends where nobody waits for it any more: pages scroll on."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise refused(408, "The caller went away.")
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _strip(film: Film, ask: Ask, request: Request, house: House) -> Response:
    return await answered(await house.pictures.strip(film, ask), request)


async def answered(found: Picture, request: Request, *, keep: bool = True) -> Response:
    """The picture; `keep`: the same address shows the same for a while."""
    return await asyncio.to_thread(_file, found, request, KEPT if keep else ASKED)


def _file(found: Picture, request: Request, how_long: str) -> Response:
    headers = {
        "etag": f'"{found.key}"',
        "cache-control": how_long,
        "x-nle-bridge-count": str(found.count),
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    kind = PNG if found.path.suffix == ".png" else JPEG
    return Response(found.path.read_bytes(), media_type=kind, headers=headers)


def _attached(name: str) -> str:
    """RFC 6266, for names of every script."""
    quoted = quote(name)
    plain = f'attachment; filename="{name}"'
    return plain if quoted == name else f"attachment; filename*=utf-8''{quoted}"


def _name(known: SelectionOut, number: int, frame: int) -> str:
    shot, facts = known.shots[number], known.facts
    at = facts.start_frame + shot.record_start + frame
    shown = timecode(at, Rate.of(facts.rate), drop=facts.drop_frame)
    return f"{safe_stem(shot.name or shot.place)}_{shown.replace(':', '-').replace(';', '-')}.png"
