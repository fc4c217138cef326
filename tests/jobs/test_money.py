"""What jobs pay: reserved before, settled after, in doubt shown, never more than a budget holds."""

import asyncio
import sqlite3
from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.engines.base import Account, RenderHandle
from bridge.errors import (
    Conflict,
    EngineFailed,
    EngineRefused,
    EngineUnavailable,
    EngineUncertain,
    SafetyRefused,
)
from bridge.jobs.facts import Charge, SpendFilter, Status
from bridge.jobs.tables import SCHEMA_VERSION
from tests.fakes.engine import Answer, Fail, FakeEngine, RefuseSubmit, Wait
from tests.fakes.stages import plan_of
from tests.jobs.house import QUICK, SECONDS, ended, running, until

LOST = RefuseSubmit(EngineUncertain("The answer was lost."), reached=True)


async def money(jobs):
    """Every request's row, the job's credits beside it."""
    rows = await jobs._parts.desk(jobs._parts.spend.rows, SpendFilter())
    for job in await jobs.jobs():
        own = [row.credits for row in rows if row.job == job.id and row.credits is not None]
        assert job.credits == sum(own, Decimal(0))
    return {row.key.split("-", 1)[1]: (row.state, row.planned, row.credits) for row in rows}


async def row_of(jobs, job):
    rows = await jobs._parts.desk(jobs._parts.spend.rows, SpendFilter())
    (row,) = [row for row in rows if row.job == job.id]
    return row.state, row.credits


async def until_event(jobs, what):
    async with asyncio.timeout(SECONDS):
        return await anext(event async for event in jobs.events() if event.what == what)


def walked(tmp_path, engine, plan, **options):
    async def walk():
        async with running(tmp_path, engine, **options) as jobs:
            job = await ended(jobs, (await jobs.submit(plan, project="/cut")).id)
            return job, await money(jobs)

    return asyncio.run(walk())


def test_a_take_costs_what_it_truly_costs(tmp_path):
    engine = FakeEngine(Answer(credits=Decimal("4.25")), Answer(credits=Decimal(0)))
    job, rows = walked(tmp_path, engine, plan_of("boat", segments=2, price="10"))
    assert job.status is Status.done
    assert rows == {
        "s001-1-0": (Charge.spent, Decimal(5), Decimal("4.25")),
        "s001-1-1": (Charge.spent, Decimal(5), Decimal(0)),
    }
    assert (job.credits, job.project) == (Decimal("4.25"), "/cut")
    assert engine.prices_asked == []


@pytest.mark.parametrize(
    ("detail", "asked", "known"),
    [
        ({"credits": "2.5"}, None, Decimal("2.5")),  # the failure alone says it
        ({}, Decimal(3), Decimal(3)),  # the engine says it when asked
        ({"credits": "9"}, Decimal(3), Decimal(3)),
        ({}, EngineUnavailable("No network."), None),
        ({"credits": "nonsense"}, None, None),
    ],
)
def test_what_failed_and_was_charged_is_seen(tmp_path, detail, asked, known):
    engine = FakeEngine(Fail(EngineFailed("It broke.", **detail)))

    class Asked(type(engine)):
        async def cost(self, handle):
            if isinstance(asked, Exception):
                raise asked
            return asked

    engine.__class__ = Asked
    job, rows = walked(tmp_path, engine, plan_of("boat"))
    state = Charge.reserved if known is None else Charge.spent
    assert rows == {"s001-1-0": (state, Decimal(5), known)}
    assert (job.status, job.credits) == (Status.failed, known or 0)


@pytest.mark.logs_errors
def test_an_engine_that_breaks_when_asked_for_a_cost_does_not_keep_the_end(tmp_path):
    class Broken(FakeEngine):
        async def cost(self, handle):
            raise ZeroDivisionError

    job, rows = walked(tmp_path, Broken(Fail()), plan_of("boat"))
    assert job.shots[0].error["code"] == "engine_failed"
    assert rows["s001-1-0"][0] is Charge.reserved


def test_a_refusal_of_a_later_part_is_no_price_of_an_earlier_one(tmp_path):
    refusal = RefuseSubmit(SafetyRefused("No.", credits="0"))
    engine = FakeEngine(Answer(credits=Decimal(4)), refusal)
    job, rows = walked(tmp_path, engine, plan_of("boat", segments=2, price="10"))
    assert rows == {"s001-1-0": (Charge.spent, Decimal(5), Decimal(4))}
    assert (job.shots[0].error["code"], job.credits) == ("safety_refused", 4)
    assert len(engine.submits) == 1


