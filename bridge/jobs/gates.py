"""Engines that take nothing until a person has acted. In: refusals. Out: who waits, until when.

A refusal for key, credit or safety shuts the engine's gate once: one line in the log, one event,
and everything that was not sent yet waits behind it. It opens when the engine says that it is
ready, or when a person does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.engines.registry import Engines
from bridge.errors import AccountBlocked
from bridge.jobs.asking import asked

PAUSED, RESUMED = "engine_paused", "engine_resumed"  # events

Tell = Callable[[str, Mapping[str, Any]], Awaitable[None]]
"""Told the event's name and data."""

log = logging.getLogger(__name__)


@dataclass
class _Shut:
    error: AccountBlocked
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Task[None] | None = None


class Gates:
    def __init__(self, engines: Engines, tell: Tell, seconds: float) -> None:
        """`seconds` between two questions; longer and longer for one that shuts again at once."""
        self._engines, self._tell, self._seconds = engines, tell, seconds
        self._shut: dict[str, _Shut] = {}
        self._times: dict[str, int] = {}  # shut since something was last taken

    def error(self, engine: str) -> AccountBlocked | None:
        """Why it is shut; None: it is open."""
        shut = self._shut.get(engine)
        return None if shut is None else shut.error

    def paused(self) -> dict[str, dict[str, Any]]:
        """Errors as data, by engine."""
        return {engine: shut.error.as_data() for engine, shut in self._shut.items()}

    async def shut(self, engine: str, error: AccountBlocked) -> None:
        if engine in self._shut:
            return
        times = self._times[engine] = self._times.get(engine, 0) + 1
        shut = self._shut[engine] = _Shut(error)
        shut.looking = asyncio.create_task(self._look(engine, self._seconds * 2 ** (times - 1)))
        log.warning("The engine %s is paused: %s", engine, error.message)
        await self._tell(PAUSED, {"engine": engine, "error": error.as_data()})

    async def opened(self, engine: str) -> None:
        """When it is open."""
        if shut := self._shut.get(engine):
            await shut.opened.wait()

    def worked(self, engine: str) -> None:
        """The engine took something: the next refusal is a new one."""
        self._times.pop(engine, None)

    async def resume(self, engine: str) -> None:
        """A person says that it may go on; of an open one that changes nothing."""
        shut = self._shut.get(engine)
        if shut is not None and shut.looking is not None:
            shut.looking.cancel()
        self._times.pop(engine, None)
        await asked(lambda: self._engines.get(engine).resume(), f"the resuming of {engine}")
        await self._open(engine)

    async def close(self) -> None:
        tasks = [shut.looking for shut in self._shut.values() if shut.looking is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self, engine: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            if await asked(lambda: self._ready(engine), f"whether {engine} is ready"):
                break
        await self._open(engine)

    async def _ready(self, engine: str) -> bool:
        try:
            await self._engines.get(engine).ready()
        except AccountBlocked:
            return False
        return True

    async def _open(self, engine: str) -> None:
        shut = self._shut.pop(engine, None)
        if shut is not None:
            shut.opened.set()
            await self._tell(RESUMED, {"engine": engine})
