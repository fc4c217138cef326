"""Jobs that are cancelled, at every point; what is done by then stays."""

import asyncio
from decimal import Decimal

import pytest

from bridge.engines.base import Kind, Limits, Model, Price
from bridge.jobs.facts import Status
from tests.fakes.engine import FakeEngine, Wait
from tests.fakes.stages import Scene, plan_of
from tests.jobs.house import SECONDS, ended, running, until


@pytest.mark.parametrize("stage", ["extract", "render", "collect", "conform"])
def test_cancelled_in_a_stage_the_job_ends_and_its_takes_stay(tmp_path, stage):
    engine, scene = FakeEngine(), Scene()
    scene.waits[f"before:{stage}:s002"] = asyncio.Event()

    async def walk():
        async with running(tmp_path, engine, scene=scene) as jobs:
            job = await jobs.submit(plan_of("boat", "pier"))
            await until(
                lambda: f"before:{stage}:s002" in scene.seen and "after:conform:s001" in scene.seen
            )
            await asyncio.sleep(0.1)
            cancelled = await jobs.cancel(job.id)
            same = await jobs.cancel(job.id)
            scene.waits.clear()
            await jobs.retry(job.id)
            return cancelled, same, await ended(jobs, job.id)

    cancelled, same, done = asyncio.run(walk())
    assert cancelled == same
    assert cancelled.status is Status.cancelled
    assert [run.status for run in cancelled.shots] == [Status.done, Status.cancelled]
    assert cancelled.shots[1].error["code"] == "engine_cancelled"
    assert done.status is Status.done
    # what is rendered is there
    goes_on = stage in ("collect", "conform")
    assert [run.attempt for run in done.shots] == [1, 1 if goes_on else 2]
    assert len(engine.cancels) == (0 if stage in ("extract", "render") else 1)


def test_cancelled_while_the_engine_works_it_is_told(tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
            return await jobs.cancel(job.id)

    job = asyncio.run(walk())
    assert job.status is Status.cancelled
    assert [handle.key for handle in engine.cancels] == [f"{job.id}-s001-1-0"]


def test_cancelled_while_a_request_is_sent_its_name_is_awaited(tmp_path):
    """To stop between the request and its answer would lose what is being paid for."""
    sending, answer = asyncio.Event(), asyncio.Event()

    class Slow(FakeEngine):
        async def submit(self, request):
            sending.set()
            await answer.wait()
            return await super().submit(request)

    engine = Slow(Wait())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await asyncio.wait_for(sending.wait(), SECONDS)
            cancelling = asyncio.create_task(jobs.cancel(job.id))
            await asyncio.sleep(0.1)
            assert not cancelling.done()
            answer.set()
            return await cancelling

    job = asyncio.run(walk())
    assert job.status is Status.cancelled
    assert len(engine.submits) == len(engine.cancels) == 1


def test_cancelled_while_waiting_for_a_turn_nothing_is_begun(tmp_path):
    engine = FakeEngine(Wait(), models=[_model(concurrency=1)])

    async def walk():
        async with running(tmp_path, engine) as jobs:
            first = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
            second = await jobs.submit(plan_of("pier"))
            await asyncio.sleep(0.2)
            cancelled = await jobs.cancel(second.id)
            engine.release()
            return cancelled, await ended(jobs, first.id)

    cancelled, first = asyncio.run(walk())
    assert (cancelled.status, first.status) == (Status.cancelled, Status.done)
    assert len(engine.submits) == 1


def test_a_stop_is_no_cancel(tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
        engine.release()
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, job.id)

    job = asyncio.run(walk())
    assert job.status is Status.done
    assert len(engine.submits) == 1
    assert engine.cancels == []


def _model(name: str = "fake-1", concurrency: int = 1) -> Model:
    return Model(
        name, frozenset(Kind), Limits(concurrency=concurrency), Price(per_second=Decimal(5))
    )
