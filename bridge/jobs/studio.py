"""Machines on one PostgreSQL. In: this machine's name. Out: its presence, dead ones' jobs.

A machine that lives holds a lock by its name. Where the lock of a machine with open jobs is free,
that machine is dead and its jobs are taken over.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bridge.errors import DaemonBusy, DatabaseError
from bridge.jobs.desk import Desk
from bridge.jobs.session_locks import SessionLocks

SWEEP_SECONDS = 5.0

log = logging.getLogger(__name__)


class Presence:
    """This machine's lock, and a look around for those that lost theirs."""

    def __init__(self, locks: SessionLocks, desk: Desk, executor: str) -> None:
        self._locks, self._desk, self._executor = locks, desk, executor

    async def take(self) -> None:
        """`DaemonBusy` where a machine of that name is alive. Before the durable engine starts."""
        if not await self._desk(self._locks.take, _lock(self._executor)):
            raise DaemonBusy(
                f"A daemon named {self._executor!r} is alive on this database.",
                hint="Give each machine its own name: the setting executor.",
                executor=self._executor,
            )

    async def watch(
        self,
        with_work: Callable[[], Awaitable[frozenset[str]]],
        adopt: Callable[[str], Awaitable[None]],
        lost: Callable[[], None],
    ) -> None:
        """
        Until cancelled: hand the machines that have open work and are dead to `adopt`.

        When this machine's own session is gone, others take its jobs over: `lost` must then end all
        work here.
        """
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                for executor in sorted(await with_work() - {self._executor}):
                    await self._adopt_if_dead(executor, adopt)
            except DatabaseError:
                log.exception("This machine lost its place at the database.")
                lost()
                return

    async def _adopt_if_dead(self, executor: str, adopt: Callable[[str], Awaitable[None]]) -> None:
        if not await self._desk(self._locks.take, _lock(executor)):
            return
        log.warning("The machine %s is gone; its jobs go on here.", executor)
        try:
            await adopt(executor)
        finally:
            await self._desk(self._locks.give_back, _lock(executor))


def _lock(executor: str) -> str:
    return f"executor:{executor}"
