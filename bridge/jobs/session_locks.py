"""Locks that end with the process that holds them. In: names. Out: who of all was first.

PostgreSQL's advisory locks on one session. A session could take its own lock twice; this one does
not. Blocking; may be used from any thread.
"""

import contextlib
import hashlib
from threading import Lock

import sqlalchemy as sa

from bridge.errors import DatabaseError
from bridge.jobs.database import database_errors

# A machine that lost its network is noticed after some ten seconds.
KEEPALIVE = {"idle": 5, "interval": 2, "count": 3}


class SessionLocks:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._session: sa.Connection | None = None
        self._held: set[str] = set()
        self._turn = Lock()

    def open(self) -> None:
        with database_errors():
            session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            for name, value in KEEPALIVE.items():
                session.exec_driver_sql(f"set tcp_keepalives_{name}={value}")
            self._session = session

    def close(self) -> None:
        """Give everything back, also where the session is gone already."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(DatabaseError), database_errors():
                session.invalidate()
                session.close()
        self._held.clear()

    def take(self, name: str) -> bool:
        """False where it is held, here or elsewhere. `DatabaseError` once the session is lost."""
        with self._turn:
            if name in self._held:
                return False
            taken = bool(self._ask(sa.func.pg_try_advisory_lock(lock_number(name))))
            if taken:
                self._held.add(name)
            return taken

    def give_back(self, name: str) -> None:
        with self._turn:
            self._held.discard(name)
            self._ask(sa.func.pg_advisory_unlock(lock_number(name)))

    def _ask(self, question: sa.Function[bool]) -> bool | None:
        if self._session is None:
            raise DatabaseError("The session with the database is closed.")
        with database_errors():
            return self._session.scalar(sa.select(question))


def lock_number(name: str) -> int:
    """PostgreSQL names its advisory locks by 64 bit numbers."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
