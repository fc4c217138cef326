"""What the engine must still know tomorrow. In: uploads, attempts, refusals. Out: the same, later.

One SQLite file in the engine's own folder, for any number of processes; a connection an operation.
No key is in it, only what tells one key's things from another's.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.errors import DatabaseError, DiskFull, disk_error

UPLOADS_LIVE = timedelta(hours=23)  # the service says 24
WINDOW = timedelta(hours=24)
MOST_REFUSALS = 3  # within the window; then the account is in danger
BUSY_SECONDS = 10
TABLES = """
CREATE TABLE IF NOT EXISTS uploads (
    scope TEXT, sha256 TEXT, uri TEXT NOT NULL, made TEXT NOT NULL, PRIMARY KEY (scope, sha256));
CREATE TABLE IF NOT EXISTS attempts (
    key TEXT PRIMARY KEY, input TEXT NOT NULL, scope TEXT NOT NULL, made TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refusals (
    task TEXT PRIMARY KEY, input TEXT, code TEXT NOT NULL, made TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cancelled (task TEXT PRIMARY KEY, made TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS breaker (only_one INTEGER PRIMARY KEY, opened TEXT, reset TEXT);
"""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Attempt:
    """What one attempt sent: `input` without what changes by itself, and under which key."""

    input: str
    scope: str


@dataclass(frozen=True)
class Memory:
    """
    `scope` below tells apart what belongs to different accounts or services.

    Every call blocks for moments and raises `DatabaseError` or a disk error.
    """

    folder: Path
    clock: Callable[[], datetime] = field(default=_now, compare=False)

    # ---- uploads

    def upload(self, scope: str, sha256: str) -> str | None:
        """The name of an upload that still lives."""
        with self._base() as base:
            row = base.execute(
                "SELECT uri, made FROM uploads WHERE scope = ? AND sha256 = ?", (scope, sha256)
            ).fetchone()
        return row[0] if row and self._within(row[1], UPLOADS_LIVE) else None

    def keep_upload(self, scope: str, sha256: str, uri: str) -> None:
        with self._base() as base:
            base.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?)", (scope, sha256, uri, self._at)
            )
            oldest = (self.clock() - UPLOADS_LIVE).isoformat()
            base.execute("DELETE FROM uploads WHERE made < ?", (oldest,))

    def forget_uploads(self, scope: str, sha256s: Sequence[str]) -> None:
        """They may be gone at the service: the next request sends them anew."""
        with self._base() as base:
            base.executemany(
                "DELETE FROM uploads WHERE scope = ? AND sha256 = ?",
                [(scope, sha256) for sha256 in sha256s],
            )

    def forget_uploads_of(self, attempt: str) -> None:
        """The same for all that lies where this attempt sent its files."""
        with self._base() as base:
            base.execute(
                "DELETE FROM uploads WHERE scope = (SELECT scope FROM attempts WHERE key = ?)",
                (attempt,),
            )

    # ---- attempts

    def keep_attempt(self, key: str, attempt: Attempt) -> None:
        with self._base() as base:
            base.execute(
                "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?)",
                (key, attempt.input, attempt.scope, self._at),
            )

    def attempt(self, key: str) -> Attempt | None:
        with self._base() as base:
            row = base.execute("SELECT input, scope FROM attempts WHERE key = ?", (key,)).fetchone()
        return Attempt(*row) if row else None

    def keep_cancelled(self, task: str) -> None:
        with self._base() as base:
            base.execute("INSERT OR IGNORE INTO cancelled VALUES (?, ?)", (task, self._at))

    def was_cancelled(self, task: str) -> bool:
        with self._base() as base:
            return bool(base.execute("SELECT 1 FROM cancelled WHERE task = ?", (task,)).fetchone())

    # ---- refusals by moderation, and the breaker that they trip

    def keep_refusal(self, task: str, key: str, code: str) -> None:
        """Told again of the same task it counts once."""
        with self._base() as base:
            base.execute(
                "INSERT OR IGNORE INTO refusals VALUES "
                "(?, (SELECT input FROM attempts WHERE key = ?), ?, ?)",
                (task, key, code, self._at),
            )
            since = (self.clock() - WINDOW).isoformat()
            count = base.execute(
                "SELECT count(*) FROM refusals WHERE made > max(?, "
                "coalesce((SELECT reset FROM breaker), ''))",
                (since,),
            ).fetchone()[0]
            if count >= MOST_REFUSALS:
                base.execute(
                    "INSERT INTO breaker VALUES (1, ?, '') ON CONFLICT (only_one) "
                    "DO UPDATE SET opened = coalesce(opened, excluded.opened)",
                    (self._at,),
                )

    def refused(self, input_: str) -> str | None:
        """The code with which moderation refused the same input before."""
        with self._base() as base:
            row = base.execute(
                "SELECT code FROM refusals WHERE input = ? ORDER BY made DESC", (input_,)
            ).fetchone()
        return row[0] if row else None

    def breaker(self) -> str | None:
        """Since when nothing is sent any more; None: it is."""
        with self._base() as base:
            row = base.execute("SELECT opened FROM breaker").fetchone()
        return row[0] if row else None

    def reset(self) -> None:
        """A person has looked at the refusals: they no longer count. Inputs stay refused."""
        with self._base() as base:
            base.execute("INSERT OR REPLACE INTO breaker VALUES (1, NULL, ?)", (self._at,))

    # ---- the file

    @property
    def _at(self) -> str:
        return self.clock().isoformat()

    def _within(self, made: str, span: timedelta) -> bool:
        """A clock that was set back makes things of the future: those count as old."""
        return timedelta(0) <= self.clock() - datetime.fromisoformat(made) < span

    @contextmanager
    def _base(self) -> Iterator[sqlite3.Connection]:
        """One transaction; committed when the block ends well."""
        file = self.folder / "memory.sqlite"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            base = sqlite3.connect(file, isolation_level=None, timeout=BUSY_SECONDS)
        except OSError as error:
            raise disk_error(error, self.folder) from error
        except sqlite3.Error as error:
            raise _translated(error, file) from error
        try:
            base.execute("PRAGMA synchronous = FULL")
            for statement in TABLES.split(";"):
                base.execute(statement)
            base.execute("BEGIN IMMEDIATE")
            yield base
            base.execute("COMMIT")
        except sqlite3.Error as error:
            raise _translated(error, file) from error
        finally:
            base.close()  # rolls back what was not committed


def _translated(error: sqlite3.Error, file: Path) -> DatabaseError | DiskFull:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return DiskFull(f"There is no space left to write {file}.", path=str(file))
    hint = "Move the file away: uploads are made again; refused inputs are forgotten with it."
    damaged = name in ("SQLITE_CORRUPT", "SQLITE_NOTADB")
    return DatabaseError(
        f"The engine's memory cannot be used: {error}.",
        hint=hint if damaged else None,
        path=str(file),
    )
