"""The steps of a job. In: ids that the durable engine hands over. Out: what is in the ledger then.

Each step may run again after a stop: it finds what it did in the ledger and does the rest. Errors
of stages are data by the time they come here; one shot's failure leaves the others alone.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bridge.errors import BridgeError, InternalError
from bridge.jobs.bulletin import Bulletin
from bridge.jobs.decide import job_ending
from bridge.jobs.desk import Desk
from bridge.jobs.facts import PlacementOrder, PlacementState, Stage, Status
from bridge.jobs.ledger import JobLedger
from bridge.jobs.places import media_folder, timeline_path
from bridge.jobs.runner import Ended, Runner
from bridge.jobs.shot_ledger import Attempt, Kept, ShotLedger
from bridge.jobs.stages import Stages
from bridge.jobs.values import from_json
from bridge.pipeline.conform import Conformed
from bridge.pipeline.extract import ShotOrder
from bridge.pipeline.planned import Plan
from bridge.pipeline.reinsert import Reinserted
from bridge.store.store import Store
from bridge.timeline.facts import Placement

P = ParamSpec("P")
R = TypeVar("R")

PLANS = 16  # kept in memory: every stage of every shot asks for its job's

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Ending:
    """What the last step of a round has to write down."""

    status: Status
    reinserted: Reinserted | None = None
    error: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()


class Walk:
    """`Steps` for the durable engine."""

    def __init__(
        self,
        jobs: JobLedger,
        shots: ShotLedger,
        runner: Runner,
        stages: Stages,
        store: Store,
        desk: Desk,
        bulletin: Bulletin,
        data: Path,
    ) -> None:
        self._jobs, self._shots, self._runner, self._stages = jobs, shots, runner, stages
        self._store, self._desk, self._bulletin, self._data = store, desk, bulletin, data
        self._plan = lru_cache(PLANS)(jobs.plan)  # plans never change

    async def open(self, job: str) -> dict[str, Any]:
        self._runner.reopen(job)
        keys = await self._ledger(self._shots.begin_round, job)
        return {"keys": list(keys)}

    async def stage(self, key: str, stage: str) -> dict[str, Any]:
        this = Stage(stage)
        attempt = await self._ledger(self._shots.attempt, key, result=True)
        if attempt.status.ended or attempt.has(this):
            return {"go_on": not attempt.status.ended}
        outcome = await self._outcome(attempt, this)
        await self._write_down(key, this, outcome)
        return {"go_on": isinstance(outcome, Kept)}

    async def close(self, job: str) -> dict[str, Any]:
        known = await self._ledger(self._jobs.job, job)
        if known.status.ended:
            return {"status": known.status.value}
        ending = await self._ending(job)
        orders = await self._orders(job, ending.reinserted)
        await self._ledger(
            self._jobs.finish,
            job,
            ending.status,
            timeline=None if ending.reinserted is None else ending.reinserted.timeline,
            warnings=ending.warnings,
            error=ending.error,
            orders=orders,
        )
        self._bulletin.post(ended=job)
        return {"status": ending.status.value}

    async def _outcome(self, attempt: Attempt, stage: Stage) -> Kept | Ended:
        try:
            order = self._shot_order(attempt, await self._ledger(self._plan, attempt.job))
        except BridgeError as error:
            return Ended(Status.failed, error)

        async def begun() -> None:
            await self._desk(self._shots.begin_stage, attempt.key, stage)
            self._bulletin.post()

        return await self._runner.run(attempt, stage, order, begun)

    async def _write_down(self, key: str, stage: Stage, outcome: Kept | Ended) -> None:
        if isinstance(outcome, Ended):
            data = outcome.error.as_data()
            await self._ledger(self._shots.end, key, outcome.status, data, outcome.money)
        else:
            await self._ledger(self._shots.end_stage, key, stage, outcome)
            if outcome.take is not None:
                await asyncio.to_thread(self._tidy, [key])
        self._bulletin.post()

    async def _ending(self, job: str) -> _Ending:
        attempts = await self._ledger(self._shots.attempts, job)
        states = [await self._state_of(attempt) for attempt in attempts]
        done = [attempt for attempt in attempts if attempt.status is Status.done]
        status = job_ending(states, cancelled=any(attempt.cancelled for attempt in attempts))
        await asyncio.to_thread(self._tidy, [attempt.key for attempt in done])
        if not done or status is Status.cancelled:
            return _Ending(status)
        try:
            return await self._reinserted(job, status, done)
        except BridgeError as error:
            failure = error
        # the same wall as around the other stages
        except Exception as error:
            log.exception("reinsert of %s failed", job)
            failure = InternalError(f"The stage reinsert failed: {type(error).__name__}: {error}")
        keep = status is Status.uncertain
        return _Ending(status if keep else Status.failed, error=failure.as_data())

    async def _state_of(self, attempt: Attempt) -> Status:
        if attempt.status.ended:
            return attempt.status
        plan = await self._ledger(self._plan, attempt.job)
        lost = await self._runner.lost(attempt, self._shot_order(attempt, plan))
        await self._write_down(attempt.key, attempt.stage, lost)
        return lost.status

    async def _reinserted(self, job: str, status: Status, done: Sequence[Attempt]) -> _Ending:
        plan = await self._ledger(self._plan, job)
        shots = [from_json(Conformed, attempt.result) for attempt in done]
        result = await self._stages.reinsert(plan, shots, timeline_path(job, plan, self._data))
        warnings = [warning for shot in shots for warning in shot.take.warnings]
        return _Ending(status, result, warnings=(*warnings, *result.warnings))

    async def _orders(self, job: str, reinserted: Reinserted | None) -> tuple[PlacementOrder, ...]:
        if reinserted is None:
            return ()
        plan = await self._ledger(self._plan, job)
        host = (await self._ledger(self._jobs.job, job)).host
        return tuple(_order(job, host, plan, placement) for placement in reinserted.placements)

    def _tidy(self, keys: Sequence[str]) -> None:
        """Work folders of finished attempts; one that stays is swept up some day."""
        for key in keys:
            try:
                self._store.drop_scratch(key)
            except BridgeError as error:
                log.warning("A work folder stays: %s", error.message)

    def _shot_order(self, attempt: Attempt, plan: Plan) -> ShotOrder:
        return ShotOrder(
            job=attempt.job,
            attempt=attempt.number,
            shot=next(shot for shot in plan.shots if shot.id == attempt.shot),
            recipe=plan.recipe,
            model=plan.model,
            door=plan.door,
            timeline_name=plan.facts.name,
            media_folder=media_folder(attempt.job, plan, self._data),
        )

    async def _ledger(self, work: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
        return await self._desk.surely(lambda: self._desk(work, *args, **named))


def _order(job: str, host: str, plan: Plan, placement: Placement) -> PlacementOrder:
    return PlacementOrder(
        id=f"p-{placement.take}",
        job=job,
        take=placement.take,
        host=host,
        state=PlacementState.waiting,
        instruction={
            "take": placement.take,
            "name": placement.name,
            "clip": placement.place,
            "media": str(placement.media),
            "mode": plan.recipe.mode.value,
            "record_start": placement.record.start,
            "frames": placement.record.count,
            "rate": str(placement.rate),
            "source_start": placement.source_start,
            "media_frames": placement.frames,
            "media_start_frame": placement.media_start_frame,
            "track": placement.track,
            "sound": None if placement.sound is None else str(placement.sound),
        },
    )
