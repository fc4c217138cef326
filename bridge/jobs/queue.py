"""The queue. In: which page. Out: jobs in short, how many are open, where the events go on.

One transaction and four questions, whatever the jobs' size: no plan is read, and the shots of open
jobs alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from bridge.jobs import tables
from bridge.jobs.database import Database
from bridge.jobs.facts import JobLine, Queue, QueueFilter, Status, Which
from bridge.jobs.ledger import LONGEST_PAGE, OPEN, checked
from bridge.jobs.tally import Tally, kept, tallies

JOBS = tables.jobs.c
LINE = (
    JOBS.id,
    JOBS.created,
    JOBS.changed,
    JOBS.status,
    JOBS.engine,
    JOBS.host,
    JOBS.facts,
    JOBS.price,
)
NEWEST_FIRST: sa.Select[Any] = sa.select(*LINE).order_by(JOBS.id.desc())

Rows = list[sa.Row[Any]]


class QueueLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: QueueFilter) -> Queue:
        """Open jobs first, each part the newest first."""
        with self._database.reading() as connection:
            # before the jobs: what happens meanwhile is then told twice rather than never
            last = connection.scalar(sa.select(sa.func.max(tables.events.c.seq))) or 0
            opened = list(connection.execute(NEWEST_FIRST.where(JOBS.status.in_(OPEN))))
            rows = _page(connection, opened, wanted)
            counted = _tallies(connection, [*opened, *rows])
        positions = _positions(opened, counted)
        lines = (_line(row, counted[row.id], positions.get(row.id)) for row in rows)
        return Queue(tuple(lines), len(opened), last)


def _page(connection: sa.Connection, opened: Rows, wanted: QueueFilter) -> Rows:
    limit = min(max(wanted.limit, 0), LONGEST_PAGE)
    among_open = wanted.before in {None, *(row.id for row in opened)}
    rows: Rows = []
    if wanted.which is not Which.ended and among_open:
        rows = [row for row in opened if wanted.before is None or row.id < wanted.before][:limit]
    if wanted.which is not Which.open and len(rows) < limit:
        query = NEWEST_FIRST.where(JOBS.status.not_in(OPEN)).limit(limit - len(rows))
        if wanted.before is not None and not among_open:
            query = query.where(JOBS.id < checked(wanted.before))
        rows += connection.execute(query)
    return rows


def _tallies(connection: sa.Connection, rows: Iterable[sa.Row[Any]]) -> dict[str, Tally]:
    jobs = {row.id for row in rows}
    known = kept(connection, list(jobs))
    return known | tallies(connection, list(jobs - known.keys()))


def _positions(opened: Rows, counted: Mapping[str, Tally]) -> dict[str, int]:
    """Whoever came first is next at its model; a job whose shots are there waits no more."""
    found: dict[str, int] = {}
    before: Counter[tuple[str, str]] = Counter()
    for row in reversed(opened):
        queue = (row.engine, row.facts["model"])
        if counted[row.id].waits:
            before[queue] += 1
            found[row.id] = before[queue]
    return found


def _line(row: sa.Row[Any], tally: Tally, position: int | None) -> JobLine:
    status, facts = Status(row.status), row.facts
    return JobLine(
        id=row.id,
        created=row.created,
        changed=row.changed,
        status=status,
        kind=facts["kind"],
        engine=row.engine,
        model=facts["model"],
        prompt=facts["prompt"],
        timeline_name=facts["timeline_name"],
        selection=facts.get("selection"),  # older jobs have none
        host=row.host,
        price=row.price,
        credits=tally.credits,
        shots=tally.shots,
        shots_done=tally.done,
        shots_failed=tally.failed,
        progress=None if status.ended else tally.progress,
        position=position,
        started=tally.started,
    )
