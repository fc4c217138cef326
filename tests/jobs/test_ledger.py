"""One contract for the ledger on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.errors import Conflict, EngineFailed, NotFound
from bridge.jobs.events import EventLedger
from bridge.jobs.facts import JobFilter, PlacementOrder, PlacementState, Stage, Status
from bridge.jobs.ledger import JobLedger, NewJob
from bridge.jobs.notes import NoteLedger
from bridge.jobs.placements import PlacementLedger
from bridge.jobs.shot_ledger import Kept, ProgressNow, ShotLedger
from tests.fakes.stages import plan_of

ERROR = EngineFailed("It broke.").as_data()


@pytest.fixture
def jobs(database):
    return JobLedger(database)


@pytest.fixture
def shots(database):
    return ShotLedger(database)


def add(jobs, job="j1", *names, key=None, **plan):
    names = names or ("boat", "pier")
    return jobs.add(NewJob(job, plan_of(*names, **plan), "resolve", "local", ("careful",), key))


def order(job, take):
    return PlacementOrder(f"p-{take}", job, take, "resolve", PlacementState.waiting, {"frames": 24})


def words(database, after=0):
    return [event.what for event in EventLedger(database).after(after)]


def test_a_job_comes_back_as_it_was_added(jobs):
    added = add(jobs)
    assert jobs.job("j1") == added
    assert added.status is Status.queued
    assert (added.engine, added.model, added.prompt) == ("fake", "fake-1", "make it dusk")
    assert (added.price, added.credits) == (Decimal(10), Decimal(0))
    assert [(run.id, run.name, run.place, run.attempt) for run in added.shots] == [
        ("s001", "boat", "V1:1", 1),
        ("s002", "pier", "V1:2", 1),
    ]
    assert added.warnings == ("careful",)
    assert jobs.plan("j1") == plan_of("boat", "pier")


def test_the_plan_comes_back_value_for_value_with_odd_paths(jobs):
    plan = plan_of("a\0b", prompt="\ud800 \U0001f3ac", out=Path("/caf\udce9/new?.otio"))
    jobs.add(NewJob("j1", plan, "file", "local"))
    assert jobs.plan("j1") == plan


def test_unknown_names_are_not_found(jobs, shots):
    for name in ("j1", "", "\0", "\ud800", "x" * 1000):
        with pytest.raises(NotFound):
            jobs.job(name)
        with pytest.raises(NotFound):
            jobs.plan(name)
        with pytest.raises(NotFound):
            jobs.want_cancelled(name)
    with pytest.raises(NotFound):
        shots.attempt("j1-s001-1")


def test_a_client_key_names_one_job_for_ever(jobs):
    assert add(jobs, "j1", key="k\0\ud800").id == "j1"
    assert add(jobs, "j2", key="k\0\ud800").id == "j1"
    assert add(jobs, "j3", key="other").id == "j3"
    with pytest.raises(Conflict):
        add(jobs, "j4", "sea", key="other")


def test_many_submit_with_one_key_and_one_job_is_made(jobs):
    with ThreadPoolExecutor(20) as threads:
        made = list(threads.map(lambda n: add(jobs, f"j{n}", key="same").id, range(20)))
    assert len(set(made)) == 1
    assert len(jobs.jobs(JobFilter())) == 1


def test_a_shot_s_way_from_queued_to_done(jobs, shots, database):
    add(jobs)
    assert shots.begin_round("j1") == ("j1-s001-1", "j1-s002-1")
    assert shots.begin_round("j1") == ("j1-s001-1", "j1-s002-1")
    assert jobs.job("j1").status is Status.running
    key = "j1-s001-1"
    for stage in (Stage.extract, Stage.render, Stage.collect):
        shots.begin_stage(key, stage)
        run = jobs.job("j1").shots[0]
        assert (run.status, run.stage, run.progress) == (Status.running, stage, None)
        shots.end_stage(key, stage, Kept({"of": stage.value}))
        assert shots.attempt(key, result=True).result == {"of": stage.value}
        assert shots.attempt(key).has(stage)
    shots.begin_stage(key, Stage.conform)
    assert not shots.attempt(key).has(Stage.conform)
    shots.end_stage(key, Stage.conform, Kept({}, "take-1", {"j1-s001-1-0": Decimal("1.10")}))
    done = jobs.job("j1")
    assert (done.shots[0].status, done.shots[0].take) == (Status.done, "take-1")
    assert done.shots[0].started <= done.shots[0].ended
    assert done.credits == Decimal("1.10")
    assert shots.begin_round("j1") == ("j1-s002-1",)
    assert words(database)[-1] == "shot_done"


def test_what_has_ended_does_not_change(jobs, shots, database):
    add(jobs)
    shots.begin_round("j1")
    shots.end("j1-s001-1", Status.failed, ERROR)
    before, history = jobs.job("j1"), words(database)
    shots.end("j1-s001-1", Status.done, None)
    shots.end_stage("j1-s001-1", Stage.conform, Kept({}, "take-1"))
    assert jobs.job("j1").shots == before.shots
    assert words(database) == history
    jobs.finish("j1", Status.failed)
    ended, history = jobs.job("j1"), words(database)
    jobs.finish("j1", Status.done, orders=[order("j1", "t")])
    assert jobs.job("j1") == ended
    assert words(database) == history
    assert not jobs.want_cancelled("j1")


def test_finish_orders_each_take_once(jobs, shots, database):
    placements = PlacementLedger(database)
    add(jobs)
    shots.begin_round("j1")
    jobs.finish("j1", Status.partly, orders=[order("j1", "a")], warnings=("careful", "new"))
    assert jobs.job("j1").warnings == ("careful", "new")
    placements.acknowledge("p-a", PlacementState.placed, {"track": 3})
    shots.again("j1", ["s002"], [], "local")
    shots.begin_round("j1")
    timeline = Path("/caf\udce9/new.otio")
    jobs.finish("j1", Status.done, timeline=timeline, orders=[order("j1", "a"), order("j1", "b")])
    assert jobs.job("j1").timeline == timeline
    assert [found.take for found in placements.find(None, PlacementState.waiting, None)] == ["b"]
    assert [found.take for found in placements.find("resolve", None, "j1")] == ["a", "b"]
    assert placements.find("premiere", None, None) == ()


def test_another_round_has_new_attempts_and_those_that_go_on(jobs, shots):
    add(jobs, "j1", "boat", "pier", "sea")
    shots.begin_round("j1")
    shots.end_stage(
        "j1-s002-1", Stage.render, Kept({"handles": []}, costs={"j1-s002-1-0": Decimal(5)})
    )
    for shot in ("s001", "s002", "s003"):
        shots.end(f"j1-{shot}-1", Status.failed, ERROR)
    jobs.want_cancelled("j1")
    jobs.finish("j1", Status.failed, error=ERROR)
    assert shots.again("j1", ["s001"], ["s002"], "other") == 2
    assert shots.begin_round("j1") == ("j1-s001-2", "j1-s002-1")
    job = jobs.job("j1")
    assert [run.attempt for run in job.shots] == [2, 1, 1]
    assert [run.error for run in job.shots] == [None, None, ERROR]
    assert (job.status, job.error, job.credits) == (Status.running, None, Decimal(5))
    assert not shots.attempt("j1-s001-2").cancelled
    assert shots.attempt("j1-s002-1", result=True).result == {"handles": []}
    assert [attempt.key for attempt in shots.attempts("j1")] == [
        "j1-s001-2",
        "j1-s002-1",
        "j1-s003-1",
    ]
    assert jobs.unfinished("other") == (("j1", 2),)
    assert jobs.unfinished("local") == ()
    jobs.hand_over("other", "local")
    assert jobs.unfinished("local") == (("j1", 2),)
    assert jobs.next_round("j1") == 3


def test_a_wish_to_cancel_is_noted_once(jobs, shots, database):
    add(jobs)
    add(jobs, "j2")
    assert jobs.want_cancelled("j1")
    assert jobs.want_cancelled("j1")
    assert jobs.cancelled_among(["j1", "j2", "j3"]) == ("j1",)
    assert shots.attempt("j1-s001-1").cancelled
    assert words(database).count("job_cancelling") == 1


def test_progress_counts_only_for_the_stage_that_runs(jobs, shots, database):
    add(jobs)
    shots.begin_round("j1")
    shots.begin_stage("j1-s001-1", Stage.render)
    now = ProgressNow("j1-s001-1", Stage.render, 0.25, "rendering \0")
    for done in (0.25, 0.5):
        assert shots.report([ProgressNow(now.key, now.stage, done, now.note)]) == 1
    late = ProgressNow(now.key, Stage.extract, 0.9, "")
    unknown = ProgressNow("j9-s001-1", Stage.render, 0.9, "")
    waiting = ProgressNow("j1-s002-1", Stage.render, 0.9, "")
    assert shots.report([late, unknown, waiting]) == 0
    run = jobs.job("j1").shots[0]
    assert (run.progress, run.note) == (0.5, "rendering \0")
    assert words(database).count("progress") == 1


def test_an_uncertain_shot_is_settled(jobs, shots):
    add(jobs)
    shots.begin_round("j1")
    shots.end("j1-s001-1", Status.uncertain, ERROR)
    shots.end_stage("j1-s002-1", Stage.conform, Kept({}, "t"))
    jobs.finish("j1", Status.uncertain)
    with pytest.raises(Conflict):
        shots.absolve("j1", "s002", ERROR, Status.partly)
    shots.absolve("j1", "s001", ERROR, Status.partly)
    job = jobs.job("j1")
    assert [run.status for run in job.shots] == [Status.failed, Status.done]
    assert job.status is Status.partly


def test_events_are_numbered_in_the_order_in_which_they_are_seen(jobs, database):
    ledger, seen = EventLedger(database), []
    with ThreadPoolExecutor(8) as threads:
        for added in [threads.submit(add, jobs, f"j{number:02d}") for number in range(24)]:
            seen += ledger.after(seen[-1].seq if seen else 0)
            added.result()
    seen += ledger.after(seen[-1].seq if seen else 0)
    assert [event.seq for event in seen] == sorted({event.seq for event in seen})
    assert len(seen) == 24


def test_old_events_are_forgotten_and_numbers_never_come_back(jobs, database):
    ledger = EventLedger(database)
    add(jobs)
    last = ledger.after(0)[-1]
    assert ledger.drop(datetime.now(UTC) - timedelta(days=1)) == 0
    assert ledger.drop(datetime.now(UTC) + timedelta(days=1)) == 1
    add(jobs, "j2")
    assert [event.job for event in ledger.after(0)] == ["j2"]
    assert ledger.after(0)[0].seq > last.seq


def test_a_note_is_written_over_what_was_read_only(database):
    notes = NoteLedger(database)
    assert notes.read("a", "intent:1") == (None, 0)
    assert notes.write("a", "intent:1", {"engine": "fake"}, 0) == 1
    with pytest.raises(Conflict):
        notes.write("a", "intent:1", {"engine": "other"}, 0)
    assert notes.write("a", "intent:1", None, 1) == 2
    with pytest.raises(Conflict):
        notes.write("a", "intent:1", {"engine": "other"}, 1)
    assert notes.read("a", "intent:1") == (None, 2)
    assert notes.read("b", "intent:1") == (None, 0)
    notes.write("a", "handle:1", {"data": {}}, 0)
    assert notes.all("a") == {"intent:1": None, "handle:1": {"data": {}}}


def test_of_many_that_send_one_intent_one_may(database):
    notes = NoteLedger(database)

    def send(number):
        try:
            return notes.write("a", "intent:1", {"by": number}, 0)
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(send, range(16))).count(1) == 1
