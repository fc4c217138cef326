"""Placement orders. In: what a host did with a take. Out: orders, waiting or done."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bridge.errors import Conflict, NotFound, UsageError
from bridge.jobs import events, tables
from bridge.jobs.database import Database
from bridge.jobs.decisions import Decision, course
from bridge.jobs.facts import PlacementOrder, PlacementState
from bridge.jobs.ledger import checked, host_name
from bridge.jobs.rows import placement_of

PLANNED = "planned_mode"  # of an instruction about which a person has decided
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
        `NotFound` for an order that was never given. One that was withdrawn too late is placed.
        """
        if state is PlacementState.waiting:
            raise UsageError("A placement is acknowledged as placed or as refused.")
        placements = tables.placements
        this = placements.c.id == checked(placement)
        with self._database.writing() as connection:
            found = _row(connection, placement)
            order = placement_of(found)
            if order.state is PlacementState.waiting or order.withdrawn:
                values = {"state": state.value, "readback": dict(readback)}
                connection.execute(sa.update(placements).where(this).values(**values))
                connection.execute(_claim_of(found.id))
                _tell(connection, found, state)
            elif order.state is not state:
                raise Conflict(
                    f"The placement {placement} was already acknowledged as {order.state}.",
                    state=order.state.value,
                )
            return placement_of(_row(connection, placement))

    def hold(self, placement: str, runner: str) -> bool:
        """
        Claim a waiting order, or claim it on, for `HOLD_SECONDS`.

        False where another runner holds it, or it waits no more.
        """
        placements, claims = tables.placements, tables.claims
        with self._database.writing() as connection:
            query = sa.select(placements.c.state).where(placements.c.id == checked(placement))
            if connection.scalar(query) != PlacementState.waiting.value:
                return False
            if _held(connection, placement) not in (None, runner):
                return False
            until = datetime.now(UTC) + timedelta(seconds=HOLD_SECONDS)
            connection.execute(_claim_of(placement))
            connection.execute(
                sa.insert(claims).values(placement=placement, runner=runner, until=until)
            )
        return True

    def direct(self, placement: str, decision: Decision) -> tuple[PlacementOrder, bool]:
        """
        A person decides whether and how a take is placed; gives the order, and whether it follows.

        What was placed stays as it is, and so does what a script is placing now. `NotFound`.
        """
        placements = tables.placements
        this = placements.c.id == checked(placement)
        with self._database.writing() as connection:
            found = _row(connection, placement)
            if found.state == PlacementState.placed.value or _held(connection, placement):
                return placement_of(found), False
            wanted = course(decision, placement_of(found))
            planned = found.instruction.get(PLANNED, found.instruction["mode"])
            told = {"mode": wanted.mode or planned, PLANNED: planned}
            values = {
                "state": wanted.state.value,
                "instruction": {**found.instruction, **told},
                "readback": wanted.readback,
            }
            connection.execute(sa.update(placements).where(this).values(**values))
            if wanted.state.value != found.state:
                _tell(connection, found, wanted.state)
            return placement_of(_row(connection, placement)), True

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
            found = _row(connection, placement)
            if found.state == PlacementState.placed.value:
                raise Conflict(f"The take of {placement} was placed already.", state=found.state)
            if found.state == PlacementState.refused.value:
                waiting = {"state": PlacementState.waiting.value, "readback": None}
                connection.execute(sa.update(placements).where(this).values(**waiting))
                _tell(connection, found, PlacementState.waiting)
            return placement_of(_row(connection, placement))


def _row(connection: sa.Connection, placement: str) -> sa.Row[Any]:
    query = sa.select(tables.placements).where(tables.placements.c.id == checked(placement))
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no placement {placement!r}.")
    return found


def _held(connection: sa.Connection, placement: str) -> str | None:
    """Who places it now."""
    claims = tables.claims.c
    query = sa.select(claims.runner).where(
        claims.placement == placement, claims.until > datetime.now(UTC)
    )
    return connection.scalar(query)


def _tell(connection: sa.Connection, order: sa.Row[Any], state: PlacementState) -> None:
    about = {"placement": order.id, "take": order.take, "host": order.host}
    events.append(connection, order.job, None, f"placement_{state.value}", about)


def _claim_of(placement: str) -> sa.Delete:
    return sa.delete(tables.claims).where(tables.claims.c.placement == placement)
