"""What a paid shot costs beyond its media work. Out: on standard output, milliseconds of our own.

    python -m tests.benchmarks.bench_runway [rounds]

The other side answers at once (a server on this machine with a canned result of the right length).
Measured is a whole job on five seconds of 1080p, less the same extract, upload and conform called
bare in the same round; what is left is plan, ledger, create, poll, download, decoding what came
back, and the new timeline. The limit is 250 ms a shot.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from bridge.engines.base import Home, Kind
from bridge.engines.registry import Engines
from bridge.engines.runway.client import Api
from bridge.engines.runway.engine import Runway
from bridge.engines.runway.fake.server import FakeRunway
from bridge.engines.runway.hosts import Hosts
from bridge.engines.runway.memory import Memory
from bridge.engines.runway.uploads import Uploads, fingerprint
from bridge.jobs.service import Jobs
from bridge.media.room import MediaRoom
from bridge.pipeline.collect import collect
from bridge.pipeline.conform import conform
from bridge.pipeline.extract import ShotOrder, extract
from bridge.pipeline.plan import plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.render import render
from bridge.pipeline.selection import select
from bridge.pipeline.tools import Tools
from bridge.secrets import Secret
from bridge.settings import Settings
from bridge.store.store import Store
from tests.benchmarks.bench_jobs import MemoryNotes
from tests.jobs.real import timeline_in

FRAMES = 125  # five seconds at 25
SIZE = (1920, 1080)
ROUNDS = 7
LIMIT_MS = 250

Made = TypeVar("Made")


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
        engine = Runway.opened(Home(settings.data / "engines" / "runway", told))
        tools = Tools(
            MediaRoom(settings), Engines({"runway": engine}), Store(settings.data / "store")
        )
        work = await planned(folder, tools)
        jobs = Jobs(settings, tools)
        await jobs.start()
        wholes, bares = [], []
        for number in range(rounds + 1):  # the first one warms everything up
            whole = await whole_job(jobs, work, number)
            bare = await bare_work(tools, work, number, folder, runway)
            wholes.append(whole)
            bares.append(bare)
        await jobs.stop()
        await tools.engines.close()
        await tools.room.close()
    own = [1000 * (whole - bare) for whole, bare in zip(wholes[1:], bares[1:], strict=True)]
    say(f"a job on {FRAMES} frames of 1080p: {statistics.median(wholes[1:]):.2f} s")
    say(f"extract, upload and conform alone: {statistics.median(bares[1:]):.2f} s")
    say(
        f"own work a shot: {statistics.median(own):.0f} ms, "
        f"{min(own):.0f} to {max(own):.0f} (limit {LIMIT_MS} ms)"
    )


async def planned(folder: Path, tools: Tools) -> Plan:
    timeline = timeline_in(folder, FRAMES, 1, SIZE)
    recipe = Recipe(Kind.edit, "dusk", engine="runway", model="aleph2")
    selection = await select(timeline, ["V1:1"], recipe, tools)
    return plan(selection, recipe, tools.engines.model("runway", "aleph2", Kind.edit))


async def whole_job(jobs: Jobs, work: Plan, number: int) -> float:
    mine = replace(work, recipe=replace(work.recipe, seed=number))
    seconds, job = await timed(_done(jobs, mine))
    if job.status != "done":
        raise SystemExit(f"a job ended as {job.status}: {job.shots[0].error}")
    return seconds


async def _done(jobs: Jobs, work: Plan) -> Any:
    return await jobs.wait((await jobs.submit(work)).id)


async def bare_work(
    tools: Tools, work: Plan, number: int, folder: Path, runway: FakeRunway
) -> float:
    """Seconds of the same extract, upload and conform without anything around them."""
    order = ShotOrder(
        f"bare{number}",
        1,
        work.shots[0],
        work.recipe,
        work.model,
        work.door,
        "reel",
        folder / "bare",
    )
    cut, extracted = await timed(extract(order, tools, _quiet))
    sent, _ = await timed(_uploaded(extracted.footage[0].path, folder / f"memory{number}", runway))
    rendered = await render(extracted, tools, MemoryNotes(), _quiet)
    collected = await collect(rendered, tools, _quiet)
    made, _ = await timed(conform(collected, tools, _quiet))
    return cut + sent + made


async def _uploaded(path: Path, memory: Path, runway: FakeRunway) -> str:
    """With a memory of its own, in which nothing is uploaded yet."""
    uploads = Uploads(Memory(memory), Hosts(runway.url, ()))
    api = Api(Secret(runway.key), runway.url)
    return await uploads.uri(api, "bare", path, fingerprint(path))


async def timed(work: Awaitable[Made]) -> tuple[float, Made]:
    begun = time.perf_counter()
    made = await work
    return time.perf_counter() - begun, made


def _quiet(done: float | None, words: str) -> None:
    pass


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
