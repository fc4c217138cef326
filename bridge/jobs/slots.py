"""Turns at what is scarce. In: a name and how many fit. Out: a turn, first come, first served.

Names are engines' models and the local work of this machine. Waiting costs nothing: no queue is
asked again and again. On a shared database an engine's turns count over all machines.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from bridge.jobs.desk import Desk
from bridge.jobs.session_locks import SessionLocks

RETRY_SECONDS = 0.5  # other machines do not tell when they are done


class Slots(Protocol):
    def turn(self, name: str, count: int) -> AbstractAsyncContextManager[None]: ...


class _Queue:
    """As many turns as fit now; how many that is may change while some are taken."""

    def __init__(self) -> None:
        self._fit, self._taken = 1, 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self, count: int) -> None:
        self._fit = max(1, count)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._call()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # called and cancelled in the same moment
                self.leave()
            raise

    def leave(self) -> None:
        self._taken -= 1
        self._call()

    def _call(self) -> None:
        while self._waiting and self._taken < self._fit:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._taken += 1


class LocalSlots:
    """Within this process."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}

    @asynccontextmanager
    async def turn(self, name: str, count: int) -> AsyncIterator[None]:
        queue = self._queues.setdefault(name, _Queue())
        await queue.enter(count)
        try:
            yield
        finally:
            queue.leave()


class SharedSlots:
    """Over all machines of a studio. Takes a local turn first, so that few have to ask."""

    def __init__(self, locks: SessionLocks, desk: Desk) -> None:
        self._locks, self._desk = locks, desk
        self._local = LocalSlots()

    @asynccontextmanager
    async def turn(self, name: str, count: int) -> AsyncIterator[None]:
        async with self._local.turn(name, count):
            held = await self._waited(name, count)
            try:
                yield
            finally:
                await self._desk(self._locks.give_back, held)

    async def _waited(self, name: str, count: int) -> str:
        while True:
            held = await self._desk(self._taken, name, count)
            if held is not None:
                return held
            await asyncio.sleep(RETRY_SECONDS)

    def _taken(self, name: str, count: int) -> str | None:
        """The lock of one of the name's turns; None where all are taken."""
        locks = (f"slot:{name}:{number}" for number in range(max(1, count)))
        return next((lock for lock in locks if self._locks.take(lock)), None)
