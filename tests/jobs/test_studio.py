"""Several machines on one PostgreSQL."""

import asyncio

import pytest

from bridge.errors import DaemonBusy
from bridge.jobs.facts import Status
from tests.fakes.engine import FakeEngine, Wait
from tests.fakes.stages import plan_of
from tests.jobs.house import ended, running, until
from tests.jobs.process import Case, report_of, run, start

KILLED = -9


@pytest.fixture
def url(postgres):
    return postgres.database()


def test_a_job_on_postgresql_is_like_any_other(url, postgres, tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path, engine, database=url, executor="edit 1") as jobs:
            job = await jobs.submit(plan_of("boat", "pier"), key="k")
            await until(lambda: len(engine.submits) == 2)
            engine.release()
            done = await ended(jobs, job.id)
            assert (await jobs.submit(plan_of("boat", "pier"), key="k")).id == job.id
            return done, await jobs.placements()

    done, orders = asyncio.run(walk())
    # the server notices a closed connection a moment later
    asyncio.run(until(lambda: postgres.clients(url) == 0))
    assert done.status is Status.done
    assert [order.take for order in orders] == [run.take for run in done.shots]


def test_no_two_machines_have_one_name(url, tmp_path):
    async def walk():
        async with running(tmp_path / "a", database=url, executor="edit 1"):
            with pytest.raises(DaemonBusy):
                async with running(tmp_path / "b", database=url, executor="edit 1"):
                    pass
        async with running(tmp_path / "b", database=url, executor="edit 1"):
            pass

    asyncio.run(walk())


def test_killed_on_postgresql_it_is_taken_up_by_the_same_machine(url, tmp_path):
    case = Case(tmp_path, kill_at="in:conform:s001", database=url, executor="edit 1")
    assert run(case) == KILLED
    again = Case(tmp_path, submit=False, database=url, executor="edit 1")
    assert run(again) == 0
    report = report_of(again)
    assert report["status"] == "done"
    assert len(case.ledger.read_text().split()) == 1
    assert len(report["placements"]) == 1


def test_a_dead_machine_s_jobs_go_on_at_another(url, tmp_path):
    """Both see the same disk, as studios do."""
    dying = Case(tmp_path / "shared", kill_at="after:render:s001", database=url, executor="edit 1")
    assert run(dying) == KILLED
    survivor = start(Case(tmp_path / "shared", submit=False, database=url, executor="edit 2"))
    survivor.join(60)
    assert survivor.exitcode == 0
    assert report_of(dying)["status"] == "done"
    assert len(dying.ledger.read_text().split()) == 1


def test_a_job_is_cancelled_from_another_machine(url, tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path / "a", engine, database=url, executor="edit 1") as jobs:
            job = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
            ledger = jobs._parts.jobs
            # as another machine's `cancel` would: it has the ledger, not the work
            assert await jobs._parts.desk(ledger.want_cancelled, job.id)
            return await ended(jobs, job.id)

    assert asyncio.run(walk()).status is Status.cancelled
    assert len(engine.cancels) == 1
