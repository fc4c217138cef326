"""What a start finds: jobs not begun, engines' databases gone, stages that changed."""

import asyncio

from bridge.jobs.database import open_database
from bridge.jobs.facts import Status
from bridge.jobs.ledger import JobLedger, NewJob
from tests.fakes.engine import FakeEngine, Wait
from tests.fakes.stages import plan_of
from tests.jobs.house import ended, running, until


def add_quietly(tmp_path, job: str) -> None:
    """As after a crash between the ledger's commit and the first step."""
    database = open_database("", tmp_path / "jobs.db")
    JobLedger(database).add(NewJob(job, plan_of("boat"), "file", "local"))
    database.close()


def test_a_job_that_was_written_down_and_not_begun_is_begun(tmp_path):
    add_quietly(tmp_path, "j1")

    async def walk():
        async with running(tmp_path) as jobs:
            return await ended(jobs, "j1")

    assert asyncio.run(walk()).status is Status.done


def test_without_the_engine_s_database_all_goes_on_from_the_ledger(tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        async with running(tmp_path, engine) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await until(lambda: engine.submits)
        for path in tmp_path.glob("dbos.db*"):
            path.unlink()
        engine.release()
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, job.id)

    assert asyncio.run(walk()).status is Status.done
    assert len(engine.submits) == 1


def test_a_job_of_an_engine_that_is_gone_fails_with_its_name(tmp_path):
    add_quietly(tmp_path, "j1")

    class Other(FakeEngine):
        name = "other"

    async def walk():
        async with running(tmp_path, Other()) as jobs:
            return await ended(jobs, "j1")

    job = asyncio.run(walk())
    assert job.status is Status.failed
    assert job.shots[0].error["code"] == "engine_unknown"


def test_a_wish_to_cancel_outlives_the_process(tmp_path):
    add_quietly(tmp_path, "j1")
    database = open_database("", tmp_path / "jobs.db")
    JobLedger(database).want_cancelled("j1")
    database.close()
    engine = FakeEngine()

    async def walk():
        async with running(tmp_path, engine) as jobs:
            return await ended(jobs, "j1")

    assert asyncio.run(walk()).status is Status.cancelled
    assert engine.submits == []


def test_a_data_folder_with_odd_letters_is_just_a_folder(tmp_path):
    folder = tmp_path / "my data? 100% #1 é"
    folder.mkdir()

    async def walk():
        async with running(folder) as jobs:
            return await ended(jobs, (await jobs.submit(plan_of("boat"))).id)

    assert asyncio.run(walk()).status is Status.done
    assert list(tmp_path.iterdir()) == [folder]
    assert {"jobs.db", "dbos.db"} <= {path.name for path in folder.iterdir()}
