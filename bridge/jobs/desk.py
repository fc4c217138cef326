"""Database work beside the event loop. In: a blocking function. Out: its result, awaited."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from bridge.errors import DatabaseError, DiskFull, DiskRefused

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 4  # readers beside the one writer
DATABASE_TROUBLE = (DatabaseError, DiskFull, DiskRefused)
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds; the last one for ever

log = logging.getLogger(__name__)


class Desk:
    """Its own few threads: the loop's default ones are busy with media files."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ledger")
        self._closed = False

    async def __call__(self, work: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
        if self._closed:
            raise DatabaseError("The jobs are stopped.", hint="Start the daemon again.")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **named))

    async def surely(self, work: Callable[[], Awaitable[R]]) -> R:
        """
        Again and again while the database fails, until the daemon stops.

        What a stage brought must not be lost to a full disk.
        """
        tries = 0
        while True:
            try:
                return await work()
            except DATABASE_TROUBLE as error:
                seconds = PAUSES[min(tries, len(PAUSES) - 1)]
                log.warning("%s Trying again in %s s.", error.message, seconds)
                tries += 1
                await asyncio.sleep(seconds)

    def close(self) -> None:
        self._closed = True
        self._threads.shutdown(wait=True)
