"""Jobs from their submit to their placements: once for each key, seen as they go."""

import asyncio
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.engines.base import Kind, Limits, Model, Price
from bridge.errors import (
    Conflict,
    DaemonBusy,
    DatabaseError,
    NotFound,
    UsageError,
)
from bridge.jobs.facts import JobFilter, PlacementState, Stage, Status
from bridge.jobs.service import Jobs
from bridge.settings import Settings
from tests.fakes.engine import FakeEngine, Wait
from tests.fakes.stages import Scene, plan_of, tools_of
from tests.jobs.house import SECONDS, ended, running


async def until_done(jobs: Jobs, after: int = 0):
    found = []
    async for event in jobs.events(after):
        found.append(event)
        if event.what == "job_done":
            break
    return found


def test_a_job_becomes_takes_a_timeline_and_placements(tmp_path):
    async def scene():
        async with running(tmp_path) as jobs:
            job = await jobs.submit(plan_of("boat", "pier"), host="resolve")
            return await ended(jobs, job.id), await jobs.placements(host="resolve")

    job, orders = asyncio.run(scene())
    assert job.status is Status.done
    assert [(run.name, run.status, run.stage) for run in job.shots] == [
        ("boat", Status.done, Stage.done),
        ("pier", Status.done, Stage.done),
    ]
    assert job.credits == 2 * Decimal("5.01")
    assert job.timeline.read_text().split() == [run.take for run in job.shots]
    assert [order.take for order in orders] == [run.take for run in job.shots]
    assert orders[1].instruction["record_start"] == 24
    assert Path(orders[1].instruction["media"]).is_file()
    assert not list((tmp_path / "store" / "scratch").iterdir())


def test_out_names_the_timeline_and_the_folder_beside_it(tmp_path):
    async def scene():
        async with running(tmp_path / "data") as jobs:
            job = await jobs.submit(plan_of("boat", out=tmp_path / "cut" / "new.otio"))
            return await ended(jobs, job.id)

    job = asyncio.run(scene())
    assert job.timeline == tmp_path / "cut" / "new.otio"
    assert [path.suffix for path in (tmp_path / "cut" / "new takes").glob("*.mov")] == [".mov"]


def test_the_same_key_is_the_same_job_and_other_work_a_conflict(tmp_path):
    async def scene():
        async with running(tmp_path) as jobs:
            first = await jobs.submit(plan_of("boat"), key="one")
            second = await jobs.submit(plan_of("boat"), key="one")
            with pytest.raises(Conflict):
                await jobs.submit(plan_of("boat", prompt="make it night"), key="one")
            other = await jobs.submit(plan_of("boat"), key="two")
            return first.id, second.id, other.id, len(await jobs.jobs())

    first, second, other, count = asyncio.run(scene())
    assert first == second != other
    assert count == 2


def test_one_key_sent_many_times_at_once_is_walked_once(tmp_path):
    scene = Scene()

    async def walk():
        async with running(tmp_path, scene=scene) as jobs:
            sent = [jobs.submit(plan_of("boat"), key="one") for _ in range(10)]
            ids = {job.id for job in await asyncio.gather(*sent)}
            assert len(ids) == 1
            await ended(jobs, ids.pop())

    asyncio.run(walk())
    assert scene.seen.count("before:extract:s001") == 1
    assert scene.seen.count("before:reinsert") == 1


def test_stopped_jobs_say_so(tmp_path):
    async def walk():
        async with running(tmp_path) as jobs:
            await jobs.submit(plan_of("boat"))
        for _ in range(2):
            await jobs.stop()
            with pytest.raises(DatabaseError):
                await jobs.jobs()
        # the loop's own threads work again
        assert await asyncio.to_thread(lambda: 1) == 1

    asyncio.run(walk())


def test_thirty_jobs_at_once_keep_to_the_model_s_concurrency(tmp_path):
    working, most, three = Counter(), Counter(), asyncio.Event()

    class Counting(FakeEngine):
        async def watch(self, handle):
            model = next(sent.model for sent in self.submits if sent.key == handle.key)
            working[model] += 1
            most[model] = max(most[model], working[model])
            if working["three"] == 3:
                three.set()
            await asyncio.wait_for(three.wait(), SECONDS)
            async for progress in super().watch(handle):
                yield progress
            working[model] -= 1

    engine = Counting(models=[_model("one", 1), _model("three", 3)])

    async def walk():
        async with running(tmp_path, engine) as jobs:
            ids = [
                (await jobs.submit(plan_of("boat", model="three" if number % 3 else "one"))).id
                for number in range(30)
            ]
            return [await ended(jobs, job) for job in ids]

    done = asyncio.run(walk())
    assert {job.status for job in done} == {Status.done}
    assert most == {"one": 1, "three": 3}
    assert [job.id for job in done] == sorted(job.id for job in done)


def _model(name: str = "fake-1", concurrency: int = 1) -> Model:
    return Model(
        name, frozenset(Kind), Limits(concurrency=concurrency), Price(per_second=Decimal(5))
    )


