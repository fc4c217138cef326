"""The parts of the jobs room, put together. In: settings and tools. Out: parts that run, or none.

Opened in the order in which they need each other, closed backwards; what does not open leaves
nothing open behind it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from bridge.engines.base import Engine
from bridge.errors import BridgeError, InternalError
from bridge.jobs.books import Books
from bridge.jobs.budgets import Budgets
from bridge.jobs.bulletin import Bulletin
from bridge.jobs.database import Database, open_database
from bridge.jobs.decide import Pace
from bridge.jobs.desk import Desk
from bridge.jobs.durable import MAX_RECOVERIES, Durable, State
from bridge.jobs.events import EventLedger
from bridge.jobs.facts import Job, Status
from bridge.jobs.folder_lock import FolderLock
from bridge.jobs.gates import Gates
from bridge.jobs.job_id import JobIds
from bridge.jobs.ledger import JobLedger
from bridge.jobs.notes import NoteLedger
from bridge.jobs.placements import PlacementLedger
from bridge.jobs.progress import ProgressWriter
from bridge.jobs.queue import QueueLedger
from bridge.jobs.runner import Runner
from bridge.jobs.session_locks import SessionLocks
from bridge.jobs.settling import Settling
from bridge.jobs.shot_ledger import ShotLedger
from bridge.jobs.slots import LocalSlots, SharedSlots, Slots
from bridge.jobs.spend_ledger import SpendLedger
from bridge.jobs.stages import Stages
from bridge.jobs.studio import Presence
from bridge.jobs.turns import Turns
from bridge.jobs.upkeep import Upkeep
from bridge.jobs.walk import Walk
from bridge.pipeline.tools import Tools
from bridge.settings import Settings

OTHERS_SECONDS = 1.0  # between looks at what other machines want cancelled

log = logging.getLogger(__name__)


class Parts:
    """`open` fills it; before that only `executor` may be used."""

    desk: Desk
    bulletin: Bulletin
    jobs: JobLedger
    shots: ShotLedger
    notes: NoteLedger
    events: EventLedger
    placements: PlacementLedger
    queue: QueueLedger
    runner: Runner
    durable: Durable
    spend: SpendLedger
    gates: Gates

    def __init__(self, settings: Settings, tools: Tools, stages: Stages, pace: Pace) -> None:
        self.executor, self.ids = settings.executor, JobIds()
        self._settings, self._tools, self._stages, self._pace = settings, tools, stages, pace
        self._open: AsyncExitStack | None = None
        self._drain_seconds = 0.0

    async def open(self) -> None:
        async with AsyncExitStack() as stack:
            database = await self._open_ledger(stack)
            await self._open_walk(stack, database)
            await self._take_up(self.executor)
            if database.shared:
                watch = self._presence.watch(self._machines, self._adopt, self._lost)
                self._in_background(stack, watch)
                self._in_background(stack, self._look_for_cancelled())
            upkeep = Upkeep(self.events, self.shots, self.durable, self._tools.store, self.desk)
            self._in_background(stack, upkeep.run(timedelta(days=self._settings.keep_days)))
            self._open = stack.pop_all()

    async def close(self, drain_seconds: float) -> None:
        self._drain_seconds = drain_seconds
        opened, self._open = self._open, None
        if opened is not None:
            await opened.aclose()

    async def begin(self, job: str) -> None:
        """Walk the job's present round; nothing happens where that is under way."""
        await self.durable.start(job, await self.desk(self.jobs.round, job))

    def engine(self, name: str) -> Engine:
        return self._tools.engines.get(name)

    async def ended_within(self, job: str, seconds: float) -> Job:
        """The job when it has ended, or as it is then."""
        end = self.bulletin.end_of(job)
        known = await self.desk(self.jobs.job, job)
        if not known.status.ended:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(end.wait(), seconds)
        return await self.desk(self.jobs.job, job)

    async def _open_ledger(self, stack: AsyncExitStack) -> Database:
        lock = FolderLock(self._settings.data)
        lock.take()
        stack.callback(lock.give_back)
        self.desk = Desk()
        stack.callback(self.desk.close)
        file = self._settings.data / "jobs.db"
        database = await self.desk(open_database, self._settings.database, file)
        stack.callback(database.close)
        budgets = Budgets.of(self._settings)
        self.jobs, self.shots = JobLedger(database), ShotLedger(database)
        self.notes, self.events = NoteLedger(database, budgets), EventLedger(database)
        self.placements, self.queue = PlacementLedger(database), QueueLedger(database)
        self.spend = SpendLedger(database, budgets)
        self.bulletin = Bulletin(shared=database.shared)
        return database

    async def _open_walk(self, stack: AsyncExitStack, database: Database) -> None:
        slots: Slots = LocalSlots()
        if database.shared:
            locks = SessionLocks(database.engine)
            stack.callback(locks.close)
            await self.desk(locks.open)
            self._presence = Presence(locks, self.desk, self.executor)
            await self._presence.take()
            slots = SharedSlots(locks, self.desk)
        progress = ProgressWriter(self.shots, self.desk, self.bulletin)
        turns = self._open_turns(stack, slots)
        settling = Settling(
            self._tools.engines, self.spend, self.shots, turns.books, self.desk, self.bulletin
        )
        self.runner = Runner(
            self._tools, self._stages, self.notes, self.desk, progress, turns, settling, self._pace
        )
        walk = Walk(
            self.jobs,
            self.shots,
            self.runner,
            self._stages,
            self._tools.store,
            self.desk,
            self.bulletin,
            self._settings.data,
        )
        self.durable = Durable(
            walk,
            file=self._settings.data / "dbos.db",
            url=self._settings.database,
            executor=self.executor,
        )
        stack.push_async_callback(self.durable.stop)
        await self.durable.launch()
        stack.push_async_callback(self._stop_walking)
        self._in_background(stack, progress.run())
        self._in_background(stack, settling.run(self.executor, self._pace.settle))

    def _open_turns(self, stack: AsyncExitStack, slots: Slots) -> Turns:
        engines, jobs_at_once = self._tools.engines, self._settings.jobs_at_once
        books = Books(engines, self._pace.books)
        self.gates = Gates(engines, self._tell, self._pace.ready)
        stack.push_async_callback(self.gates.close)
        return Turns(self._tools, slots, books, self.gates, jobs_at_once=jobs_at_once)

    async def _tell(self, what: str, data: Mapping[str, Any]) -> None:
        await self.desk.surely(lambda: self.desk(self.events.tell, what, data))
        self.bulletin.post()

    async def _stop_walking(self) -> None:
        await self.runner.stop(self._drain_seconds)

    def _in_background(self, stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        stack.push_async_callback(end)

    async def _take_up(self, executor: str) -> None:
        """Begin what was written down and not begun, and what was lost on its way."""
        for job, number in await self.desk(self.jobs.unfinished, executor):
            state = await self.durable.state(job, number)
            if state is State.unknown:
                await self.durable.start(job, number)
            elif state is State.over:
                await self.durable.start(job, await self.desk(self.jobs.next_round, job))
            elif state is State.given_up:
                fault = InternalError(f"The daemon stopped {MAX_RECOVERIES} times in this job.")
                await self.desk(self.jobs.finish, job, Status.failed, error=fault.as_data())

    async def _machines(self) -> frozenset[str]:
        """Those with open work: by the ledger, and by who really has taken it up."""
        return await self.desk(self.jobs.executors) | await self.durable.executors()

    async def _adopt(self, executor: str) -> None:
        await self.durable.adopt(executor)
        await self._take_up(executor)
        await self.desk(self.jobs.hand_over, executor, self.executor)

    def _lost(self) -> None:
        """Others take this machine's jobs over: nothing may go on here."""
        self._ended = asyncio.create_task(self.close(0))

    async def _look_for_cancelled(self) -> None:
        while True:
            await asyncio.sleep(OTHERS_SECONDS)
            running = self.runner.jobs
            try:
                for job in await self.desk(self.jobs.cancelled_among, running) if running else ():
                    self.runner.cancel(job)
            except BridgeError as error:
                log.warning("Other machines' wishes are not known: %s", error.message)
