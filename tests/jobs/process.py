"""A daemon without doors in a process of its own. In: a case. Out: it dies where told, or reports.

Each case starts warm: the server process has imported everything and forks.
"""

import asyncio
import json
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bridge.jobs.service import Jobs
from bridge.source import Source
from tests.fakes.engine import FakeEngine
from tests.fakes.stages import Scene, die, plan_of
from tests.jobs.house import running
from tests.jobs.real import real_jobs, real_plan

KEY = "the one job of this folder"
TIMEOUT_SECONDS = 60

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.jobs.process"])


class RepeatableEngine(FakeEngine):
    repeatable = True


@dataclass(frozen=True)
class Case:
    data: Path
    shots: tuple[str, ...] = ("boat",)
    kill_at: str = ""  # a point of the scene
    kill_in_submit: str = ""  # "before" or "after" the engine took the request
    kill_at_commit: int = 0  # of any database, counted from the submit; 0: never
    repeatable: bool = False
    database: str = ""
    executor: str = "local"
    submit: bool = True  # False: take up what is there

    @property
    def ledger(self) -> Path:
        """One line for each submit that reached the engine."""
        return self.data / "submits.txt"

    @property
    def report(self) -> Path:
        return self.data / "report.json"


@dataclass(frozen=True)
class RealCase:
    """The real pipeline in `folder`, killed a moment after the first shot began a stage."""

    folder: Path
    kill_in: str = ""
    after_seconds: float = 0.05

    @property
    def report(self) -> Path:
        return self.folder / "report.json"


def start(case: Case | RealCase) -> BaseProcess:
    process = context.Process(target=_main, args=(case,))
    process.start()
    return process


def run(case: Case | RealCase) -> int:
    """The exit code: -9 where it killed itself."""
    process = start(case)
    process.join(TIMEOUT_SECONDS)
    assert process.exitcode is not None, "it hangs"
    return process.exitcode


def report_of(case: Case | RealCase) -> dict[str, Any]:
    return json.loads(case.report.read_text())


def _main(case: Case | RealCase) -> None:
    asyncio.run(_walk(case) if isinstance(case, Case) else _real_walk(case))


async def _real_walk(case: RealCase) -> None:
    async with real_jobs(case.folder) as (jobs, tools):
        known = await jobs.jobs()
        job = known[0] if known else await jobs.submit(await real_plan(case.folder, tools, 25))
        if case.kill_in:
            await _die_in(case, jobs)
        ended = await jobs.wait(job.id)
        takes = [tools.store.take(run.take) for run in ended.shots if run.take]
        facts = [await tools.room.probe(Source(take.delivered)) for take in takes]
        report = {
            "status": ended.status,
            "frames": [fact.frames for fact in facts],
            "names": [take.delivered.name for take in takes],
            "placements": len(await jobs.placements()),
        }
        case.report.write_text(json.dumps(report))


async def _die_in(case: RealCase, jobs: Jobs) -> None:
    async for event in jobs.events():
        if event.what == "stage_started" and event.data["stage"] == case.kill_in:
            await asyncio.sleep(case.after_seconds)
            die()


async def _walk(case: Case) -> None:
    scene = Scene()
    if case.kill_at:
        scene.kill_at(case.kill_at)
    engine = _engine(case)
    options = {"database": case.database, "executor": case.executor}
    async with running(case.data, engine, scene=scene, **options) as jobs:
        if case.kill_at_commit:
            _kill_at_commit(case.kill_at_commit)
        job = await _the_job(jobs, case)
        ended = await jobs.wait(job)
        case.report.write_text(
            json.dumps(
                {
                    "job": job,
                    "status": ended.status,
                    "shots": [run.status for run in ended.shots],
                    "takes": [run.take for run in ended.shots],
                    "credits": str(ended.credits),
                    "timeline": str(ended.timeline),
                    "placements": [order.take for order in await jobs.placements()],
                    "seen": scene.seen,
                }
            )
        )


async def _the_job(jobs: Jobs, case: Case) -> str:
    if case.submit:
        return (await jobs.submit(plan_of(*case.shots), key=KEY)).id
    return (await jobs.jobs())[0].id


def _engine(case: Case) -> FakeEngine:
    kind = RepeatableEngine if case.repeatable else FakeEngine
    engine = kind(ledger=case.ledger)
    if case.kill_in_submit:
        engine.submit = _dying(engine.submit, case.kill_in_submit)
    return engine


def _dying(submit: Callable[..., Any], when: str) -> Callable[..., Any]:
    async def dying(request: Any) -> Any:
        if when == "before":
            die()
        handle = await submit(request)
        die()
        return handle

    return dying


def _kill_at_commit(number: int) -> None:
    """Every database's transactions count: the ledger's and the durable engine's."""
    left = [number]

    def count(connection: sa.Connection) -> None:
        left[0] -= 1
        if left[0] == 0:
            die()

    sa.event.listen(sa.Engine, "commit", count)
