"""Engines that take nothing until a person acts, and accounts that say how much they take."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.engines.base import Account, Kind, Limits, Model, Price
from bridge.errors import AccountBlocked, EngineBusy
from bridge.jobs.facts import PAUSED_NOTE, Stage, Status
from tests.fakes.engine import FakeEngine, RefuseSubmit, Wait
from tests.fakes.stages import Scene, plan_of
from tests.jobs.house import QUICK, SECONDS, ended, running, until
from tests.jobs.test_money import money

NO_KEY = AccountBlocked("The key was refused.", reason="key")
FIVE = ("boat", "pier", "sea", "sky", "rain")
SLOW = replace(QUICK, ready=3600)  # only a person opens it


async def happened(jobs, what):
    """How often, so far."""
    page = await jobs._parts.desk(jobs._parts.events.after, 0)
    return [event for event in page if event.what == what]


async def notes_of(jobs, job):
    return [run.note for run in (await jobs.job(job)).shots]


async def all_wait(jobs, job, count=5, words=PAUSED_NOTE):
    async with asyncio.timeout(SECONDS):
        while True:
            found = await notes_of(jobs, job)
            if sum(words in note for note in found) == count:
                return found
            await asyncio.sleep(0.02)


def test_five_shots_pause_once_and_go_on_when_a_person_says_so(tmp_path, caplog):
    engine = FakeEngine()
    engine.blocked = NO_KEY

    async def walk():
        async with running(tmp_path, engine, pace=SLOW) as jobs:
            job = await jobs.submit(plan_of(*FIVE))
            notes = await all_wait(jobs, job.id)
            paused, rows = dict(jobs.paused()), await money(jobs)
            late = await jobs.submit(plan_of("late"))
            await all_wait(jobs, late.id, 1)
            refused, engine.blocked = engine.refused, None
            await jobs.resume("fake")
            await jobs.resume("fake")
            done = [await ended(jobs, one) for one in (job.id, late.id)]
            events = [await happened(jobs, f"engine_{what}") for what in ("paused", "resumed")]
            return notes, paused, rows, refused, done, events, dict(jobs.paused())

    notes, paused, rows, refused, done, events, after = asyncio.run(walk())
    assert set(notes) == {"paused: The key was refused."}
    assert paused["fake"]["code"] == "account_blocked"
    assert rows == {}  # nothing is reserved for what was not sent
    assert 1 <= refused <= 4  # those that had their turn at the same time
    assert {job.status for job in done} == {Status.done}
    assert [len(found) for found in events] == [1, 1]
    assert events[0][0].data["error"]["detail"] == {"reason": "key"}
    assert after == {}
    lines = [record for record in caplog.records if "is paused" in record.getMessage()]
    assert len(lines) == 1


def test_it_goes_on_by_itself_when_the_engine_is_ready(tmp_path):
    engine = FakeEngine()
    engine.blocked = NO_KEY

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of(*FIVE))
            await all_wait(jobs, job.id)
            await asyncio.sleep(0.2)  # asked several times
            assert jobs.paused()
            engine.blocked = None
            return await ended(jobs, job.id), await happened(jobs, "engine_paused")

    job, pauses = asyncio.run(walk())
    assert job.status is Status.done
    assert len(pauses) == 1


def test_one_that_is_always_ready_and_always_refuses_does_not_spin(tmp_path):
    class Liar(FakeEngine):
        async def ready(self):
            return None

    engine = Liar()
    engine.blocked = NO_KEY

    async def walk():
        async with running(tmp_path, engine, pace=replace(QUICK, ready=0.02)) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of(*FIVE))).id)
            return job, await happened(jobs, "engine_paused"), await money(jobs)

    job, pauses, rows = asyncio.run(walk())
    assert job.status is Status.failed
    assert {run.error["code"] for run in job.shots} == {"account_blocked"}
    assert QUICK.rounds < len(pauses) <= engine.refused <= 5 * (QUICK.rounds + 1)
    assert rows == {}


def test_cancelled_while_it_is_paused(tmp_path):
    engine = FakeEngine()
    engine.blocked = NO_KEY

    async def walk():
        async with running(tmp_path, engine, pace=SLOW) as jobs:
            job = await jobs.submit(plan_of(*FIVE))
            await all_wait(jobs, job.id)
            return await jobs.cancel(job.id)

    job = asyncio.run(walk())
    assert {run.status for run in job.shots} == {Status.cancelled}


def test_work_with_a_name_is_seen_through_while_others_wait(tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path, engine, pace=SLOW) as jobs:
            named = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
            engine.blocked = NO_KEY
            waiting = await jobs.submit(plan_of("pier"))
            await all_wait(jobs, waiting.id, 1)
        engine.release()
        async with running(tmp_path, engine, pace=SLOW) as jobs:  # also after a restart
            await all_wait(jobs, waiting.id, 1)
            return await ended(jobs, named.id), await jobs.job(waiting.id)

    named, waiting = asyncio.run(walk())
    assert named.status is Status.done
    assert (waiting.status, waiting.shots[0].stage) == (Status.running, Stage.render)


def test_a_result_is_not_lost_to_a_key_that_was_revoked_meanwhile(tmp_path):
    class Revoked(FakeEngine):
        async def fetch(self, handle, folder):
            if self.blocked is not None:
                raise self.blocked
            return await super().fetch(handle, folder)

    engine, scene = Revoked(), Scene()
    scene.acts["after:render"] = lambda: setattr(engine, "blocked", NO_KEY)

    async def walk():
        async with running(tmp_path, engine, scene=scene, pace=SLOW) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await all_wait(jobs, job.id, 1)
            engine.blocked = None
            await jobs.resume("fake")
            return await ended(jobs, job.id)

    assert asyncio.run(walk()).status is Status.done
    assert len(engine.submits) == 1


# ---- how much the account takes


class Counting(FakeEngine):
    now = most = 0

    async def watch(self, handle):
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
        async for progress in super().watch(handle):
            yield progress
        self.now -= 1


@pytest.mark.parametrize(("at_once", "expected"), [({"fake-1": 2}, 2), ({"fake-1": 0}, 1), ({}, 4)])
def test_turns_follow_the_account(tmp_path, at_once, expected):
    engine = Counting()
    engine.books = Account(at_once=at_once)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, (await jobs.submit(plan_of(*FIVE, "dune", "hill"))).id)

    assert asyncio.run(walk()).status is Status.done
    assert engine.most == expected


def test_an_account_that_cannot_be_read_limits_nothing(tmp_path):
    engine = FakeEngine()
    engine.books = EngineBusy("Not now.")

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, (await jobs.submit(plan_of(*FIVE))).id)

    assert asyncio.run(walk()).status is Status.done


def test_the_books_are_read_about_once_a_minute_and_before_each_payment(tmp_path):
    engine = FakeEngine()
    engine.books = Account(Decimal(1000))

    async def walk():
        async with running(tmp_path, engine, pace=replace(QUICK, books=60)) as jobs:
            await ended(jobs, (await jobs.submit(plan_of(*FIVE))).id)
            await ended(jobs, (await jobs.submit(plan_of(*FIVE, price="0"))).id)

    asyncio.run(walk())
    assert engine.looks == 1 + 5


def test_a_full_day_waits_instead_of_being_refused(tmp_path):
    model = Model("fake-1", frozenset(Kind), Limits(concurrency=1), Price(per_second=Decimal(5)))

    class Daily(FakeEngine):
        async def account(self):
            return Account(a_day={"fake-1": limit[0]}, started={"fake-1": len(self.submits)})

    engine, limit = Daily(models=[model]), [3]

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of(*FIVE))
            await all_wait(jobs, job.id, 2, "3 generations")
            sent, limit[0] = len(engine.submits), 100
            return sent, await ended(jobs, job.id)

    sent, job = asyncio.run(walk())
    assert sent == 3
    assert job.status is Status.done


def test_a_busy_engine_that_says_how_long_is_waited_for(tmp_path):
    """More often than one that does not say is asked at all."""
    busy = [RefuseSubmit(EngineBusy("Not now.", wait_seconds=0.001))] * 12
    engine = FakeEngine(*busy)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, (await jobs.submit(plan_of("boat"))).id), await money(jobs)

    job, rows = asyncio.run(walk())
    assert job.status is Status.done
    assert len(rows) == 1
