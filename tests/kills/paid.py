"""Paid jobs and `kill -9`. In: how often to kill. Out: what the engine's ledger and ours say then.

Everything is real but the account: jobs, Runway's engine, HTTP, media, timelines. The server that
bills lives through it all and keeps a ledger of its own; each job says its number in its prompt, by
which its creates are known there. A person's part is played in the end: what is uncertain is looked
up and decided.
"""

import asyncio
import multiprocessing
import random
import struct
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from multiprocessing.process import BaseProcess
from pathlib import Path

from bridge.engines.base import Footage, Home, Kind
from bridge.engines.registry import Engines
from bridge.engines.runway.engine import Runway
from bridge.engines.runway.fake.server import FakeRunway
from bridge.engines.runway.patience import Pace
from bridge.jobs.budgets import Budgets
from bridge.jobs.database import open_database
from bridge.jobs.facts import Job, JobFilter, SpendFilter, Status
from bridge.jobs.service import Jobs
from bridge.jobs.spend_ledger import SpendLedger
from bridge.jobs.stages import Stages
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make
from bridge.pipeline.extract import Extract, ShotOrder
from bridge.pipeline.plan import plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.selection import select
from bridge.pipeline.tools import Report, Tools
from bridge.settings import Settings
from bridge.store.store import Store
from tests.fakes.stages import Scene
from tests.jobs.real import RATE, timeline_in

FRAMES = 50  # two seconds: the shortest edit
SIZE = (854, 480)
PAGE = 100
AT_ONCE = 3  # jobs that are open at any time
LONGEST_SECONDS = 2.0  # of a life before it is killed
LONGEST_WITH_MEDIA = 6.0
LAST_SECONDS = 600

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.kills.paid"])


@dataclass(frozen=True)
class House:
    """Where jobs live, and who bills them."""

    folder: Path
    base_url: str
    media: bool

    @property
    def footage(self) -> Path:
        """What is sent where nothing is really cut."""
        return self.folder / "footage.mp4"

    @property
    def stages(self) -> Stages:
        return Stages() if self.media else Copying(self.footage).stages()

    @property
    def settings(self) -> Settings:
        return Settings(data=self.folder / "data", executor="killed", jobs_at_once=AT_ONCE)

    @property
    def tools(self) -> Tools:
        told = {"base_url": self.base_url, "key_file": str(self.folder / "key")}
        home = Home(self.settings.data / "engines" / "runway", told)
        engine = Runway(home, pace=Pace(look=0.1, spread=0.05, least=0.05))
        return Tools(
            MediaRoom(self.settings),
            Engines({"runway": engine}),
            Store(self.settings.data / "store"),
        )


class Copying(Scene):
    """Stages without codecs; every job's footage has other bytes, so that all of it is uploaded."""

    def __init__(self, footage: Path) -> None:
        super().__init__()
        self.footage = footage

    async def _extract(self, order: ShotOrder, tools: Tools, report: Report) -> Extract:
        cut = tools.store.scratch(order.key) / "footage.mp4"
        part = cut.with_name("footage.mp4.part")
        named = order.key.encode()
        unused = struct.pack(">I4s", 8 + len(named), b"free") + named  # a box that says nothing
        part.write_bytes(self.footage.read_bytes() + unused)
        part.replace(cut)
        return Extract(order, (Footage(cut, FRAMES, RATE, *SIZE),))


@dataclass(frozen=True)
class Tally:
    """What a loop came to."""

    kills: int
    jobs: int
    creates: int
    doubled: tuple[int, ...]  # numbers of jobs that were created more than once
    lost: tuple[str, ...]  # jobs that were billed and are not delivered, and how they ended
    parked: int  # creates whose answer was lost: a person looked them up
    unbooked: Decimal  # credits that were billed and are not spent in our ledger; below 0: too many

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.jobs} jobs, {self.creates} paid creates: "
            f"{len(self.doubled)} double, {len(self.lost)} lost, {self.parked} asked of a person, "
            f"{self.unbooked} credits unbooked" + "".join(f"\n  {lost}" for lost in self.lost)
        )


def loop(
    folder: Path, kills: int, seed: int, say: Callable[[str], None], *, media: bool = False
) -> Tally:
    """Kill, take up again, and in the end look into both ledgers."""
    longest = LONGEST_WITH_MEDIA if media else LONGEST_SECONDS
    chance = random.Random(seed)
    with FakeRunway(folder / "runway", speed="instant", credits=10_000_000) as runway:
        house, work = prepared(folder, runway, media=media)
        for number in range(kills):
            _life(house, work, chance.uniform(0.05, longest))
            if number % 50 == 49:
                say(f"{number + 1} kills, {len(runway.creates)} creates")
        ends, parked = finished(house, runway)
        creates = Counter(number for number, _ in _tasks(runway))
        bill = sum((entry.credits for entry in runway.ledger()), Decimal(0))  # refunds are below 0
    doubled = tuple(sorted(number for number, times in creates.items() if times > 1))
    lost = tuple(f"{number}: {ends[number]}" for number in sorted(creates) if ends[number])
    return Tally(
        kills, len(ends), sum(creates.values()), doubled, lost, parked, bill - _spent(house)
    )


