"""What the stages work with: the rooms, and the runner's notebook for one attempt at one shot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from bridge.engines.registry import Engines
from bridge.errors import DeliveryError, EngineFailed, MediaError
from bridge.media.room import MediaRoom
from bridge.store.store import Store
from bridge.timeline.memory import Timelines

# notes by request: what is about to be sent, its name, and what work that failed has truly cost
INTENT, HANDLE, COST = "intent:", "handle:", "cost:"
EARLIER = "earlier:"  # by request: the handle of what an attempt before sent in its place
AGAIN = "-again"  # ends the key of the one more try of a request


class Notes(Protocol):
    """
    Durable notes of one attempt: what was written is committed before `write` returns.

    They outlive the process, so that work with a name is watched again and never started twice.
    """

    async def read(self, name: str) -> Any | None: ...

    async def write(self, name: str, value: Any) -> None: ...


@dataclass(frozen=True)
class Tools:
    room: MediaRoom
    engines: Engines
    store: Store
    timelines: Timelines = field(default_factory=Timelines)


@contextmanager
def result_of(request: str) -> Iterator[None]:
    """What fails inside names the request whose result is at fault, so that a retry knows it."""
    try:
        yield
    except (DeliveryError, EngineFailed, MediaError) as error:
        error.detail["request"] = request
        raise


Report = Callable[[float | None, str], None]
"""Told how far a stage is: 0 to 1 (None: unknown) and a few words."""
