"""Jobs against bare stages. In: how many. Out: on standard output, what the durable walk costs.

    python -m tests.benchmarks.bench_jobs [jobs]

Bare is the five stages called one after another with notes in memory. Both render with an engine
that answers at once and stages that copy a few bytes: what is measured is everything around them.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bridge.jobs.service import Jobs
from bridge.pipeline.extract import ShotOrder
from bridge.pipeline.planned import Plan
from bridge.settings import Settings
from tests.fakes.engine import InstantEngine
from tests.fakes.stages import Scene, plan_of, tools_of

JOBS = 20
AT_ONCE = 30
SHOTS = 100
IDLE_SECONDS = 5.0


class MemoryNotes:
    def __init__(self) -> None:
        self._notes: dict[str, Any] = {}

    async def read(self, name: str) -> Any | None:
        return self._notes.get(name)

    async def write(self, name: str, value: Any) -> None:
        self._notes[name] = value


def work(shots: int = 1) -> Plan:
    names = [f"shot {number}" for number in range(shots)]
    return plan_of(*names, engine="instant", model="instant-1")


async def bare(data: Path, plan: Plan, name: str) -> None:
    tools, stages = tools_of(data, InstantEngine()), Scene().stages()
    done = []
    for shot in plan.shots:
        order = ShotOrder(name, 1, shot, plan.recipe, plan.model, plan.door, "reel", data / name)
        extract = await stages.extract(order, tools, _quiet)
        render = await stages.render(extract, tools, MemoryNotes(), _quiet)
        collected = await stages.collect(render, tools, _quiet)
        done.append(await stages.conform(collected, tools, _quiet))
    await stages.reinsert(plan, done, data / name / "new.otio")


def _quiet(done: float | None, words: str) -> None:
    pass


async def timed(act: Callable[[int], Awaitable[object]], times: int) -> float:
    """Median seconds of one."""
    found = []
    for number in range(times):
        begun = time.perf_counter()
        await act(number)
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


async def one(jobs: Jobs, plan: Plan) -> None:
    job = await jobs.wait((await jobs.submit(plan)).id)
    if job.status != "done":
        raise SystemExit(f"a job ended as {job.status}")


async def measure(data: Path, count: int) -> None:
    tools = tools_of(data / "jobs", InstantEngine())
    jobs = Jobs(Settings(data=data / "jobs"), tools, stages=Scene().stages())
    begun = time.perf_counter()
    await jobs.start()
    say(f"start                {_ms(time.perf_counter() - begun)}")
    await _latency(jobs, data, count)
    await _throughput(jobs)
    await _idle()
    begun = time.perf_counter()
    await jobs.stop()
    say(f"stop                 {_ms(time.perf_counter() - begun)}")


async def _latency(jobs: Jobs, data: Path, count: int) -> None:
    plain = await timed(lambda number: bare(data / "bare", work(), f"j{number}"), count)
    durable = await timed(lambda number: one(jobs, work()), count)
    own = f"{durable / plain:.1f} x, own cost {_ms(durable - plain)}"
    say(f"one shot, bare       {_ms(plain)}")
    say(f"one shot, a job      {_ms(durable)}   {own}")


async def _throughput(jobs: Jobs) -> None:
    together = await timed(
        lambda number: asyncio.gather(*(one(jobs, work()) for _ in range(AT_ONCE))), 1
    )
    say(f"{AT_ONCE} jobs at once      {_ms(together)}   {_ms(together / AT_ONCE)} each")
    long = await timed(lambda number: one(jobs, work(SHOTS)), 1)
    say(f"{SHOTS} shots in a job  {_ms(long)}   {_ms(long / SHOTS)} each")


async def _idle() -> None:
    processor, begun = time.process_time(), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    idle = (time.process_time() - processor) / (time.perf_counter() - begun)
    say(f"idle                 {idle * 100:7.2f} % of a core")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:7.1f} ms"


def main(arguments: Sequence[str] = ()) -> None:
    count = int(arguments[0]) if arguments else JOBS
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), count))


if __name__ == "__main__":
    main(sys.argv[1:])
