"""What follows from what happened. Pure: errors and states in, states and next steps out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.errors import (
    BridgeError,
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


@dataclass(frozen=True)
class Pace:
    """How often a stage is repeated by itself, and after which pauses in seconds."""

    busy: tuple[float, ...] = (1, 2, 4, 8, 15, 30, 60, 60, 60, 60)  # the engine said: not now
    died: int = 1  # times that a media child may die


def pause(error: BridgeError, before: Sequence[BridgeError], pace: Pace) -> float | None:
    """Seconds until the stage is repeated after these errors; None: it is not."""
    if isinstance(error, WorkerDied):
        deaths = sum(isinstance(other, WorkerDied) for other in before)
        return 0.0 if deaths < pace.died else None
    if isinstance(error, EngineBusy):
        refusals = sum(isinstance(other, EngineBusy) for other in before)
        return pace.busy[refusals] if refusals < len(pace.busy) else None
    return None


def shot_ending(
    error: BridgeError, *, unnamed: bool, repeatable: bool
) -> tuple[Status, BridgeError]:
    """
    How a shot ends whose stage failed.

    `unnamed`: the engine may have started something that has no name here. Only an engine for which
    that costs nothing (`repeatable`), or which said that nothing began, lets the shot simply fail.
    """
    if isinstance(error, EngineUncertain):
        return Status.uncertain, error
    if unnamed and not repeatable and not isinstance(error, NOTHING_STARTED):
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


def goes_on(done: Stage | None, error: dict[str, Any] | None) -> bool:
    """
    Whether a retried shot goes on where it stood, so that a finished render is not paid twice.

    Else the retry is a new attempt: nothing was rendered yet, or what was rendered is at fault.
    """
    if error is None or done not in (Stage.render, Stage.collect, Stage.conform):
        return False
    return isinstance(BridgeError.from_data(error), NOT_THE_WORK)
