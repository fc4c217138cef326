"""The durable engine. In: a job's id. Out: its steps run in order, each once, over any restart.

DBOS Transact lives here and nowhere else. It keeps which steps are done; what they gave is in the
ledger, so its database may be deleted and is made again from there. Its workflows:

    job_v1(job, round)   open · one shot_v1 for each open attempt, all at once · close
    shot_v1(key)         extract · render · collect · conform, until one says stop

Steps answer with a few JSON words and never raise; only a stop of the process cuts them short, and
then they run again. No workflow waits in a DBOS queue: those are asked again and again, which costs
time for every job and processor time without any; `slots` limits what runs at the same time.
"""

import asyncio
import logging
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import sqlalchemy as sa
from dbos import (
    DBOS,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    PortableWorkflowError,
    SetWorkflowID,
)
from dbos import error as dbos_errors

from bridge.errors import DatabaseError
from bridge.jobs.database import database_errors, postgresql_url
from bridge.jobs.facts import Stage

# Never changed: with another version DBOS would leave the jobs under way alone, without a word.
# New steps go behind `DBOS.patch_async`.
APPLICATION_VERSION = "wf-1"
# A job that takes the daemon down with it is not picked up for ever.
MAX_RECOVERIES = 100
THREADS = 32
LISTEN_SECONDS = 0.1  # how soon its threads notice a stop; costs a thousandth of a core
CHILD_SECONDS = 0.25  # between looks at a shot that another workflow run took up
LAST_WORDS_SECONDS = 1.0  # for workflows to note their ends before a stop
FORGET_AT_ONCE = 10_000  # workflows
STAGES = (Stage.extract, Stage.render, Stage.collect, Stage.conform)


class Steps(Protocol):
    """What the workflows call. Every answer is JSON; running a step again gives the same."""

    async def open(self, job: str) -> dict[str, Any]: ...  # {"keys": [attempts to walk]}

    async def stage(self, key: str, stage: str) -> dict[str, Any]: ...  # {"go_on": bool}

    async def close(self, job: str) -> dict[str, Any]: ...  # {"status": ...}


class State(StrEnum):
    """What DBOS knows of a round."""

    unknown = "unknown"
    under_way = "under_way"  # runs, or is taken up again by itself
    over = "over"  # ended or failed
    given_up = "given_up"  # taken up too often


STATES = {
    "PENDING": State.under_way,
    "ENQUEUED": State.under_way,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": State.given_up,
}

_steps: Steps | None = None  # DBOS is one a process, and its workflows are module functions
_walking: set[asyncio.Task[Any]] = set()  # the workflows' tasks, until DBOS has noted their ends


def _begin() -> Steps:
    if _steps is None:  # a workflow outlived the stop: it stays open and is taken up again
        raise asyncio.CancelledError
    task = asyncio.current_task()
    if task is not None:
        _walking.add(task)
        task.add_done_callback(_walking.discard)
    return _steps


@DBOS.workflow(name="job_v1", max_recovery_attempts=MAX_RECOVERIES)
async def _job(job: str, round: int) -> None:  # noqa: A002 - a round of walking, not a number
    steps = _begin()
    opened = await DBOS.run_step_async({"name": "open"}, steps.open, job)
    handles = []
    for key in opened["keys"]:
        with SetWorkflowID(f"{key}:{round}"):
            handles.append(await DBOS.start_workflow_async(_shot, key))
    for handle in handles:
        # a shot whose walk itself broke is found unfinished by `close`, and has failed
        with suppress(dbos_errors.DBOSException, PortableWorkflowError):
            await handle.get_result(polling_interval_sec=CHILD_SECONDS)
    await DBOS.run_step_async({"name": "close"}, steps.close, job)


@DBOS.workflow(name="shot_v1", max_recovery_attempts=MAX_RECOVERIES)
async def _shot(key: str) -> None:
    steps = _begin()
    for stage in STAGES:
        answer = await DBOS.run_step_async({"name": stage.value}, steps.stage, key, stage.value)
        if not answer["go_on"]:
            return


