"""What a job's shots come to. In: rows of shots. Out: counts, credits, how far it is.

Of an ended job it is kept: the queue is asked for often, and a thousand such jobs may have two
hundred shots each. Whoever changes a job's shots forgets it, and keeps it again where the job has
ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from bridge.jobs import tables
from bridge.jobs.facts import Stage, Status

# Parts of a shot's way: where a stage begins, and how much of it that stage is
WAY = {
    Stage.waiting: (0.0, 0.0),
    Stage.extract: (0.0, 0.05),
    Stage.render: (0.05, 0.8),
    Stage.collect: (0.85, 0.05),
    Stage.conform: (0.9, 0.1),
    Stage.done: (1.0, 0.0),
}
DIGITS = 6  # of credits, behind the point
KEPT = ("shots", "done", "failed", "credits", "started")
BEFORE_ITS_TURN = (Stage.waiting, Stage.extract)


@dataclass(frozen=True)
class Tally:
    shots: int = 0
    done: int = 0
    failed: int = 0
    credits: Decimal = Decimal(0)
    started: datetime | None = None
    way: float = 0.0  # shots' ways that are behind it
    waits: bool = True  # none of its shots has come to the engine

    @property
    def progress(self) -> float | None:
        return min(1.0, self.way / self.shots) if self.shots and self.started else None


def tallies(connection: sa.Connection, jobs: Sequence[str]) -> dict[str, Tally]:
    """Counted from the shots: by all attempts what was spent, by the latest how far it is."""
    if not jobs:
        return {}
    shots = tables.shots.c
    by = (shots.job, shots.latest, shots.status, shots.stage)
    spent = sa.cast(shots.credits, sa.Numeric(asdecimal=False))
    sums = (
        sa.func.count().label("number"),
        sa.func.sum(shots.progress).label("way"),
        sa.func.sum(spent).label("spent"),
        sa.func.min(shots.started).label("started"),
    )
    query = sa.select(*by, *sums).where(shots.job.in_(jobs)).group_by(*by)
    found: dict[str, list[sa.Row[Any]]] = {job: [] for job in jobs}
    for row in connection.execute(query):
        found[row.job].append(row)
    return {job: _tally(rows) for job, rows in found.items()}


def keep(connection: sa.Connection, job: str) -> None:
    """Of a job that has ended: its shots are counted for the last time, until they change."""
    forget(connection, job)
    tally = tallies(connection, [job])[job]
    values = {name: getattr(tally, name) for name in KEPT}
    connection.execute(sa.insert(tables.tallies).values(job=job, **values))


def forget(connection: sa.Connection, job: str) -> None:
    """Its shots have changed: what was counted of them does not hold any more."""
    connection.execute(sa.delete(tables.tallies).where(tables.tallies.c.job == job))


def kept(connection: sa.Connection, jobs: Sequence[str]) -> dict[str, Tally]:
    """Of those jobs of which there is one."""
    query = sa.select(tables.tallies).where(tables.tallies.c.job.in_(jobs))
    rows = connection.execute(query)
    return {row.job: Tally(**{name: getattr(row, name) for name in KEPT}) for row in rows}


def _tally(rows: Iterable[sa.Row[Any]]) -> Tally:
    everything = list(rows)
    latest = [row for row in everything if row.latest]
    started = [row.started for row in latest if row.started is not None]
    # SQLite adds binary fractions: their sum is exact to more digits than credits have
    spent = sum(row.spent or 0 for row in everything)
    return Tally(
        shots=sum(row.number for row in latest),
        done=sum(row.number for row in latest if row.status == Status.done.value),
        failed=sum(row.number for row in latest if row.status == Status.failed.value),
        credits=Decimal(str(round(spent, DIGITS))),
        started=min(started, default=None),
        way=sum(_way(row) for row in latest),
        waits=all(_before_its_turn(row) for row in latest),
    )


def _way(row: sa.Row[Any]) -> float:
    """A shot that has ended, however, is behind it."""
    if Status(row.status).ended:
        return float(row.number)
    begins, part = WAY[Stage(row.stage)]
    return float(begins * row.number + part * (row.way or 0.0))


def _before_its_turn(row: sa.Row[Any]) -> bool:
    return not Status(row.status).ended and Stage(row.stage) in BEFORE_ITS_TURN
