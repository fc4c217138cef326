"""What follows from what happened. Pure: errors and states in, states and next steps out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.errors import (
    BridgeError,
    BudgetReached,
    DatabaseError,
    EngineBusy,
    EngineCancelled,
    EngineRefused,
    EngineUnavailable,
    EngineUncertain,
    EngineUnknown,
    InternalError,
    MachineError,
    MediaForbidden,
    MediaMissing,
    WorkerDied,
)
from bridge.jobs.facts import Stage, Status

# An engine that raises one of these from `submit` has started nothing.
NOTHING_STARTED = (EngineBusy, EngineRefused, EngineUnavailable, EngineUnknown)
# Of these the cause lies around the work, not in it: once it is gone, the same attempt goes on.
NOT_THE_WORK = (
    MachineError,
    InternalError,
    MediaMissing,
    MediaForbidden,
    EngineBusy,
    EngineUnavailable,
)
# Of these the work may go on at its engine: it was only not seen to its end.
LOST_SIGHT = (EngineBusy, EngineUnavailable, DatabaseError, InternalError)


@dataclass(frozen=True)
class Pace:
    """How often a stage is repeated by itself, and after which pauses in seconds."""

    busy: tuple[float, ...] = (1, 2, 4, 8, 15, 30, 60, 60, 60, 60)  # the engine said: not now
    busy_least: float = 1  # where it says how long: never shorter
    busy_most: float = 3600  # and never longer, without asking again
    died: int = 1  # times that a media child may die
    ready: float = 60  # between two questions whether a paused engine is ready
    rounds: int = 3  # times that a shot waits for an engine that then refuses again
    books: float = 60  # how old an account's figures may be
    settle: float = 300  # between two questions what ended work has cost


def pause(error: BridgeError, before: Sequence[BridgeError], pace: Pace) -> float | None:
    """Seconds until the stage is repeated after these errors; None: it is not."""
    if isinstance(error, WorkerDied):
        deaths = sum(isinstance(other, WorkerDied) for other in before)
        return 0.0 if deaths < pace.died else None
    if isinstance(error, EngineBusy):
        if (told := _wait_seconds(error)) is not None:
            return min(max(told, pace.busy_least), pace.busy_most)
        refusals = sum(
            isinstance(other, EngineBusy) and _wait_seconds(other) is None for other in before
        )
        return pace.busy[refusals] if refusals < len(pace.busy) else None
    return None


def _wait_seconds(error: EngineBusy) -> float | None:
    """How long the engine says that it is busy; None where it does not say."""
    try:
        told = float(error.detail.get("wait_seconds", math.nan))
    except (TypeError, ValueError):
        return None
    return told if told > 0 else None


def shot_ending(
    error: BridgeError, *, unnamed: bool, repeatable: bool
) -> tuple[Status, BridgeError]:
    """
    How a shot ends whose stage failed.

    `unnamed`: the engine may have started something that has no name here, and did not say that it
    has not. Only an engine for which that costs nothing (`repeatable`) lets the shot simply fail.
    """
    if isinstance(error, EngineUncertain):
        return Status.uncertain, error
    if unnamed and not repeatable:
        doubt = EngineUncertain(
            f"The render may have been started and lost its name: {error.message}",
            **error.detail | {"cause": error.code},
        )
        return Status.uncertain, doubt
    if isinstance(error, EngineCancelled):
        return Status.cancelled, error
    return Status.failed, error


def job_ending(shots: Sequence[Status], *, cancelled: bool) -> Status:
    """The state of a job whose shots have ended so."""
    kinds = set(shots)
    if Status.uncertain in kinds:
        return Status.uncertain
    if kinds == {Status.done}:
        return Status.done
    if cancelled or kinds == {Status.cancelled}:
        return Status.cancelled
    return Status.partly if Status.done in kinds else Status.failed


def goes_on(done: Stage | None, error: dict[str, Any] | None, *, named: bool) -> bool:
    """
    Whether a retried shot goes on where it stood.

    Else the retry is a new attempt: nothing was begun (no work is `named`), or it is at fault. Once
    all is rendered only a failure that names the request whose result it lies in is such a fault;
    after any other the results that are here are used again. What the new attempt need not pay
    again is carried over (`carrying`).
    """
    if error is None:
        return False
    failure = BridgeError.from_data(error)
    if isinstance(failure, BudgetReached):  # raised since, perhaps; nothing was sent without it
        return done is not None
    if done in (Stage.render, Stage.collect, Stage.conform):
        return "request" not in failure.detail or isinstance(failure, NOT_THE_WORK)
    return named and isinstance(failure, LOST_SIGHT)
