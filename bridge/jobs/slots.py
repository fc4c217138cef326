"""Turns at what is scarce. In: a name and how many fit. Out: a turn, first come, first served.

Names are engines' models and the local work of this machine. Waiting costs nothing: no queue is
asked again and again. On a shared database an engine's turns count over all machines, as locks of
the database session, which end with the process that held them.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import sqlalchemy as sa

from bridge.jobs.database import database_errors
from bridge.jobs.desk import Desk

RETRY_SECONDS = 0.5  # other machines do not tell when they are done


class Slots(Protocol):
    def turn(self, name: str, count: int) -> AbstractAsyncContextManager[None]: ...


class LocalSlots:
    """Within this process."""

    def __init__(self) -> None:
        self._turns: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def turn(self, name: str, count: int) -> AsyncIterator[None]:
        async with self._turns.setdefault(name, asyncio.Semaphore(max(1, count))):
            yield


class SharedSlots:
    """Over all machines on one PostgreSQL. Takes a local turn first, so that few have to ask."""

    def __init__(self, engine: sa.Engine, desk: Desk) -> None:
        self._engine, self._desk = engine, desk
        self._local = LocalSlots()

    @asynccontextmanager
    async def turn(self, name: str, count: int) -> AsyncIterator[None]:
        async with self._local.turn(name, count):
            held = await self._desk(self._taken, name, count)
            while held is None:
                await asyncio.sleep(RETRY_SECONDS)
                held = await self._desk(self._taken, name, count)
            try:
                yield
            finally:
                await self._desk(_given_back, held)

    def _taken(self, name: str, count: int) -> sa.Connection | None:
        """A session that holds one of the name's turns; None where all are taken."""
        with database_errors():
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            for number in range(max(1, count)):
                lock = lock_number(f"slot:{name}:{number}")
                if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(lock))):
                    return connection
            connection.close()
        return None


def _given_back(connection: sa.Connection) -> None:
    with database_errors():
        connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
        connection.close()


def lock_number(name: str) -> int:
    """PostgreSQL names its advisory locks by 64 bit numbers."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
