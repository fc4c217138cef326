"""Jobs as the daemon sees them. In: plans and decisions. Out: jobs, events, placements.

    jobs = Jobs(settings, tools)
    await jobs.start()
    job = await jobs.submit(plan, key="the caller's own")
    job = await jobs.wait(job.id)
    await jobs.stop()

What was submitted survives; `start` takes up whatever a stop or a crash left.
"""

from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from typing import Any

from bridge.errors import Conflict, EngineFailed, EngineUnknown, NotFound
from bridge.jobs.decide import Pace, goes_on, job_ending
from bridge.jobs.decisions import Decision
from bridge.jobs.facts import (
    Event,
    Job,
    JobFilter,
    PlacementOrder,
    PlacementState,
    Queue,
    QueueFilter,
    ShotRun,
    SpendFilter,
    SpendReport,
    Status,
)
from bridge.jobs.ledger import NewJob
from bridge.jobs.notes import Notebook
from bridge.jobs.parts import Parts
from bridge.jobs.shot_ledger import Attempt
from bridge.jobs.stages import Stages
from bridge.pipeline.extract import attempt_key
from bridge.pipeline.planned import Plan
from bridge.pipeline.tools import HANDLE, INTENT, Tools
from bridge.settings import Settings

CANCEL_SECONDS = 5.0  # to wait for a job to end after its work was told to stop
EVERYTHING = JobFilter()


