"""One stage of one attempt. In: the attempt. Out: what became of it, as data; nothing is raised.

The work runs in a task of its own, so that it can be cancelled without losing the walk. A stop of
the daemon is the one thing that cuts through: then the attempt stays as it was, to be taken up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from bridge.engines.base import RenderHandle
from bridge.errors import BridgeError, EngineCancelled, InternalError
from bridge.jobs.decide import NOTHING_STARTED, Pace, pause, shot_ending
from bridge.jobs.desk import Desk
from bridge.jobs.facts import Stage, Status
from bridge.jobs.notes import Notebook, NoteLedger
from bridge.jobs.progress import ProgressWriter
from bridge.jobs.shot_ledger import Attempt, Kept
from bridge.jobs.slots import LocalSlots, Slots
from bridge.jobs.stages import Stages, kept
from bridge.pipeline.extract import ShotOrder, model_of
from bridge.pipeline.tools import Report, Tools

LOCAL = "local work"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """A stage that gave no result, and with it the shot."""

    status: Status
    error: BridgeError


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
        slots: Slots,
        *,
        jobs_at_once: int,
        pace: Pace,
    ) -> None:
        self._tools, self._stages, self._notes, self._desk = tools, stages, notes, desk
        self._progress, self._slots, self._pace = progress, slots, pace
        self._local, self._jobs_at_once = LocalSlots(), jobs_at_once
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
        notebook = Notebook(attempt.key, self._notes, self._desk)
        try:
            self._check_wanted(attempt)
            return await self._as_task(attempt, stage, order, begun, notebook)
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

    def _check_wanted(self, attempt: Attempt) -> None:
        if self._stopping:
            raise asyncio.CancelledError
        if attempt.cancelled or attempt.job in self._cancelled:
            raise EngineCancelled("The job was cancelled.")

    async def _as_task(
        self,
        attempt: Attempt,
        stage: Stage,
        order: ShotOrder,
        begun: Callable[[], Awaitable[None]],
        notebook: Notebook,
    ) -> Kept:
        task = asyncio.create_task(self._in_turn(attempt, stage, order, begun, notebook))
        self._running[attempt.key] = _Running(attempt.job, task, notebook)
        try:
            await asyncio.wait([task])
            if task.cancelled() and not self._stopping:
                raise EngineCancelled("The job was cancelled.")
            return task.result()
        finally:
            task.cancel()
            del self._running[attempt.key]
            self._progress.forget(attempt.key)
            notebook.sent()

    async def _in_turn(
        self,
        attempt: Attempt,
        stage: Stage,
        order: ShotOrder,
        begun: Callable[[], Awaitable[None]],
        notebook: Notebook,
    ) -> Kept:
        report = self._progress.reporter(attempt.key, stage)
        async with self._turn(stage, order):
            await begun()
            return await self._persistently(attempt, stage, order, notebook, report)

    def _turn(self, stage: Stage, order: ShotOrder) -> AbstractAsyncContextManager[None]:
        if stage is Stage.render:
            model = model_of(order, self._tools)
            name = f"{order.recipe.engine}:{order.model}"
            return self._slots.turn(name, model.limits.concurrency)
        if stage is Stage.collect:  # results are fetched at once: their addresses do not last
            return nullcontext()
        return self._local.turn(LOCAL, self._jobs_at_once)

    async def _persistently(
        self,
        attempt: Attempt,
        stage: Stage,
        order: ShotOrder,
        notebook: Notebook,
        report: Report,
    ) -> Kept:
        errors: list[BridgeError] = []
        while True:
            try:
                result = await self._stages.run(
                    stage, order, attempt.result, self._tools, notebook, report
                )
                return kept(result)
            except BridgeError as error:
                seconds = pause(error, errors, self._pace)
                if seconds is None or await self._doubtful(error, order, notebook):
                    raise
                errors.append(error)
                log.info("%s of %s again in %s s: %s", stage, order.key, seconds, error.message)
                report(None, f"{error.message} Trying again in {seconds:g} s.")
                await asyncio.sleep(seconds)

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
        return Ended(status, final)

    async def _cancel_at_engine(self, order: ShotOrder, notebook: Notebook) -> None:
        """Ask the engine to stop all that the attempt has there."""
        for noted in await notebook.handles():
            handle = RenderHandle.from_data(noted)
            try:
                await self._tools.engines.get(order.recipe.engine).cancel(handle)
            # still the wall: an engine that cannot stop its work does not keep ours from ending
            except Exception:
                log.exception("%s was not cancelled at its engine", handle.key)
