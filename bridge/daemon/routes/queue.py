"""The queue: all jobs in short, for a page that looks often."""

from typing import Annotated

from fastapi import Query

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import Limit, router
from bridge.jobs.facts import QueueFilter, Which
from bridge.wire.queue import QueueOut, queue_out

routes = router("queue")


@routes.get("/queue")
async def show_queue(
    house: HouseHere,
    which: Which = Which.all,
    limit: Limit = 50,
    before: Annotated[
        str | None, Query(max_length=128, description="The last job of the page before.")
    ] = None,
) -> QueueOut:
    """Open jobs first, then the newest."""
    return queue_out(await house.jobs.queue(QueueFilter(which, limit, before)))
