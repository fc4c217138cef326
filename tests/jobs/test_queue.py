"""The queue: jobs in short, in order, always as their shots are; of ended ones no shot is read."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from bridge.errors import EngineFailed
from bridge.jobs import tables
from bridge.jobs.database import open_database
from bridge.jobs.events import EventLedger
from bridge.jobs.facts import JobFilter, QueueFilter, Stage, Status, Which
from bridge.jobs.ledger import JobLedger, NewJob
from bridge.jobs.queue import QueueLedger
from bridge.jobs.shot_ledger import Kept, Money, ProgressNow, ShotLedger
from tests.fakes.stages import plan_of

ERROR = EngineFailed("It broke.").as_data()


class House:
    """Ledgers on one database, and short words for what happens to jobs."""

    def __init__(self, database):
        self.database = database
        self.jobs, self.shots = JobLedger(database), ShotLedger(database)
        self.ledger = QueueLedger(database)

    def add(self, job, *names, **origin):
        plan = plan_of(*(names or ("boat", "pier")))
        self.jobs.add(NewJob(job, plan, "resolve", "local", origin=origin))

    def end(self, job, status=Status.done):
        for attempt in self.shots.begin_round(job):
            self.take(attempt)
        self.jobs.finish(job, status)

    def take(self, key, cost="1.10"):
        self.shots.begin_stage(key, Stage.conform)
        costs = {f"{key}-0": Decimal(cost)}
        self.shots.end_stage(key, Stage.conform, Kept({}, f"take-{key}", costs))

    def page(self, *wanted):
        return self.ledger.page(QueueFilter(*wanted))

    def ids(self, *wanted):
        return [line.id for line in self.page(*wanted).jobs]

    def line(self, job):
        return next(line for line in self.page(Which.all, 500).jobs if line.id == job)


@pytest.fixture
def house(database):
    return House(database)


def agrees(house, job):
    """What is kept or counted in short is what the job itself says."""
    line, whole = house.line(job), house.jobs.job(job)
    states = [run.status for run in whole.shots]
    started = [run.started for run in whole.shots if run.started is not None]
    assert line.shots == len(whole.shots)
    assert line.shots_done == states.count(Status.done)
    assert line.shots_failed == states.count(Status.failed)
    assert line.credits == whole.credits
    assert line.started == min(started, default=None)
    assert (line.status, line.changed) == (whole.status, whole.changed)
    return line


def test_it_shows_what_is_known_of_a_job(house):
    house.add("j1", "boat", selection="s1", project_id="p")
    line, job = house.line("j1"), house.jobs.job("j1")
    for name in ("created", "kind", "engine", "model", "prompt", "timeline_name", "host", "price"):
        assert getattr(line, name) == getattr(job, name), name
    assert line.selection == "s1"
    assert (line.shots, line.progress, line.started, line.position) == (1, None, None, 1)


def test_open_jobs_come_first_each_part_newest_first(house):
    for number in range(1, 7):
        house.add(f"j{number}")
    for job in ("j2", "j3", "j6"):
        house.end(job)
    assert house.ids() == ["j5", "j4", "j1", "j6", "j3", "j2"]
    assert house.ids(Which.open) == ["j5", "j4", "j1"]
    assert house.ids(Which.ended) == ["j6", "j3", "j2"]
    assert house.page(Which.ended).open == 3


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("which", Which)
def test_pages_follow_each_other_without_gap_or_double(house, which, limit):
    for number in range(1, 8):
        house.add(f"j{number}")
    for job in ("j1", "j4", "j5", "j7"):
        house.end(job)
    found, before = [], None
    while page := house.ids(which, limit, before):
        assert len(page) <= limit
        found += page
        before = page[-1]
    assert found == house.ids(which, 50)


def test_an_empty_queue(house):
    assert house.page() == house.page(Which.open, 0)
    assert (house.page().jobs, house.page().open, house.page().last) == ((), 0, 0)


def test_nothing_falls_between_the_queue_and_the_events(house):
    house.add("j1")
    last = house.page().last
    house.add("j2")
    assert [event.job for event in EventLedger(house.database).after(last)] == ["j2"]


def test_counts_follow_a_job_on_all_its_way(house):
    house.add("j1", "boat", "pier", "sea")
    agrees(house, "j1")
    house.shots.begin_round("j1")
    house.take("j1-s001-1")
    line = agrees(house, "j1")
    assert (line.shots_done, line.progress) == (1, pytest.approx(1 / 3))
    house.shots.end("j1-s002-1", Status.failed, ERROR, Money({"j1-s002-1-0": Decimal("0.25")}))
    house.shots.end("j1-s003-1", Status.uncertain, ERROR)
    house.jobs.finish("j1", Status.uncertain)
    line = agrees(house, "j1")
    assert (line.credits, line.shots_failed, line.progress) == (Decimal("1.35"), 1, None)


def test_counts_of_an_ended_job_follow_what_changes_it_later(house):
    house.add("j1", "boat", "pier")
    house.shots.begin_round("j1")
    house.take("j1-s001-1")
    house.shots.end("j1-s002-1", Status.uncertain, ERROR)
    house.jobs.finish("j1", Status.uncertain)
    agrees(house, "j1")
    house.shots.settle("j1-s002-1", {"j1-s002-1-0": Decimal("7.5")})  # its true cost comes late
    assert agrees(house, "j1").credits == Decimal("8.6")
    house.shots.absolve("j1", "s002", ERROR, Status.partly)  # a person decides
    assert agrees(house, "j1").shots_failed == 1
    house.shots.again("j1", ["s002"], [], "local")  # and tries again
    assert agrees(house, "j1").shots_failed == 0
    house.end("j1")
    assert agrees(house, "j1").credits == Decimal("9.7")  # all attempts count


def test_progress_is_of_all_shots_and_never_goes_back(house):
    house.add("j1", "boat", "pier")
    house.shots.begin_round("j1")
    seen = [house.line("j1").progress]
    assert seen == [None]
    for key in ("j1-s001-1", "j1-s002-1"):
        for stage in (Stage.extract, Stage.render, Stage.collect, Stage.conform):
            house.shots.begin_stage(key, stage)
            house.shots.report([ProgressNow(key, stage, 0.5, "")])
            seen.append(house.line("j1").progress)
            last = stage is Stage.conform
            house.shots.end_stage(key, stage, Kept({}, f"t-{key}" if last else None))
            seen.append(house.line("j1").progress)
    assert seen[1:] == sorted(seen[1:])
    assert seen[1] > 0
    assert seen[8] == pytest.approx(0.5)
    assert seen[-1] == pytest.approx(1.0)


def test_a_position_is_the_place_among_those_that_wait_for_the_same_model(house):
    for number in (1, 2, 3):
        house.add(f"j{number}")
    other = plan_of("boat", engine="another")
    house.jobs.add(NewJob("j4", other, "file", "local"))
    assert {line.id: line.position for line in house.page().jobs} == {
        "j1": 1,
        "j2": 2,
        "j3": 3,
        "j4": 1,
    }
    house.shots.begin_round("j1")
    house.shots.begin_stage("j1-s001-1", Stage.extract)  # it is not at the engine yet
    assert house.line("j1").position == 1
    house.shots.begin_stage("j1-s001-1", Stage.render)
    assert [house.line(job).position for job in ("j1", "j2", "j3")] == [None, 1, 2]
    house.end("j1")
    assert house.line("j1").position is None


def test_of_ended_jobs_no_shot_and_no_plan_is_read(house):
    for number in range(20):
        house.add(f"j{number:02}")
        house.end(f"j{number:02}")
    asked = []
    sa.event.listen(
        house.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2])
    )
    assert len(house.page().jobs) == 20
    assert len(asked) <= 6
    assert not [text for text in asked if "FROM shots" in text or "plan" in text]


def test_older_databases_are_counted_once(database_url, tmp_path):
    database = open_database(database_url, tmp_path / "jobs.db")
    house = House(database)
    house.add("j1")
    house.end("j1")
    house.add("j2")
    before = house.page().jobs
    with database.writing() as connection:
        connection.execute(sa.delete(tables.tallies))
        connection.execute(sa.update(tables.schema).values(version=3))
    database.close()
    database = open_database(database_url, tmp_path / "jobs.db")
    assert QueueLedger(database).page(QueueFilter()).jobs == before
    with database.reading() as connection:
        assert list(connection.scalars(sa.select(tables.tallies.c.job))) == ["j1"]
    database.close()


def test_it_lists_the_jobs_that_the_long_list_has(house):
    for number in range(6):
        house.add(f"j{number}")
        if number % 2:
            house.end(f"j{number}")
    whole = {job.id: job.credits for job in house.jobs.jobs(JobFilter())}
    assert {line.id: line.credits for line in house.page().jobs} == whole
