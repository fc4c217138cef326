"""Requests whose answer was lost: never sent again by themselves, and decided by a person."""

import asyncio

import pytest

from bridge.engines.base import RenderHandle
from bridge.errors import (
    Conflict,
    EngineUnavailable,
    EngineUncertain,
    NotFound,
)
from bridge.jobs.facts import Status
from tests.fakes.engine import Answer, FakeEngine, RefuseSubmit, Wait
from tests.fakes.stages import plan_of
from tests.jobs.house import SECONDS, ended, running, until


@pytest.mark.parametrize("reached", [True, False])
def test_an_uncertain_submit_waits_for_a_person(tmp_path, reached):
    lost = RefuseSubmit(EngineUncertain("The answer was lost."), reached=reached)
    engine = FakeEngine(lost)

    async def walk():
        async with running(tmp_path, engine, jobs_at_once=1) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat", "pier"))).id)
            assert job.status is Status.uncertain
            shot = next(run for run in job.shots if run.status is Status.uncertain)
            with pytest.raises(Conflict):
                await jobs.retry(job.id)
            certain = next(run for run in job.shots if run.status is not Status.uncertain)
            with pytest.raises(Conflict):
                await jobs.resolve(job.id, certain.id, ran=None)
            settled = await jobs.resolve(job.id, shot.id, ran=None)
            assert settled.status is Status.partly
            await jobs.retry(job.id)
            return await ended(jobs, job.id)

    job = asyncio.run(walk())
    assert job.status is Status.done
    assert sorted(run.attempt for run in job.shots) == [1, 2]


def test_work_that_did_run_is_adopted_under_its_name(tmp_path):
    class Findable(FakeEngine):
        def adopt(self, key, name):
            return RenderHandle(self.name, key, {"folder": name})

    lost = RefuseSubmit(EngineUncertain("The answer was lost."), reached=True)
    engine = Findable(lost)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            with pytest.raises(NotFound):
                await jobs.resolve(job.id, "s009", ran=None)
            sent = engine.submits[0]
            engine._start(sent, Answer())
            await jobs.resolve(job.id, "s001", ran=str(sent.folder))
            return await ended(jobs, job.id)

    job = asyncio.run(walk())
    assert job.status is Status.done
    assert job.shots[0].attempt == 1
    assert len(engine.submits) == 1


def test_a_doubt_of_an_earlier_run_is_not_forgotten_over_another_error(tmp_path):
    """Cut short in a submit, then the engine refuses to check: what was sent stays uncertain."""
    sending = asyncio.Event()

    class Hanging(FakeEngine):
        async def submit(self, request):
            self.submits.append(request)
            sending.set()
            await asyncio.sleep(SECONDS)

    class Gone(FakeEngine):
        def check(self, request):
            raise EngineUnavailable("The key was revoked.")

    first, second = Hanging(), Gone()

    async def walk():
        async with running(tmp_path, first) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await asyncio.wait_for(sending.wait(), SECONDS)
            await jobs.stop(drain_seconds=0)
        async with running(tmp_path, second) as jobs:
            return await ended(jobs, job.id)

    job = asyncio.run(walk())
    assert job.status is Status.uncertain
    assert job.shots[0].error["detail"]["cause"] == "engine_unavailable"


def test_work_that_was_lost_sight_of_is_seen_through_by_a_retry(tmp_path):
    class Blind(FakeEngine):
        blind = True

        async def watch(self, handle):
            if self.blind:
                raise EngineUnavailable("No network.")
            async for progress in super().watch(handle):
                yield progress

    engine = Blind()

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            assert job.status is Status.failed
            engine.blind = False
            await jobs.retry(job.id)
            return await ended(jobs, job.id)

    job = asyncio.run(walk())
    assert (job.status, job.shots[0].attempt) == (Status.done, 1)
    assert len(engine.submits) == 1


def test_an_attempt_that_another_process_took_over_is_left_to_it(tmp_path):
    """As when a machine that was taken for dead wakes up."""

    class Stolen(FakeEngine):
        async def submit(self, request):
            notes, attempt = self.jobs._parts.notes, request.key.removesuffix("-0")
            notes.write(attempt, f"handle:{request.key}", {"of": "the other"}, 0)
            return await super().submit(request)

    engine = Stolen()

    async def walk():
        async with running(tmp_path, engine) as jobs:
            engine.jobs = jobs
            job = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
            await asyncio.sleep(0.2)
            return await jobs.job(job.id)

    job = asyncio.run(walk())
    assert job.shots[0].status is Status.running
    assert job.shots[0].error is None


def test_a_stop_waits_for_the_name_of_what_is_being_sent(tmp_path):
    sending = asyncio.Event()

    class Slow(FakeEngine):
        async def submit(self, request):
            sending.set()
            await asyncio.sleep(0.2)
            return await super().submit(request)

    engine = Slow(Wait())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await asyncio.wait_for(sending.wait(), SECONDS)
        engine.release()
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, job.id)

    assert asyncio.run(walk()).status is Status.done
    assert len(engine.submits) == 1


@pytest.mark.logs_errors
def test_any_error_between_intent_and_name_is_uncertain(tmp_path):
    """An engine that breaks its contract is not trusted to have started nothing."""

    class Broken(FakeEngine):
        async def submit(self, request):
            self.submits.append(request)
            raise ConnectionResetError("reset by peer")

    engine = Broken()

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, (await jobs.submit(plan_of("boat"))).id)

    job = asyncio.run(walk())
    assert job.status is Status.uncertain
    assert job.shots[0].error["code"] == "engine_uncertain"
    assert job.shots[0].error["detail"]["cause"] == "internal"
    assert len(engine.submits) == 1
