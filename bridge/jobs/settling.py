"""True costs. In: work that ended without a take. Out: what it has cost, as far as engines tell.

A failure often says it; else the engine is asked, at the end and later again and again.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bridge.engines.base import RenderHandle
from bridge.engines.registry import Engines
from bridge.errors import BridgeError
from bridge.jobs.asking import asked
from bridge.jobs.books import Books
from bridge.jobs.bulletin import Bulletin
from bridge.jobs.desk import Desk
from bridge.jobs.shot_ledger import ShotLedger
from bridge.jobs.spend_ledger import SpendLedger, Unsettled
from bridge.jobs.spending import credits_of

ASKED_FOR = timedelta(days=7)  # engines forget their work
DOUBTED_FOR = timedelta(minutes=15)  # a charge may show late; after that others' work hides it

log = logging.getLogger(__name__)


class Settling:
    def __init__(
        self,
        engines: Engines,
        spend: SpendLedger,
        shots: ShotLedger,
        books: Books,
        desk: Desk,
        bulletin: Bulletin,
    ) -> None:
        self._engines, self._spend, self._shots = engines, spend, shots
        self._books, self._desk, self._bulletin = books, desk, bulletin

    async def costs(
        self, attempt: str, named: Sequence[RenderHandle], told: Mapping[str, Decimal]
    ) -> dict[str, Decimal]:
        """
        What the attempt's requests have cost, by their keys; unknown ones are left out.

        `told`: what the failure itself says, where the engine does not answer.
        """
        open_requests = await self._desk(self._spend.open_requests, attempt)
        known: dict[str, Decimal] = {}
        for handle in named:
            if handle.key in open_requests:
                cost = await self._cost(handle)
                cost = told.get(handle.key) if cost is None else cost
                known |= {} if cost is None else {handle.key: cost}
        return known

    async def run(self, executor: str, every_seconds: float) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(every_seconds)
            try:
                await self.once(executor)
            except BridgeError as error:
                log.warning("True costs are not known yet: %s", error.message)

    async def once(self, executor: str) -> None:
        """Ask for what is not known of this machine's jobs."""
        now = datetime.now(UTC)
        for unsettled in await self._desk(self._spend.unsettled, executor, now - ASKED_FOR):
            await self._settle(unsettled)
        for doubtful in await self._desk(self._spend.doubtful, executor, now - DOUBTED_FOR):
            after = await self._books.look(doubtful.engine, doubtful.model)
            if after is not None:
                await self._desk(self._shots.doubt, doubtful.attempt, after)

    async def _settle(self, unsettled: Unsettled) -> None:
        cost = await self._cost(unsettled.handle)
        if cost is not None:
            await self._desk(self._shots.settle, unsettled.attempt, {unsettled.request: cost})
            self._bulletin.post()

    async def _cost(self, handle: RenderHandle) -> Decimal | None:
        about = f"the cost of {handle.key}"
        cost = await asked(lambda: self._engines.get(handle.engine).cost(handle), about)
        return credits_of({"credits": cost})
