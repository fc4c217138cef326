"""The queue over HTTP: what a line says of a job, and which questions are refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.wire.queue import JobLineOut
from tests.daemon.house import Running, running
from tests.daemon.test_sockets import submitted


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as started:
        yield started


def queue(daemon: Running, **query: Any) -> dict[str, Any]:
    answer = httpx.get(f"{daemon.url}/v1/queue", params=query, headers=daemon.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_line_says_what_a_list_shows(daemon: Running) -> None:
    assert queue(daemon) == {"jobs": [], "open": 0, "last": 0}
    with daemon.client() as client:
        job = client.job(submitted(client, daemon))
    (line,) = queue(daemon)["jobs"]
    assert set(line) == set(JobLineOut.model_fields)
    assert (line["id"], line["shots"], line["shots_done"]) == (job.id, 1, 0)
    assert (line["status"], line["position"]) == ("queued", 1)
    assert line["selection"].startswith("s")
    daemon.jobs.finish(job.id)
    (line,) = queue(daemon)["jobs"]
    assert (line["status"], line["shots_done"], line["position"]) == ("done", 1, None)
    assert queue(daemon)["open"] == 0


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 501}, {"which": "some"}, {"before": "x" * 129}]
)
def test_senseless_questions_are_refused(daemon: Running, query: dict[str, Any]) -> None:
    answer = httpx.get(f"{daemon.url}/v1/queue", params=query, headers=daemon.headers)
    assert answer.status_code == 422
