"""Credits reserved, spent, given back. In: what is sent and what it cost. Out: rows of `spend`.

Every function works within its caller's transaction: a reservation is committed together with the
intent that it belongs to, or neither is. One row a request.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from bridge.errors import NotFound
from bridge.jobs import tables
from bridge.jobs.budgets import Budgets, Used, check
from bridge.jobs.doubts import doubt_of
from bridge.jobs.facts import Charge
from bridge.jobs.ledger import clean
from bridge.jobs.rows import spend_of
from bridge.pipeline.tools import HANDLE

LONGEST_NAME = 200
SPEND, UNCERTAIN = tables.spend.c, Charge.uncertain.value


def planned_credits(intent: Any) -> Decimal:
    """What a noted intent is planned to cost."""
    return Decimal(str(intent.get("credits") or 0)) if isinstance(intent, dict) else Decimal(0)


def credits_of(detail: dict[str, Any]) -> Decimal | None:
    """The true cost that an error's detail tells; None where it tells none that can be."""
    told = detail.get("credits")
    if told is None or isinstance(told, bool):
        return None
    try:
        found = Decimal(str(told))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def reserve(
    connection: sa.Connection,
    attempt: str,
    request: str,
    intent: Mapping[str, Any],
    budgets: Budgets,
    before: Mapping[str, Any] | None,
) -> None:
    """
    Set the credits of an intent aside; `BudgetReached` where a budget does not hold them.

    `before`: what the engine's books said just now.
    """
    asked = planned_credits(intent)
    known = connection.scalar(sa.select(SPEND.state).where(SPEND.key == request))
    if asked <= 0 or known not in (None, Charge.released.value):
        return
    about = _about(connection, attempt)
    row = _row(about, attempt, request, intent)
    _check(connection, budgets, about, row["day"], asked)
    if known is not None:
        connection.execute(sa.delete(tables.spend).where(SPEND.key == request))
    evidence = None if before is None else {"before": dict(before)}
    connection.execute(sa.insert(tables.spend).values(**row, evidence=evidence))


def release(connection: sa.Connection, request: str) -> None:
    """Its intent is withdrawn: nothing began."""
    _move(connection, SPEND.key == request, Charge.reserved, Charge.released)


def absolve(connection: sa.Connection, attempt: str) -> None:
    """A person found out that it did not run."""
    _move(connection, SPEND.attempt == attempt, Charge.uncertain, Charge.released)


def found(connection: sa.Connection, request: str) -> None:
    """It has a name now: it runs or ran, and its true cost will be known."""
    _move(connection, SPEND.key == request, Charge.uncertain, Charge.reserved)


