"""One stage of one attempt. In: the attempt. Out: what became of it, as data; nothing is raised.

The work runs in a task of its own, so that it can be cancelled without losing the walk. A stop of
the daemon is the one thing that cuts through: then the attempt stays as it was, to be taken up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bridge.engines.base import RenderHandle
from bridge.errors import AccountBlocked, BridgeError, EngineCancelled, InternalError
from bridge.jobs.asking import asked
from bridge.jobs.decide import NOTHING_STARTED, Pace, pause, shot_ending
from bridge.jobs.desk import Desk
from bridge.jobs.facts import PAUSED_NOTE, Stage, Status
from bridge.jobs.notes import Notebook, NoteLedger
from bridge.jobs.progress import ProgressWriter
from bridge.jobs.settling import Settling
from bridge.jobs.shot_ledger import Attempt, Kept, Money
from bridge.jobs.spending import credits_of
from bridge.jobs.stages import Stages, kept
from bridge.jobs.turns import Turns
from bridge.pipeline.extract import ShotOrder
from bridge.pipeline.tools import Report, Tools

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """A stage that gave no result, and with it the shot."""

    status: Status
    error: BridgeError
    money: Money = field(default_factory=Money)


@dataclass(frozen=True)
class _Visit:
    """A stage of an attempt on its way."""

    attempt: Attempt
    stage: Stage
    order: ShotOrder
    notebook: Notebook
    begun: Callable[[], Awaitable[None]]
    report: Report

    async def waits(self, reason: str) -> None:
        """It has its turn, or would have it, and waits for something else."""
        await self.begun()
        self.report(None, reason)

    async def named(self) -> bool:
        """Whether the engine knows work of this attempt."""
        return bool(await self.notebook.handles())


@dataclass
class _Running:
    job: str
    task: asyncio.Task[Any]
    notebook: Notebook

    def cancel(self) -> None:
        """Now, or once the request under way has got its name."""
        self.notebook.when_named(self.task.cancel)


class Runner:
    def __init__(
        self,
        tools: Tools,
        stages: Stages,
        notes: NoteLedger,
        desk: Desk,
        progress: ProgressWriter,
        turns: Turns,
        settling: Settling,
        pace: Pace,
    ) -> None:
        self._tools, self._stages, self._notes, self._desk = tools, stages, notes, desk
        self._progress, self._turns, self._settling, self._pace = progress, turns, settling, pace
        self._running: dict[str, _Running] = {}
        self._cancelled: set[str] = set()  # jobs; also for stages that are about to begin
        self._stopping = False

    @property
    def jobs(self) -> frozenset[str]:
        """Those with work under way here."""
        return frozenset(running.job for running in self._running.values())

    def cancel(self, job: str) -> None:
        """Stop the job's work, under way or about to begin; its shots end as cancelled."""
        self._cancelled.add(job)
        for running in self._running.values():
            if running.job == job:
                running.cancel()

    def reopen(self, job: str) -> None:
        """Another round: what was cancelled before is not any more."""
        self._cancelled.discard(job)

    async def stop(self, seconds: float) -> None:
        """Stop all work, to be taken up later; what is about to get its name may, for so long."""
        self._stopping = True
        tasks = [running.task for running in self._running.values()]
        for running in tuple(self._running.values()):
            running.cancel()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def run(
        self, attempt: Attempt, stage: Stage, order: ShotOrder, begun: Callable[[], Awaitable[None]]
    ) -> Kept | Ended:
        """
        Run the stage when it is its turn (`begun` is told) and give its result or its end.

        `asyncio.CancelledError` only when the daemon stops, or has lost the attempt to another.
        """
        notebook = Notebook(attempt.key, self._notes, self._desk, self._turns.books.look_before)
        report = self._progress.reporter(attempt.key, stage)
        visit = _Visit(attempt, stage, order, notebook, _once(begun), report)
        try:
            self._check_wanted(attempt)
            return await self._as_task(visit)
        except BridgeError as error:
            if notebook.superseded:  # its new owner says what becomes of it
                raise asyncio.CancelledError from error
            failure = error
        # the stage runner is one of the three walls: whatever a stage raises becomes data
        except Exception as error:
            log.exception("%s of %s failed", stage, attempt.key)
            failure = InternalError(
                f"The stage {stage} failed: {type(error).__name__}: {error}", shot=attempt.shot
            )
        return await self._desk.surely(lambda: self._ended(failure, order, notebook))

    async def lost(self, attempt: Attempt, order: ShotOrder) -> Ended:
        """The end of an attempt whose walk broke: what it may have begun is not forgotten."""
        notebook = Notebook(attempt.key, self._notes, self._desk)
        error = InternalError("The walk of this shot was lost.")
        return await self._desk.surely(lambda: self._ended(error, order, notebook))

    def _check_wanted(self, attempt: Attempt) -> None:
        if self._stopping:
            raise asyncio.CancelledError
        if attempt.cancelled or attempt.job in self._cancelled:
            raise EngineCancelled("The job was cancelled.")

    async def _as_task(self, visit: _Visit) -> Kept:
        key, notebook = visit.attempt.key, visit.notebook
        task = asyncio.create_task(self._in_turn(visit))
        self._running[key] = _Running(visit.attempt.job, task, notebook)
        try:
            await asyncio.wait([task])
            if task.cancelled() and not self._stopping:
                raise EngineCancelled("The job was cancelled.")
            return task.result()
        finally:
            task.cancel()
            del self._running[key]
            self._progress.forget(key)
            notebook.sent()

    async def _in_turn(self, visit: _Visit) -> Kept:
        """
        When the engine takes work and it is this one's turn; both may change while it waits.

        Work that the engine knows is seen through, whether or not it takes more.
        """
        engine, rounds, refused = visit.order.recipe.engine, 0, False
        while True:
            free = visit.stage is not Stage.render or await visit.named()
            hindrance = await self._turns.hindrance(visit.stage, visit.order)
            shut = isinstance(hindrance, AccountBlocked)
            if hindrance is not None and (not free or (refused and shut)):
                rounds += shut
                if rounds > self._pace.rounds:
                    raise hindrance
                await visit.waits(_words(hindrance))
                await self._turns.change(engine, hindrance)
                refused = False
                continue
            async with self._turns.turn(visit.stage, visit.order):
                if not free and await self._turns.hindrance(visit.stage, visit.order) is not None:
                    continue
                await visit.begun()
                try:
                    return await self._persistently(visit)
                except AccountBlocked as error:
                    if await self._doubtful(error, visit.order, visit.notebook):
                        raise
                    await self._turns.gates.shut(engine, error)
                    refused = True

    async def _persistently(self, visit: _Visit) -> Kept:
        stage, order, notebook = visit.stage, visit.order, visit.notebook
        errors: list[BridgeError] = []
        while True:
            try:
                result = await self._stages.run(
                    stage, order, visit.attempt.result, self._tools, notebook, visit.report
                )
            except BridgeError as error:
                seconds = pause(error, errors, self._pace)
                if seconds is None or await self._doubtful(error, order, notebook):
                    raise
                errors.append(error)
                log.info("%s of %s again in %s s: %s", stage, order.key, seconds, error.message)
                visit.report(None, f"{error.message} Trying again in {seconds:g} s.")
                await asyncio.sleep(seconds)
            else:
                if stage is Stage.render:
                    self._turns.gates.worked(order.recipe.engine)
                return kept(result)

    async def _doubtful(self, error: BridgeError, order: ShotOrder, notebook: Notebook) -> bool:
        """Whether to repeat might start something twice."""
        if isinstance(error, NOTHING_STARTED):
            await notebook.withdraw()
        notebook.sent()
        return not self._repeatable(order) and bool(await notebook.unnamed())

    def _repeatable(self, order: ShotOrder) -> bool:
        try:
            return self._tools.engines.get(order.recipe.engine).repeatable
        except BridgeError:
            return False

    async def _ended(self, error: BridgeError, order: ShotOrder, notebook: Notebook) -> Ended:
        if isinstance(error, NOTHING_STARTED):
            await notebook.withdraw()
        status, final = shot_ending(
            error, unnamed=bool(await notebook.unnamed()), repeatable=self._repeatable(order)
        )
        if isinstance(error, EngineCancelled):
            await self._cancel_at_engine(order, notebook)
        return Ended(status, final, await self._money(status, error, order, notebook))

    async def _cancel_at_engine(self, order: ShotOrder, notebook: Notebook) -> None:
        """Ask the engine to stop all that the attempt has there."""
        for noted in await notebook.handles():
            handle = RenderHandle.from_data(noted)
            engine = order.recipe.engine
            await asked(
                partial(self._cancelled_at, engine, handle), f"the cancelling of {handle.key}"
            )

    async def _cancelled_at(self, engine: str, handle: RenderHandle) -> None:
        await self._tools.engines.get(engine).cancel(handle)

    async def _money(
        self, status: Status, error: BridgeError, order: ShotOrder, notebook: Notebook
    ) -> Money:
        named = [RenderHandle.from_data(noted) for noted in await notebook.handles()]
        told = credits_of(error.detail)
        of_latest = {} if told is None or notebook.latest is None else {notebook.latest: told}
        costs = await self._settling.costs(order.key, named, of_latest)
        if status is not Status.uncertain:
            return Money(costs)
        return Money(costs, await self._turns.books.look(order.recipe.engine, order.model))


def _once(begun: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    told = False

    async def tell() -> None:
        nonlocal told
        if not told:
            told = True
            await begun()

    return tell


def _words(hindrance: BridgeError) -> str:
    """What the shot's note says while it waits."""
    paused = isinstance(hindrance, AccountBlocked)
    return f"{PAUSED_NOTE}{hindrance.message}" if paused else hindrance.message
