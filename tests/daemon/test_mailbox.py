"""The mailbox's door: requests out of a preference file, each carried out once, errors answered."""

import json
import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.daemon.mailbox import Box
from bridge.hosts.machine import here
from bridge.hosts.resolve.folders import places
from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from tests.daemon.house import Running, running
from tests.daemon.test_hosts import report
from tests.hosts.test_mailbox import loaded

SESSION = "00000000000000aa"


class Script:
    """The script's side: one preference, parts one after the other."""

    def __init__(self, folder: Path, session: str = SESSION, size: int = 4000) -> None:
        place = places(here(), folder / "data")[0]
        self.mailbox, self.prefs = place.mailbox, place.prefs[0]
        self.session, self.size, self.seq = session, size, 0
        self.mailbox.mkdir(parents=True, exist_ok=True)
        self.prefs.parent.mkdir(parents=True, exist_ok=True)

    def ask(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        self.seq += 1
        text = json.dumps({"verb": verb, "body": body}, ensure_ascii=False).encode()
        parts = [text[at : at + self.size] for at in range(0, len(text), self.size)]
        answer: dict[str, Any] = {}
        for number, part in enumerate(parts, 1):
            self.write(number, len(parts), part)
            answer = self.answer(number)
        assert answer["done"]
        return answer

    def write(self, number: int, of: int, data: bytes) -> None:
        check = f"{zlib.adler32(data):08x}"
        frame = f"NLEB1:{self.session}:{self.seq}:{number}:{of}:{check}:{data.hex()}:END"
        self.prefs.write_text(f'{{ Global = {{ NLEBridge = {{ S = "{frame}" }} }} }}')

    def answer(self, number: int, seconds: float = 60) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            file = self.mailbox / f"in-{self.session}.lua"
            if file.exists():
                read = loaded(file.read_text())
                if (read["seq"], read["part"]) == (self.seq, number):
                    return read
            time.sleep(0.01)
        raise AssertionError(f"no answer to part {number} of {self.seq}")


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path)


@pytest.fixture
def daemon(tmp_path: Path, script: Script) -> Iterator[Running]:
    with running(tmp_path, open_browser=False) as started:
        yield started


def question(**more: Any) -> dict[str, Any]:
    known = {"project_id": "p1", "project": "Film", "timeline_id": "t1", "timeline": "Cut"}
    return {"runner": SESSION, "lane": "lua", **known, **more}


def test_a_report_in_many_parts_then_the_order_then_its_end(daemon, script, tmp_path):
    script.size = 300
    body = report(tmp_path) | {"runner": SESSION, "lane": "lua"}
    body["markers"] = [{"frame": 1, "colour": "Blue", "name": "Überblendung ✂", "note": '"]]'}]
    said = script.ask("select", body)
    assert said["ok"], said
    assert said["body"]["shots"] == 2
    with daemon.client() as client:
        selection = client.selection(said["body"]["selection"])
        assert selection.host_state.markers[0].name == "Überblendung ✂"
        recipe = RecipeIn(engine="fake", prompt="x")
        job = client.submit(JobIn(selection=selection.id, recipe=recipe)).id
    assert "placement" not in script.ask("next", question())["body"]
    daemon.jobs.finish(job)
    order = script.ask("next", question())["body"]["placement"]
    assert script.ask("hold", {"placement": order["id"], "runner": SESSION})["body"]["held"]
    script.ask("release", {"placement": order["id"], "runner": SESSION, "why": "closed"})
    placed = {"placement": order["id"], "state": "placed", "readback": {"track": 2}}
    assert script.ask("ack", placed)["body"]["state"] == "placed"
    assert script.ask("stop", {})["body"]["stopped"] == 1
    assert script.ask("next", question())["body"]["stop"]
    end = time.monotonic() + 60
    while list(script.mailbox.glob("request-*")):
        assert time.monotonic() < end


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("dance", {}, "usage"),
        ("next", {"runner": "?"}, "usage"),
        ("hold", {"runner": SESSION, "placement": "p9"}, ""),
        ("ack", {"placement": "p9", "state": "placed"}, "not_found"),
    ],
)
def test_what_cannot_be_done_is_answered_with_its_code(daemon, script, verb, body, code):
    answer = script.ask(verb, body)
    assert (answer["ok"], answer.get("error", {}).get("code", "")) == (not code, code)


@pytest.mark.logs_errors
def test_a_fault_of_ours_is_an_answer_too(daemon, script):
    daemon.jobs.placements = None  # whatever is called: not callable
    answer = script.ask("next", question())
    assert answer["error"]["code"] == "internal"


def test_a_request_is_carried_out_once_and_a_restart_answers_what_is_open(tmp_path, script):
    with running(tmp_path, open_browser=False):
        script.ask("stop", {})
    answered = (script.mailbox / f"in-{SESSION}.lua").stat().st_mtime_ns
    with running(tmp_path, open_browser=False):
        os.utime(script.prefs)
        time.sleep(0.5)
        assert (script.mailbox / f"in-{SESSION}.lua").stat().st_mtime_ns == answered
    script.seq += 1
    text = json.dumps({"verb": "next", "body": question()}).encode()
    script.write(1, 2, text[:50])
    with running(tmp_path, open_browser=False):
        assert not script.answer(1)["done"]
    script.write(2, 2, text[50:])
    with running(tmp_path, open_browser=False):
        assert script.answer(2)["ok"]


def test_two_scripts_speak_at_once(daemon, script, tmp_path):
    other = Script(tmp_path, "00000000000000bb")
    script.seq = other.seq = 1
    frames = []
    for one in (script, other):
        data = json.dumps({"verb": "next", "body": question(runner=one.session)}).encode()
        check = f"{zlib.adler32(data):08x}"
        frames.append(f"NLEB1:{one.session}:1:1:1:{check}:{data.hex()}:END")
    script.prefs.write_text(" ".join(frames))
    answers = [script.answer(1), other.answer(1)]
    assert [answer["ok"] for answer in answers] == [True, True]


def test_a_mailbox_that_is_closed_to_us_or_gone_is_passed_over(tmp_path):
    file = tmp_path / "no folder"
    file.write_text("")
    for folder in (tmp_path / "gone", file / "inside"):
        assert not Box(folder, ()).open
    assert Box(tmp_path, ()).open


def test_a_daemon_that_runs_leaves_a_sign_and_sweeps_up(tmp_path, script):
    old, young = script.mailbox / "in-old.lua", script.mailbox / "in-young.lua"
    for file in (old, young):
        file.write_text("return {}")
    os.utime(old, (1, 1))
    with running(tmp_path, open_browser=False) as daemon:
        sign = script.mailbox / "daemon.lua"
        end = time.monotonic() + 5
        while not sign.exists() and time.monotonic() < end:
            time.sleep(0.01)
        assert loaded(sign.read_text())["instance"] == daemon.daemon.house.instance
    assert not sign.exists()
    assert (old.exists(), young.exists()) == (False, True)
