"""Placement orders. In: what a host did with a take. Out: orders, waiting or done."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bridge.errors import Conflict, NotFound, UsageError
from bridge.jobs import events, tables
from bridge.jobs.database import Database
from bridge.jobs.facts import PlacementOrder, PlacementState
from bridge.jobs.ledger import checked, host_name
from bridge.jobs.rows import placement_of

HOLD_SECONDS = 120  # what a script needs to place a take, with much to spare


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
                connection.execute(_claim_of(found.id))
                about = {"placement": found.id, "take": found.take, "host": found.host}
                events.append(connection, found.job, None, f"placement_{state.value}", about)
            elif found.state != state.value:
                raise Conflict(
                    f"The placement {placement} was already acknowledged as {found.state}.",
                    state=found.state,
                )
            return placement_of(connection.execute(sa.select(placements).where(this)).one())

    def hold(self, placement: str, runner: str) -> bool:
        """
        Claim a waiting order, or claim it on, for `HOLD_SECONDS`.

        False where another runner holds it, or it waits no more.
        """
        placements, claims, now = tables.placements, tables.claims, datetime.now(UTC)
        with self._database.writing() as connection:
            query = sa.select(placements.c.state).where(placements.c.id == checked(placement))
            if connection.scalar(query) != PlacementState.waiting.value:
                return False
            held = connection.execute(
                sa.select(claims).where(claims.c.placement == placement)
            ).one_or_none()
            if held is not None and held.runner != runner and held.until > now:
                return False
            until = now + timedelta(seconds=HOLD_SECONDS)
            connection.execute(_claim_of(placement))
            connection.execute(
                sa.insert(claims).values(placement=placement, runner=runner, until=until)
            )
        return True

    def let_go(self, placement: str, runner: str) -> None:
        with self._database.writing() as connection:
            own = tables.claims.c.runner == runner
            connection.execute(_claim_of(checked(placement)).where(own))

    def holders(self) -> dict[str, str]:
        """Runners by the placements that they hold now."""
        claims = tables.claims
        query = sa.select(claims.c.placement, claims.c.runner).where(
            claims.c.until > datetime.now(UTC)
        )
        with self._database.reading() as connection:
            return {row.placement: row.runner for row in connection.execute(query)}

    def offer_again(self, placement: str) -> PlacementOrder:
        """A refused order waits again; `Conflict` for one that was placed."""
        placements = tables.placements
        this = placements.c.id == checked(placement)
        with self._database.writing() as connection:
            found = connection.execute(sa.select(placements).where(this)).one_or_none()
            if found is None:
                raise NotFound(f"There is no placement {placement!r}.")
            if found.state == PlacementState.placed.value:
                raise Conflict(f"The take of {placement} was placed already.", state=found.state)
            if found.state == PlacementState.refused.value:
                waiting = {"state": PlacementState.waiting.value, "readback": None}
                connection.execute(sa.update(placements).where(this).values(**waiting))
                about = {"placement": found.id, "take": found.take, "host": found.host}
                events.append(connection, found.job, None, "placement_waiting", about)
            return placement_of(connection.execute(sa.select(placements).where(this)).one())


def _claim_of(placement: str) -> sa.Delete:
    return sa.delete(tables.claims).where(tables.claims.c.placement == placement)
