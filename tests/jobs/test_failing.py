"""What fails, what that leaves alone, and what a retry takes up."""

import asyncio
from dataclasses import replace

import pytest

from bridge.errors import (
    Conflict,
    DeliveryError,
    DiskFull,
    EngineBusy,
    EngineFailed,
    EngineRefused,
    NotFound,
    WorkerDied,
)
from bridge.jobs.facts import Stage, Status
from bridge.jobs.service import Jobs
from bridge.settings import Settings
from bridge.store.files import Disk
from bridge.store.store import Store
from tests.fakes.engine import Fail, FakeEngine, RefuseSubmit, Wait
from tests.fakes.stages import Scene, plan_of, tools_of
from tests.jobs.house import ended, raising, running, until


def test_one_shot_may_fail_without_the_others_and_is_retried_alone(tmp_path):
    engine = FakeEngine()

    async def scene():
        async with running(tmp_path, engine, jobs_at_once=1) as jobs:
            engine.enqueue(*[Fail(EngineFailed("It broke."))])
            job = await jobs.submit(plan_of("boat", "pier", "sea"))
            job = await ended(jobs, job.id)
            before = job, await jobs.placements(job=job.id)
            again = await jobs.retry(job.id)
            assert again.status in (Status.queued, Status.running)
            job = await ended(jobs, job.id)
            return before, (job, await jobs.placements(job=job.id))

    (partly, orders), (done, all_orders) = asyncio.run(scene())
    assert partly.status is Status.partly
    failed = next(run for run in partly.shots if run.status is Status.failed)
    assert failed.error["code"] == "engine_failed"
    assert len(partly.timeline.read_text().split()) == 3
    assert done.status is Status.done
    assert [run.attempt for run in done.shots] == [
        2 if run.id == failed.id else 1 for run in done.shots
    ]
    assert len(done.timeline.read_text().split()) == 3
    assert len(orders) == 2
    assert len(all_orders) == 3
    assert len(engine.submits) == 4
    assert len({request.key for request in engine.submits}) == 4


def test_retry_of_what_did_not_fail_is_a_conflict(tmp_path):
    engine = FakeEngine(Wait())

    async def scene():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
            with pytest.raises(Conflict):
                await jobs.retry(job.id)
            engine.release()
            await ended(jobs, job.id)
            with pytest.raises(Conflict):
                await jobs.retry(job.id)
            with pytest.raises(NotFound):
                await jobs.retry(job.id, "s009")
            with pytest.raises(NotFound):
                await jobs.retry("j0")

    asyncio.run(scene())


@pytest.mark.parametrize("error", [DiskFull("Full."), WorkerDied("Died.")])
def test_a_finished_render_is_not_paid_twice_when_something_around_it_failed(tmp_path, error):
    engine, scene = FakeEngine(), Scene()

    async def walk():
        async with running(tmp_path, engine, scene=scene) as jobs:
            scene.acts["before:conform"] = raising(error)
            job = await jobs.submit(plan_of("boat"))
            job = await ended(jobs, job.id)
            assert (job.status, job.shots[0].stage) == (Status.failed, Stage.conform)
            scene.acts.clear()
            await jobs.retry(job.id)
            return await ended(jobs, job.id)

    job = asyncio.run(walk())
    assert job.status is Status.done
    assert job.shots[0].attempt == 1
    assert len(engine.submits) == 1


def test_results_that_are_here_are_used_again_until_a_person_wants_others(tmp_path):
    """A failure that blames no one result: to pay again might change nothing."""
    engine, scene = FakeEngine(), Scene()

    async def walk():
        async with running(tmp_path, engine, scene=scene) as jobs:
            scene.acts["before:conform"] = raising(DeliveryError("Other frames than planned."))
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            spent = job.credits
            for _ in range(3):
                await jobs.retry(job.id)
                job = await ended(jobs, job.id)
            again = job.shots[0].attempt, job.credits, len(engine.submits)
            scene.acts.clear()
            await jobs.retry(job.id, fresh=True)
            return spent, again, await ended(jobs, job.id)

    spent, again, job = asyncio.run(walk())
    assert again == (1, spent, 1)
    assert (job.status, job.shots[0].attempt) == (Status.done, 2)
    assert (job.credits, len(engine.submits)) == (2 * spent, 2)


