"""The queue: jobs in short. In: a page of them. Out: JSON for a list that is looked at often."""

from dataclasses import fields

from pydantic import Field

from bridge.jobs.facts import JobLine, Queue, Status
from bridge.wire.base import Credits, Id, Outward, Time


class JobLineOut(Outward):
    """A job without its shots."""

    id: Id
    created: Time
    changed: Time
    status: str = Field(description=", ".join(Status))
    kind: str
    engine: str
    model: str
    prompt: str
    timeline_name: str
    selection: str | None = Field(description="That it was started on.")
    host: str
    price: Credits
    credits: Credits = Field(description="Spent so far.")
    shots: int
    shots_done: int
    shots_failed: int
    progress: float | None = Field(
        description="Of all its shots, 0 to 1; null before it has begun, and once it has ended."
    )
    position: int | None = Field(
        description="Among those that wait for its model, 1 is next; null where it does not wait."
    )
    started: Time | None = Field(description="When its first shot began.")


class QueueOut(Outward):
    jobs: tuple[JobLineOut, ...]
    open: int = Field(description="How many have not ended, on whichever page.")
    last: int = Field(description="Ask for events after this: nothing falls between.")


def queue_out(queue: Queue) -> QueueOut:
    return QueueOut(jobs=tuple(map(_line, queue.jobs)), open=queue.open, last=queue.last)


def _line(job: JobLine) -> JobLineOut:
    return JobLineOut(**{part.name: getattr(job, part.name) for part in fields(job)})
