"""The ledger of money, read. In: days, a project. Out: what was spent, and for what.

Writing belongs to what costs something: `spending`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import sqlalchemy as sa

from bridge.engines.base import RenderHandle
from bridge.jobs import tables
from bridge.jobs.budgets import Budgets, Used
from bridge.jobs.database import Database
from bridge.jobs.facts import By, Charge, Left, Spend, SpendFilter, SpendReport, Sums
from bridge.jobs.ledger import OPEN
from bridge.jobs.rows import spend_of
from bridge.jobs.spending import SPEND, used
from bridge.pipeline.tools import HANDLE


@dataclass(frozen=True)
class Unsettled:
    """A request of an attempt that has ended, whose true cost is not known yet."""

    attempt: str
    request: str
    engine: str
    handle: RenderHandle


@dataclass(frozen=True)
class Doubtful:
    attempt: str
    engine: str
    model: str
    created: datetime


class SpendLedger:
    def __init__(self, database: Database, budgets: Budgets) -> None:
        self._database, self._budgets = database, budgets

    def rows(self, wanted: SpendFilter) -> tuple[Spend, ...]:
        """Oldest first, without what was given back."""
        query = sa.select(tables.spend).where(SPEND.state != Charge.released.value)
        if wanted.since is not None:
            query = query.where(SPEND.day >= wanted.since.isoformat())
        if wanted.until is not None:
            query = query.where(SPEND.day <= wanted.until.isoformat())
        if wanted.project is not None:
            query = query.where(_of_project(wanted.project))
        query = query.order_by(SPEND.created, SPEND.key)
        with self._database.reading() as connection:
            return tuple(spend_of(row) for row in connection.execute(query))

    def report(self, wanted: SpendFilter) -> SpendReport:
        rows = self.rows(wanted)
        total = sums("", rows)
        return SpendReport(wanted.by, grouped(rows, wanted.by), total, self._left(wanted.project))

    def _left(self, project: str | None) -> tuple[Left, ...]:
        """Of today, and of the project where one is named: whatever days are asked for."""
        today, limits = datetime.now(UTC).date().isoformat(), self._budgets
        found: list[Left] = []
        with self._database.reading() as connection:
            if limits.job is not None:
                found.append(Left("job", "", limits.job, None, None))
            if limits.day is not None:
                found.append(_left("day", today, limits.day, used(connection, SPEND.day == today)))
            if limits.project is not None and project is not None:
                so_far = used(connection, _of_project(project))
                found.append(_left("project", project, limits.project, so_far))
        return tuple(found)

    def open_requests(self, attempt: str) -> frozenset[str]:
        """Requests of the attempt whose true cost is not known."""
        query = sa.select(SPEND.key).where(
            SPEND.attempt == attempt, SPEND.state == Charge.reserved.value
        )
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def unsettled(self, executor: str, since: datetime) -> tuple[Unsettled, ...]:
        """Of that machine's jobs, reserved since then."""
        notes, shots, jobs = tables.notes, tables.shots, tables.jobs
        query = (
            sa.select(SPEND.attempt, SPEND.key, SPEND.engine, notes.c.value)
            .join(shots, shots.c.key == SPEND.attempt)
            .join(jobs, jobs.c.id == SPEND.job)
            .join(notes, (notes.c.key == SPEND.attempt) & (notes.c.name == HANDLE + SPEND.key))
            .where(
                SPEND.state == Charge.reserved.value,
                SPEND.created >= since,
                shots.c.status.not_in(OPEN),
                jobs.c.executor == executor,
            )
            .order_by(SPEND.created)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            Unsettled(row.attempt, row.key, row.engine, RenderHandle.from_data(row.value))
            for row in rows
            if row.value is not None
        )

    def doubtful(self, executor: str, since: datetime) -> tuple[Doubtful, ...]:
        """Requests in doubt, reserved since then."""
        jobs = tables.jobs
        query = (
            sa.select(SPEND.attempt, SPEND.engine, SPEND.model, SPEND.created)
            .join(jobs, jobs.c.id == SPEND.job)
            .where(
                SPEND.state == Charge.uncertain.value,
                SPEND.created >= since,
                jobs.c.executor == executor,
            )
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Doubtful(row.attempt, row.engine, row.model, row.created) for row in rows)


def grouped(rows: Iterable[Spend], by: By) -> tuple[Sums, ...]:
    """One line for each job, day ... in order; together they are all the rows."""
    groups: dict[str, list[Spend]] = {}
    for row in rows:
        groups.setdefault(_name(row, by), []).append(row)
    return tuple(sums(name, groups[name]) for name in sorted(groups))


def sums(name: str, rows: Sequence[Spend]) -> Sums:
    return Sums(
        name,
        len(rows),
        _sum(row.planned for row in rows),
        _sum(row.credits for row in rows if row.credits is not None),
        _sum(row.planned for row in rows if row.state is Charge.reserved),
        _sum(row.planned for row in rows if row.state is Charge.uncertain),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _name(row: Spend, by: By) -> str:
    match by:
        case By.job:
            return row.job
        case By.day:
            return row.day.isoformat()
        case By.project:
            return row.project
        case By.engine:
            return row.engine
        case By.model:
            return f"{row.engine}/{row.model}"


def _of_project(project: str) -> sa.ColumnElement[bool]:
    return SPEND.project == project if project else SPEND.project.is_(None)


def _left(budget: str, of: str, limit: Decimal, used: Used) -> Left:
    return Left(budget, of, limit, used.total, max(Decimal(0), limit - used.total))
