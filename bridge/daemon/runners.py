"""The scripts that run inside editors now. In: their questions. Out: who is there, who is to stop.

In memory only: after a restart of the daemon each is known again by its next question.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

GONE_SECONDS = 40.0  # without a question; they ask at least every 20 s


@dataclass(frozen=True)
class Runner:
    """One run of a script, as its last question described it."""

    id: str
    host: str
    number: int  # in the order in which they were first seen
    seen: float  # monotonic seconds
    once: bool = False
    project_id: str = ""
    project: str = ""
    timeline_id: str = ""
    timeline: str = ""
    busy: str = ""


@dataclass(frozen=True)
class Said:
    """What a question says of its asker."""

    project_id: str = ""
    project: str = ""
    timeline_id: str = ""
    timeline: str = ""
    busy: str = ""
    once: bool = False


@dataclass
class Runners:
    """All hosts' scripts. Used from the event loop alone."""

    clock: Callable[[], float] = time.monotonic
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)  # to be given a take
    _known: dict[str, Runner] = field(default_factory=dict)
    _stopped: set[str] = field(default_factory=set)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def seen(self, host: str, runner: str, said: Said) -> bool:
        """Note a question; True where it is the runner's first."""
        old = self._known.get(runner)
        number = next(self._numbers) if old is None else old.number
        self._known[runner] = Runner(
            runner,
            host,
            number,
            self.clock(),
            said.once,
            said.project_id,
            said.project,
            said.timeline_id,
            said.timeline,
            said.busy,
        )
        self._forget_gone()
        return old is None

    def touch(self, runner: str) -> None:
        """A sign of life that is no question."""
        known = self._known.get(runner)
        if known is not None:
            self._known[runner] = replace(known, seen=self.clock())

    def must_stop(self, runner: str) -> bool:
        """Somebody said so, or a newer script of the same host has taken over."""
        if runner in self._stopped:
            return True
        this = self._known.get(runner)
        if this is None or this.once:
            return False
        return any(
            other.host == this.host and other.number > this.number and not other.once
            for other in self._known.values()
        )

    def stop(self, host: str) -> int:
        """All scripts of a host; how many were told."""
        told = [runner.id for runner in self.alive(host)]
        self._stopped.update(told)
        return len(told)

    def alive(self, host: str) -> tuple[Runner, ...]:
        """Newest first."""
        self._forget_gone()
        found = (runner for runner in self._known.values() if runner.host == host)
        return tuple(sorted(found, key=lambda runner: -runner.number))

    def _forget_gone(self) -> None:
        oldest = self.clock() - GONE_SECONDS
        for runner in [r.id for r in self._known.values() if r.seen < oldest]:
            del self._known[runner]
            self._stopped.discard(runner)
