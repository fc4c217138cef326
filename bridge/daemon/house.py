"""What the routes work with. In: the rooms that were opened. Out: one value for every request."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Protocol

from fastapi import Depends
from starlette.requests import HTTPConnection

from bridge.daemon.films import Films
from bridge.daemon.pictures import Pictures
from bridge.daemon.previews import Previews
from bridge.daemon.runners import Runners
from bridge.daemon.sessions import Sessions
from bridge.daemon.taken_in import TakenIn
from bridge.jobs.decisions import Decision
from bridge.jobs.facts import (
    Event,
    Job,
    JobFilter,
    PlacementOrder,
    PlacementState,
    Queue,
    QueueFilter,
    SpendFilter,
    SpendReport,
)
from bridge.pipeline.planned import Plan
from bridge.pipeline.tools import Tools
from bridge.settings import Settings


class Jobs(Protocol):
    """What the daemon asks of the jobs; `bridge.jobs.service.Jobs` in the program."""

    async def submit(
        self,
        plan: Plan,
        *,
        host: str = ...,
        key: str | None = ...,
        budget: Decimal | None = ...,
        project: str = ...,
        origin: Mapping[str, Any] | None = ...,
    ) -> Job: ...

    async def job(self, job_id: str) -> Job: ...

    async def jobs(self, wanted: JobFilter = ...) -> tuple[Job, ...]: ...

    async def queue(self, wanted: QueueFilter) -> Queue: ...

    async def cancel(self, job_id: str) -> Job: ...

    async def retry(
        self,
        job_id: str,
        shot: str | None = ...,
        *,
        budget: Decimal | None = ...,
        fresh: bool = ...,
    ) -> Job: ...

    async def resolve(self, job_id: str, shot: str | None = ..., *, ran: str | None) -> Job: ...

    async def spend(self, wanted: SpendFilter) -> SpendReport: ...

    def paused(self) -> Mapping[str, dict[str, Any]]: ...

    async def resume(self, engine: str) -> None: ...

    def events(self, after: int = ...) -> AsyncIterator[Event]: ...

    async def tell(self, what: str, data: Mapping[str, Any], job: str = ...) -> None: ...

    async def placements(
        self,
        *,
        host: str | None = ...,
        state: PlacementState | None = ...,
        job: str | None = ...,
    ) -> tuple[PlacementOrder, ...]: ...

    async def acknowledge(
        self, placement_id: str, state: PlacementState, readback: dict[str, Any]
    ) -> PlacementOrder: ...

    async def direct(
        self, placement_id: str, decision: Decision
    ) -> tuple[PlacementOrder, bool]: ...

    async def hold(self, placement_id: str, runner: str) -> bool: ...

    async def let_go(self, placement_id: str, runner: str) -> None: ...

    async def holders(self) -> Mapping[str, str]: ...

    async def offer_again(self, placement_id: str) -> PlacementOrder: ...


@dataclass(frozen=True)
class House:
    settings: Settings
    tools: Tools
    jobs: Jobs
    port: int  # that callers must name
    token: str = field(repr=False)
    instance: str
    version: str
    started: datetime  # of the process
    films: Films
    pictures: Pictures
    previews: Previews
    taken_in: TakenIn
    runners: Runners = field(default_factory=Runners)
    sessions: Sessions = field(default_factory=Sessions)
    open_page: Callable[[str], bool] = lambda _: False  # in a browser; whether one took it


def _house(connection: HTTPConnection) -> House:
    house: House = connection.app.state.house
    return house


HouseHere = Annotated[House, Depends(_house)]
