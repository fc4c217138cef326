"""The notebook of an attempt. In: what was sent, and its name. Out: the same, after any stop.

A note is committed before `write` returns. Whoever writes must have read the last version: of two
processes that take up the same attempt only one gets to send its intent.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bridge.errors import Conflict
from bridge.jobs import tables
from bridge.jobs.database import Database
from bridge.jobs.desk import Desk
from bridge.pipeline.tools import HANDLE, INTENT


class NoteLedger:
    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, key: str, name: str) -> tuple[Any, int]:
        """The note and its version; None and 0 where there is none."""
        notes = tables.notes
        query = sa.select(notes.c.value, notes.c.version).where(
            notes.c.key == key, notes.c.name == name
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return (None, 0) if row is None else (row.value, row.version)

    def write(self, key: str, name: str, value: Any, version: int) -> int:
        """Write over that version; `Conflict` where another writer was quicker."""
        with self._database.writing() as connection:
            if version == 0:
                written = _inserted(connection, key, name, value)
            else:
                written = _replaced(connection, key, name, value, version)
        if not written:
            raise Conflict(f"Another process works on {key} too.", key=key, note=name)
        return version + 1

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

    def __init__(self, key: str, ledger: NoteLedger, desk: Desk) -> None:
        self.key = key
        self.sending = False
        self.superseded = False  # another process has taken the attempt over
        self._ledger, self._desk = ledger, desk
        self._versions: dict[str, int] = {}
        self._intents: set[str] = set()  # noted by this run of the stage
        self._when_named: list[Callable[[], object]] = []

    async def read(self, name: str) -> Any | None:
        value, self._versions[name] = await self._desk(self._ledger.read, self.key, name)
        return value

    async def write(self, name: str, value: Any) -> None:
        if name not in self._versions:
            await self.read(name)
        if name.startswith(INTENT) and value is not None:
            self.sending = True
            self._intents.add(name)
        try:
            self._versions[name] = await self._desk(
                self._ledger.write, self.key, name, value, self._versions[name]
            )
        except BaseException as error:
            self.sending = False
            self.superseded = isinstance(error, Conflict)
            raise
        if name.startswith(HANDLE):
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
        notes = await self._desk(self._ledger.all, self.key)
        return tuple(value for name, value in sorted(notes.items()) if name.startswith(HANDLE))

    async def withdraw(self) -> None:
        """
        Take back what this run of the stage meant to send: the engine says that nothing began.

        It does not say so of what an earlier run may have sent before it was cut short.
        """
        for name in self._intents.intersection(await self.unnamed()):
            await self.write(name, None)
