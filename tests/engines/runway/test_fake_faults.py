"""The fake fails when it is told, and its ledger has the truth."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import runwayml
from runwayml import RunwayML

from bridge.engines.runway.fake.ledger import Ledger
from bridge.engines.runway.fake.scripts import Script
from bridge.engines.runway.fake.server import FakeRunway
from bridge.errors import PortTaken
from bridge.media.slate import numbers
from tests.architecture import imported
from tests.engines.runway.wares import (
    edit,
    ended,
    fetched,
    raw,
    shot,
    until,
    upload,
)

ALEPH = {"model": "aleph2", "promptText": "dusk"}


@pytest.mark.parametrize(
    ("fault", "billed"),
    [
        ({"act": "drop_before"}, 0),
        ({"act": "drop_after"}, 1),
        ({"act": "reset"}, 1),
        ({"act": "status", "status": 503}, 0),
        ({"act": "status", "status": 504, "accepted": True}, 1),
        ({"act": "html"}, 1),
        ({"act": "bad_json"}, 1),
        ({"act": "no_id"}, 1),
        ({"act": "hang", "seconds": 0.1}, 0),
        ({"act": "hang", "seconds": 0.1, "accepted": True}, 1),
        ({"act": "redirect", "url": "http://127.0.0.1:9/"}, 0),
    ],
)
def test_the_ledger_knows_what_was_billed_whatever_was_answered(
    fake: FakeRunway, source: str, fault: dict[str, Any], billed: int
):
    fake.script({"on": "create", **fault})
    asked = {**ALEPH, "videoUri": source}
    with raw(fake) as http:
        try:
            answer = http.post("/v1/video_to_video", json=asked)
            assert (
                answer.status_code != 200
                or b'"id"' not in answer.content[:-1]
                or fault["act"] == "bad_json"
            )
        except httpx.TransportError:
            assert fault["act"] in ("drop_before", "drop_after", "reset", "hang")
        assert len(fake.creates) == billed
        assert http.post("/v1/video_to_video", json=asked).json()["id"]
    assert len(fake.creates) == billed + 1


def test_a_fault_comes_as_often_and_as_late_as_it_is_told(
    fake: FakeRunway, client: RunwayML, source: str
):
    name = edit(client, source)
    fake.script({"on": "poll", "act": "status", "status": 502, "times": 2, "skip": 1})
    seen = []
    with raw(fake) as http:
        seen += [http.get(f"/v1/tasks/{name}").status_code for _ in range(5)]
    assert seen == [200, 502, 502, 200, 200]


def test_an_answer_can_be_changed(fake: FakeRunway, client: RunwayML, source: str):
    name = edit(client, source)
    fake.script({"on": "poll", "act": "say", "fields": {"status": "DREAMING"}})
    with raw(fake) as http:
        assert http.get(f"/v1/tasks/{name}").json()["status"] == "DREAMING"
        assert http.get(f"/v1/tasks/{name}").json()["status"] == "SUCCEEDED"


def downloaded(url: str) -> tuple[str, bytes]:
    """How it ended, and what had come by then."""
    got = b""
    with httpx.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
        try:
            for block in answer.iter_raw():
                got += block
        except httpx.RemoteProtocolError:
            return "broken", got
    return str(answer.status_code), got


def test_a_download_is_spoilt_in_every_way(fake: FakeRunway, client: RunwayML, source: str):
    url = ended(client, edit(client, source)).output[0]
    right = httpx.get(url).content
    half = len(right) // 2
    flipped = right[:half] + bytes([right[half] ^ 0xFF]) + right[half + 1 :]
    ways: list[tuple[dict[str, Any], str, bytes]] = [
        ({"act": "cut"}, "broken", right[:half]),
        ({"act": "cut_chunked", "part": 0.25}, "broken", right[: len(right) // 4]),
        ({"act": "no_length"}, "200", right),
        ({"act": "wrong_length", "bytes": 10}, "broken", right),
        ({"act": "wrong_length", "bytes": -10}, "200", right[:-10]),
        ({"act": "flip_byte"}, "200", flipped),
        ({"act": "empty"}, "200", b""),
        ({"act": "oversize", "bytes": 300_000}, "200", right + bytes(300_000)),
        ({"act": "slow", "bytes": 200_000}, "200", right),
    ]
    for fault, how, what in ways:
        fake.script({"on": "download", **fault})
        assert downloaded(url) == (how, what), fault
    fake.script({"on": "download", "act": "gzip"})
    packed = httpx.get(url)
    assert (packed.headers["content-encoding"], packed.content) == ("gzip", right)
    fake.script({"on": "download", "act": "redirect", "url": "http://127.0.0.1:9/x"})
    assert httpx.get(url).headers["location"] == "http://127.0.0.1:9/x"
    fake.script({"on": "download", "act": "expired"})
    assert httpx.get(url).status_code == 403


def test_scripts_come_over_http(fake: FakeRunway, client: RunwayML, source: str):
    with raw(fake, Authorization=f"Bearer {fake.token}") as http:
        told = {"on": "create", "act": "status", "status": 429, "headers": {"Retry-After": "7"}}
        assert http.post("/fake/script", json=told).json() == {"ok": True}
        with pytest.raises(runwayml.RateLimitError) as caught:
            edit(client, source)
        assert caught.value.response.headers["retry-after"] == "7"
        assert http.post("/fake/script", json={"credits": 60}).status_code == 200
        edit(client, source)
        books = http.get("/fake/ledger").json()
        assert (books["credits"], len(books["entries"])) == ("4", 1)
        assert [task["status"] for task in http.get("/fake/tasks").json()] == ["SUCCEEDED"]
        for wrong in ({"on": "create"}, {"nonsense": 1}, [1], {"on": "x", "act": "cut"}):
            assert http.post("/fake/script", json=wrong).status_code == 400


def test_every_form_of_a_script_is_read():
    fault = {"on": "poll", "act": "html"}
    assert Script.of(fault) == Script.of([fault]) == Script.of({"faults": [fault]})


# ---- a process of its own


def begun(folder: Path, *words: str) -> tuple["subprocess.Popen[str]", dict[str, str]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "bridge.engines.runway.fake", "--json", "--folder", folder, *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert child.stdout is not None
    return child, json.loads(child.stdout.readline())


def test_the_books_outlive_a_kill_and_what_was_begun_is_finished(tmp_path: Path):
    folder, key = tmp_path / "fake", {"api_key": "key_x", "max_retries": 0}
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"fates": [{}, {"hold": True}]}))
    words = ("--speed", "instant", "--credits", "200", "--script", str(script))
    child, told = begun(folder, *words)
    with RunwayML(base_url=told["url"], **key) as client:
        source = upload(client, shot(tmp_path))
        done, open_ = edit(client, source), edit(client, source)
        assert client.tasks.retrieve(done).status == "SUCCEEDED"
        until(client, open_, "RUNNING")
    child.kill()
    child.wait()
    child.stdout.close()  # type: ignore[union-attr]
    books = Ledger(folder / "ledger.sqlite", Decimal(0))
    assert [(entry.task, entry.credits) for entry in books.entries()] == [(done, 56), (open_, 56)]
    assert books.credits == 88
    books.close()
    again, told = begun(folder, "--speed", "instant", "--credits", "999")
    with RunwayML(base_url=told["url"], **key) as client:
        assert client.organization.retrieve().credit_balance == 88
        assert len(numbers(fetched(client.tasks.retrieve(done).output[0], tmp_path))) == 49
        assert client.tasks.retrieve(open_).status == "RUNNING"  # its fate is kept, too
        with httpx.Client(headers={"Authorization": f"Bearer {told['token']}"}) as http:
            http.post(f"{told['url']}/fake/script", json={"release": True})
        assert ended(client, open_).status == "SUCCEEDED"
    again.send_signal(signal.SIGTERM)
    assert again.wait() == 0
    again.stdout.close()  # type: ignore[union-attr]


def test_a_port_that_is_held_is_said(fake: FakeRunway, tmp_path: Path):
    port = int(fake.url.rpartition(":")[2])
    with pytest.raises(PortTaken), FakeRunway(tmp_path / "other", port=port):
        pass


def test_the_engine_never_imports_it():
    root = Path(__file__).parents[3] / "bridge"
    for path in root.rglob("*.py"):
        if "fake" in path.parts:
            continue
        names = imported(path.relative_to(root.parent).as_posix(), path.read_text("utf-8"))
        assert not [name for name in names if ".runway.fake" in name], path
