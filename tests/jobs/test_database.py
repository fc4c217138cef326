import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from bridge.errors import DatabaseError, DiskFull, DiskRefused, UsageError
from bridge.jobs import tables
from bridge.jobs.database import Database, open_database, postgresql_url
from bridge.jobs.tables import SCHEMA_VERSION


def insert_note(database: Database, key: str, value: object = None) -> None:
    with database.writing() as connection:
        connection.execute(
            sa.insert(tables.notes).values(key=key, name="n", value=value, version=1)
        )


def insert_notes(database: Database, *keys: str | None) -> None:
    """All in one transaction, in which None is a fault."""
    with database.writing() as connection:
        for key in keys:
            if key is None:
                raise KeyError
            connection.execute(sa.insert(tables.notes).values(key=key, name="n", version=1))


def keys(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(sa.select(tables.notes.c.key)))


def test_it_opens_again_with_what_was_written(database_url, tmp_path):
    for expected in ([], ["a"]):
        database = open_database(database_url, tmp_path / "jobs.db")
        assert keys(database) == expected
        if not expected:
            insert_note(database, "a")
        database.close()


def test_a_transaction_that_fails_leaves_nothing(database):
    insert_note(database, "a")
    with pytest.raises(DatabaseError):
        insert_notes(database, "b", "a")
    with pytest.raises(KeyError):
        insert_notes(database, "c", None)
    assert keys(database) == ["a"]


def test_a_newer_format_is_left_alone(database_url, tmp_path):
    database = open_database(database_url, tmp_path / "jobs.db")
    with database.writing() as connection:
        connection.execute(sa.update(tables.schema).values(version=99))
    database.close()
    with pytest.raises(DatabaseError) as newer:
        open_database(database_url, tmp_path / "jobs.db")
    assert newer.value.detail == {"found": 99, "known": tables.SCHEMA_VERSION}


@pytest.mark.parametrize(
    ("version", "columns", "absent"),
    [
        (1, ("budget", "project", "origin"), (tables.spend, tables.claims, tables.tallies)),
        (2, ("origin",), (tables.claims, tables.tallies)),
        (3, (), (tables.tallies,)),
    ],
)
def test_an_older_format_gets_what_it_lacks(database_url, tmp_path, version, columns, absent):
    database = open_database(database_url, tmp_path / "jobs.db")
    with database.writing() as connection:
        for column in columns:
            table = "nle_bridge.jobs" if database.shared else "jobs"
            connection.exec_driver_sql(f"alter table {table} drop column {column}")
        for table in absent:
            table.drop(connection)
        connection.execute(sa.update(tables.schema).values(version=version))
    database.close()
    for _ in range(2):
        database = open_database(database_url, tmp_path / "jobs.db")
        with database.reading() as connection:
            assert connection.scalar(sa.select(tables.schema.c.version)) == SCHEMA_VERSION
            for table in (tables.jobs, *absent):
                assert connection.execute(sa.select(table)).all() == []
        database.close()


def test_sqlite_is_in_the_safe_mode_and_one_file_may_be_copied(tmp_path):
    database = open_database("", tmp_path / "jobs.db")
    with database.reading() as connection:
        answers = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert answers == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


@pytest.mark.parametrize(
    "content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_broken_file_is_named_as_such(tmp_path, content):
    file = tmp_path / "jobs.db"
    file.write_bytes(content)
    with pytest.raises(DatabaseError):
        open_database("", file)
    assert file.read_bytes() == content


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DiskRefused):
        open_database("", tmp_path / "missing" / "jobs.db")


FILL = """
import resource, signal, sys
from pathlib import Path
from bridge.errors import DiskFull, DatabaseError
from bridge.jobs.database import open_database
from tests.jobs.test_database import insert_note, keys
database = open_database("", Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
try:
    for number in range(1000):
        insert_note(database, f"k{number}", "x" * 10_000)
except (DiskFull, DatabaseError) as error:
    print(error.code, number)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
insert_note(database, "after")
print(len(keys(database)) - number)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are of POSIX")
def test_a_full_disk_loses_nothing_and_it_works_again_afterwards(tmp_path):
    script = [sys.executable, "-c", FILL, str(tmp_path / "jobs.db")]
    root = Path(__file__).parents[2]
    done = subprocess.run(script, capture_output=True, text=True, cwd=root, check=True)
    trouble, more = done.stdout.splitlines()
    assert trouble.split()[0] in (DiskFull.code, DatabaseError.code)
    assert int(trouble.split()[1]) > 5
    assert more == "1"


def test_only_postgresql_is_taken_for_a_studio():
    assert postgresql_url("postgresql://a:b@host/studio").drivername == "postgresql+psycopg"
    for url in ("mysql://host/studio", "nonsense", "sqlite:///x.db"):
        with pytest.raises(UsageError):
            postgresql_url(url)


def test_a_server_that_is_not_there_is_an_error_without_the_password(tmp_path):
    url = "postgresql://me:secret@127.0.0.1:1/studio?connect_timeout=2"
    with pytest.raises(DatabaseError) as missing:
        open_database(url, tmp_path / "jobs.db")
    assert "secret" not in missing.value.message


def test_two_processes_may_open_a_new_file_at_once(tmp_path):
    script = (
        "from pathlib import Path; from bridge.jobs.database import open_database;"
        f"open_database('', Path({str(tmp_path / 'jobs.db')!r})).close()"
    )
    root = Path(__file__).parents[2]
    processes = [subprocess.Popen([sys.executable, "-c", script], cwd=root) for _ in range(2)]
    assert [process.wait(30) for process in processes] == [0, 0]
    with sqlite3.connect(tmp_path / "jobs.db") as connection:
        assert connection.execute("select version from schema").fetchall() == [(SCHEMA_VERSION,)]
    connection.close()


def test_a_full_disk_at_the_start_is_said(tmp_path):
    file = tmp_path / "jobs.db"
    file.write_bytes(b"what SQLite cannot begin with" * 100)
    with pytest.raises(DiskFull, match=r"jobs\.db"):
        open_database("", file, free=lambda _: 0)
    with pytest.raises(DatabaseError, match="not a database"):
        open_database("", file)
