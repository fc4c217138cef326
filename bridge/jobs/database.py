"""The border to the database. In: settings. Out: transactions, and errors of our own.

SQLite in the data folder by default, PostgreSQL where the settings name one, with the same code.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bridge.errors import DatabaseError, DiskFull, DiskRefused, UsageError
from bridge.jobs.migrate import migrate
from bridge.jobs.tables import SCHEMA_VERSION, metadata, schema

POSTGRESQL_SCHEMA = "nle_bridge"
# One writer at a time, as SQLite has it: what a transaction checks stays so until it ends, events
# are seen in the order of their numbers, and no two can wait for each other's rows.
WRITERS_LOCK = 0x6E6C65  # any number that all processes agree on
BUSY_MS = 30_000
LEAST_BYTES = 128 << 10

FULL = ("database or disk is full", "No space left on device", "could not extend file")
READ_ONLY = ("readonly database", "unable to open database file", "attempt to write a readonly")


@contextmanager
def database_errors() -> Iterator[None]:
    """SQLAlchemy's errors as `DiskFull`, `DiskRefused` or `DatabaseError`."""
    try:
        yield
    except SQLAlchemyError as error:
        text = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        if any(words in text for words in FULL):
            raise DiskFull("The disk with the job database is full.") from error
        if any(words in text for words in READ_ONLY):
            raise DiskRefused(f"The job database cannot be written: {text}.") from error
        raise DatabaseError(f"The job database failed: {text}.") from error


class Database:
    """Transactions on the ledger's tables. Blocking; may be used from any thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.shared = engine.dialect.name == "postgresql"  # other machines may write too
        # SQLite has one writer at a time: waiting here is quicker than asking it again and again
        self._turn: AbstractContextManager[Any] = nullcontext() if self.shared else Lock()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction, committed durably at the end or not at all."""
        with self._turn, database_errors(), self.engine.connect() as session:
            connection = session.execution_options(writing=True)
            with connection.begin():
                if self.shared:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITERS_LOCK)))
                yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Everything read within it is of one moment."""
        with database_errors(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def open_database(url: str, file: Path, free: Callable[[Path], int] = _free) -> Database:
    """Open, or create, the tables: in PostgreSQL where there is a URL, else in the file."""
    database = Database(_postgresql(url) if url else _sqlite(file))
    try:
        with database_errors():
            _prepare(database)
    except BaseException as error:
        database.close()
        # SQLite calls it a disk I/O error when its log cannot even be begun
        if isinstance(error, DatabaseError) and not url and free(file.parent) < LEAST_BYTES:
            raise DiskFull(f"There is no space left for {file}.", path=str(file)) from error
        raise
    return database


def postgresql_url(url: str) -> sa.URL:
    """The settings' URL, with the driver that is installed; `UsageError` for any other database."""
    try:
        parsed = sa.make_url(url)
    except SQLAlchemyError as error:
        raise UsageError("The setting database is not a database URL.") from error
    if parsed.get_backend_name() != "postgresql":
        raise UsageError(
            f"The setting database names {parsed.get_backend_name()}, not postgresql.",
            hint="Leave it out to use SQLite in the data folder.",
        )
    return parsed.set(drivername="postgresql+psycopg")


def _postgresql(url: str) -> sa.Engine:
    engine = sa.create_engine(postgresql_url(url), pool_pre_ping=True)
    return engine.execution_options(schema_translate_map={None: POSTGRESQL_SCHEMA})


def _sqlite(file: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(file)), connect_args={"timeout": BUSY_MS / 1000}
    )
    sa.event.listen(engine, "connect", _configure_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's hook
    # Python's own implicit transactions stay open after a full disk; ours are begun explicitly
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _prepare(database: Database) -> None:
    """Create and add what is missing; a database that a newer program made is left alone."""
    with database.writing() as connection:
        if database.shared:
            connection.execute(sa.schema.CreateSchema(POSTGRESQL_SCHEMA, if_not_exists=True))
        metadata.create_all(connection, tables=[schema])
        version = connection.scalar(sa.select(schema.c.version))
        if version is not None and version > SCHEMA_VERSION:
            raise DatabaseError(
                f"The job database has format {version}; this version knows {SCHEMA_VERSION}.",
                hint="Update nle-bridge, or choose another --data folder.",
                found=version,
                known=SCHEMA_VERSION,
            )
        metadata.create_all(connection)
        if version is None:
            connection.execute(sa.insert(schema).values(version=SCHEMA_VERSION))
        elif version < SCHEMA_VERSION:
            migrate(connection, version, POSTGRESQL_SCHEMA if database.shared else "")
