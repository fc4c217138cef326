"""Older databases. In: a database of an earlier format. Out: the same one in today's, nothing lost.

Runs within the transaction that opens the database: it is changed as a whole or not at all.
"""

import sqlalchemy as sa

from bridge.jobs import tables, tally
from bridge.jobs.facts import Charge, Status


def migrate(connection: sa.Connection, version: int, schema: str) -> None:
    """From `version` to today's; the tables that are new are there by now."""
    if version < 2:
        _add_columns(connection, schema, tables.jobs.c.budget, tables.jobs.c.project)
        _note_spent(connection)
    if version < 3:
        _add_columns(connection, schema, tables.jobs.c.origin)
    if version < 4:
        _count_ended(connection)
    connection.execute(sa.update(tables.schema).values(version=tables.SCHEMA_VERSION))


def _add_columns(connection: sa.Connection, schema: str, *columns: sa.Column[object]) -> None:
    for column in columns:
        table = f"{schema}.{column.table.name}" if schema else column.table.name
        kind = column.type.compile(connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column.name} {kind}")


def _note_spent(connection: sa.Connection) -> None:
    """What was spent before there were rows for it counts against budgets too."""
    shots, jobs = tables.shots, tables.jobs
    found = connection.execute(
        sa.select(shots, jobs.c.engine, jobs.c.facts.label("job_facts"), jobs.c.created)
        .join(jobs)
        .where(shots.c.credits.is_not(None))
    ).all()
    rows = [
        {
            "key": f"{row.key}-0",
            "attempt": row.key,
            "job": row.job,
            "shot": row.facts["name"],
            "engine": row.engine,
            "model": row.job_facts["model"],
            "door": "",
            "day": (row.started or row.created).date().isoformat(),
            "planned": row.credits,
            "credits": row.credits,
            "state": Charge.spent.value,
            "created": row.started or row.created,
            "changed": row.ended or row.created,
        }
        for row in found
        if row.credits > 0
    ]
    if rows:
        connection.execute(sa.insert(tables.spend), rows)


def _count_ended(connection: sa.Connection) -> None:
    jobs = tables.jobs.c
    ended = [status.value for status in Status if status.ended]
    for job in connection.scalars(sa.select(jobs.id).where(jobs.status.in_(ended))).all():
        tally.keep(connection, job)