def settle(
    connection: sa.Connection, attempt: str, costs: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """
    Note what requests truly cost; gives what the attempt has cost so far, and other attempts that
    sent some of them: a request belongs to the attempt that sent it, whoever takes its result.

    A request that nobody planned to pay for gets its row now.
    """
    for request, cost in costs.items():
        values = {"credits": cost, "state": Charge.spent.value, "changed": datetime.now(UTC)}
        row = sa.update(tables.spend).where(SPEND.key == request)
        if not connection.execute(row.values(**values)).rowcount and cost > 0:
            _insert_unplanned(connection, attempt, request, values)
    senders = connection.scalars(sa.select(SPEND.attempt).where(SPEND.key.in_(list(costs))))
    return {sender: _paid(connection, sender) for sender in {attempt, *senders}}


def _paid(connection: sa.Connection, attempt: str) -> Decimal:
    paid = connection.scalars(sa.select(SPEND.credits).where(SPEND.attempt == attempt))
    return sum((cost for cost in paid if cost is not None), Decimal(0))


def doubt(
    connection: sa.Connection, attempt: str, after: Mapping[str, Any] | None
) -> tuple[dict[str, Any], ...]:
    """
    Requests without a name may have been charged: gives what is known of each.

    `after`: what the engine's books say now.
    """
    rows = connection.execute(
        sa.select(tables.spend).where(
            SPEND.attempt == attempt, SPEND.state.in_((Charge.reserved.value, UNCERTAIN))
        )
    ).all()
    return tuple(_doubted(connection, row, after) for row in rows if not _has_name(connection, row))


def _about(connection: sa.Connection, attempt: str) -> Any:
    shots, jobs = tables.shots, tables.jobs
    query = (
        sa.select(
            shots.c.job,
            shots.c.facts,
            jobs.c.facts.label("job_facts"),
            jobs.c.engine,
            jobs.c.project,
            jobs.c.budget,
        )
        .join(jobs)
        .where(shots.c.key == attempt)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no attempt {attempt!r} that could be paid for.")
    return row


def _check(
    connection: sa.Connection, budgets: Budgets, about: Any, day: str, asked: Decimal
) -> None:
    project = SPEND.project.is_(None) if about.project is None else SPEND.project == about.project
    for budget, of, limit, which in (
        ("job", "this job", budgets.for_job(about.budget), SPEND.job == about.job),
        ("day", f"this day ({day} UTC)", budgets.day, SPEND.day == day),
        ("project", f"the project {about.project or '(none)'}", budgets.project, project),
    ):
        if limit is not None:
            check(budget, of, limit, used(connection, which), asked)


def used(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Used:
    """Summed here, exactly: a database would count in binary fractions."""
    rows = connection.execute(
        sa.select(SPEND.planned, SPEND.credits).where(which, SPEND.state != Charge.released.value)
    ).all()
    return Used(
        sum((row.credits for row in rows if row.credits is not None), Decimal(0)),
        sum((row.planned for row in rows if row.credits is None), Decimal(0)),
    )


def _move(
    connection: sa.Connection, which: sa.ColumnElement[bool], old: Charge, new: Charge
) -> None:
    connection.execute(
        sa.update(tables.spend)
        .where(which, SPEND.state == old.value)
        .values(state=new.value, changed=datetime.now(UTC))
    )


def _insert_unplanned(
    connection: sa.Connection, attempt: str, request: str, values: Mapping[str, Any]
) -> None:
    about = _about(connection, attempt)
    row = _row(about, attempt, request, {"model": about.job_facts.get("model", "")})
    connection.execute(sa.insert(tables.spend).values(**row | dict(values)))


def _row(about: Any, attempt: str, request: str, intent: Mapping[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "key": request,
        "attempt": attempt,
        "job": about.job,
        "project": about.project,
        "shot": about.facts["name"],
        "engine": about.engine,
        "model": clean(str(intent.get("model", "")))[:LONGEST_NAME],
        "door": clean(str(intent.get("door", "")))[:LONGEST_NAME],
        "day": now.date().isoformat(),
        "planned": planned_credits(intent),
        "state": Charge.reserved.value,
        "created": now,
        "changed": now,
    }


def _has_name(connection: sa.Connection, row: sa.Row[Any]) -> bool:
    notes = tables.notes.c
    query = sa.select(notes.value).where(notes.key == row.attempt, notes.name == HANDLE + row.key)
    return connection.scalar(query) is not None


def _doubted(
    connection: sa.Connection, row: sa.Row[Any], after: Mapping[str, Any] | None
) -> dict[str, Any]:
    evidence, others = dict(row.evidence or {}), _others(connection, row)
    if others and "after" in evidence and not evidence["others"]:
        return doubt_of(spend_of(row), evidence)  # the earlier look proves more
    if after is not None:
        evidence["after"] = dict(after)
    evidence["others"] = others
    connection.execute(
        sa.update(tables.spend)
        .where(SPEND.key == row.key)
        .values(evidence=evidence, state=UNCERTAIN, changed=datetime.now(UTC))
    )
    return doubt_of(spend_of(row), evidence)


def _others(connection: sa.Connection, row: sa.Row[Any]) -> int:
    """Other requests to that engine that were open, or began or ended, since this one was sent."""
    still = SPEND.state.in_((Charge.reserved.value, UNCERTAIN))
    query = (
        sa.select(sa.func.count())
        .select_from(tables.spend)
        .where(
            SPEND.engine == row.engine,
            SPEND.key != row.key,
            SPEND.state != Charge.released.value,
            still | (SPEND.changed >= row.created),
        )
    )
    return int(connection.scalar(query) or 0)
