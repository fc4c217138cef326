"""A shot of several paid parts: whatever goes wrong with one, none is paid twice without need."""

import asyncio
import random
from decimal import Decimal

import pytest

from bridge.errors import (
    BudgetReached,
    DatabaseError,
    DeliveryError,
    DiskFull,
    EngineCancelled,
    EngineFailed,
    EngineRefused,
    EngineUncertain,
    SafetyRefused,
)
from bridge.jobs.carrying import carried
from bridge.jobs.database import open_database
from bridge.jobs.facts import Status
from bridge.jobs.notes import NoteLedger
from bridge.jobs.shot_ledger import ShotLedger
from tests.fakes.engine import Answer, Fail, FakeEngine, RefuseSubmit, Wait
from tests.fakes.stages import Scene, plan_of
from tests.jobs.house import ended, raising, running, until
from tests.jobs.test_money import money
from tests.jobs.test_spending import KEY, add

THREE = plan_of("boat", segments=3, price="12")
COSTS = Decimal("1.5"), Decimal("2.25"), Decimal(4)
GOOD = tuple(Answer(credits=cost) for cost in COSTS)
BROKE = Fail(EngineFailed("It broke.", credits="0"))


def sent(engine):
    """Attempts and parts, in the order of their submits."""
    return [request.key.split("-s001-")[1] for request in engine.submits]


async def failed_then_retried(jobs, engine, **retry):
    job = await ended(jobs, (await jobs.submit(THREE)).id)
    assert job.status is not Status.done
    return job, await ended(jobs, (await jobs.retry(job.id, **retry)).id)


def credits_of_take(jobs, job):
    return jobs._parts._tools.store.take(job.shots[0].take).credits


@pytest.mark.parametrize(
    "fate",
    [
        BROKE,
        Fail(SafetyRefused("No.", credits="0")),
        Fail(EngineCancelled("Stopped over there.", credits="0")),
        RefuseSubmit(EngineRefused("No.")),
    ],
)
def test_parts_that_succeeded_are_neither_sent_nor_paid_again(tmp_path, fate):
    engine = FakeEngine(*GOOD[:2], fate, GOOD[2])

    async def walk():
        async with running(tmp_path, engine) as jobs:
            _, job = await failed_then_retried(jobs, engine)
            return job, await money(jobs), credits_of_take(jobs, job)

    job, rows, of_take = asyncio.run(walk())
    assert (job.status, job.shots[0].attempt) == (Status.done, 2)
    assert sent(engine)[:2] == ["1-0", "1-1"]
    assert sent(engine)[-1] == "2-2"
    assert {key: row[2] for key, row in rows.items() if row[2]} == {
        "s001-1-0": COSTS[0],
        "s001-1-1": COSTS[1],
        "s001-2-2": COSTS[2],
    }
    assert job.credits == of_take == sum(COSTS)
    assert job.shots[0].credits == COSTS[2]  # of this attempt alone


def test_they_are_not_paid_again_however_many_retries_it_takes(tmp_path):
    engine = FakeEngine(GOOD[0], BROKE, GOOD[1], BROKE, BROKE, GOOD[2])

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(THREE)).id)
            for _ in range(3):
                job = await ended(jobs, (await jobs.retry(job.id)).id)
            return job, credits_of_take(jobs, job)

    job, of_take = asyncio.run(walk())
    assert sent(engine) == ["1-0", "1-1", "2-1", "2-2", "3-2", "4-2"]
    assert job.credits == of_take == sum(COSTS)


def test_of_a_part_that_was_begun_twice_the_second_is_kept(tmp_path):
    nothing = Fail(EngineFailed("It broke down.", again=True, credits="0"))
    engine = FakeEngine(nothing, *GOOD[:2], BROKE, GOOD[2])

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await failed_then_retried(jobs, engine)

    _, job = asyncio.run(walk())
    assert sent(engine) == ["1-0", "1-0-again", "1-1", "1-2", "2-2"]
    assert (job.status, job.credits) == (Status.done, sum(COSTS))


def test_what_ended_well_after_it_was_cancelled_is_kept_too(tmp_path):
    """It was done when the wish came; nobody had looked."""

    class Late(FakeEngine):
        async def cancel(self, handle):
            self.release()
            await super().cancel(handle)

    engine = Late(GOOD[0], Wait(GOOD[1]), GOOD[2])

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(THREE)
            await until(lambda: len(engine.submits) == 2)
            cancelled = await jobs.cancel(job.id)
            return cancelled, await ended(jobs, (await jobs.retry(job.id)).id)

    cancelled, job = asyncio.run(walk())
    assert cancelled.status is Status.cancelled
    assert sent(engine) == ["1-0", "1-1", "2-2"]
    assert (job.status, job.credits) == (Status.done, sum(COSTS))


