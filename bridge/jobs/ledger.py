"""The ledger of jobs. In: what was asked for and what happened. Out: jobs, attempts, plans.

Every method is one transaction, committed when it returns, and writes its event with it. Blocking:
`Desk` runs it beside the event loop.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bridge.errors import Conflict, NotFound
from bridge.jobs import events, tables, tally
from bridge.jobs.database import Database
from bridge.jobs.facts import Job, JobFilter, PlacementOrder, Stage, Status
from bridge.jobs.rows import JOB_COLUMNS, SHOT_COLUMNS, job_of
from bridge.jobs.values import from_json, to_json
from bridge.pipeline.extract import attempt_key
from bridge.pipeline.planned import Plan, PlannedShot

SEARCHED = 4000  # letters of a job's words that are searched in
LONGEST_PAGE = 500
HOST_LETTERS = 40


@dataclass(frozen=True)
class NewJob:
    id: str
    plan: Plan
    host: str
    executor: str  # the machine that walks it
    warnings: tuple[str, ...] = ()
    client_key: str | None = None
    budget: Decimal | None = None  # credits it may spend at most
    project: str = ""  # whose budget it counts against
    origin: Mapping[str, Any] | None = None  # where in the host the shots came from


class JobLedger:
    """Jobs as a whole; their shots are in `ShotLedger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewJob) -> Job:
        """
        Write a job down with its shots; the same client key gives the job that is there.

        `Conflict` where the client key was used for other work.
        """
        with self._database.writing() as connection:
            known = _with_client_key(connection, new)
            if known is None:
                _insert(connection, new)
            return _job(connection, known or new.id)

    def job(self, job: str) -> Job:
        """`NotFound` where there is none."""
        with self._database.reading() as connection:
            return _job(connection, job)

    def jobs(self, wanted: JobFilter) -> tuple[Job, ...]:
        """Newest first, one page."""
        with self._database.reading() as connection:
            rows = connection.execute(_page(wanted)).all()
            attempts = _attempts(connection, [row.id for row in rows])
        return tuple(job_of(row, attempts.get(row.id, ())) for row in rows)

    def plan(self, job: str) -> Plan:
        with self._database.reading() as connection:
            data = connection.scalar(
                sa.select(tables.jobs.c.plan).where(tables.jobs.c.id == checked(job))
            )
        if data is None:
            raise NotFound(f"There is no job {job!r}.")
        return from_json(Plan, data)

    def round(self, job: str) -> int:
        """The number of its present, or last, walk."""
        with self._database.reading() as connection:
            return int(job_row(connection, job).round)

    def unfinished(self, executor: str) -> tuple[tuple[str, int], ...]:
        """Ids and rounds of the executor's jobs that have not ended, oldest first."""
        jobs = tables.jobs
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(jobs.c.id, jobs.c.round)
                .where(jobs.c.executor == executor, jobs.c.status.in_(OPEN))
                .order_by(jobs.c.id)
            ).all()
        return tuple((row.id, row.round) for row in rows)

    def executors(self) -> frozenset[str]:
        """The machines whose jobs have not ended."""
        jobs = tables.jobs
        query = sa.select(jobs.c.executor.distinct()).where(jobs.c.status.in_(OPEN))
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def want_cancelled(self, job: str) -> bool:
        """Note the wish; False where the job has ended already."""
        with self._database.writing() as connection:
            row = job_row(connection, job)
            if Status(row.status).ended:
                return False
            connection.execute(_of(job).values(cancelled=True, changed=datetime.now(UTC)))
            if not row.cancelled:
                events.append(connection, job, None, "job_cancelling", {})
        return True

    def cancelled_among(self, jobs: Iterable[str]) -> tuple[str, ...]:
        """Those that somebody, perhaps on another machine, wants cancelled."""
        wanted = tables.jobs.c.id.in_(list(jobs)) & tables.jobs.c.cancelled
        with self._database.reading() as connection:
            return tuple(connection.scalars(sa.select(tables.jobs.c.id).where(wanted)))

    def hand_over(self, old: str, new: str) -> None:
        """Another machine walks the open jobs from now on."""
        jobs = tables.jobs
        with self._database.writing() as connection:
            connection.execute(
                sa.update(jobs)
                .where(jobs.c.executor == old, jobs.c.status.in_(OPEN))
                .values(executor=new)
            )

    def next_round(self, job: str) -> int:
        """Number a new walk of a job that has not ended, after its last one was lost."""
        with self._database.writing() as connection:
            number = int(job_row(connection, job).round) + 1
            connection.execute(_of(job).values(round=number))
        return number

    def finish(
        self,
        job: str,
        status: Status,
        *,
        timeline: Path | None = None,
        warnings: Sequence[str] = (),
        error: dict[str, Any] | None = None,
        orders: Sequence[PlacementOrder] = (),
    ) -> None:
        """End a job's walk and order its takes' placements, each once; again changes nothing."""
        with self._database.writing() as connection:
            row = job_row(connection, job)
            if Status(row.status).ended:
                return
            _order(connection, orders)
            known = tuple(dict.fromkeys((*row.warnings, *warnings)))
            values = {
                "status": status.value,
                "changed": datetime.now(UTC),
                "warnings": list(known),
                "error": error,
            }
            if timeline is not None:
                values["timeline"] = str(timeline)
            connection.execute(_of(job).values(**values))
            tally.keep(connection, job)
            events.append(
                connection,
                job,
                None,
                f"job_{status.value}",
                {"timeline": None if timeline is None else str(timeline), "error": error},
            )


OPEN = tuple(status.value for status in Status if not status.ended)


def checked(identifier: str) -> str:
    """An id as the database takes it; `NotFound` for what cannot be one."""
    if not identifier.isascii() or not identifier.isprintable() or len(identifier) > 200:
        raise NotFound(f"There is nothing named {identifier[:40]!r}.")
    return identifier


def job_row(connection: sa.Connection, job: str) -> sa.Row[Any]:
    """`NotFound` where there is none."""
    query = sa.select(*JOB_COLUMNS).where(tables.jobs.c.id == checked(job))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no job {job!r}.")
    return row


def _of(job: str) -> sa.Update:
    return sa.update(tables.jobs).where(tables.jobs.c.id == job)


def _job(connection: sa.Connection, job: str) -> Job:
    row = job_row(connection, job)
    return job_of(row, _attempts(connection, [job]).get(job, ()))


def _attempts(connection: sa.Connection, jobs: Sequence[str]) -> dict[str, list[sa.Row[Any]]]:
    shots = tables.shots
    rows = connection.execute(
        sa.select(*SHOT_COLUMNS)
        .where(shots.c.job.in_(list(jobs)))
        .order_by(shots.c.job, shots.c.position, shots.c.attempt)
    )
    found: dict[str, list[sa.Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.job, []).append(row)
    return found


def _page(wanted: JobFilter) -> sa.Select[Any]:
    jobs = tables.jobs
    query = sa.select(*JOB_COLUMNS).order_by(jobs.c.id.desc())
    if wanted.status:
        query = query.where(jobs.c.status.in_([status.value for status in wanted.status]))
    if wanted.engine is not None:
        query = query.where(jobs.c.engine == clean(wanted.engine))
    if wanted.text:
        query = query.where(jobs.c.text.contains(folded(wanted.text), autoescape=True))
    if wanted.before is not None:
        query = query.where(jobs.c.id < checked(wanted.before))
    return query.limit(min(max(wanted.limit, 0), LONGEST_PAGE))


def _with_client_key(connection: sa.Connection, new: NewJob) -> str | None:
    if new.client_key is None:
        return None
    jobs = tables.jobs
    row = connection.execute(
        sa.select(jobs.c.id, jobs.c.quote).where(jobs.c.client_key == _hashed(new.client_key))
    ).one_or_none()
    if row is None:
        return None
    if row.quote != new.plan.quote:
        raise Conflict(
            f"This idempotency key already belongs to job {row.id}, which is other work.",
            hint="Send a new key with new work.",
            job=row.id,
        )
    return str(row.id)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _insert(connection: sa.Connection, new: NewJob) -> None:
    now, plan = datetime.now(UTC), new.plan
    connection.execute(
        sa.insert(tables.jobs).values(
            id=new.id,
            client_key=None if new.client_key is None else _hashed(new.client_key),
            quote=plan.quote,
            executor=new.executor,
            round=1,
            cancelled=False,
            status=Status.queued.value,
            created=now,
            changed=now,
            engine=clean(plan.engine),
            host=host_name(new.host),
            facts={
                "kind": plan.recipe.kind.value,
                "model": plan.model,
                "prompt": plan.recipe.prompt,
                "timeline_name": plan.facts.name,
                "selection": (new.origin or {}).get("selection"),
            },
            text=_searched(plan),
            price=plan.price,
            warnings=list(new.warnings),
            plan=to_json(plan),
            budget=new.budget,
            project=new.project or None,
            origin=None if new.origin is None else dict(new.origin),
        )
    )
    rows = [
        attempt_row(new.id, shot.id, 1, position, _facts(shot))
        for position, shot in enumerate(plan.shots)
    ]
    if rows:
        connection.execute(sa.insert(tables.shots), rows)
    events.append(connection, new.id, None, "job_queued", {"shots": len(rows), "host": new.host})


def _facts(shot: PlannedShot) -> dict[str, Any]:
    return {"name": shot.name, "place": shot.place, "price": str(shot.price)}


def attempt_row(
    job: str, shot: str, attempt: int, position: int, facts: dict[str, Any]
) -> dict[str, Any]:
    """A new attempt at a shot, nothing begun."""
    return {
        "key": attempt_key(job, shot, attempt),
        "job": job,
        "shot": shot,
        "attempt": attempt,
        "position": position,
        "facts": facts,
        "latest": True,
        "status": Status.queued.value,
        "stage": Stage.waiting.value,
    }


def _searched(plan: Plan) -> str:
    words = [plan.recipe.prompt, plan.facts.name, *(shot.name for shot in plan.shots)]
    return folded("\n".join(words))[:SEARCHED]


def host_name(text: str) -> str:
    return clean(text)[:HOST_LETTERS]


def folded(text: str) -> str:
    return clean(text).casefold()


def clean(text: str) -> str:
    """Without what a database may refuse: NULs and other controls, halves of characters."""
    return "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text)


def _order(connection: sa.Connection, orders: Sequence[PlacementOrder]) -> None:
    placements = tables.placements
    for position, order in enumerate(orders):
        known = sa.select(placements.c.id).where(placements.c.id == order.id)
        if connection.execute(known).one_or_none() is None:
            connection.execute(
                sa.insert(placements).values(
                    id=order.id,
                    job=order.job,
                    position=position,
                    take=order.take,
                    host=order.host,
                    state=order.state.value,
                    instruction=order.instruction,
                )
            )
            about = {"placement": order.id, "take": order.take, "host": order.host}
            events.append(connection, order.job, None, "placement_waiting", about)
