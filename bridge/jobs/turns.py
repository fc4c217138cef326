"""Whose turn it is, and whether the engine takes anything. In: a stage. Out: its turn, or why not.

An engine's turns follow its own account: as many requests of a model at once, and as many a day.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from bridge.errors import AccountBlocked, BridgeError, EngineBusy
from bridge.jobs.books import Books
from bridge.jobs.facts import Stage
from bridge.jobs.gates import Gates
from bridge.jobs.slots import LocalSlots, Slots
from bridge.pipeline.extract import ShotOrder, model_of
from bridge.pipeline.tools import Tools

LOCAL = "local work"


class Turns:
    def __init__(
        self, tools: Tools, slots: Slots, books: Books, gates: Gates, *, jobs_at_once: int
    ) -> None:
        self.books, self.gates = books, gates
        self._tools, self._slots = tools, slots
        self._local, self._jobs_at_once = LocalSlots(), jobs_at_once

    async def hindrance(self, stage: Stage, order: ShotOrder) -> BridgeError | None:
        """Why the engine takes nothing more now: its gate is shut, or the model's day is full."""
        engine, model = order.recipe.engine, order.model
        if (shut := self.gates.error(engine)) is not None:
            return shut
        if stage is not Stage.render:
            return None
        limit = await self.books.daily_limit(engine, model)
        if limit is None:
            return None
        return EngineBusy(
            f"The account's {limit} generations of {model} a day are used up; it waits.",
            engine=engine,
            model=model,
            limit=limit,
        )

    async def change(self, engine: str, hindrance: BridgeError) -> None:
        """When the hindrance may be over."""
        if isinstance(hindrance, AccountBlocked):
            await self.gates.opened(engine)
        else:
            await asyncio.sleep(self.books.keep_seconds)

    @asynccontextmanager
    async def turn(self, stage: Stage, order: ShotOrder) -> AsyncIterator[None]:
        async with await self._turn(stage, order):
            yield

    async def _turn(self, stage: Stage, order: ShotOrder) -> AbstractAsyncContextManager[None]:
        if stage is Stage.render:
            model = model_of(order, self._tools)
            engine = order.recipe.engine
            count = await self.books.at_once(engine, order.model, model.limits.concurrency)
            return self._slots.turn(f"{engine}:{order.model}", count)
        if stage is Stage.collect:  # results are fetched at once: their addresses do not last
            return nullcontext()
        return self._local.turn(LOCAL, self._jobs_at_once)