class Durable:
    """One at a time in a process."""

    def __init__(self, steps: Steps, *, file: Path, url: str, executor: str) -> None:
        self._steps, self._file, self._url, self._executor = steps, file, url, executor
        self._engine: sa.Engine | None = None

    async def launch(self) -> None:
        """Start, and take up what was under way. The data folder must be locked by then."""
        global _steps  # noqa: PLW0603 - see there
        _steps = self._steps
        config: DBOSConfig = {
            "name": "nle-bridge",
            "application_version": APPLICATION_VERSION,
            "executor_id": self._executor,
            "serializer": DBOSPortableJSONSerializer(),
            "max_executor_threads": THREADS,
            "notification_listener_polling_interval_sec": LISTEN_SECONDS,
            "log_level": "ERROR",
        }
        try:
            with _dbos_errors():
                config |= self._database()
                DBOS(config=config)
                _log_as_others_do(logging.getLogger("dbos"))
                DBOS.launch()
        except DatabaseError as error:
            if self._url:
                raise
            hint = f"Check the disk. If that is well, remove {self._file}: jobs go on without it."
            raise DatabaseError(error.message, hint=hint) from error

    def _database(self) -> DBOSConfig:
        if self._url:
            url = postgresql_url(self._url).render_as_string(hide_password=False)
            return {"system_database_url": url}
        self._engine = _sqlite_engine(self._file)
        return {"system_database_engine": self._engine}

    async def start(self, job: str, round: int) -> None:  # noqa: A002 - as above
        """Begin a round; a round that was begun before is left alone."""
        with _dbos_errors(), SetWorkflowID(f"{job}:{round}"):
            await DBOS.start_workflow_async(_job, job, round)

    async def state(self, job: str, round: int) -> State:  # noqa: A002 - as above
        with _dbos_errors():
            status = await DBOS.get_workflow_status_async(f"{job}:{round}")
        if status is None:
            return State.unknown
        return STATES.get(status.status, State.over)

    async def executors(self) -> frozenset[str]:
        """The machines that have workflows under way, as far as the database knows."""
        with _dbos_errors():
            found = await DBOS.list_workflows_async(
                status="PENDING", load_input=False, load_output=False
            )
        return frozenset(workflow.executor_id or "" for workflow in found)

    async def forget(self, before: datetime) -> None:
        """Delete what it knows of workflows that ended before; DBOS never does by itself."""
        with _dbos_errors():
            found = await DBOS.list_workflows_async(
                status=["SUCCESS", "ERROR", "CANCELLED"],
                completed_before=before.isoformat(),
                limit=FORGET_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in found])

    async def adopt(self, executor: str) -> None:
        """Take over the rounds of a machine that is known to be dead; PostgreSQL only."""
        # Private, since the public way (resume) does not ask whose a workflow is and takes running
        # ones away; this one is conditional on the dead machine's id.
        await asyncio.to_thread(DBOS._recover_pending_workflows, [executor])

    async def stop(self) -> None:
        """Let go of the database; what is under way is taken up by the next launch."""
        global _steps  # noqa: PLW0603 - see there
        _steps = None
        await _ended(_walking)
        # DBOS's own threads become the loop's default ones and end with it
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as thread:
            await loop.run_in_executor(thread, DBOS.destroy)
        if self._engine is not None:
            self._engine.dispose()
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))


async def _ended(tasks: set[asyncio.Task[Any]]) -> None:
    """Let workflows note that they are done; those that have more to do stay open."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=LAST_WORDS_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


def _log_as_others_do(logger: logging.Logger) -> None:
    """DBOS puts tracebacks on the screen by a handler of its own; the daemon's log takes them."""
    logger.handlers.clear()
    logger.propagate = True


@contextmanager
def _dbos_errors() -> Iterator[None]:
    """DBOS's errors, and those of its database, as ours."""
    try:
        with database_errors():
            yield
    except dbos_errors.DBOSException as error:
        raise DatabaseError(f"The job engine failed: {error}") from error
    except sqlite3.Error as error:
        raise DatabaseError(f"The job engine's database failed: {error}.") from error


def _sqlite_engine(file: Path) -> sa.Engine:
    """An engine of our own, since DBOS's does not use the write-ahead log: four times the jobs."""
    engine = sa.create_engine(
        # a URL made from parts: a question mark in a folder's name is no query
        sa.URL.create("sqlite", database=str(file)),
        module=sqlite_module(),
        pool_size=20,
        max_overflow=0,
    )
    sa.event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: Any, record: object) -> None:  # noqa: ARG001 - SQLAlchemy's hook
    # as DBOS sets them on its own engine, and the journal
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA journal_mode=WAL")


def sqlite_module(
    python: tuple[int, ...] = sys.version_info[:2],
    sqlite: tuple[int, ...] = sqlite3.sqlite_version_info,
) -> ModuleType:
    """
    A SQLite that DBOS can use: from Python 3.12 on it asks for `unixepoch('subsec')`.

    `DatabaseError` where there is none.
    """
    if python < (3, 12) or sqlite >= (3, 42):
        return sqlite3
    try:
        return import_module("pysqlite3.dbapi2")
    except ImportError as error:
        found = ".".join(map(str, sqlite))
        raise DatabaseError(
            f"This Python brings SQLite {found}; 3.42 or later is needed.",
            hint="Install pysqlite3-binary beside nle-bridge, or use Python 3.11.",
        ) from error
