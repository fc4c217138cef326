"""What happened, in order. In: events of the jobs. Out: JSON for a listener that may come back."""

from typing import Any

from pydantic import Field

from bridge.jobs.facts import Event
from bridge.wire.base import Outward, Time


class EventOut(Outward):
    seq: int = Field(description="Only grows; ask for what came after it.")
    time: Time
    job: str
    shot: str | None
    what: str = Field(examples=["shot_done"])
    data: dict[str, Any]


class EventsOut(Outward):
    events: tuple[EventOut, ...]
    last: int = Field(description="Ask for what came after this.")


def event_out(event: Event) -> EventOut:
    return EventOut(
        seq=event.seq,
        time=event.time,
        job=event.job,
        shot=event.shot,
        what=event.what,
        data=event.data,
    )
