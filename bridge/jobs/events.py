"""What happened, in order. In: happenings, within their transaction. Out: numbered events.

A progress event replaces its shot's last one, so that the history stays as short as the work.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bridge.jobs import tables
from bridge.jobs.database import Database
from bridge.jobs.facts import Event
from bridge.jobs.rows import event_of

PROGRESS = "progress"
PAGE = 500


def append(
    connection: sa.Connection, job: str, shot: str | None, what: str, data: Mapping[str, Any]
) -> None:
    """Number the event. Writers take turns: whoever sees its number has seen all smaller ones."""
    if what == PROGRESS:
        connection.execute(sa.delete(tables.events).where(*_same_shot(job, shot)))
    connection.execute(
        sa.insert(tables.events).values(
            time=datetime.now(UTC), job=job, shot=shot, what=what, data=dict(data)
        )
    )


def _same_shot(job: str, shot: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    events = tables.events.c
    return events.job == job, events.shot == shot, events.what == PROGRESS


class EventLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, seq: int) -> tuple[Event, ...]:
        """The next events after that number, oldest first, one page."""
        events = tables.events
        query = sa.select(events).where(events.c.seq > seq).order_by(events.c.seq).limit(PAGE)
        with self._database.reading() as connection:
            return tuple(event_of(row) for row in connection.execute(query))

    def tell(self, what: str, data: Mapping[str, Any], job: str = "") -> None:
        """Something that happened beside the jobs, or that somebody decided about one's work."""
        with self._database.writing() as connection:
            append(connection, job, None, what, data)

    def drop(self, before: datetime) -> int:
        """Forget what is older; gives how many events that were."""
        with self._database.writing() as connection:
            gone = connection.execute(sa.delete(tables.events).where(tables.events.c.time < before))
            return int(gone.rowcount)
