"""The notebook of an attempt. In: what was sent, and its name. Out: the same, after any stop.

A note is committed before `write` returns, and with an intent the credits that it may cost. Whoever
writes must have read the last version: of two processes that take up the same attempt only one gets
to send its intent.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bridge.errors import Conflict
from bridge.jobs import spending, tables
from bridge.jobs.budgets import Budgets
from bridge.jobs.database import Database
from bridge.jobs.desk import Desk
from bridge.jobs.spending import credits_of, planned_credits
from bridge.pipeline.tools import COST, EARLIER, HANDLE, INTENT

Look = Callable[[str, str], Awaitable[dict[str, Any] | None]]
"""What the books of that engine say about that model now."""


async def nobody_looks(engine: str, model: str) -> dict[str, Any] | None:  # noqa: ARG001 - a Look
    return None


class NoteLedger:
    def __init__(self, database: Database, budgets: Budgets | None = None) -> None:
        self._database, self._budgets = database, budgets or Budgets()

    def read(self, key: str, name: str) -> tuple[Any, int]:
        """The note and its version; None and 0 where there is none."""
        notes = tables.notes
        query = sa.select(notes.c.value, notes.c.version).where(
            notes.c.key == key, notes.c.name == name
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return (None, 0) if row is None else (row.value, row.version)

    def write(
        self,
        key: str,
        name: str,
        value: Any,
        version: int,
        before: dict[str, Any] | None = None,
    ) -> int:
        """
        Write over that version; `Conflict` where another writer was quicker.

        An intent reserves its credits: `BudgetReached`, and nothing is written, where no budget
        holds them. `before`: what the engine's books said just now.
        """
        with self._database.writing() as connection:
            if version == 0:
                written = _inserted(connection, key, name, value)
            else:
                written = _replaced(connection, key, name, value, version)
            if not written:
                raise Conflict(f"Another process works on {key} too.", key=key, note=name)
            self._book(connection, key, name, value, before)
        return version + 1

    def _book(
        self,
        connection: sa.Connection,
        key: str,
        name: str,
        value: Any,
        before: dict[str, Any] | None,
    ) -> None:
        if name.startswith(INTENT):
            request = name.removeprefix(INTENT)
            if value is None:
                spending.release(connection, request)
            else:
                spending.reserve(connection, key, request, value, self._budgets, before)
        elif name.startswith(HANDLE) and value is not None:
            spending.found(connection, name.removeprefix(HANDLE))
        elif name.startswith(COST) and (cost := credits_of({"credits": value})) is not None:
            spending.settle(connection, key, {name.removeprefix(COST): cost})

    def owner(self, engine: str, name: str) -> str | None:
        """The attempt that has the work of that name at the engine; None: nobody has."""
        notes = tables.notes
        query = sa.select(notes.c.key, notes.c.value).where(
            notes.c.name.startswith(HANDLE, autoescape=True),
            sa.type_coerce(notes.c.value, sa.Text).contains(json.dumps(name), autoescape=True),
        )
        with self._database.reading() as connection:
            for row in connection.execute(query):
                if row.value["engine"] == engine and name in row.value["data"].values():
                    return str(row.key)
        return None

    def all(self, key: str) -> dict[str, Any]:
        notes = tables.notes
        query = sa.select(notes.c.name, notes.c.value).where(notes.c.key == key)
        with self._database.reading() as connection:
            return {row.name: row.value for row in connection.execute(query)}


def _inserted(connection: sa.Connection, key: str, name: str, value: Any) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(
                sa.insert(tables.notes).values(key=key, name=name, value=value, version=1)
            )
    except IntegrityError:
        return False
    return True


def _replaced(connection: sa.Connection, key: str, name: str, value: Any, version: int) -> bool:
    notes = tables.notes
    changed = connection.execute(
        sa.update(notes)
        .where(notes.c.key == key, notes.c.name == name, notes.c.version == version)
        .values(value=value, version=version + 1)
    )
    return bool(changed.rowcount)


class Notebook:
    """
    `Notes` for the stages, and what the runner must know of them.

    While `sending` a request is under way whose name is not known yet: to stop then would lose it.
    """

    def __init__(self, key: str, ledger: NoteLedger, desk: Desk, look: Look = nobody_looks) -> None:
        self.key = key
        self.sending = False
        self.superseded = False  # another process has taken the attempt over
        self._ledger, self._desk, self._look = ledger, desk, look
        self._versions: dict[str, int] = {}
        self._intents: set[str] = set()  # noted by this run of the stage
        self.latest: str | None = None  # the request whose work this run saw last, by its name
        self._when_named: list[Callable[[], object]] = []

    async def read(self, name: str) -> Any | None:
        value, self._versions[name] = await self._desk(self._ledger.read, self.key, name)
        if name.startswith(HANDLE) and value is not None:
            self.latest = name.removeprefix(HANDLE)
        return value

    async def write(self, name: str, value: Any) -> None:
        if name not in self._versions:
            await self.read(name)
        before = None
        if name.startswith(INTENT) and value is not None:
            if planned_credits(value) > 0:
                before = await self._look(str(value.get("engine")), str(value.get("model")))
            self.sending, self.latest = True, None
            self._intents.add(name)
        try:
            self._versions[name] = await self._desk(
                self._ledger.write, self.key, name, value, self._versions[name], before
            )
        except BaseException as error:
            self.sending = False
            self.superseded = isinstance(error, Conflict)
            raise
        if name.startswith(HANDLE):
            self.latest = name.removeprefix(HANDLE)
            self.sent()

    def when_named(self, act: Callable[[], object]) -> None:
        """Do it now, or as soon as the request under way has its name or has failed."""
        if self.sending:
            self._when_named.append(act)
        else:
            act()

    def sent(self) -> None:
        self.sending = False
        acts, self._when_named = self._when_named, []
        for act in acts:
            act()

    async def unnamed(self) -> tuple[str, ...]:
        """Intents without a handle: what may have been started under a name nobody knows."""
        notes = await self._desk(self._ledger.all, self.key)
        return tuple(
            name
            for name, value in notes.items()
            if name.startswith(INTENT)
            and value is not None
            and notes.get(HANDLE + name.removeprefix(INTENT)) is None
        )

    async def handles(self) -> tuple[dict[str, Any], ...]:
        """What the engine knows of the attempt, also what an earlier one began in its place."""
        notes = await self._desk(self._ledger.all, self.key)
        named = sorted(notes.items(), key=lambda note: (len(note[0]), note[0]))  # 2 before 10
        return tuple(value for name, value in named if name.startswith((HANDLE, EARLIER)) and value)

    async def withdraw(self) -> None:
        """
        Take back what this run of the stage meant to send: the engine says that nothing began.

        It does not say so of what an earlier run may have sent before it was cut short.
        """
        for name in self._intents.intersection(await self.unnamed()):
            await self.write(name, None)
