"""Machines on one PostgreSQL. In: this machine's name. Out: its presence, dead ones' jobs.

A machine that lives holds a lock of a database session by its name. Where the lock of a machine
with open jobs is free, that machine is dead and its jobs are taken over.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from bridge.errors import BridgeError, DaemonBusy, DatabaseError
from bridge.jobs import tables
from bridge.jobs.database import Database, database_errors
from bridge.jobs.desk import Desk
from bridge.jobs.ledger import OPEN
from bridge.jobs.slots import lock_number

SWEEP_SECONDS = 5.0

log = logging.getLogger(__name__)


class Presence:
    """This machine's lock, and a look around for those that lost theirs."""

    def __init__(self, database: Database, desk: Desk, executor: str) -> None:
        self._database, self._desk, self._executor = database, desk, executor
        self._session: sa.Connection | None = None

    async def take(self) -> None:
        """`DaemonBusy` where a machine of that name is alive. Before the durable engine starts."""
        self._session = await self._desk(self._connect)
        if not await self._desk(self._lock, self._executor):
            await self.give_back()
            raise DaemonBusy(
                f"A daemon named {self._executor!r} is alive on this database.",
                hint="Give each machine its own name: the setting executor.",
                executor=self._executor,
            )

    async def give_back(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(BridgeError):
                await self._desk(_close, session)

    async def watch(
        self,
        under_way: Callable[[], Awaitable[frozenset[str]]],
        adopt: Callable[[str], Awaitable[None]],
        lost: Callable[[], None],
    ) -> None:
        """
        Until cancelled: of the machines that are said to have work `under_way`, hand the dead ones
        to `adopt`. When this machine's own session is gone, others take its jobs over, so `lost`
        must end all work here.
        """
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                names = await under_way() | await self._desk(self._with_jobs)
                await self._sweep(names - {self._executor}, adopt)
            except DatabaseError as error:
                log.exception("The session of this machine is lost: %s", error.message)
                lost()
                return

    async def _sweep(self, names: frozenset[str], adopt: Callable[[str], Awaitable[None]]) -> None:
        for executor in sorted(names):
            if await self._desk(self._lock, executor):
                log.warning("The machine %s is gone; its jobs go on here.", executor)
                try:
                    await adopt(executor)
                finally:
                    await self._desk(self._unlock, executor)

    def _connect(self) -> sa.Connection:
        with database_errors():
            session = self._database.engine.connect()
            session = session.execution_options(isolation_level="AUTOCOMMIT")
            # a machine that lost its network is noticed after some ten seconds
            for name, value in (("idle", 5), ("interval", 2), ("count", 3)):
                session.exec_driver_sql(f"set tcp_keepalives_{name}={value}")
            return session

    def _lock(self, executor: str) -> bool:
        number = lock_number(f"executor:{executor}")
        with database_errors():
            found = self._open().scalar(sa.select(sa.func.pg_try_advisory_lock(number)))
        return bool(found)

    def _unlock(self, executor: str) -> None:
        number = lock_number(f"executor:{executor}")
        with database_errors():
            self._open().execute(sa.select(sa.func.pg_advisory_unlock(number)))

    def _with_jobs(self) -> frozenset[str]:
        jobs = tables.jobs
        query = sa.select(jobs.c.executor.distinct()).where(jobs.c.status.in_(OPEN))
        with database_errors():
            return frozenset(self._open().scalars(query))

    def _open(self) -> sa.Connection:
        if self._session is None:
            raise DatabaseError("The session of this machine is closed.")
        return self._session


def _close(session: sa.Connection) -> None:
    with database_errors():
        session.execute(sa.select(sa.func.pg_advisory_unlock_all()))
        session.close()
