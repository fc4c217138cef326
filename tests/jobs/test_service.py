import asyncio
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.engines.base import Kind, Limits, Model, Price, RenderHandle
from bridge.errors import (
    Conflict,
    DaemonBusy,
    DatabaseError,
    DiskFull,
    EngineBusy,
    EngineFailed,
    EngineRefused,
    EngineUnavailable,
    EngineUncertain,
    MediaDamaged,
    NotFound,
    UsageError,
    WorkerDied,
)
from bridge.jobs.facts import JobFilter, PlacementState, Stage, Status
from bridge.jobs.service import Jobs
from bridge.settings import Settings
from bridge.store.files import Disk
from bridge.store.store import Store
from tests.fakes.engine import Answer, Fail, FakeEngine, RefuseSubmit, Wait
from tests.fakes.stages import Scene, plan_of, tools_of
from tests.jobs.house import running

SECONDS = 20  # until a test that waits for nothing gives up


async def ended(jobs: Jobs, job: str):
    return await asyncio.wait_for(jobs.wait(job), SECONDS)


async def until(check):
    async with asyncio.timeout(SECONDS):
        while True:
            if found := check():
                return found
            await asyncio.sleep(0.005)


async def until_done(jobs: Jobs, after: int = 0):
    found = []
    async for event in jobs.events(after):
        found.append(event)
        if event.what == "job_done":
            break
    return found


def raising(error):
    def act():
        raise error

    return act


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


def test_a_result_that_is_at_fault_is_rendered_anew(tmp_path):
    engine, scene = FakeEngine(), Scene()

    async def walk():
        async with running(tmp_path, engine, scene=scene) as jobs:
            scene.acts["before:conform"] = raising(MediaDamaged("It ends early."))
            job = await jobs.submit(plan_of("boat"))
            job = await ended(jobs, job.id)
            spent = job.credits
            scene.acts.clear()
            await jobs.retry(job.id)
            return spent, await ended(jobs, job.id)

    spent, job = asyncio.run(walk())
    assert job.status is Status.done
    assert job.shots[0].attempt == 2
    assert job.credits == 2 * spent
    assert len(engine.submits) == 2


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
    assert [run.attempt for run in done.shots] == [1, 2]
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
