"""`spend`, budgets, doubts and paused engines, as they are typed."""

import csv
import io
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.cli.connect import OwnDaemon
from bridge.cli.work import see_through
from bridge.client import Client
from bridge.errors import AccountBlocked, EngineFailed, EngineUncertain
from tests.cli.conftest import Desk
from tests.daemon.paying import begun, paying
from tests.fakes.engine import Fail, FakeEngine, RefuseSubmit
from tests.jobs.house import QUICK

NO_KEY = AccountBlocked("The key was refused.", hint="Store a new key.", reason="key")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(tmp_path: Path, engine: FakeEngine) -> Iterator[Client]:
    """Of a daemon that goes on when the command has ended."""
    with (
        paying(tmp_path, engine, replace(QUICK, ready=3600)) as daemon,
        Client.at(daemon.url, daemon.token) as client,
    ):
        yield client


@pytest.fixture
def desk(client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, tmp_path / "data", capsys)


def test_what_was_spent_is_a_table_csv_or_json(desk: Desk, client: Client) -> None:
    job = client.wait(begun(client, desk.folder, project="=Film").id)
    said = desk("spend")
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[0] == ["job", "requests", "planned", "spent", "reserved", "uncertain"]
    assert lines[1] == [job.id, "2", "20.02", "20.02", "0", "0"]
    assert lines[2] == ["total", *lines[1][1:]]
    rows = list(csv.reader(io.StringIO(desk("spend", "--by", "project", "--csv").out)))
    assert rows[1] == ["'=Film", *lines[1][1:]]
    told = desk("spend", "--by", "model", "--project", "=Film", "--json").json
    assert told["total"]["spent"] == "20.02"
    assert [row["name"] for row in told["rows"]] == ["fake/fake-1"]
    assert desk("spend", "--until", "2000-01-01", "--json").json["rows"] == []
    assert "20.02 of 20.02 planned credits are spent" in desk("jobs", "show", job.id).out


@pytest.mark.parametrize("words", [("--since", "soon"), ("--by", "mood")])
def test_a_report_that_cannot_be_is_a_fault_of_use(desk: Desk, words: tuple[str, str]) -> None:
    said = desk("spend", *words)
    assert (said.status, "[usage]" in said.err) == (2, True)


def test_a_word_that_is_not_known_is_answered_with_those_that_are(desk: Desk) -> None:
    assert "job, day, project, model, engine" in desk("spend", "--by", "mood").err
    said = desk("plan", "cut.otio", "--mode", "beside")
    assert (said.status, "above, take, replace, append" in said.err) == (2, True)


def test_what_budgets_hold_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    limits = {"budget_job": 30, "budget_day": 100, "budget_project": 1000}
    with (
        paying(tmp_path, FakeEngine(), **limits) as daemon,
        Client.at(daemon.url, daemon.token) as client,
    ):
        client.wait(begun(client, tmp_path, project="Film").id)
        said = Desk(tmp_path, tmp_path / "data", capsys)("spend", "--project", "Film")
    assert "Every job may spend 30 credits." in said.out
    assert "may spend 100 credits; 79.98 are left." in said.out
    assert "The project Film may spend 1000 credits; 979.98 are left." in said.out


def test_a_doubt_is_shown_and_decided(desk: Desk, client: Client, engine: FakeEngine) -> None:
    engine.enqueue(RefuseSubmit(EngineUncertain("The answer was lost."), reached=True))
    job = client.wait(begun(client, desk.folder, ("V1:1",)).id)
    for action in ("show", "wait"):
        said = desk("jobs", action, job.id)
        assert "May have been charged at " in said.err
        assert " UTC, 10.01 credits." in said.err
    assert f"The job is {job.id}, and it is uncertain." in said.err  # what `resolve` asks for
    assert desk("jobs", "resolve", job.id, "--did-not-run").status == 0
    assert client.job(job.id).status == "failed"


def test_a_paused_engine_is_listed_and_resumed(
    desk: Desk, client: Client, engine: FakeEngine
) -> None:
    engine.blocked = NO_KEY
    job = begun(client, desk.folder)
    seen = (event.what for event in client.events())
    assert "engine_paused" in seen
    assert "fake is paused: The key was refused.\n  -> Store a new key." in desk("engines").out
    engine.blocked = None
    assert desk("engines", "--resume", "fake").out == "fake takes new work.\n"
    assert "paused" not in desk("engines").out
    assert client.wait(job.id).status == "done"


def test_a_command_does_not_wait_for_a_person(
    desk: Desk, client: Client, engine: FakeEngine
) -> None:
    engine.blocked = NO_KEY
    job = begun(client, desk.folder)
    said = desk("jobs", "wait", job.id)
    assert said.status == 1
    assert f"The key was refused. The job {job.id} waits. [account_blocked]" in said.err
    assert f"jobs wait {job.id}" in said.err
    assert client.job(job.id).status == "running"


def test_the_job_of_a_command_s_own_daemon_is_cancelled(tmp_path: Path, engine: FakeEngine) -> None:
    engine.blocked = NO_KEY
    args = Namespace(data=tmp_path / "data", json=True)
    with (
        paying(tmp_path, engine, replace(QUICK, ready=3600)) as daemon,
        OwnDaemon.at(daemon.url, daemon.token) as client,
    ):
        job = begun(client, tmp_path)
        with pytest.raises(AccountBlocked) as blocked:
            see_through(client, job, args)
        assert (blocked.value.message, blocked.value.hint) == (NO_KEY.message, NO_KEY.hint)
        assert client.wait(job.id).status == "cancelled"


def test_a_retry_may_render_all_of_it_anew_and_says_what_that_costs(
    desk: Desk, client: Client, engine: FakeEngine
) -> None:
    engine.enqueue(Fail(EngineFailed("It broke.")))
    job = client.wait(begun(client, desk.folder, ("V1:1",)).id)
    said = desk("jobs", "retry", job.id, "--fresh")
    assert said.status == 0
    assert "Rendering s001 anew, for 10.01 credits." in said.out
