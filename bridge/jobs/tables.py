"""The ledger's tables. Out: SQLAlchemy Core tables that SQLite and PostgreSQL keep alike.

Words that people chose lie in JSON columns, which are plain ASCII: file names that are no Unicode
and texts with NULs come back as they were, from either database.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

SCHEMA_VERSION = 4  # what an older one lacks is added by `migrate`


class AsJson(sa.TypeDecorator[Any]):
    """Any JSON value; None is NULL."""

    impl = sa.Text
    cache_ok = True

    # SQLAlchemy hands the dialect over; JSON is the same for all
    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(value, separators=(",", ":"))

    # as above
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return None if value is None else json.loads(value)


class AsTime(sa.TypeDecorator[datetime]):
    """A moment in UTC, as text that sorts."""

    impl = sa.String(32)
    cache_ok = True

    # as above
    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    # as above
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


class AsDecimal(sa.TypeDecorator[Decimal]):
    """Credits, digit for digit: SQLite would keep them as binary fractions."""

    impl = sa.String(40)
    cache_ok = True

    # as above
    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value)

    # as above
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return None if value is None else Decimal(value)


metadata = sa.MetaData()

schema = sa.Table("schema", metadata, sa.Column("version", sa.Integer, primary_key=True))

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("client_key", sa.String(64), unique=True),  # SHA-256 of the caller's idempotency key
    sa.Column("quote", sa.String(64), nullable=False),
    sa.Column("executor", sa.String(200), nullable=False),  # the machine that walks it
    sa.Column("round", sa.Integer, nullable=False),  # 1, and one more for every retry
    sa.Column("cancelled", sa.Boolean, nullable=False),  # the wish, from the moment it is known
    sa.Column("status", sa.String(20), nullable=False, index=True),
    sa.Column("created", AsTime, nullable=False),
    sa.Column("changed", AsTime, nullable=False),
    sa.Column("engine", sa.String(200), nullable=False),
    sa.Column("host", sa.String(40), nullable=False),
    sa.Column("facts", AsJson, nullable=False),  # kind, model, prompt, timeline_name, selection
    sa.Column("text", sa.Text, nullable=False),  # to search in: folded, without odd characters
    sa.Column("price", AsDecimal, nullable=False),
    sa.Column("timeline", AsJson),
    sa.Column("warnings", AsJson, nullable=False),
    sa.Column("error", AsJson),
    sa.Column("plan", AsJson, nullable=False),
    sa.Column("budget", AsDecimal),  # credits it may spend at most, where its caller says so
    sa.Column("project", AsJson),  # since format 2
    sa.Column("origin", AsJson),  # since format 3: where in the host it came from
)

shots = sa.Table(
    "shots",
    metadata,
    sa.Column("key", sa.String(100), primary_key=True),  # one row an attempt: job-shot-attempt
    sa.Column("job", sa.String(40), sa.ForeignKey(jobs.c.id), nullable=False, index=True),
    sa.Column("shot", sa.String(40), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("latest", sa.Boolean, nullable=False),
    sa.Column("facts", AsJson, nullable=False),  # name, place
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("stage", sa.String(20), nullable=False),
    sa.Column("progress", sa.Float),
    sa.Column("note", AsJson),
    sa.Column("done", sa.String(20)),  # the last stage that gave a result
    sa.Column("result", AsJson),  # that result
    sa.Column("take", sa.String(200)),
    sa.Column("credits", AsDecimal),
    sa.Column("error", AsJson),
    sa.Column("started", AsTime),
    sa.Column("ended", AsTime),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("value", AsJson),
    sa.Column("version", sa.Integer, nullable=False),  # a writer must have read the last one
)

events = sa.Table(
    "events",
    metadata,
    sa.Column(
        "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True
    ),
    sa.Column("time", AsTime, nullable=False),
    sa.Column("job", sa.String(40), nullable=False),
    sa.Column("shot", sa.String(40)),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("data", AsJson, nullable=False),
    sa.Index("events_of_shot", "job", "shot", "what"),
    sqlite_autoincrement=True,  # a number that was seen never comes back
)

spend = sa.Table(
    "spend",
    metadata,
    sa.Column("key", sa.String(120), primary_key=True),  # the request's
    sa.Column("attempt", sa.String(100), nullable=False, index=True),
    sa.Column("job", sa.String(40), sa.ForeignKey(jobs.c.id), nullable=False, index=True),
    sa.Column("project", AsJson),  # no index: PostgreSQL's do not take a long path
    sa.Column("shot", AsJson, nullable=False),  # its name
    sa.Column("engine", sa.String(200), nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("door", sa.String(200), nullable=False),
    sa.Column("day", sa.String(10), nullable=False, index=True),  # UTC, when it was reserved
    sa.Column("planned", AsDecimal, nullable=False),
    sa.Column("credits", AsDecimal),  # what it truly cost, once known
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("created", AsTime, nullable=False),
    sa.Column("changed", AsTime, nullable=False),
    sa.Column("evidence", AsJson),  # the engine's books before and after, where there is doubt
)

placements = sa.Table(
    "placements",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("job", sa.String(40), sa.ForeignKey(jobs.c.id), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("take", sa.String(200), nullable=False),
    sa.Column("host", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("instruction", AsJson, nullable=False),
    sa.Column("readback", AsJson),
)

# Since format 4: what the shots of a job that has ended come to. Not in its row, where it would lie
# behind the plan: SQLite reads through everything before a column.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("job", sa.String(40), sa.ForeignKey(jobs.c.id), primary_key=True),
    sa.Column("shots", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("credits", AsDecimal, nullable=False),
    sa.Column("started", AsTime),
)

# Who places a take just now. A claim that has run out counts for nothing.
claims = sa.Table(
    "claims",
    metadata,
    sa.Column("placement", sa.String(200), sa.ForeignKey(placements.c.id), primary_key=True),
    sa.Column("runner", sa.String(64), nullable=False),
    sa.Column("until", AsTime, nullable=False),
)
