"""Placement orders. In: what a host did with a take. Out: orders, waiting or done."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bridge.errors import Conflict, NotFound, UsageError
from bridge.jobs import events, tables
from bridge.jobs.database import Database
from bridge.jobs.facts import PlacementOrder, PlacementState
from bridge.jobs.ledger import checked, host_name
from bridge.jobs.rows import placement_of


class PlacementLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self, host: str | None, state: PlacementState | None, job: str | None
    ) -> tuple[PlacementOrder, ...]:
        """Orders with every named value, in the order of their jobs and shots."""
        placements = tables.placements
        query = sa.select(placements).order_by(placements.c.job, placements.c.position)
        if host is not None:
            query = query.where(placements.c.host == host_name(host))
        if state is not None:
            query = query.where(placements.c.state == state.value)
        if job is not None:
            query = query.where(placements.c.job == checked(job))
        with self._database.reading() as connection:
            return tuple(placement_of(row) for row in connection.execute(query))

    def acknowledge(
        self, placement: str, state: PlacementState, readback: Mapping[str, Any]
    ) -> PlacementOrder:
        """
        Note what became of a take. Saying it again changes nothing; `Conflict` for the opposite,
        `NotFound` for an order that was never given.
        """
        if state is PlacementState.waiting:
            raise UsageError("A placement is acknowledged as placed or as refused.")
        placements = tables.placements
        this = placements.c.id == checked(placement)
        with self._database.writing() as connection:
            row = connection.execute(sa.select(placements).where(this))
            found = row.one_or_none()
            if found is None:
                raise NotFound(f"There is no placement {placement!r}.")
            if found.state == PlacementState.waiting.value:
                values = {"state": state.value, "readback": dict(readback)}
                connection.execute(sa.update(placements).where(this).values(**values))
                about = {"placement": found.id, "take": found.take, "host": found.host}
                events.append(connection, found.job, None, f"placement_{state.value}", about)
            elif found.state != state.value:
                raise Conflict(
                    f"The placement {placement} was already acknowledged as {found.state}.",
                    state=found.state,
                )
            return placement_of(connection.execute(sa.select(placements).where(this)).one())
