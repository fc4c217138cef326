"""When to ask about a task again. In: what came last. Out: the next answer, never too soon."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import SystemRandom
from time import monotonic
from typing import TypeVar

from bridge.engines.runway.answers import Task
from bridge.errors import EngineBusy, EngineFailed

MOST_KEPT = 1000  # tasks whose last answer is known here
GONE_AFTER = 3  # answers in a row that there is no such task

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Pace:
    """The service asks for 5 seconds between two questions about a task (the SDK's docstring)."""

    look: float = 6.0  # seconds
    spread: float = 1.5  # seconds; not all at the same moment
    least: float = 5.0  # seconds
    most: float = 60.0  # seconds, where nothing is answered
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = monotonic  # does not run while the machine sleeps

    def pause(self, failures: int) -> float:
        """Seconds until the next question, after so many in a row that were not answered."""
        wanted = self.look * 1.6 ** min(failures, 20) + SystemRandom().uniform(-1, 1) * self.spread
        return max(self.least, min(wanted, self.most))


@dataclass
class Looks:
    """Asks about tasks, each no more often than it may be; remembers the last answers."""

    ask: Callable[[str], Awaitable[Task]]
    pace: Pace
    _asked: dict[str, float] = field(default_factory=dict)  # when each was asked for
    _last: dict[str, Task] = field(default_factory=dict)

    def last(self, name: str) -> Task | None:
        """The last answer, where one came and is not long forgotten."""
        return self._last.get(name)

    async def look(self, name: str) -> Task:
        """One answer; waits for its time. Raises what asking raises."""
        asked = self._asked.get(name)
        if asked is not None and (left := asked + self.pace.least - self.pace.clock()) > 0:
            await self.pace.sleep(left)
        _put(self._asked, name, self.pace.clock())
        task = await self.ask(name)
        _put(self._last, name, task)
        return task

    async def patiently(self, name: str, tries: int) -> Task:
        """The same, asked again after trouble on the way; the last trouble is raised."""
        for failed in range(tries - 1):
            try:
                return await self.look(name)
            except EngineBusy:
                await self.pace.sleep(self.pace.pause(failed))
            except EngineFailed as error:
                if not error.detail.get("gone") or failed >= GONE_AFTER - 1:
                    raise
        return await self.look(name)


def _put(kept: dict[str, Kept], name: str, value: Kept) -> None:
    """As the youngest; the oldest is forgotten where there are too many."""
    kept.pop(name, None)
    kept[name] = value
    if len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
