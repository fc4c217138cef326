from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import (
    ERRORS_BY_CODE,
    AccountBlocked,
    BudgetReached,
    DeliveryError,
    DiskFull,
    EngineBusy,
    EngineCancelled,
    EngineFailed,
    EngineRefused,
    EngineUnavailable,
    EngineUncertain,
    InternalError,
    MediaDamaged,
    MediaMissing,
    SafetyRefused,
    WorkerDied,
)
from bridge.jobs.decide import Pace, goes_on, job_ending, pause, shot_ending
from bridge.jobs.facts import Stage, Status

PACE = Pace(busy=(1, 2), died=1)
ENDED = [status for status in Status if status.ended and status is not Status.partly]


def test_a_busy_engine_is_asked_after_longer_and_longer_pauses():
    busy, died = EngineBusy("Not now."), WorkerDied("Died.")
    assert pause(busy, [], PACE) == 1
    assert pause(busy, [died, busy], PACE) == 2
    assert pause(busy, [busy, busy], PACE) is None


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(30, 30), ("30", 30), (0.001, 1), (10**9, 3600), (float("inf"), 3600)],
)
def test_a_busy_engine_that_says_how_long_is_asked_then(told, seconds):
    busy = EngineBusy("Not now.", wait_seconds=told)
    for before in range(50):
        assert pause(busy, [busy] * before, PACE) == seconds
    # which does not count among the times that it did not say
    assert pause(EngineBusy("Not now."), [busy] * 50, PACE) == 1


@pytest.mark.parametrize("told", [0, -5, float("nan"), "soon", None, [], {}])
def test_a_wait_that_cannot_be_is_as_none(told):
    busy = EngineBusy("Not now.", wait_seconds=told)
    assert [pause(busy, [busy] * before, PACE) for before in range(3)] == [1, 2, None]


def test_a_dead_worker_is_replaced_once():
    busy, died = EngineBusy("Not now."), WorkerDied("Died.")
    assert pause(died, [busy], PACE) == 0
    assert pause(died, [died], PACE) is None


@given(st.sampled_from(sorted(set(ERRORS_BY_CODE) - {"engine_busy", "worker_died"})))
def test_nothing_else_is_repeated_by_itself(code):
    assert pause(ERRORS_BY_CODE[code]("It went wrong."), [], PACE) is None


@given(st.sampled_from(sorted(ERRORS_BY_CODE)), st.booleans(), st.booleans())
def test_what_may_have_been_started_is_never_simply_failed(code, unnamed, repeatable):
    error = ERRORS_BY_CODE[code]("It went wrong.", shot="s001")
    status, final = shot_ending(error, unnamed=unnamed, repeatable=repeatable)
    doubtful = code == "engine_uncertain" or (unnamed and not repeatable)
    assert (status is Status.uncertain) == doubtful
    assert isinstance(final, EngineUncertain) == doubtful
    assert final.detail["shot"] == "s001"
    if not doubtful:
        cancelled = code == "engine_cancelled"
        assert status is (Status.cancelled if cancelled else Status.failed)


@pytest.mark.parametrize("cancelled", [True, False])
@pytest.mark.parametrize("shots", [*product(ENDED), *product(ENDED, ENDED)])
def test_a_job_ends_as_its_shots_did(shots, cancelled):
    ending = job_ending(shots, cancelled=cancelled)
    if Status.uncertain in shots:
        assert ending is Status.uncertain
    elif set(shots) == {Status.done}:
        assert ending is Status.done
    elif cancelled or set(shots) == {Status.cancelled}:
        assert ending is Status.cancelled
    elif Status.done in shots:
        assert ending is Status.partly
    else:
        assert ending is Status.failed


@pytest.mark.parametrize(
    ("done", "error", "named", "answer"),
    [
        (Stage.collect, DiskFull("Full."), True, True),
        (Stage.collect, MediaMissing("Gone."), True, True),
        (Stage.render, EngineUnavailable("No network."), True, True),
        (Stage.collect, DeliveryError("Other frames."), True, True),
        (Stage.collect, DeliveryError("Other frames.", request="r"), True, False),
        (Stage.collect, MediaDamaged("Ends early.", request="r"), True, False),
        (Stage.render, EngineFailed("Gone.", request="r"), True, False),
        (Stage.render, DiskFull("Full.", request="r"), True, True),
        (Stage.render, EngineCancelled("Stopped."), True, True),
        (Stage.extract, EngineUnavailable("No network."), True, True),
        (Stage.extract, InternalError("Oops."), True, True),
        (Stage.extract, EngineUnavailable("No key."), False, False),
        (Stage.extract, EngineFailed("It broke."), True, False),
        (Stage.extract, WorkerDied("Died."), True, False),
        (Stage.extract, EngineRefused("No."), False, False),
        (Stage.extract, EngineCancelled("Stopped."), True, False),
        (None, DiskFull("Full."), False, False),
        (Stage.extract, BudgetReached("Full."), False, True),
        (Stage.extract, BudgetReached("Full."), True, True),
        (Stage.extract, AccountBlocked("No key."), False, False),
        (Stage.extract, AccountBlocked("No key."), True, True),
        (Stage.extract, SafetyRefused("No."), True, False),
    ],
)
def test_a_retry_goes_on_where_the_work_is_not_at_fault(done, error, named, answer):
    assert goes_on(done, error.as_data(), named=named) is answer
    assert goes_on(done, None, named=named) is False
