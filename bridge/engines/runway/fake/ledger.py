"""What was begun, billed and given back. In: tasks and credits. Out: rows that outlive a kill.

One SQLite file. A task and what it was billed are written in one transaction, before anybody is
answered, so that an answer that is lost leaves the truth behind. Entries are never changed.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

LONGEST_URI = 60  # characters of one that are written down in an entry

TABLES = """
CREATE TABLE IF NOT EXISTS account (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1), credits TEXT
);
CREATE TABLE IF NOT EXISTS tasks (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, model TEXT, created TEXT, data TEXT
);
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, what TEXT, task TEXT, door TEXT, model TEXT,
    credits TEXT, balance TEXT, body TEXT
);
"""


class Status(StrEnum):
    pending = "PENDING"
    throttled = "THROTTLED"
    running = "RUNNING"
    succeeded = "SUCCEEDED"
    failed = "FAILED"
    cancelled = "CANCELLED"

    @property
    def ended(self) -> bool:
        return self in (Status.succeeded, Status.failed, Status.cancelled)


@dataclass(frozen=True)
class Task:
    id: str
    created: str  # ISO 8601, UTC
    door: str
    model: str
    body: Mapping[str, Any]  # as it came; a data URI is replaced by that of its file
    estimated: Decimal  # credits, billed at once
    cost: Decimal  # credits that are not given back
    final: Decimal  # what it costs once it is made; less where less was used than billed
    status: Status = Status.pending
    outputs: tuple[str, ...] = ()  # file names
    failure: str = ""
    code: str | None = None
    gone: bool = False  # deleted: nobody gets an answer about it any more
    fate: Mapping[str, Any] = field(default_factory=dict[str, Any])  # what a script wants of it

    def as_data(self) -> dict[str, Any]:
        data = asdict(self)
        numbers = {name: str(data[name]) for name in ("estimated", "cost", "final")}
        return data | numbers | {"status": self.status.value, "outputs": list(self.outputs)}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "Task":
        read: dict[str, Any] = {
            **{name: Decimal(data[name]) for name in ("estimated", "cost", "final")},
            "status": Status(data["status"]),
            "outputs": tuple(data["outputs"]),
        }
        return Task(**{**data, **read})


@dataclass(frozen=True)
class Entry:
    number: int
    at: str  # ISO 8601, UTC
    what: str  # create, refund or charge
    task: str
    door: str
    model: str
    credits: Decimal  # taken from the balance; less than 0: put back
    balance: Decimal  # afterwards
    body: Mapping[str, Any]  # with long URIs cut short

    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {"credits": str(self.credits), "balance": str(self.balance)}


class Ledger:
    """May be used from any thread. A new file begins with that balance."""

    def __init__(self, file: Path, balance: Decimal) -> None:
        self._lock = threading.RLock()
        self._base = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode = WAL")
        # what is committed outlives the process at once, and the machine a little later
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.executescript(TABLES)
        self._base.execute("INSERT OR IGNORE INTO account VALUES (1, ?)", (str(balance),))

    def close(self) -> None:
        self._base.close()

    def begin(self, task: Task) -> None:
        """A new task, and what it costs at first."""
        with self._transaction():
            words = (task.id, task.model, task.created, json.dumps(task.as_data()))
            self._base.execute("INSERT INTO tasks VALUES (NULL, ?, ?, ?, ?)", words)
            self._enter(task, "create", task.estimated, task.created)

    def keep(self, task: Task, now: str) -> None:
        """The task as it is now; what it costs less than before is put back."""
        with self._transaction():
            before = self.task(task.id)
            row = (json.dumps(task.as_data()), task.id)
            self._base.execute("UPDATE tasks SET data = ? WHERE id = ?", row)
            if before is not None and task.cost != before.cost:
                more = task.cost - before.cost
                self._enter(task, "charge" if more > 0 else "refund", more, now)

    def task(self, name: str) -> Task | None:
        rows = self._rows("SELECT data FROM tasks WHERE id = ?", name)
        return Task.from_data(json.loads(rows[0][0])) if rows else None

    def tasks(self) -> tuple[Task, ...]:
        """All of them, deleted ones too, in the order in which they began."""
        rows = self._rows("SELECT data FROM tasks ORDER BY number")
        return tuple(Task.from_data(json.loads(row[0])) for row in rows)

    def begun_since(self, moment: str) -> dict[str, int]:
        """By model, how many tasks were created at or after that time (ISO 8601, UTC)."""
        rows = self._rows("SELECT model, count(*) FROM tasks WHERE created >= ? GROUP BY 1", moment)
        return dict(rows)

    def entries(self) -> tuple[Entry, ...]:
        rows = self._rows("SELECT * FROM entries ORDER BY number")
        return tuple(_entry(*row) for row in rows)

    @property
    def credits(self) -> Decimal:
        """What is left to spend."""
        return Decimal(self._rows("SELECT credits FROM account")[0][0])

    def set_credits(self, balance: Decimal) -> None:
        with self._transaction():
            self._base.execute("UPDATE account SET credits = ?", (str(balance),))

    def _enter(self, task: Task, what: str, taken: Decimal, now: str) -> None:
        balance = self.credits - taken
        self._base.execute("UPDATE account SET credits = ?", (str(balance),))
        row = (now, what, task.id, task.door, task.model, str(taken), str(balance))
        self._base.execute(
            "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, json.dumps(shortened(task.body))),
        )

    def _rows(self, words: str, *values: str) -> list[Any]:
        with self._lock:
            return self._base.execute(words, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")


def _entry(*row: Any) -> Entry:
    number, at, what, task, door, model, taken, balance, body = row
    amounts = Decimal(taken), Decimal(balance)
    return Entry(number, at, what, task, door, model, *amounts, json.loads(body))


def shortened(value: Any) -> Any:
    """A body with its URIs cut, so that a ledger can be read and holds no media."""
    if isinstance(value, Mapping):
        return {name: shortened(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(each) for each in value]
    if isinstance(value, str) and value.startswith(("data:", "runway:", "https:", "http:")):
        return value if len(value) <= LONGEST_URI else f"{value[:LONGEST_URI]}..."
    return value
