"""Making room, once a day. In: an age. Out: old events, workflows, media and work folders are gone.

What an unfinished shot would need to go on is kept, however old it is.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.errors import BridgeError
from bridge.jobs.desk import Desk
from bridge.jobs.durable import Durable
from bridge.jobs.events import EventLedger
from bridge.jobs.shot_ledger import ShotLedger
from bridge.store.store import Store

FIRST_SECONDS = 60.0  # after the start, when editors want other things
EVERY_SECONDS = 24 * 3600.0

log = logging.getLogger(__name__)


class Upkeep:
    def __init__(
        self, events: EventLedger, shots: ShotLedger, durable: Durable, store: Store, desk: Desk
    ) -> None:
        self._events, self._shots, self._durable = events, shots, durable
        self._store, self._desk = store, desk

    async def run(self, keep: timedelta) -> None:
        """Until cancelled."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            await self.once(keep)
            await asyncio.sleep(EVERY_SECONDS)

    async def once(self, keep: timedelta) -> None:
        """One thing that cannot be removed does not keep the others."""
        before = datetime.now(UTC) - keep
        await _quietly(self._desk, self._events.drop, before)
        await _quietly(self._durable.forget, before)
        await _quietly(self._sweep, keep)

    async def _sweep(self, keep: timedelta) -> None:
        needed = await self._desk(self._shots.needed)
        swept = await asyncio.to_thread(self._store.sweep, needed, keep)
        for warning in swept.warnings:
            log.warning(warning)


async def _quietly(work: Callable[..., Awaitable[Any]], *args: Any) -> None:
    try:
        await work(*args)
    except BridgeError as error:
        log.warning("Old things stay: %s", error.message)
