"""Money over HTTP: budgets at the door, what was spent, engines that wait for a person."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest

from bridge.client import Client
from bridge.errors import AccountBlocked, EngineUncertain, EngineUnknown
from bridge.jobs.facts import Charge, Spend
from tests.daemon.house import Running, running, timeline
from tests.daemon.paying import begun, paying
from tests.fakes.engine import FakeEngine, RefuseSubmit
from tests.jobs.house import QUICK

PRICE = Decimal("10.01")  # of 48 frames at 24000/1001 and 5 credits a second
NO_KEY = AccountBlocked("The key was refused.", reason="key")


def client_of(daemon) -> Client:
    return Client.at(daemon.url, daemon.token)


def test_a_budget_at_the_door_holds_and_a_retry_raises_it(tmp_path):
    with paying(tmp_path, FakeEngine()) as daemon, client_of(daemon) as client:
        job = begun(client, tmp_path, budget=PRICE, project="Film")
        assert (job.budget, job.project) == (PRICE, "Film")
        job = client.wait(job.id)
        (refused,) = [shot.error for shot in job.shots if shot.error is not None]
        assert (job.status, refused.code) == ("partly", "budget_reached")
        assert client.spend(project="Film").total.spent == PRICE
        client.retry(job.id, budget=2 * PRICE)
        assert client.wait(job.id).status == "done"
        report = client.spend(by="project")
    assert [(row.name, row.spent, row.requests) for row in report.rows] == [("Film", 2 * PRICE, 2)]
    assert report.total.reserved == 0


@pytest.mark.parametrize(
    "budget", ["-1", "NaN", "Infinity", "many", "1e3", "9" * 99, 1e300, True, []]
)
def test_a_budget_that_cannot_be_is_refused(daemon: Running, budget):
    body = {"selection": "s1", "budget": budget}
    answer = httpx.post(f"{daemon.url}/v1/jobs", json=body, headers=daemon.headers)
    assert answer.status_code == 422
    assert "budget" in answer.json()["message"]


def test_the_project_is_the_timeline_s_folder_or_the_host_s(tmp_path):
    with running(tmp_path) as daemon, daemon.client() as client:
        assert begun(client, tmp_path).project == str(tmp_path)
        pushed = {"host": "resolve", "name": "Reel 1", "rate": "25", "clips": []}
        for project, expected in (("Film", "Film"), ("", "resolve: Reel 1")):
            body = pushed | {"project": project}
            post = httpx.post(f"{daemon.url}/v1/selections", json=body, headers=daemon.headers)
            assert post.json()["project"] == expected


def test_one_key_from_twenty_callers_is_one_job_and_one_payment(tmp_path):
    engine = FakeEngine()
    with paying(tmp_path, engine) as daemon, client_of(daemon) as client:
        timeline(tmp_path)

        def submit(_):
            return begun(client, tmp_path, ("V1:1",), key="one").id

        with ThreadPoolExecutor(20) as threads:
            ids = set(threads.map(submit, range(20)))
        assert len(ids) == 1
        client.wait(ids.pop())
        assert client.spend().total.requests == 1
    assert len(engine.submits) == 1


def test_a_paused_engine_is_shown_and_resumed(tmp_path):
    engine = FakeEngine()
    engine.blocked = NO_KEY
    with (
        paying(tmp_path, engine, replace(QUICK, ready=3600)) as daemon,
        client_of(daemon) as client,
    ):
        job = begun(client, tmp_path)
        what = next(e for e in client.events() if e.what == "engine_paused")
        assert what.data["error"]["code"] == "account_blocked"
        (known,) = client.engines()
        assert known.paused is not None
        assert known.paused.hint == NO_KEY.hint
        engine.blocked = None
        assert client.resume("fake").paused is None
        assert client.wait(job.id).status == "done"
        with pytest.raises(EngineUnknown):
            client.resume("nobody")


def test_a_doubt_is_decided_without_naming_the_shot(tmp_path):
    lost = RefuseSubmit(EngineUncertain("The answer was lost."), reached=True)
    with paying(tmp_path, FakeEngine(lost)) as daemon, client_of(daemon) as client:
        job = client.wait(begun(client, tmp_path, ("V1:1",)).id)
        assert client.spend().total.uncertain == PRICE
        (evidence,) = job.shots[0].error.detail["evidence"]
        assert evidence["sentence"].startswith("May have been charged at ")
        assert client.resolve(job.id, None, None).status == "failed"
        assert client.spend().total.requests == 0


# ---- the report


def paid(name: str, number: int = 0) -> Spend:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return Spend(
        f"k{number}", "a", "j1", name, "boat", "fake", "fake-1", "", date(2026, 11, 20),
        Decimal("12.5"), Decimal("12.345"), Charge.spent, now, now,
    )  # fmt: skip


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "=cmd|' /C calc'!A0")
HOSTILE += ("\uff1d1", "\xa0=1", "\ufeff=1")


def test_csv_runs_nothing_and_keeps_all_digits(daemon: Running):
    daemon.jobs.spent = [paid(name, number) for number, name in enumerate(HOSTILE)]
    daemon.jobs.spent += [paid('plain, "quoted"', 98), paid("/caf\udce9", 99)]
    daemon.jobs.spent += [paid("\x1b[31mred", 97)]
    url = f"{daemon.url}/v1/spend?by=project&format=csv"
    answer = httpx.get(url, headers=daemon.headers)
    daemon.jobs.spent = []
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows, total = csv.reader(io.StringIO(answer.text, newline=""))
    assert head == ["project", "requests", "planned", "spent", "reserved", "uncertain"]
    assert {row[0] for row in rows} == {f"'{_shown(name)}" for name in HOSTILE} | {
        'plain, "quoted"',
        " [31mred",
        "/caf?",
    }
    assert {tuple(row[1:]) for row in rows} == {("1", "12.5", "12.345", "0", "0")}
    assert total == ["total", "15", "187.5", "185.175", "0", "0"]


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in name)


def test_the_report_s_credits_are_exact_in_json_too(daemon: Running):
    daemon.jobs.spent = [paid("/cut")]
    answer = httpx.get(f"{daemon.url}/v1/spend?by=day", headers=daemon.headers).json()
    daemon.jobs.spent = []
    assert answer["rows"] == [
        {
            "name": "2026-11-20",
            "requests": 1,
            "planned": "12.5",
            "spent": "12.345",
            "reserved": "0",
            "uncertain": "0",
        }
    ]


@pytest.mark.parametrize(
    "query", ["since=yesterday", "since=0", "by=mood", "until=2026-13-01", "format=xls"]
)
def test_a_report_that_cannot_be_is_refused(daemon: Running, query):
    answer = httpx.get(f"{daemon.url}/v1/spend?{query}", headers=daemon.headers)
    assert answer.status_code == 422
