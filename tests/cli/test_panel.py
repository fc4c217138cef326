"""`open`: the page of a daemon that runs; never of one that would end with the command."""

from pathlib import Path

from bridge.cli.app import run
from tests.cli.conftest import Desk


def test_says_where_the_page_is(desk: Desk) -> None:
    said = desk("open", "s1", "--json")
    assert said.status == 0
    assert said.json["opened"] is False  # this daemon was told to open no browser
    assert said.json["url"].endswith("&s=s1")
    plain = desk("open")
    assert "Open this link within a minute" in plain.out
    (link,) = (line for line in plain.out.splitlines() if line.startswith("http://127.0.0.1:"))
    assert "/panel/#t=" in link


def test_takes_the_name_of_a_selection_only(desk: Desk) -> None:
    said = desk("open", "../x")
    assert said.status == 2
    assert "selection" in said.err


def test_starts_no_daemon(tmp_path: Path, capsys) -> None:
    assert run(["open", "--data", str(tmp_path)]) == 1
    assert "No daemon is running" in capsys.readouterr().err
    assert not (tmp_path / "runtime.json").exists()
