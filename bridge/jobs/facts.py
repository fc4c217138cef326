"""What is known of a job. Values only; the ledger keeps them, the daemon shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

PAUSED_NOTE = "paused: "  # begins the note of a shot whose engine takes nothing
WITHDRAWN = "withdrawn"  # in the readback of an order that no host refused


class Status(StrEnum):
    queued = "queued"  # accepted and written down, nothing begun
    running = "running"
    done = "done"  # every shot is a take, the timeline is written
    partly = "partly"  # ended; some shots are takes on the timeline, others failed
    failed = "failed"
    cancelled = "cancelled"
    uncertain = "uncertain"  # a paid render may or may not have been started: a person decides

    @property
    def ended(self) -> bool:
        return self not in (Status.queued, Status.running)


class Stage(StrEnum):
    """Where a shot stands; the stages of the pipeline that belong to one shot."""

    waiting = "waiting"
    extract = "extract"
    render = "render"
    collect = "collect"
    conform = "conform"
    done = "done"


@dataclass(frozen=True)
class ShotRun:
    """One shot of a job: its latest attempt."""

    id: str  # s001, s002, ... within its job
    name: str
    place: str | None
    attempt: int  # from 1
    status: Status
    stage: Stage
    progress: float | None  # of the stage, 0 to 1
    note: str
    take: str | None  # id of the take it became
    credits: Decimal | None  # true cost, once known
    error: dict[str, Any] | None  # BridgeError data
    started: datetime | None = None
    ended: datetime | None = None
    price: Decimal | None = None  # planned credits of all of it; None where it was not noted


@dataclass(frozen=True)
class Job:
    id: str
    created: datetime  # UTC
    changed: datetime  # UTC
    status: Status
    kind: str
    engine: str
    model: str
    prompt: str
    timeline_name: str
    timeline: Path | None  # the new timeline, once written
    price: Decimal  # planned credits
    credits: Decimal  # spent so far
    shots: tuple[ShotRun, ...]
    warnings: tuple[str, ...] = ()
    error: dict[str, Any] | None = None
    host: str = "file"  # whose selection it was: resolve, premiere, file
    budget: Decimal | None = None  # credits it may spend at most; the settings' own count too
    project: str = ""  # whose budget it counts against
    origin: Mapping[str, Any] = field(default_factory=dict[str, Any])  # where in the host


class Charge(StrEnum):
    """What is known of the money of one request."""

    reserved = "reserved"  # it is sent or under way, or its true cost is not known yet
    spent = "spent"  # the true cost is known; it may be nothing
    released = "released"  # nothing began
    uncertain = "uncertain"  # it may have been charged: a person decides


@dataclass(frozen=True)
class Spend:
    """The money of one request."""

    key: str  # the request's
    attempt: str
    job: str
    project: str
    shot: str  # its name
    engine: str
    model: str
    door: str
    day: date  # UTC
    planned: Decimal
    credits: Decimal | None  # true cost, once known
    state: Charge
    created: datetime
    changed: datetime
    evidence: dict[str, Any] | None = None


class By(StrEnum):
    job = "job"
    day = "day"  # UTC
    project = "project"
    model = "model"
    engine = "engine"


@dataclass(frozen=True)
class SpendFilter:
    since: date | None = None  # UTC days, both included
    until: date | None = None
    project: str | None = None
    by: By = By.job


@dataclass(frozen=True)
class Sums:
    """Credits of some requests."""

    name: str  # the job, day ... they belong to; of all together it is empty
    requests: int
    planned: Decimal  # of all that was not given back
    spent: Decimal  # true costs
    reserved: Decimal  # planned, under way or not known yet
    uncertain: Decimal  # planned, and perhaps charged


@dataclass(frozen=True)
class Left:
    """A budget and what it still holds."""

    budget: str  # job, day, project
    of: str  # which day or project; a job's is each job's own
    limit: Decimal
    used: Decimal | None  # None: each job has its own
    left: Decimal | None


@dataclass(frozen=True)
class SpendReport:
    by: By
    rows: tuple[Sums, ...]
    total: Sums
    budgets: tuple[Left, ...]


@dataclass(frozen=True)
class JobFilter:
    status: tuple[Status, ...] = ()
    engine: str | None = None
    text: str | None = None  # in the prompt, a shot's name or the timeline's name
    limit: int = 50
    before: str | None = None  # id of the last job of the page before


class Which(StrEnum):
    """Jobs that the queue shows."""

    all = "all"
    open = "open"
    ended = "ended"


@dataclass(frozen=True)
class QueueFilter:
    which: Which = Which.all
    limit: int = 50
    before: str | None = None  # id of the last job of the page before


@dataclass(frozen=True)
class JobLine:
    """A job without its shots."""

    id: str
    created: datetime  # UTC
    changed: datetime  # UTC
    status: Status
    kind: str
    engine: str
    model: str
    prompt: str
    timeline_name: str
    selection: str | None  # that it was started on
    host: str
    price: Decimal  # planned credits
    credits: Decimal  # spent so far
    shots: int
    shots_done: int
    shots_failed: int
    progress: float | None  # of all its shots, 0 to 1; None: not begun, or ended
    position: int | None  # among those that wait for the same model, 1 is next; None: waits not
    started: datetime | None  # its first shot


@dataclass(frozen=True)
class Queue:
    """One page: open jobs first, then the newest."""

    jobs: tuple[JobLine, ...]
    open: int  # of all jobs
    last: int  # `seq` of the last event that is surely in it


@dataclass(frozen=True)
class Event:
    """Something that happened; `seq` only grows, so a listener resumes where it was cut off."""

    seq: int
    time: datetime
    job: str
    shot: str | None
    # job_queued, job_started, shot_started, stage_started, progress, shot_done, shot_failed,
    # placement_waiting, job_done ...
    what: str
    data: dict[str, Any] = field(default_factory=dict[str, Any])


class PlacementState(StrEnum):
    waiting = "waiting"  # to be pulled by a host
    placed = "placed"  # acknowledged with what was read back
    refused = "refused"  # the host could not place it, and said why


@dataclass(frozen=True)
class PlacementOrder:
    """One take to be placed by a host: exactly once, however often it is pulled or acknowledged."""

    id: str
    job: str
    take: str
    host: str  # whose selection it was: resolve, premiere, file
    state: PlacementState
    instruction: dict[str, Any]  # media, record_start, frames, rate, source_start, mode ...
    readback: dict[str, Any] | None = None  # what the host found after placing

    @property
    def withdrawn(self) -> bool:
        """Refused, and by a person: it is not offered again by itself."""
        refused = self.state is PlacementState.refused
        return refused and bool((self.readback or {}).get(WITHDRAWN))
