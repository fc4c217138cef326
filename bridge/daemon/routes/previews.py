"""Previews: started, waited for, ended, looked at."""

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response

from bridge.daemon.house import HouseHere
from bridge.daemon.previewing import sketch_of
from bridge.daemon.previews import Preview
from bridge.daemon.routes.common import Named, router
from bridge.daemon.routes.pictures import STRIP, Asked, answered, unless_gone
from bridge.wire.base import error_out
from bridge.wire.previews import PreviewIn, PreviewOut, ShownOut

MOST_REVISIONS = 1_000_000

routes = router("previews")

After = Annotated[
    int | None, Query(ge=0, le=MOST_REVISIONS, description="The last revision that was seen.")
]
Wait = Annotated[int, Query(ge=0, le=20, description="Seconds to wait for a newer one.")]


@routes.post("/previews", status_code=201)
async def start_preview(wanted: PreviewIn, house: HouseHere) -> PreviewOut:
    """By an engine of this machine that costs nothing, whatever jobs there are."""
    turn = house.previews.take_turn(wanted.slot)
    sketch = await sketch_of(wanted, house)
    return preview_out(house.previews.begin(wanted.slot, turn, sketch))


@routes.get("/previews/{preview}")
async def show_preview(
    preview: Named, request: Request, house: HouseHere, after: After = None, wait: Wait = 0
) -> PreviewOut:
    """At once where there is something newer than `after`, or nothing more to wait for."""
    found = house.previews.get(preview)
    if after is not None and found.revision <= after and found.state == "working":
        await unless_gone(request, _change(found, wait, request.app.state.closing))
    return preview_out(found)


@routes.post("/previews/{preview}/cancel")
async def cancel_preview(preview: Named, house: HouseHere) -> PreviewOut:
    return preview_out(await house.previews.cancel(preview))


@routes.get("/previews/{preview}/strip", response_class=Response, responses=STRIP)
async def preview_strip(
    preview: Named,
    request: Request,
    house: HouseHere,
    asked: Asked,
) -> Response:
    """Of its best look so far: the pictures nearest to those record frames."""

    async def made() -> Response:
        found = house.previews.get(preview)
        strip = await house.previews.strip(found, asked)
        return await answered(strip, request, keep=False)

    return await unless_gone(request, made())


async def _change(preview: Preview, seconds: int, closing: asyncio.Event) -> None:
    """Until it changes, the time is over or the daemon ends."""
    waiting = [asyncio.ensure_future(event.wait()) for event in (preview.changed, closing)]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


def preview_out(preview: Preview) -> PreviewOut:
    shot, look = preview.sketch.shot, preview.look
    return PreviewOut(
        id=preview.id,
        state=preview.state,
        revision=preview.revision,
        stage=look.stage,
        frames=shot.record.count,
        shown=ShownOut(first=0, count=look.count, step=look.step),
        width=shot.render_width,
        height=shot.render_height,
        rate=str(shot.rate),
        error=error_out(preview.error),
    )
