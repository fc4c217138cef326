"""What a paid shot costs beyond its media work. Out: on standard output, milliseconds of our own.

    python -m tests.benchmarks.bench_runway [rounds]

The other side answers at once: a server on this machine with a canned result of the right length.
Measured is a whole job on five seconds of 1080p, from its submit to the new timeline; taken off is
the time within extract, upload and conform of that same job. What is left is ledger, create, poll,
download, a look at what came back, and the timeline. The limit is 250 ms a shot.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bridge.engines.base import Home, Kind, RenderRequest
from bridge.engines.registry import Engines
from bridge.engines.runway.engine import Runway
from bridge.engines.runway.fake.server import FakeRunway
from bridge.jobs.service import Jobs
from bridge.jobs.stages import Stages
from bridge.media.room import MediaRoom
from bridge.pipeline.conform import conform
from bridge.pipeline.extract import extract
from bridge.pipeline.plan import plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.selection import select
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store
from tests.jobs.real import timeline_in

FRAMES = 125  # five seconds at 25
SIZE = (1920, 1080)
ROUNDS = 9
LIMIT_MS = 250

P = ParamSpec("P")
Made = TypeVar("Made")


@dataclass
class Watch:
    """Seconds within what it wraps."""

    seconds: list[float] = field(default_factory=list)

    def on(self, work: Callable[P, Awaitable[Made]]) -> Callable[P, Awaitable[Made]]:
        async def timed(*args: P.args, **named: P.kwargs) -> Made:
            begun = time.perf_counter()
            try:
                return await work(*args, **named)
            finally:
                self.seconds.append(time.perf_counter() - begun)

        return timed

    def taken(self) -> float:
        """What came together since the last time."""
        total, self.seconds = sum(self.seconds), []
        return total


class TimedRunway(Runway):
    """Runway with a watch on its uploads."""

    watch_on_uploads = Watch()

    async def prepare(self, request: RenderRequest) -> None:
        await self.watch_on_uploads.on(super().prepare)(request)


def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(Path(scratch), rounds))


async def measure(folder: Path, rounds: int) -> None:
    (folder / "key").write_text("key_of_the_measurement")
    (folder / "key").chmod(0o600)
    with FakeRunway(folder / "runway", speed="instant", credits=10_000_000) as runway:
        settings = Settings(data=folder / "data")
        told = {"base_url": runway.url, "key_file": str(folder / "key")}
        engine = TimedRunway(Home(settings.data / "engines" / "runway", told))
        tools = Tools(
            MediaRoom(settings), Engines({"runway": engine}), Store(settings.data / "store")
        )
        media = Watch()
        stages = Stages(extract=media.on(extract), conform=media.on(conform))
        jobs = Jobs(settings, tools, stages=stages)
        await jobs.start()
        work = await planned(folder, tools)
        rows = [
            (await one(jobs, work, number), media.taken(), engine.watch_on_uploads.taken())
            for number in range(rounds + 1)
        ]
        await jobs.stop()
        await tools.engines.close()
        await tools.room.close()
    tell(rows[1:])  # the first one warmed everything up


async def planned(folder: Path, tools: Tools) -> Plan:
    timeline = timeline_in(folder, FRAMES, 1, SIZE)
    recipe = Recipe(Kind.edit, "dusk", engine="runway", model="aleph2")
    selection = await select(timeline, ["V1:1"], recipe, tools)
    return plan(selection, recipe, tools.engines.model("runway", "aleph2", Kind.edit))


async def one(jobs: Jobs, work: Plan, number: int) -> float:
    """Seconds of one job; no two ask for the same."""
    mine = replace(work, recipe=replace(work.recipe, seed=number))
    begun = time.perf_counter()
    job: Any = await jobs.wait((await jobs.submit(mine)).id)
    if job.status != "done":
        raise SystemExit(f"a job ended as {job.status}: {job.shots[0].error}")
    return time.perf_counter() - begun


def tell(rows: list[tuple[float, float, float]]) -> None:
    own = [1000 * (whole - media - upload) for whole, media, upload in rows]
    say(f"a job on {FRAMES} frames of 1080p: {statistics.median(row[0] for row in rows):.2f} s")
    say(f"of it extract and conform: {statistics.median(row[1] for row in rows):.2f} s")
    say(f"and upload: {1000 * statistics.median(row[2] for row in rows):.0f} ms")
    say(
        f"own work a shot: {statistics.median(own):.0f} ms, "
        f"{min(own):.0f} to {max(own):.0f} (limit {LIMIT_MS} ms)"
    )


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
