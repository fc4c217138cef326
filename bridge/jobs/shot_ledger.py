"""The ledger of shots. In: stages begun and ended, attempt by attempt. Out: attempts, results.

Every method is one transaction, committed when it returns, and writes its event with it. What has
ended does not change any more: a step that runs again after a kill writes nothing twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bridge.errors import Conflict, NotFound
from bridge.jobs import events, spending, tables, tally
from bridge.jobs.budgets import plain
from bridge.jobs.carrying import carry_over
from bridge.jobs.database import Database
from bridge.jobs.facts import Stage, Status
from bridge.jobs.ledger import OPEN, attempt_row, job_row
from bridge.jobs.rows import SHOT_COLUMNS

ORDER = tuple(Stage)


@dataclass(frozen=True)
class Attempt:
    """One attempt at one shot, as far as it got."""

    key: str
    job: str
    shot: str
    number: int
    status: Status
    stage: Stage
    done: Stage | None  # the last stage that gave a result
    result: Any  # that result as JSON; None where it was not asked for
    error: dict[str, Any] | None
    cancelled: bool  # the job is to be cancelled

    def has(self, stage: Stage) -> bool:
        return self.done is not None and ORDER.index(self.done) >= ORDER.index(stage)


@dataclass(frozen=True)
class Kept:
    """A stage's result as the ledger keeps it."""

    result: Any  # JSON
    take: str | None = None
    costs: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])  # by request


@dataclass(frozen=True)
class ProgressNow:
    key: str
    stage: Stage
    done: float | None  # 0 to 1
    note: str


@dataclass(frozen=True)
class Money:
    """What an attempt that ends without a take has cost, as far as its engine says."""

    costs: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])  # by request
    after: Mapping[str, Any] | None = None  # what the engine's books say now, where it is in doubt


NONE = Money()


class ShotLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_round(self, job: str) -> tuple[str, ...]:
        """Set a job going; keys of the attempts that have not ended, in the plan's order."""
        with self._database.writing() as connection:
            row = job_row(connection, job)
            if row.status == Status.queued.value:
                _change_job(connection, job, status=Status.running.value)
                events.append(connection, job, None, "job_started", {})
            rows = connection.scalars(
                sa.select(tables.shots.c.key)
                .where(*_latest(job), tables.shots.c.status.in_(OPEN))
                .order_by(tables.shots.c.position)
            )
            return tuple(rows)

    def attempt(self, key: str, *, result: bool = False) -> Attempt:
        """`NotFound` where there is none."""
        columns = [*SHOT_COLUMNS, *([tables.shots.c.result] if result else [])]
        query = (
            sa.select(*columns, tables.jobs.c.cancelled.label("job_cancelled"))
            .join(tables.jobs)
            .where(tables.shots.c.key == key)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"There is no attempt {key!r}.")
        return _attempt(row, row.result if result else None)

    def attempts(self, job: str) -> tuple[Attempt, ...]:
        """The latest attempt at every shot, with its result, in the plan's order."""
        shots = tables.shots
        query = (
            sa.select(shots, tables.jobs.c.cancelled.label("job_cancelled"))
            .join(tables.jobs)
            .where(*_latest(job))
            .order_by(shots.c.position)
        )
        with self._database.reading() as connection:
            return tuple(_attempt(row, row.result) for row in connection.execute(query))

    def needed(self) -> frozenset[str]:
        """
        Keys of shots that may go on, and hashes of what was kept for them.

        These are the collected media and the timeline they came from, which is named by its hash.
        """
        shots, jobs = tables.shots, tables.jobs
        query = sa.select(shots.c.key, shots.c.done, shots.c.result).where(
            shots.c.latest, shots.c.status != Status.done.value
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            open_jobs = jobs.c.status != Status.done.value
            plans = connection.scalars(sa.select(jobs.c.plan).where(open_jobs)).all()
        raws = [row.result["raws"] for row in rows if row.done == Stage.collect.value]
        return frozenset(
            [row.key for row in rows]
            + [raw["sha256"] for part in raws for raw in part]
            + [Path(plan["timeline"]).stem for plan in plans]
        )

    def begin_stage(self, key: str, stage: Stage) -> None:
        with self._database.writing() as connection:
            row = _row(connection, key)
            if row.status == Status.queued.value:
                _change(connection, key, status=Status.running.value, started=datetime.now(UTC))
                events.append(connection, row.job, row.shot, "shot_started", _about(row))
            _change(connection, key, stage=stage.value, progress=None, note=None)
            events.append(connection, row.job, row.shot, "stage_started", {"stage": stage.value})

    def report(self, reports: Sequence[ProgressNow]) -> int:
        """Note how far stages are that still run; gives how many did."""
        with self._database.writing() as connection:
            return sum(_report(connection, report) for report in reports)

    def end_stage(self, key: str, stage: Stage, kept: Kept) -> None:
        """Keep a stage's result; with a take the shot is done."""
        with self._database.writing() as connection:
            row = _row(connection, key)
            if Status(row.status).ended:
                return
            values: dict[str, Any] = {"done": stage.value, "result": kept.result, "progress": 1.0}
            if kept.costs:
                _settle(connection, key, kept.costs)
            _change(connection, key, **values)
            if kept.take is not None:
                self._end(connection, row, Status.done, take=kept.take, stage=Stage.done.value)

    def end(self, key: str, status: Status, error: dict[str, Any], money: Money = NONE) -> None:
        """End an attempt without a take; an uncertain one's error says what is known of it."""
        with self._database.writing() as connection:
            row = _row(connection, key)
            if Status(row.status).ended:
                return
            values: dict[str, Any] = {"error": error}
            _settle(connection, key, money.costs)
            if status is Status.uncertain:
                values["error"] = _with_evidence(connection, key, error, money.after)
            self._end(connection, row, status, **values)

    def settle(self, key: str, costs: Mapping[str, Decimal]) -> None:
        """What requests of an ended attempt truly cost, where that came to be known later."""
        with self._database.writing() as connection:
            row = _row(connection, key)
            total = _settle(connection, key, costs)
            _change_job(connection, row.job)
            if Status(job_row(connection, row.job).status).ended:
                tally.keep(connection, row.job)
            data = _about(row) | {"credits": plain(total)}
            events.append(connection, row.job, row.shot, "shot_settled", data)

    def doubt(self, key: str, after: Mapping[str, Any]) -> None:
        """Another look at the books, while a person has not decided about an attempt."""
        with self._database.writing() as connection:
            row = _row(connection, key)
            if row.status == Status.uncertain.value and row.error is not None:
                _change(connection, key, error=_with_evidence(connection, key, row.error, after))

    def _end(
        self, connection: sa.Connection, row: sa.Row[Any], status: Status, **values: Any
    ) -> None:
        now = datetime.now(UTC)
        _change(connection, row.key, status=status.value, ended=now, note=None, **values)
        _change_job(connection, row.job)
        data = _about(row) | {name: values.get(name) for name in ("take", "error")}
        events.append(connection, row.job, row.shot, f"shot_{status.value}", data)

    def again(
        self,
        job: str,
        fresh: Iterable[str],
        go_on: Iterable[str],
        executor: str,
        budget: Decimal | None = None,
        *,
        carry: bool = True,
    ) -> int:
        """
        Open an ended job for another round: new attempts at some shots, others go on where they
        stood. Gives the round's number; `Conflict` where somebody was quicker.

        `carry`: the new attempts take over what the ones before have sent; else all is paid anew.
        """
        with self._database.writing() as connection:
            row = job_row(connection, job)
            if not Status(row.status).ended:
                raise Conflict(f"The job {job} is {row.status}.")
            for shot in fresh:
                _renew(connection, job, shot, carry=carry)
            for shot in go_on:
                _resume(connection, job, shot)
            number = int(row.round) + 1
            _change_job(
                connection,
                job,
                status=Status.queued.value,
                round=number,
                cancelled=False,
                error=None,
                executor=executor,
                budget=row.budget if budget is None else budget,
            )
            events.append(connection, job, None, "job_queued", {"round": number})
        return number

    def absolve(self, job: str, shot: str, error: dict[str, Any], status: Status) -> None:
        """An uncertain shot did not run: it failed, and with it the job is `status`."""
        with self._database.writing() as connection:
            row = _newest(connection, job, shot)
            if row.status != Status.uncertain.value:
                raise Conflict(f"The shot {shot} is {row.status}.")
            spending.absolve(connection, row.key)
            self._end(connection, row, Status.failed, error=error)
            _change_job(connection, job, status=status.value)
            tally.keep(connection, job)
            events.append(connection, job, None, f"job_{status.value}", {})


def _with_evidence(
    connection: sa.Connection, key: str, error: dict[str, Any], after: Mapping[str, Any] | None
) -> dict[str, Any]:
    found = spending.doubt(connection, key, after)
    if not found:
        return error
    return error | {"detail": (error.get("detail") or {}) | {"evidence": list(found)}}


def _attempt(row: Any, result: Any) -> Attempt:
    return Attempt(
        key=row.key,
        job=row.job,
        shot=row.shot,
        number=row.attempt,
        status=Status(row.status),
        stage=Stage(row.stage),
        done=None if row.done is None else Stage(row.done),
        result=result,
        error=row.error,
        cancelled=row.job_cancelled,
    )


def _latest(job: str) -> tuple[sa.ColumnElement[bool], ...]:
    return tables.shots.c.job == job, tables.shots.c.latest


def _row(connection: sa.Connection, key: str) -> sa.Row[Any]:
    query = sa.select(*SHOT_COLUMNS).where(tables.shots.c.key == key)
    return connection.execute(query).one()


def _newest(connection: sa.Connection, job: str, shot: str) -> sa.Row[Any]:
    query = sa.select(*SHOT_COLUMNS).where(*_latest(job), tables.shots.c.shot == shot)
    return connection.execute(query).one()


def _about(row: sa.Row[Any]) -> dict[str, Any]:
    return {"attempt": row.attempt, "name": row.facts["name"]}


def _change(connection: sa.Connection, key: str, **values: Any) -> None:
    connection.execute(sa.update(tables.shots).where(tables.shots.c.key == key).values(**values))


def _change_job(connection: sa.Connection, job: str, **values: Any) -> None:
    connection.execute(
        sa.update(tables.jobs)
        .where(tables.jobs.c.id == job)
        .values(changed=datetime.now(UTC), **values)
    )
    tally.forget(connection, job)


def _report(connection: sa.Connection, report: ProgressNow) -> int:
    shots = tables.shots
    running = sa.and_(
        shots.c.key == report.key,
        shots.c.status == Status.running.value,
        shots.c.stage == report.stage.value,
    )
    changed = connection.execute(
        sa.update(shots).where(running).values(progress=report.done, note=report.note)
    )
    if changed.rowcount:
        row = _row(connection, report.key)
        data = {"stage": report.stage.value, "progress": report.done, "note": report.note}
        events.append(connection, row.job, row.shot, events.PROGRESS, data)
    return int(changed.rowcount)


def _settle(connection: sa.Connection, key: str, costs: Mapping[str, Decimal]) -> Decimal:
    """Note true costs on the attempts that sent what cost them; gives what this one has cost."""
    totals = spending.settle(connection, key, costs)
    for attempt, total in totals.items():
        if total or costs:
            _change(connection, attempt, credits=total)
    return totals[key]


def _renew(connection: sa.Connection, job: str, shot: str, *, carry: bool) -> None:
    row = _newest(connection, job, shot)
    _change(connection, row.key, latest=False)
    new = attempt_row(job, shot, row.attempt + 1, row.position, row.facts)
    connection.execute(sa.insert(tables.shots).values(**new))
    if carry:
        carry_over(connection, row, new["key"])


def _resume(connection: sa.Connection, job: str, shot: str) -> None:
    row = _newest(connection, job, shot)
    _change(connection, row.key, status=Status.queued.value, error=None, ended=None)