class Jobs:
    """One a process. All methods belong to the event loop that called `start`."""

    def __init__(
        self,
        settings: Settings,
        tools: Tools,
        *,
        stages: Stages | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._parts = Parts(settings, tools, stages or Stages(), pace or Pace())

    async def start(self) -> None:
        """Lock the data folder (`DaemonBusy`), open the ledger, take up what was under way."""
        await self._parts.open()

    async def stop(self, drain_seconds: float = 5) -> None:
        """Let go of everything; work under way is taken up by the next start."""
        await self._parts.close(drain_seconds)

    # ---- jobs

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
        """
        Write the job down and begin. When this returns it survives any crash.

        The same `key` gives the same job, `Conflict` if it comes with other work. `budget`: credits
        that it may spend at most; `project`: whose budget it counts against; `origin`: where in the
        host its shots came from, for whoever places the takes.
        """
        parts = self._parts
        new = NewJob(
            parts.ids.next(),
            plan,
            host,
            parts.executor,
            _warnings(plan),
            key,
            budget,
            project,
            origin,
        )
        job = await parts.desk(parts.jobs.add, new)
        parts.bulletin.post()
        if job.status is Status.queued:  # also one whose beginning failed the last time
            await parts.begin(job.id)
        return job

    async def job(self, job_id: str) -> Job:
        """`NotFound` where there is none."""
        return await self._parts.desk(self._parts.jobs.job, job_id)

    async def jobs(self, wanted: JobFilter = EVERYTHING) -> tuple[Job, ...]:
        """Newest first."""
        return await self._parts.desk(self._parts.jobs.jobs, wanted)

    async def queue(self, wanted: QueueFilter) -> Queue:
        """Jobs in short, open ones first; its `last` is where the events go on."""
        return await self._parts.desk(self._parts.queue.page, wanted)

    async def wait(self, job_id: str) -> Job:
        """The job, once it has ended."""
        bulletin = self._parts.bulletin
        while not (job := await self.job(job_id)).status.ended:
            end = bulletin.end_of(job_id)
            if not (job := await self.job(job_id)).status.ended:
                await bulletin.wait(end)
        return job

    async def cancel(self, job_id: str) -> Job:
        """Stop what has not ended; finished takes stay. Of a job that has ended it says nothing."""
        parts = self._parts
        if not await parts.desk(parts.jobs.want_cancelled, job_id):
            return await self.job(job_id)
        parts.runner.cancel(job_id)
        parts.bulletin.post()
        return await parts.ended_within(job_id, CANCEL_SECONDS)

    async def retry(
        self,
        job_id: str,
        shot: str | None = None,
        *,
        budget: Decimal | None = None,
        fresh: bool = False,
    ) -> Job:
        """
        Take up the failed and cancelled shots, or the one that is named; `Conflict` if none is.

        A new attempt at each, except where the render is there and only something around it failed;
        what was paid for is taken over. `fresh`: a person wants all of it rendered, and paid, anew.
        `budget`: what the whole job may spend from now on.
        """
        job = await self.job(job_id)
        wanted = _to_retry(job, shot)
        attempts = await self._parts.desk(self._parts.shots.attempts, job_id)
        known = {attempt.shot: attempt for attempt in attempts}
        stood = [run.id for run in wanted if not fresh and await self._stands(known[run.id])]
        renewed = [run.id for run in wanted if run.id not in stood]
        carry = not fresh and not self._repeatable(job.engine)
        return await self._again(job_id, renewed, stood, budget, carry=carry)

    async def resolve(self, job_id: str, shot: str | None = None, *, ran: str | None) -> Job:
        """
        Settle a shot that may have been started; it need not be named where only one is.

        `ran` is the engine's name for the work, which is then seen through; None says that it did
        not run, and the shot has failed.
        """
        job = await self.job(job_id)
        run = _uncertain(job, shot)
        if ran is None:
            others = [other.status for other in job.shots if other.id != run.id]
            ending = job_ending([*others, Status.failed], cancelled=False)
            error = EngineFailed("The render was not started, as a person found out.").as_data()
            await self._parts.desk(self._parts.shots.absolve, job_id, run.id, error, ending)
            self._parts.bulletin.post(ended=job_id)
            return await self.job(job_id)
        await self._adopt(job, run, ran)
        return await self._again(job_id, [], [run.id])

    def _repeatable(self, engine: str) -> bool:
        """Its work costs nothing, and lies in the folder of the attempt that began it."""
        try:
            return self._parts.engine(engine).repeatable
        except EngineUnknown:  # for now: what it was paid for is not forgotten
            return False

    async def _stands(self, attempt: Attempt) -> bool:
        notebook = Notebook(attempt.key, self._parts.notes, self._parts.desk)
        named = bool(await notebook.handles())
        return goes_on(attempt.done, attempt.error, named=named)

    async def _adopt(self, job: Job, run: ShotRun, name: str) -> None:
        parts = self._parts
        notebook = Notebook(attempt_key(job.id, run.id, run.attempt), parts.notes, parts.desk)
        unnamed = await notebook.unnamed()
        owner = await parts.desk(parts.notes.owner, job.engine, name)
        # its own, and nothing in doubt any more: decided before, and stopped just then
        if owner is not None and (unnamed or owner != notebook.key):
            raise Conflict(
                f"{name} is the work of {owner} already.",
                hint="Look for another one in the engine's history, or decide that it did not run.",
                attempt=owner,
            )
        engine = parts.engine(job.engine)
        for intent in unnamed:
            request = intent.removeprefix(INTENT)
            handle = engine.adopt(request, name)
            await engine.check_known(handle)  # a slip of the pen must not end the doubt
            await notebook.write(HANDLE + request, handle.as_data())

    async def _again(
        self,
        job_id: str,
        renewed: list[str],
        go_on: list[str],
        budget: Decimal | None = None,
        *,
        carry: bool = True,
    ) -> Job:
        parts = self._parts
        executor = parts.executor
        await parts.desk(parts.shots.again, job_id, renewed, go_on, executor, budget, carry=carry)
        parts.bulletin.post()
        await parts.begin(job_id)
        return await self.job(job_id)

    # ---- money

    async def spend(self, wanted: SpendFilter) -> SpendReport:
        """What was spent, reserved and may have been charged, and what the budgets still hold."""
        return await self._parts.desk(self._parts.spend.report, wanted)

    def paused(self) -> Mapping[str, dict[str, Any]]:
        """Engines that take nothing until a person has acted, with the error that says why."""
        return self._parts.gates.paused()

    async def resume(self, engine: str) -> None:
        """A person has acted: the engine's work goes on now."""
        await self._parts.gates.resume(engine)

    # ---- events

    async def events(self, after: int = 0) -> AsyncIterator[Event]:
        """What happened after that number, then what happens, for ever."""
        parts = self._parts
        while True:
            news = parts.bulletin.news()
            page = await parts.desk(parts.events.after, after)
            for event in page:
                after = event.seq
                yield event
            if not page:
                await parts.bulletin.wait(news)

    async def tell(self, what: str, data: Mapping[str, Any], job: str = "") -> None:
        """Something that happened in the daemon, for all who listen."""
        await self._parts.desk(self._parts.events.tell, what, data, job)
        self._parts.bulletin.post()

    # ---- placements

    async def placements(
        self,
        *,
        host: str | None = None,
        state: PlacementState | None = PlacementState.waiting,
        job: str | None = None,
    ) -> tuple[PlacementOrder, ...]:
        return await self._parts.desk(self._parts.placements.find, host, state, job)

    async def acknowledge(
        self, placement_id: str, state: PlacementState, readback: dict[str, Any]
    ) -> PlacementOrder:
        """Note what a host did. Twice the same is once; `Conflict` for another outcome."""
        parts = self._parts
        order = await parts.desk(parts.placements.acknowledge, placement_id, state, readback)
        parts.bulletin.post()
        return order

    async def direct(self, placement_id: str, decision: Decision) -> tuple[PlacementOrder, bool]:
        """Place it as a person decided, or not; False beside it where it is too late for that."""
        parts = self._parts
        directed = await parts.desk(parts.placements.direct, placement_id, decision)
        parts.bulletin.post()
        return directed

    async def hold(self, placement_id: str, runner: str) -> bool:
        """The runner alone places this take for a while; False where it is too late for that."""
        return await self._parts.desk(self._parts.placements.hold, placement_id, runner)

    async def let_go(self, placement_id: str, runner: str) -> None:
        """The runner does not place it after all."""
        await self._parts.desk(self._parts.placements.let_go, placement_id, runner)

    async def holders(self) -> Mapping[str, str]:
        """Which runner places which take just now."""
        return await self._parts.desk(self._parts.placements.holders)

    async def offer_again(self, placement_id: str) -> PlacementOrder:
        """A refused placement waits once more; of a waiting one it changes nothing."""
        parts = self._parts
        order = await parts.desk(parts.placements.offer_again, placement_id)
        parts.bulletin.post()
        return order


def _warnings(plan: Plan) -> tuple[str, ...]:
    left_out = (f"{o.place} ({o.name}) is left out: {o.error['message']}" for o in plan.left_out)
    return (*plan.warnings, *left_out, *(words for shot in plan.shots for words in shot.warnings))


def _to_retry(job: Job, shot: str | None) -> list[ShotRun]:
    if not job.status.ended:
        raise Conflict(
            f"The job {job.id} is still {job.status}.",
            hint="Wait until it has ended, or cancel it.",
        )
    if shot is not None and shot not in [run.id for run in job.shots]:
        raise NotFound(f"The job {job.id} has no shot {shot!r}.")
    wanted = [
        run
        for run in job.shots
        if run.status in (Status.failed, Status.cancelled) and shot in (None, run.id)
    ]
    # all takes may be there, and only the timeline could not be written
    if not wanted and not (shot is None and job.error is not None):
        raise Conflict(
            f"Nothing of the job {job.id} has failed or was cancelled."
            if shot is None
            else f"The shot {shot} of the job {job.id} has neither failed nor was it cancelled.",
            status=job.status.value,
        )
    return wanted


def _uncertain(job: Job, shot: str | None) -> ShotRun:
    run = _the_uncertain(job) if shot is None else _named(job, shot)
    if run.status is not Status.uncertain:
        raise Conflict(f"The shot {run.id} is not uncertain, it is {run.status}.")
    if not job.status.ended:
        raise Conflict(
            f"The job {job.id} is still {job.status}.",
            hint="Decide when its other shots have ended.",
        )
    return run


def _named(job: Job, shot: str) -> ShotRun:
    for run in job.shots:
        if run.id == shot:
            return run
    raise NotFound(f"The job {job.id} has no shot {shot!r}.")


def _the_uncertain(job: Job) -> ShotRun:
    found = [run for run in job.shots if run.status is Status.uncertain]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Conflict(f"No shot of the job {job.id} is uncertain.")
    ids = ", ".join(run.id for run in found)
    raise Conflict(
        f"Several shots of the job {job.id} are uncertain: {ids}.",
        hint="Decide about each: --shot says which.",
        shots=[run.id for run in found],
    )