def prepared(folder: Path, runway: FakeRunway, *, media: bool = False) -> tuple[House, Plan]:
    """A house with a key and footage, and one planned edit in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key").write_text("key_of_the_kill_loop")
    (folder / "key").chmod(0o600)
    house = House(folder, runway.url, media)
    make(house.footage, Slate(FRAMES, RATE, *SIZE))
    return house, asyncio.run(_work(house))


def begin(house: House, work: Plan, jobs: int | None = None) -> BaseProcess:
    """A life that takes up what is open and begins more jobs: so many in all, or ever more."""
    process = context.Process(target=_live, args=(house, work, jobs))
    process.start()
    return process


def finished(house: House, runway: FakeRunway) -> tuple[dict[int, str], int]:
    """
    The life that is not killed: what is missing of each job, and how many a person decided.

    What the killed life had sent is at the other side by now.
    """
    time.sleep(0.2)
    tally = context.Queue()
    last = context.Process(target=_last, args=(house, dict(_tasks(runway)), tally))
    last.start()
    found: tuple[dict[int, str], int] = tally.get(timeout=LAST_SECONDS)
    last.join()
    return found


def _spent(house: House) -> Decimal:
    """What our own ledger says."""
    database = open_database("", house.settings.data / "jobs.db")
    try:
        return SpendLedger(database, Budgets()).report(SpendFilter()).total.spent
    finally:
        database.close()


def _life(house: House, work: Plan, seconds: float) -> None:
    process = begin(house, work)
    time.sleep(seconds)  # kills fall anywhere, and lives are long enough to pay
    process.kill()
    process.join()


def _live(house: House, work: Plan, most: int | None) -> None:
    asyncio.run(_lived(house, work, most))


async def _lived(house: House, work: Plan, most: int | None) -> None:
    """Take up what is open and always begin more, until killed."""
    jobs = Jobs(house.settings, house.tools, stages=house.stages)
    await jobs.start()
    while True:
        opened = await jobs.jobs(JobFilter(status=(Status.queued, Status.running)))
        newest = await jobs.jobs(JobFilter(limit=1))
        first = 1 + _number(newest[0].prompt) if newest else 0
        end = first + AT_ONCE - len(opened)
        for number in range(first, end if most is None else min(most, end)):
            recipe = replace(work.recipe, prompt=f"dusk for number {number}")
            await jobs.submit(replace(work, recipe=recipe), key=f"job {number}")
        await asyncio.sleep(0.1)


async def _work(house: House) -> Plan:
    timeline = timeline_in(house.folder, FRAMES, 1)
    recipe = Recipe(Kind.edit, "dusk", engine="runway", model="aleph2")
    tools = house.tools
    try:
        selection = await select(timeline, ["V1:1"], recipe, tools)
        return plan(selection, recipe, tools.engines.model("runway", "aleph2", Kind.edit))
    finally:
        await tools.room.close()


def _last(house: House, tasks: dict[int, str], tally: "multiprocessing.Queue[object]") -> None:
    tally.put(asyncio.run(_lasted(house, tasks)))


async def _lasted(house: House, tasks: dict[int, str]) -> tuple[dict[int, str], int]:
    """The life that is not killed: everything ends, and a person decides what is uncertain."""
    tools = house.tools
    jobs = Jobs(house.settings, tools, stages=house.stages)
    await jobs.start()
    known = await _all(jobs)
    ended = [await jobs.wait(job.id) for job in known]
    parked = [job for job in ended if job.status is Status.uncertain]
    for job in parked:
        await jobs.resolve(job.id, job.shots[0].id, ran=tasks.get(_number(job.prompt)))
    final = [await jobs.wait(job.id) for job in known]
    ends = {_number(job.prompt): _missing(job, tools) for job in final}
    await jobs.stop()
    await tools.room.close()
    return ends, len(parked)


async def _all(jobs: Jobs) -> list[Job]:
    """Newest first, page by page."""
    known = list(await jobs.jobs(JobFilter(limit=PAGE)))
    while page := await jobs.jobs(JobFilter(limit=PAGE, before=known[-1].id if known else None)):
        known += page
    return known


def _missing(job: Job, tools: Tools) -> str:
    """What of the job is not there; empty where all of it is delivered."""
    take = job.shots[0].take
    if job.status is not Status.done or take is None:
        return f"{job.status}: {job.error or job.shots[0].error}"
    if not tools.store.take(take).delivered.is_file():
        return "the take's file is missing"
    return "" if job.timeline is not None and job.timeline.is_file() else "no timeline"


def _number(prompt: str) -> int:
    return int(prompt.rpartition(" ")[2])


def _tasks(runway: FakeRunway) -> list[tuple[int, str]]:
    """Every paid create: the number of its job, and its id."""
    return [(_number(create.body["promptText"]), create.task) for create in runway.creates]