def test_what_is_still_under_way_is_seen_through_and_can_be_cancelled(tmp_path):
    """A full disk ended the attempt while its part was rendering."""
    engine, scene = FakeEngine(GOOD[0], Wait(GOOD[1]), GOOD[2]), Scene()

    async def walk():
        async with running(tmp_path, engine, scene=scene) as jobs:
            job = await jobs.submit(THREE)
            await until(lambda: len(engine.submits) == 2)
            await jobs.stop(drain_seconds=1)
        scene.acts["before:render"] = raising(DiskFull("Full."))
        async with running(tmp_path, engine, scene=scene) as jobs:
            assert (await ended(jobs, job.id)).status is Status.failed
            scene.acts.clear()
            await jobs.retry(job.id)
            await until(lambda: scene.seen.count("before:render:s001") == 3)
            await jobs.cancel(job.id)
            told = [handle.key.split("-s001-")[1] for handle in engine.cancels]
            engine.enqueue(GOOD[1], GOOD[2])
            return told, await ended(jobs, (await jobs.retry(job.id)).id)

    told, job = asyncio.run(walk())
    assert "1-1" in told
    assert sent(engine)[:2] == ["1-0", "1-1"]
    assert [part[-1] for part in sent(engine)[2:]] == ["1", "2"]
    assert job.status is Status.done


def test_after_a_doubt_was_decided_the_others_are_kept(tmp_path):
    lost = RefuseSubmit(EngineUncertain("The answer was lost."))
    engine = FakeEngine(*GOOD[:2], lost, GOOD[2])

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(THREE)).id)
            await jobs.resolve(job.id, ran=None)
            return await ended(jobs, (await jobs.retry(job.id)).id)

    job = asyncio.run(walk())
    assert sent(engine) == ["1-0", "1-1", "2-2"]
    assert (job.status, job.credits) == (Status.done, sum(COSTS))


class Forgetful(FakeEngine):
    """Does not know, or cannot give, the second part of the first attempt."""

    def __init__(self, *acts, where, error):
        super().__init__(*acts)
        self.where, self.error, self.forgets = where, error, True

    async def watch(self, handle):
        self._trip("watch", handle)
        async for progress in super().watch(handle):
            yield progress

    async def fetch(self, handle, folder):
        self._trip("fetch", handle)
        return await super().fetch(handle, folder)

    def _trip(self, where, handle):
        later = where == "fetch" or len(self.submits) > 2  # it was seen to succeed
        if self.where == where and later and self.forgets and handle.key.endswith("-1-1"):
            raise self.error


def test_work_that_its_engine_forgot_is_rendered_anew_alone(tmp_path):
    gone = EngineFailed("No such task.", gone=True)
    engine = Forgetful(*GOOD[:2], BROKE, *GOOD[1:], where="watch", error=gone)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await failed_then_retried(jobs, engine)

    _, job = asyncio.run(walk())
    assert job.status is Status.done
    assert sent(engine) == ["1-0", "1-1", "1-2", "2-1", "2-2"]
    assert job.credits == sum(COSTS) + COSTS[1]


@pytest.mark.parametrize(
    "error", [DeliveryError("It came damaged."), EngineFailed("No such task.", gone=True)]
)
@pytest.mark.parametrize("better", [True, False])
def test_a_result_that_cannot_be_had_is_fetched_once_more_then_rendered_anew(
    tmp_path, error, better
):
    engine = Forgetful(*GOOD, GOOD[1], where="fetch", error=error)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(THREE)).id)
            assert job.shots[0].error["detail"]["request"].endswith("-1-1")
            engine.forgets = not better
            tries = 1 if better else 2
            for _ in range(tries):
                assert job.status is Status.failed
                job = await ended(jobs, (await jobs.retry(job.id)).id)
            return job, credits_of_take(jobs, job), await money(jobs)

    job, of_take, rows = asyncio.run(walk())
    assert job.status is Status.done
    assert of_take == sum(COSTS)
    assert sent(engine) == ["1-0", "1-1", "1-2", *([] if better else ["3-1"])]
    assert len(rows) == len(engine.submits)


def test_a_person_may_have_all_of_it_anew(tmp_path):
    engine = FakeEngine(*GOOD[:2], BROKE, *GOOD)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await failed_then_retried(jobs, engine, fresh=True)

    failed, job = asyncio.run(walk())
    assert failed.shots[0].price == 12
    assert sent(engine) == ["1-0", "1-1", "1-2", "2-0", "2-1", "2-2"]
    assert job.credits == sum(COSTS) + sum(COSTS[:2])