def test_a_dead_worker_is_replaced_once(tmp_path):
    scene = Scene()
    deaths = [WorkerDied("Died."), None, WorkerDied("Died."), WorkerDied("Died.")]

    def die():
        if error := deaths.pop(0):
            raise error

    async def walk():
        async with running(tmp_path, scene=scene) as jobs:
            scene.acts["in:extract"] = die
            first = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            second = await ended(jobs, (await jobs.submit(plan_of("pier"))).id)
            return first, second

    first, second = asyncio.run(walk())
    assert first.status is Status.done
    assert second.status is Status.failed
    assert second.shots[0].error["code"] == "worker_died"
    assert deaths == []


def test_a_busy_engine_is_asked_again_a_few_times(tmp_path):
    busy = RefuseSubmit(EngineBusy("Not now."))
    engine = FakeEngine(busy, busy)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            first = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            engine.enqueue(*[busy] * 6)
            second = await ended(jobs, (await jobs.submit(plan_of("pier"))).id)
            await jobs.retry(second.id)
            return first, second, await ended(jobs, second.id)

    first, second, third = asyncio.run(walk())
    assert first.status is Status.done
    assert second.shots[0].error["code"] == "engine_busy"
    assert third.status is Status.done
    assert len(engine.submits) == 2


@pytest.mark.logs_errors
def test_a_fault_of_ours_is_data_and_leaves_the_other_shot_alone(tmp_path):
    scene = Scene()

    async def walk():
        async with running(tmp_path, scene=scene) as jobs:
            scene.acts["before:collect:s001"] = raising(ZeroDivisionError("oops"))
            return await ended(jobs, (await jobs.submit(plan_of("boat", "pier"))).id)

    job = asyncio.run(walk())
    assert job.status is Status.partly
    assert job.shots[0].error["code"] == "internal"
    assert "ZeroDivisionError" in job.shots[0].error["message"]
    assert job.shots[1].status is Status.done


def test_a_timeline_that_cannot_be_written_fails_the_job_and_keeps_the_takes(tmp_path):
    engine, scene = FakeEngine(), Scene()

    async def walk():
        async with running(tmp_path, engine, scene=scene) as jobs:
            scene.acts["before:reinsert"] = raising(DiskFull("Full."))
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            assert (job.status, job.timeline) == (Status.failed, None)
            assert job.error["code"] == "disk_full"
            assert job.shots[0].status is Status.done
            assert await jobs.placements() == ()
            scene.acts.clear()
            await jobs.retry(job.id)
            return await ended(jobs, job.id), await jobs.placements()

    job, orders = asyncio.run(walk())
    assert (job.status, job.error) == (Status.done, None)
    assert len(orders) == len(engine.submits) == 1


def test_two_retries_at_once_are_one_round(tmp_path):
    engine = FakeEngine(Fail())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            tries = [jobs.retry(job.id) for _ in range(2)]
            results = await asyncio.gather(*tries, return_exceptions=True)
            assert [type(result) for result in results].count(Conflict) == 1
            return await ended(jobs, job.id)

    assert asyncio.run(walk()).shots[0].attempt == 2
    assert len(engine.submits) == 2


def test_no_render_is_begun_whose_result_would_not_fit(tmp_path):
    engine, crowded = FakeEngine(), Disk(free=lambda folder: 1 << 20)

    async def walk():
        settings = Settings(data=tmp_path)
        tools = tools_of(tmp_path, engine)
        tools = replace(tools, store=Store(tmp_path / "store", crowded))
        jobs = Jobs(settings, tools, stages=Scene().stages())
        await jobs.start()
        job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
        await jobs.stop()
        return job

    job = asyncio.run(walk())
    assert job.shots[0].error["code"] == "disk_full"
    assert engine.submits == []


def test_a_refusal_is_a_plain_failure(tmp_path):
    engine = FakeEngine(RefuseSubmit(EngineRefused("No.")))

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            await jobs.retry(job.id, "s001")
            return job, await ended(jobs, job.id)

    refused, done = asyncio.run(walk())
    assert (refused.status, refused.shots[0].error["code"]) == (Status.failed, "engine_refused")
    assert done.status is Status.done
