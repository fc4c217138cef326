"""`jobs`, `engines`, `doctor` and `serve`, as they are typed."""

import socket

from bridge.cli.app import run
from tests.cli.conftest import Desk


def test_a_job_is_listed_shown_and_waited_for(desk: Desk) -> None:
    made = desk("edit", desk.folder / "cut.otio", "--clip", "one", "-p", "dusk", "--json").json
    listed = desk("jobs", "list", "--json").json["jobs"]
    assert listed[0]["id"] == made["job"]
    shown = desk("jobs", "show", made["job"], "--json").json
    assert [(shot["place"], shot["status"]) for shot in shown["shots"]] == [("V1:1", "done")]
    assert desk("jobs", "wait", made["job"], "--json").json["takes"] == made["takes"]
    assert "done" in desk("jobs", "show", made["job"]).out


def test_deciding_about_what_is_not_open_is_a_conflict(desk: Desk) -> None:
    made = desk("edit", desk.folder / "cut.otio", "--clip", "one", "-p", "dusk", "--json").json
    for words in (("retry",), ("resolve", "--shot", "s001", "--did-not-run")):
        said = desk("jobs", words[0], made["job"], *words[1:])
        assert (said.status, "[conflict]" in said.err) == (1, True), said.err


def test_an_unknown_job_is_said(desk: Desk) -> None:
    said = desk("jobs", "show", "nothing")
    assert (said.status, "[not_found]" in said.err) == (1, True)


def test_engines_tell_their_words_limits_and_options(desk: Desk) -> None:
    (local,) = (e for e in desk("engines", "--json").json["engines"] if e["name"] == "local")
    looks = next(model for model in local["models"] if "edit" in model["kinds"])
    assert len(looks["words"]) >= 12
    assert "properties" in looks["options"]
    said = desk("engines").out
    assert "dusk: " in said
    assert "--set strength=...: " in said


def test_the_doctor_finds_the_daemon(desk: Desk) -> None:
    said = desk("doctor", "--json")
    assert {check["check"] for check in said.json["checks"]} >= {"Python", "Codecs", "Daemon"}


def test_a_second_daemon_on_one_folder_is_refused(desk: Desk) -> None:
    said = desk("serve")
    assert (said.status, "[daemon_busy]" in said.err) == (1, True), said.err


def test_a_port_that_is_taken_is_said(tmp_path_factory: object, desk: Desk, capsys: object) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        status = run(
            ["serve", "--port", str(holder.getsockname()[1]), "--data", str(desk.folder / "other")]
        )
    assert status == 1