def test_work_that_costs_nothing_is_simply_done_again(tmp_path):
    class Free(FakeEngine):
        repeatable = True

    engine = Free(Answer(), Answer(), BROKE)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await failed_then_retried(jobs, engine)

    _, job = asyncio.run(walk())
    assert job.status is Status.done
    assert sent(engine) == ["1-0", "1-1", "1-2", "2-0", "2-1", "2-2"]


def test_a_raised_budget_goes_on_from_where_it_ended(tmp_path):
    engine = FakeEngine(*GOOD)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(THREE, budget=Decimal(6))
            job = await ended(jobs, job.id)
            assert job.shots[0].error["code"] == BudgetReached.code
            return await ended(jobs, (await jobs.retry(job.id, budget=Decimal(12))).id)

    job = asyncio.run(walk())
    assert (job.status, job.credits, len(engine.submits)) == (Status.done, sum(COSTS), 3)


@pytest.mark.parametrize("seed", range(3))
def test_every_part_is_paid_once_whatever_happens(tmp_path, seed):
    dice = random.Random(seed)
    bad = [BROKE, RefuseSubmit(EngineRefused("No.")), Fail(SafetyRefused("No.", credits="0"))]
    answers = [Answer(credits=Decimal(dice.randint(1, 400)) / 100) for _ in range(3)]
    acts = [*answers, *dice.choices(bad, k=6)]
    dice.shuffle(acts)
    engine = FakeEngine(*acts)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(THREE)).id)
            for _ in range(6):
                if job.status is Status.failed:
                    job = await ended(jobs, (await jobs.retry(job.id)).id)
            return job, credits_of_take(jobs, job), await money(jobs)

    job, of_take, rows = asyncio.run(walk())
    assert job.credits == of_take == sum(answer.credits for answer in answers)
    assert len([row for row in rows.values() if row[2]]) == 3


def test_a_new_attempt_and_what_it_takes_over_are_one_transaction(tmp_path):
    database = open_database("", tmp_path / "jobs.db")
    add(database)
    notes, shots = NoteLedger(database), ShotLedger(database)
    handle = {"engine": "fake", "key": f"{KEY}-0", "data": {"task": "t"}}
    notes.write(KEY, f"handle:{KEY}-0", handle, 0)
    for shot in ("j1-s001-1", "j1-s002-1"):
        shots.end(shot, Status.failed, EngineFailed("It broke.").as_data())
    with database.writing() as connection:
        connection.exec_driver_sql("update jobs set status = 'failed'")
        connection.exec_driver_sql(
            "create trigger broken before insert on notes "
            "begin select raise(abort, 'the power is cut'); end"
        )
    with pytest.raises(DatabaseError):
        shots.again("j1", ["s001"], [], "local")
    assert [attempt.number for attempt in shots.attempts("j1")] == [1, 1]
    with database.writing() as connection:
        connection.exec_driver_sql("drop trigger broken")
    shots.again("j1", ["s001"], [], "local")
    assert [attempt.number for attempt in shots.attempts("j1")] == [2, 1]
    assert notes.all("j1-s001-2") == {"earlier:j1-s001-2-0": handle}
    assert notes.all(KEY) == {f"handle:{KEY}-0": handle}
    database.close()


def test_what_is_carried_over_is_each_part_s_last_and_nothing_that_failed_twice_to_come():
    def handle(key):
        return {"engine": "fake", "key": key, "data": {}}

    notes = {
        "intent:j-s-2-0": {},
        "handle:j-s-2-0-again": handle("j-s-2-0-again"),
        "handle:j-s-2-0": handle("j-s-2-0"),
        "earlier:j-s-2-0": None,
        "earlier:j-s-2-1": handle("j-s-1-1"),
        "earlier:j-s-2-10": handle("j-s-1-10"),
        "handle:j-s-2-2": None,
    }
    all_of_it = {
        "earlier:j-s-3-0": handle("j-s-2-0-again"),
        "earlier:j-s-3-1": handle("j-s-1-1"),
        "earlier:j-s-3-10": handle("j-s-1-10"),
    }
    assert carried("j-s-2", "j-s-3", notes, None) == all_of_it
    for request, left in (("j-s-1-1", "j-s-3-1"), ("j-s-2-0-again", None), ("j-s-2-2", None)):
        error = DeliveryError("Damaged.", request=request).as_data()
        expected = {name: value for name, value in all_of_it.items() if name != f"earlier:{left}"}
        assert carried("j-s-2", "j-s-3", notes, error) == expected
