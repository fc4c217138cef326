"""Databases for the room's tests: SQLite always, PostgreSQL where a server is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.jobs.database import Database, open_database
from tests.jobs.postgres import Server, running_server, server_folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    folder = server_folder()
    if folder is None:
        pytest.skip("no PostgreSQL server is installed here")
    with running_server(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Empty for SQLite, as in the settings."""
    if request.param == "sqlite":
        return ""
    server: Server = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(database_url, tmp_path / "jobs.db")
    yield opened
    opened.close()