def test_a_cancelled_render_is_asked_for_its_price(tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
            engine.costs[f"{job.id}-s001-1-0"] = Decimal("1.5")
            job = await jobs.cancel(job.id)
            return job, await money(jobs), list(engine.cancels)

    job, rows, cancels = asyncio.run(walk())
    assert (job.status, job.credits) == (Status.cancelled, Decimal("1.5"))
    assert rows == {"s001-1-0": (Charge.spent, Decimal(5), Decimal("1.5"))}
    assert len(cancels) == 1


def test_a_cost_that_is_known_late_is_settled_late(tmp_path):
    engine = FakeEngine(Fail())

    async def walk():
        async with running(tmp_path, engine, pace=replace(QUICK, settle=0.05)) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            before = await money(jobs)
            engine.costs[f"{job.id}-s001-1-0"] = Decimal(2)
            settled = await until_event(jobs, "shot_settled")
            return before, await money(jobs), settled.data["credits"]

    before, after, told = asyncio.run(walk())
    assert before["s001-1-0"][0] is Charge.reserved
    assert after["s001-1-0"] == (Charge.spent, Decimal(5), Decimal(2))
    assert told == "2"


def test_nothing_is_sent_that_a_budget_does_not_hold(tmp_path):
    engine = FakeEngine()

    async def walk():
        async with running(tmp_path, engine, budget_day=Decimal(12)) as jobs:
            names = ("boat", "pier", "sea", "sky")
            job = await ended(jobs, (await jobs.submit(plan_of(*names))).id)
            sent = len(engine.submits)
            rows = await money(jobs)
            again = await jobs.retry(job.id)
            again = await ended(jobs, again.id)
        async with running(tmp_path, engine, budget_day=Decimal(30)) as jobs:
            await jobs.retry(job.id)
            return job, sent, rows, again, await ended(jobs, job.id)

    job, sent, rows, again, done = asyncio.run(walk())
    assert sent == len(rows) == 2
    assert job.status is Status.partly
    refused = [run for run in job.shots if run.status is Status.failed]
    assert {run.error["code"] for run in refused} == {"budget_reached"}
    assert "of this day" in refused[0].error["message"]
    assert again.status is Status.partly
    assert done.status is Status.done
    assert {run.attempt for run in done.shots} == {1}  # it went on where it stood
    assert len(engine.submits) == 4


def test_a_job_s_own_budget_is_raised_by_its_retry(tmp_path):
    engine = FakeEngine()

    async def walk():
        async with running(tmp_path, engine) as jobs:
            plan = plan_of("boat", segments=2, price="10")
            job = await jobs.submit(plan, budget=Decimal(6))
            job = await ended(jobs, job.id)
            first = (job.status, job.budget, len(engine.submits))
            await jobs.retry(job.id, budget=Decimal(20))
            return first, await ended(jobs, job.id)

    first, job = asyncio.run(walk())
    assert first == (Status.failed, Decimal(6), 1)
    assert (job.status, job.budget, job.shots[0].attempt) == (Status.done, Decimal(20), 1)
    assert len(engine.submits) == 2  # what was paid is not paid again


def test_a_doubt_is_shown_with_the_books_and_decided(tmp_path):
    before = Account(Decimal(1000), started={"fake-1": 3})
    after = Account(Decimal(860), started={"fake-1": 4})
    books = [before, after]

    class Kept(FakeEngine):
        async def account(self):
            return books.pop(0) if len(books) > 1 else books[0]

    engine = Kept(LOST)

    async def walk():
        async with running(tmp_path, engine, pace=replace(QUICK, books=60)) as jobs:
            books.insert(0, before)  # for the turn
            job = await ended(jobs, (await jobs.submit(plan_of("boat", price="140"))).id)
            rows = await money(jobs)
            settled = await jobs.resolve(job.id, ran=None)
            with pytest.raises(Conflict):
                await jobs.resolve(job.id, ran=None)
            return job, rows, settled, await money(jobs)

    job, rows, settled, left = asyncio.run(walk())
    (evidence,) = job.shots[0].error["detail"]["evidence"]
    assert "140 credits. Balance before 1000, after 860. 1 generation more" in evidence["sentence"]
    assert rows == {"s001-1-0": (Charge.uncertain, Decimal(140), None)}
    assert (settled.status, left) == (Status.failed, {})


def test_with_several_doubts_the_shot_must_be_named(tmp_path):
    engine = FakeEngine(LOST, LOST)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat", "pier"))).id)
            with pytest.raises(Conflict, match="s001, s002"):
                await jobs.resolve(job.id, ran=None)
            await jobs.resolve(job.id, "s001", ran=None)
            return await jobs.resolve(job.id, ran=None)

    assert asyncio.run(walk()).status is Status.failed


def test_what_did_run_keeps_its_reservation_until_it_is_paid(tmp_path):
    class Findable(FakeEngine):
        def adopt(self, key, name):
            return RenderHandle(self.name, key, {"folder": name})

    engine = Findable(LOST)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            sent = engine.submits[0]
            other = await ended(jobs, (await jobs.submit(plan_of("pier"))).id)
            with pytest.raises(Conflict, match=other.id):  # that one's result is its own
                await jobs.resolve(job.id, ran=str(engine.submits[1].folder))
            engine._start(sent, Wait(Answer(credits=Decimal(7))))
            await jobs.resolve(job.id, ran=str(sent.folder))
            found = await row_of(jobs, job)
            engine.release()
            return found, await ended(jobs, job.id), await row_of(jobs, job)

    found, job, row = asyncio.run(walk())
    assert found == (Charge.reserved, None)
    assert row == (Charge.spent, Decimal(7))
    assert (job.status, job.credits) == (Status.done, Decimal(7))


def test_a_decision_that_was_cut_short_is_taken_again(tmp_path):
    class Findable(FakeEngine):
        def adopt(self, key, name):
            return RenderHandle(self.name, key, {"folder": name})

    engine = Findable(LOST)

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            (sent,) = engine.submits
            engine._start(sent, Answer(credits=Decimal(7)))
            await jobs._adopt(job, job.shots[0], str(sent.folder))  # and no step further
            assert (await jobs.job(job.id)).status is Status.uncertain
            await jobs.resolve(job.id, ran=str(sent.folder))
            return await ended(jobs, job.id), await row_of(jobs, job)

    job, row = asyncio.run(walk())
    assert (job.status, row) == (Status.done, (Charge.spent, Decimal(7)))


def test_a_name_that_the_engine_does_not_know_leaves_the_doubt(tmp_path):
    class Knowing(FakeEngine):
        async def check_known(self, handle):
            raise EngineRefused("There is no such work.")

    async def walk():
        async with running(tmp_path, Knowing(LOST)) as jobs:
            job = await ended(jobs, (await jobs.submit(plan_of("boat", price="140"))).id)
            with pytest.raises(EngineRefused):
                await jobs.resolve(job.id, ran="task-of-nobody")
            return await jobs.job(job.id), await money(jobs)

    job, rows = asyncio.run(walk())
    assert job.status is Status.uncertain
    assert rows == {"s001-1-0": (Charge.uncertain, Decimal(140), None)}


V1 = """
create table schema (version integer not null);
insert into schema values (1);
create table jobs (id varchar(40) primary key, client_key varchar(64) unique,
 quote varchar(64) not null, executor varchar(200) not null,
 round integer not null, cancelled boolean not null,
 status varchar(20) not null, created varchar(32) not null, changed varchar(32) not null,
 engine varchar(200) not null, host varchar(40) not null, facts text not null, text text not null,
 price varchar(40) not null, timeline text, warnings text not null, error text, plan text not null);
create table shots (key varchar(100) primary key, job varchar(40) not null references jobs (id),
 shot varchar(40) not null, position integer not null, attempt integer not null,
 latest boolean not null, facts text not null, status varchar(20) not null,
 stage varchar(20) not null, progress float, note text, done varchar(20), result text,
 take varchar(200), credits varchar(40), error text, started varchar(32), ended varchar(32));
create table notes (key varchar(100), name varchar(200), value text, version integer not null,
 primary key (key, name));
insert into jobs values ('j1', null, 'q', 'local', 1, 0, 'done', '2026-11-01T10:00:00.000000+00:00',
 '2026-11-01T10:05:00.000000+00:00', 'fake', 'file', '{"kind": "edit", "model": "fake-1",
 "prompt": "dusk", "timeline_name": "Reel 1"}', 'dusk', '15', null, '[]', null, '{}');
insert into shots values ('j1-s001-1', 'j1', 's001', 0, 1, 0, '{"name": "boat", "place": "V1:1"}',
 'failed', 'render', null, null, 'extract', null, null, null, null, null, null);
insert into shots values ('j1-s001-2', 'j1', 's001', 0, 2, 1, '{"name": "boat", "place": "V1:1"}',
 'done', 'done', 1.0, null, 'conform', '{}', 't', '12.50', null,
 '2026-11-01T10:01:00.000000+00:00', '2026-11-01T10:05:00.000000+00:00');
"""


def test_a_database_of_format_1_opens_with_its_money(tmp_path):
    with sqlite3.connect(tmp_path / "jobs.db") as old:
        old.executescript(V1)
    old.close()

    async def walk():
        async with running(tmp_path, budget_project=Decimal(5)) as jobs:
            (job,) = await jobs.jobs()
            new = await ended(jobs, (await jobs.submit(plan_of("boat"), project="/cut")).id)
            return job, new, await money(jobs)

    job, new, rows = asyncio.run(walk())
    assert (job.credits, job.budget, job.project) == (Decimal("12.50"), None, "")
    assert new.status is Status.done
    assert rows["s001-2-0"] == (Charge.spent, Decimal("12.50"), Decimal("12.50"))
    with sqlite3.connect(tmp_path / "jobs.db") as now:
        assert now.execute("select version from schema").fetchall() == [(SCHEMA_VERSION,)]
    now.close()