def test_events_resume_after_a_number_and_go_on_live(tmp_path):
    async def walk():
        async with running(tmp_path) as jobs:
            live = asyncio.create_task(until_done(jobs, 0))
            await asyncio.sleep(0)
            job = await jobs.submit(plan_of("boat"))
            await ended(jobs, job.id)
            seen = await asyncio.wait_for(live, SECONDS)
            middle = seen[len(seen) // 2].seq
            return seen, middle, await until_done(jobs, middle)

    seen, middle, rest = asyncio.run(walk())
    words = [event.what for event in seen if event.what != "progress"]
    assert words == [
        "job_queued",
        "job_started",
        "shot_started",
        *["stage_started"] * 4,
        "shot_done",
        "placement_waiting",
        "job_done",
    ]
    assert [event.seq for event in seen] == sorted({event.seq for event in seen})
    assert rest == [event for event in seen if event.seq > middle]


def test_progress_replaces_the_progress_before(tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            seen = []
            async for event in jobs.events():
                if event.what == "progress" and event.data["stage"] == "render":
                    seen.append(event)
                if len(seen) == 3:
                    break
            engine.release()
            await ended(jobs, job.id)
            return seen, [event for event in await until_done(jobs) if event.what == "progress"]

    seen, kept = asyncio.run(walk())
    assert len({event.seq for event in seen}) == 3
    assert seen[-1].data["progress"] == 0.5
    assert len(kept) == 1


def test_placements_are_acknowledged_once(tmp_path):
    async def walk():
        async with running(tmp_path) as jobs:
            job = await jobs.submit(plan_of("boat", "pier"), host="premiere")
            await ended(jobs, job.id)
            first, second = await jobs.placements(host="premiere")
            assert await jobs.placements(host="resolve") == ()
            placed = await jobs.acknowledge(first.id, PlacementState.placed, {"track": 2})
            again = await jobs.acknowledge(first.id, PlacementState.placed, {"track": 7})
            with pytest.raises(Conflict):
                await jobs.acknowledge(first.id, PlacementState.refused, {})
            with pytest.raises(NotFound):
                await jobs.acknowledge("p-nothing", PlacementState.placed, {})
            with pytest.raises(UsageError):
                await jobs.acknowledge(second.id, PlacementState.waiting, {})
            return placed, again, await jobs.placements(), await jobs.placements(state=None)

    placed, again, waiting, everything = asyncio.run(walk())
    assert placed == again
    assert placed.readback == {"track": 2}
    assert [order.id for order in waiting] == [everything[1].id]


def test_the_folder_belongs_to_one_daemon_at_a_time(tmp_path):
    async def walk():
        async with running(tmp_path):
            second = Jobs(*_like(tmp_path))
            with pytest.raises(DaemonBusy) as busy:
                await second.start()
            assert str(tmp_path) in busy.value.message
            await second.stop()
        async with running(tmp_path) as third:
            return await third.jobs()

    assert asyncio.run(walk()) == ()


def _like(data: Path):
    return Settings(data=data), tools_of(data, FakeEngine())


def test_jobs_are_listed_filtered_and_paged(tmp_path):
    async def walk():
        async with running(tmp_path) as jobs:
            ids = []
            for prompt in ("make it DUSK", "remove the 100% boom", "Straße"):
                ids.append((await jobs.submit(plan_of("boat_01", prompt=prompt))).id)
                await ended(jobs, ids[-1])

            async def found(**wanted):
                return [job.id for job in await jobs.jobs(JobFilter(**wanted))]

            assert await found() == ids[::-1]
            assert await found(limit=2) == [ids[2], ids[1]]
            assert await found(limit=2, before=ids[1]) == [ids[0]]
            assert await found(text="dusk") == [ids[0]]
            assert await found(text="STRASSE") == [ids[2]]
            assert await found(text="0% b") == [ids[1]]
            assert await found(text="t_0") == ids[::-1]
            assert await found(text="0_b") == []
            assert await found(status=(Status.failed,)) == []
            assert await found(status=(Status.failed, Status.done)) == ids[::-1]
            assert await found(engine="fake") == ids[::-1]
            assert await found(engine="other") == []

    asyncio.run(walk())


def test_hostile_words_come_back_as_they_were(tmp_path):
    words = "a\0b \ud800 \U0001f3ac '; drop table jobs; --"

    async def walk():
        async with running(tmp_path) as jobs:
            job = await jobs.submit(plan_of(words, prompt=words), key=words)
            same = await jobs.submit(plan_of(words, prompt=words), key=words)
            assert same.id == job.id
            for name in (words, "", "x" * 5000, "j' or 1=1"):
                with pytest.raises(NotFound):
                    await jobs.job(name)
            await jobs.cancel(job.id)
            return await ended(jobs, job.id)

    job = asyncio.run(walk())
    assert job.prompt == job.shots[0].name == words
