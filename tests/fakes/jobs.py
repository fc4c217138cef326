"""Jobs in memory. In: plans. Out: jobs that end when a test says so, with real takes in the store.

jobs = FakeJobs(settings, tools)
job = await jobs.submit(plan)
jobs.finish(job.id)          # or jobs.fail(job.id, error), jobs.lose(job.id)
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge import __version__
from bridge.errors import BridgeError, Conflict, EngineFailed, EngineUncertain, NotFound
from bridge.jobs.decisions import Decision, course
from bridge.jobs.facts import (
    Event,
    Job,
    JobFilter,
    JobLine,
    PlacementOrder,
    PlacementState,
    Queue,
    QueueFilter,
    ShotRun,
    Spend,
    SpendFilter,
    SpendReport,
    Stage,
    Status,
)
from bridge.jobs.spend_ledger import grouped, sums
from bridge.pipeline.planned import Plan, PlannedShot
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.takes import Lineage, SourceFile, Take, runs

EVERY = JobFilter()


class FakeJobs:
    def __init__(self, settings: Settings, tools: Tools, *, start_error: BridgeError | None = None):
        self.settings = settings
        self.tools = tools
        self.plans: dict[str, Plan] = {}
        self.hosts: dict[str, str] = {}
        self.running = False
        self.broken: Exception | None = None  # raised by every question for a job
        self.spent: list[Spend] = []
        self.blocked: dict[str, dict[str, Any]] = {}
        self._start_error = start_error
        self._jobs: dict[str, Job] = {}
        self._keys: dict[str, str] = {}
        self._orders: dict[str, PlacementOrder] = {}
        self._held: dict[str, str] = {}
        self._events: list[Event] = []
        self._numbers = itertools.count(1)

    async def start(self) -> None:
        if self._start_error is not None:
            raise self._start_error
        self.running = True

    async def stop(self, drain_seconds: float = 5) -> None:
        self.running = False

    # ---- the port

    async def submit(
        self,
        plan: Plan,
        *,
        host: str = "file",
        key: str | None = None,
        budget: Decimal | None = None,
        project: str = "",
        origin: Mapping[str, Any] | None = None,
    ) -> Job:
        if key is not None and key in self._keys:
            return self._jobs[self._keys[key]]
        now = datetime.now(UTC)
        job = Job(
            id=f"j{next(self._numbers):04d}",
            created=now,
            changed=now,
            status=Status.queued,
            kind=plan.recipe.kind.value,
            engine=plan.engine,
            model=plan.model,
            prompt=plan.recipe.prompt,
            timeline_name=plan.facts.name,
            timeline=None,
            price=plan.price,
            credits=Decimal(0),
            shots=tuple(_waiting(shot) for shot in plan.shots),
            warnings=plan.warnings,
            budget=budget,
            project=project,
            host=host,
            origin=origin or {},
        )
        self._jobs[job.id], self.plans[job.id], self.hosts[job.id] = job, plan, host
        if key is not None:
            self._keys[key] = job.id
        self._happened(job.id, "job_queued")
        return job

    async def job(self, job_id: str) -> Job:
        if self.broken is not None:
            raise self.broken
        if job_id not in self._jobs:
            raise NotFound(f"There is no job {job_id}.")
        return self._jobs[job_id]

    async def jobs(self, wanted: JobFilter = EVERY) -> tuple[Job, ...]:
        found = [job for job in reversed(self._jobs.values()) if _matches(job, wanted)]
        return tuple(found[: wanted.limit])

    async def queue(self, wanted: QueueFilter) -> Queue:
        newest = list(reversed(self._jobs.values()))
        opened = [job for job in newest if not job.status.ended]
        shown = [*opened, *(job for job in newest if job.status.ended)]
        lines = tuple(_line(job) for job in shown[: wanted.limit])
        return Queue(lines, len(opened), len(self._events))

    async def cancel(self, job_id: str) -> Job:
        job = await self.job(job_id)
        return job if job.status.ended else self._ended(job, Status.cancelled)

    async def retry(
        self,
        job_id: str,
        shot: str | None = None,
        *,
        budget: Decimal | None = None,
        fresh: bool = False,
    ) -> Job:
        job = await self.job(job_id)
        again = {Status.failed, Status.cancelled}
        wanted = {run.id for run in job.shots if run.status in again and shot in (None, run.id)}
        if not wanted:
            raise Conflict("Nothing of this job has failed.")
        shots = tuple(
            replace(run, attempt=run.attempt + 1, status=Status.queued, error=None)
            if run.id in wanted
            else run
            for run in job.shots
        )
        return self._changed(replace(job, status=Status.queued, shots=shots), "job_queued")

    async def resolve(self, job_id: str, shot: str | None = None, *, ran: str | None) -> Job:
        job = await self.job(job_id)
        if job.status is not Status.uncertain:
            raise Conflict("Nothing of this job is uncertain.")
        return self._ended(job, Status.done if ran else Status.failed)

    async def spend(self, wanted: SpendFilter) -> SpendReport:
        return SpendReport(wanted.by, grouped(self.spent, wanted.by), sums("", self.spent), ())

    def paused(self) -> dict[str, dict[str, Any]]:
        return self.blocked

    async def resume(self, engine: str) -> None:
        self.blocked.pop(engine, None)

    async def events(self, after: int = 0) -> AsyncIterator[Event]:
        while True:
            waiting = [event for event in self._events if event.seq > after]
            for event in waiting:
                yield event
                after = event.seq
            if not waiting:
                await asyncio.sleep(0.01)

    async def tell(self, what: str, data: Mapping[str, Any], job: str = "") -> None:
        self._happened(job, what, dict(data))

    async def placements(
        self,
        *,
        host: str | None = None,
        state: PlacementState | None = PlacementState.waiting,
        job: str | None = None,
    ) -> tuple[PlacementOrder, ...]:
        return tuple(
            order
            for order in self._orders.values()
            if host in (None, order.host)
            and state in (None, order.state)
            and job in (None, order.job)
        )

    async def acknowledge(
        self, placement_id: str, state: PlacementState, readback: dict[str, Any]
    ) -> PlacementOrder:
        order = self._orders.get(placement_id)
        if order is None:
            raise NotFound(f"There is no placement {placement_id}.")
        if order.state is not PlacementState.waiting and order.state is not state:
            raise Conflict("This placement was acknowledged otherwise.")
        if order.state is PlacementState.waiting:
            order = self._orders[placement_id] = replace(order, state=state, readback=readback)
            self._held.pop(placement_id, None)
        return order

    async def direct(self, placement_id: str, decision: Decision) -> tuple[PlacementOrder, bool]:
        order = self._orders[placement_id]
        if order.state is PlacementState.placed or placement_id in self._held:
            return order, False
        wanted = course(decision, order)
        planned = self.plans[order.job].recipe.mode.value
        order = self._orders[placement_id] = replace(
            order,
            state=wanted.state,
            readback=wanted.readback,
            instruction=order.instruction | {"mode": wanted.mode or planned},
        )
        return order, True

    async def hold(self, placement_id: str, runner: str) -> bool:
        order = self._orders.get(placement_id)
        if order is None or order.state is not PlacementState.waiting:
            return False
        return self._held.setdefault(placement_id, runner) == runner

    async def let_go(self, placement_id: str, runner: str) -> None:
        if self._held.get(placement_id) == runner:
            del self._held[placement_id]

    async def holders(self) -> dict[str, str]:
        return dict(self._held)

    async def offer_again(self, placement_id: str) -> PlacementOrder:
        order = self._orders.get(placement_id)
        if order is None:
            raise NotFound(f"There is no placement {placement_id}.")
        if order.state is PlacementState.placed:
            raise Conflict("This placement was placed.")
        order = replace(order, state=PlacementState.waiting, readback=None)
        self._orders[placement_id] = order
        return order

    # ---- what a test says

    def finish(self, job_id: str) -> Job:
        """Every shot becomes a take, the timeline is written, placements wait."""
        job, plan = self._jobs[job_id], self.plans[job_id]
        takes = [self._take(job, plan, shot) for shot in plan.shots]
        timeline = plan.recipe.out or self.settings.data / "timelines" / job_id / "new.otio"
        timeline.parent.mkdir(parents=True, exist_ok=True)
        timeline.write_text('{"OTIO_SCHEMA": "Timeline.1"}')
        shots = tuple(
            replace(run, status=Status.done, stage=Stage.done, take=take.id, credits=take.credits)
            for run, take in zip(job.shots, takes, strict=True)
        )
        for shot, take in zip(plan.shots, takes, strict=True):
            self._place(job, shot, take)
        spent = sum((take.credits for take in takes), Decimal(0))
        return self._ended(replace(job, shots=shots, timeline=timeline, credits=spent), Status.done)

    def fail(self, job_id: str, error: BridgeError | None = None) -> Job:
        data = (error or EngineFailed("The fake failed as told.")).as_data()
        job = self._jobs[job_id]
        shots = tuple(replace(run, status=Status.failed, error=data) for run in job.shots)
        return self._ended(replace(job, shots=shots, error=data), Status.failed)

    def lose(self, job_id: str) -> Job:
        """The answer of a paid create was lost."""
        data = EngineUncertain("The answer was lost.").as_data()
        job = self._jobs[job_id]
        shots = tuple(replace(run, status=Status.uncertain, error=data) for run in job.shots)
        return self._ended(replace(job, shots=shots), Status.uncertain)

    def happen(self, job_id: str, what: str, **data: Any) -> None:
        self._happened(job_id, what, data)

    # ---- inside

    def _ended(self, job: Job, status: Status) -> Job:
        return self._changed(replace(job, status=status), f"job_{status.value}")

    def _changed(self, job: Job, what: str) -> Job:
        job = self._jobs[job.id] = replace(job, changed=datetime.now(UTC))
        self._happened(job.id, what)
        return job

    def _happened(self, job: str, what: str, data: dict[str, Any] | None = None) -> None:
        seq = len(self._events) + 1
        self._events.append(Event(seq, datetime.now(UTC), job, None, what, data or {}))

    def _take(self, job: Job, plan: Plan, shot: PlannedShot) -> Take:
        lineage = _lineage(job, plan, shot)
        work = self.tools.store.scratch(lineage.id) / "result.mov"
        work.write_bytes(f"{lineage.id} delivered as bytes that a test can tell apart".encode())
        stored = self.tools.store.put(work)
        folder = plan.recipe.media_folder or self.settings.data / "delivered"
        folder.mkdir(parents=True, exist_ok=True)
        return self.tools.store.deliver(lineage, stored, folder)

    def _place(self, job: Job, shot: PlannedShot, take: Take) -> None:
        instruction = {
            "name": shot.name,
            "clip": shot.place,
            "media": str(take.delivered),
            "sound": None,
            "mode": self.plans[job.id].recipe.mode.value,
            "track": shot.track,
            "media_frames": take.frames,
            "record_start": take.record.start,
            "frames": take.record.count,
            "rate": str(take.rate),
            "source_start": take.handles.head,
        }
        order = PlacementOrder(
            f"p{len(self._orders) + 1:04d}",
            job.id,
            take.id,
            self.hosts[job.id],
            PlacementState.waiting,
            instruction,
        )
        self._orders[order.id] = order


def _waiting(shot: PlannedShot) -> ShotRun:
    return ShotRun(
        id=shot.id,
        name=shot.name,
        place=shot.place,
        attempt=1,
        status=Status.queued,
        stage=Stage.waiting,
        progress=None,
        note="",
        take=None,
        credits=None,
        error=None,
    )


def _line(job: Job) -> JobLine:
    ended = [run for run in job.shots if run.status.ended]
    return JobLine(
        **{name: getattr(job, name) for name in ("id", "created", "changed", "status", "kind")},
        **{name: getattr(job, name) for name in ("engine", "model", "prompt", "timeline_name")},
        selection=job.origin.get("selection"),
        host=job.host,
        price=job.price,
        credits=job.credits,
        shots=len(job.shots),
        shots_done=sum(run.status is Status.done for run in ended),
        shots_failed=sum(run.status is Status.failed for run in ended),
        progress=None,
        position=None if job.status.ended else 1,
        started=None,
    )


def _matches(job: Job, wanted: JobFilter) -> bool:
    return (
        (not wanted.status or job.status in wanted.status)
        and wanted.engine in (None, job.engine)
        and (wanted.text is None or wanted.text in job.prompt)
        and (wanted.before is None or job.id < wanted.before)
    )


def _lineage(job: Job, plan: Plan, shot: PlannedShot) -> Lineage:
    media = shot.media
    return Lineage(
        id=f"{job.id}-{shot.id}-1",
        clip=shot.name,
        place=shot.place,
        timeline=plan.facts.name,
        source=media and SourceFile(Path(media.source.path), media.size, media.modified_ns),
        source_frames=runs(shot.source_frames),
        record=shot.record,
        rate=shot.rate,
        handles=shot.handles,
        recipe={"prompt": plan.recipe.prompt},
        prompt=plan.recipe.prompt,
        engine=plan.engine,
        model=plan.model,
        seed=plan.recipe.seed,
        credits=shot.price,
        raws=(),
        frames=shot.frames,
        width=shot.width,
        height=shot.height,
        codec=plan.recipe.codec.value,
        job=job.id,
        shot=shot.id,
        software=__version__,
    )
