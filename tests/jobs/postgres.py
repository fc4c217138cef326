"""A PostgreSQL of the tests' own. In: an installed server. Out: empty databases, on a socket."""

import getpass
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

UNPRIVILEGED = "nobody"  # the server refuses to run as root
SECONDS = 30


def server_folder() -> Path | None:
    """Where `initdb` and `postgres` are; None where no server is installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class Server:
    def __init__(self, folder: Path, user: str) -> None:
        self._folder, self._user = folder, user
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        return f"postgresql://{self._user}@/{name}?host={self._folder}"

    def database(self) -> str:
        """The URL of a new, empty one."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name}")
        return self.url(name)

    def clients(self, url: str) -> int:
        """Connections to that database, our own look at it left out."""
        with psycopg.connect(url, autocommit=True) as connection:
            query = (
                "select count(*) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
            row = connection.execute(query).fetchone()
            return row[0] if row else 0


@contextmanager
def running_server(binaries: Path) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has 107 letters at most
    as_user: dict[str, object] = {"cwd": folder}
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
        as_user["user"] = UNPRIVILEGED
    user = UNPRIVILEGED if os.geteuid() == 0 else getpass.getuser()
    data = folder / "data"
    make = [binaries / "initdb", "-D", data, "-A", "trust", "-U", user, "-E", "UTF8", "--no-sync"]
    subprocess.run(make, check=True, capture_output=True, **as_user)
    serve = [binaries / "postgres", "-D", data, "-k", folder, "-h", "", "-F"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(serve, stdout=log, stderr=log, **as_user)
    try:
        server = Server(folder, user)
        _wait(server)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
        process.wait(SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Server) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
