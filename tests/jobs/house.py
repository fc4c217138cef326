"""A jobs room for a test. In: a folder, engines, a scene. Out: `Jobs` that run, then stop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from bridge.engines.base import Engine
from bridge.jobs.decide import Pace
from bridge.jobs.facts import Job
from bridge.jobs.service import Jobs
from bridge.settings import Settings
from tests.fakes.engine import FakeEngine
from tests.fakes.stages import Scene, tools_of

T = TypeVar("T")

SECONDS = 20  # until a test that waits for nothing gives up
QUICK = Pace(busy=(0.01,) * 5, busy_least=0.01, ready=0.05, books=0.05)


@asynccontextmanager
async def running(
    data: Path,
    *engines: Engine,
    scene: Scene | None = None,
    database: str = "",
    executor: str = "local",
    jobs_at_once: int = 4,
    pace: Pace = QUICK,
    **budgets: Decimal,
) -> AsyncIterator[Jobs]:
    settings = Settings(
        data=data, database=database, executor=executor, jobs_at_once=jobs_at_once, **budgets
    )
    tools = tools_of(data, *(engines or (FakeEngine(),)))
    jobs = Jobs(settings, tools, stages=(scene or Scene()).stages(), pace=pace)
    await jobs.start()
    try:
        yield jobs
    finally:
        await jobs.stop(drain_seconds=2)


async def ended(jobs: Jobs, job: str) -> Job:
    return await asyncio.wait_for(jobs.wait(job), SECONDS)


async def until(check: Callable[[], T]) -> T:
    """What the check gives, once that is something."""
    async with asyncio.timeout(SECONDS):
        while True:
            if found := check():
                return found
            await asyncio.sleep(0.005)


def raising(error: BaseException) -> Callable[[], None]:
    """An act of a scene."""

    def act() -> None:
        raise error

    return act
