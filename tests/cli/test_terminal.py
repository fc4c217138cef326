"""Bad words, hostile names, odd terminals: an answer in plain words, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import opentimelineio as otio
import pytest

from bridge.cli.output import harmless
from tests.cli.conftest import Desk

HOSTILE = "A\x1b[31m\x1b]0;mine\x07\x9b1m\u202e\r\u2028 é日本 [/x]"


def hostile_cut(folder: Path) -> Path:
    path = folder / "hostile.otio"
    timeline = otio.schema.Timeline("cut")
    track = otio.schema.Track("V1", kind="Video")
    timeline.tracks.append(track)
    length = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, 25), otio.opentime.RationalTime(10, 25)
    )
    track.append(otio.schema.Clip(HOSTILE, source_range=length))
    otio.adapters.write_to_file(timeline, str(path))
    return path


def typed(
    *words: str | Path, encoding: str = "utf-8", **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from bridge.cli import main; main()", *map(str, words)],
        env=os.environ | {"PYTHONIOENCODING": encoding, **more},
        capture_output=True,
        encoding=encoding,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ("edit", "", "-p", "dusk"),
        ("edit", "/", "-p", "dusk"),
        ("edit", "~nobody-of-that-name/cut.otio", "-p", "dusk"),
        ("edit", "cut.otio", "--clip", "", "-p", "dusk"),
        ("edit", "cut.otio", "--clip", "one", "-p", "dusk", "-o", ""),
        ("edit",),
        ("edit", "cut.otio", "--seed", "1e9"),
        ("jobs", "show", "a/b"),
        ("jobs", "retry", ""),
        ("jobs", "resolve", "j1", "--shot", "", "--did-not-run"),
    ],
)
def test_words_that_mean_nothing_are_wrong_usage(desk: Desk, words: tuple[str, ...]) -> None:
    said = desk(*words, "--json")
    assert said.status == 2
    assert said.json["error"]["code"] == "usage"
    assert "[usage]" in said.err


def test_names_do_not_steer_the_terminal(desk: Desk) -> None:
    cut = hostile_cut(desk.folder)
    for words in (("plan", cut, "--list"), ("plan", cut, "-p", "dusk"), ("plan", cut / "\x1b[1m")):
        said = desk(*words)
        assert not set(said.out + said.err) & set("\x1b\x07\x9b\u202e\r\u2028")
    listed = desk("plan", cut, "--list", "--json")
    assert not set(listed.out) & set("\x1b\x07\x9b\u202e\u2028")
    assert listed.json["clips"][0]["name"] == HOSTILE


def test_letters_that_a_terminal_lacks_are_escaped(tmp_path: Path) -> None:
    cut = hostile_cut(tmp_path)
    plain = typed("plan", cut, "--list", encoding="ascii")
    assert (plain.returncode, plain.stderr) == (0, "")
    assert r"\xe9\u65e5" in plain.stdout


def test_file_names_that_are_no_unicode_can_be_shown(tmp_path: Path) -> None:
    said = typed("plan", tmp_path / os.fsdecode(b"caf\xe9.otio"), "--list", "--json")
    assert said.returncode == 1
    assert r"caf\udce9.otio" in said.stdout
    assert "Traceback" not in said.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_answer_that_cannot_be_printed_is_said(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [sys.executable, "-c", "from bridge.cli import main; main()", "plan", "--list",
             str(hostile_cut(tmp_path))],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert said.returncode == 1
    assert said.stderr == "The answer cannot be printed: No space left on device.\n"


def test_a_broken_step_database_is_named_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "dbos.db").write_bytes(b"no database" * 1000)
    said = typed("jobs", "list", "--data", tmp_path)
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert f"remove {tmp_path / 'dbos.db'}" in said.stderr


def test_harmless_text_stays_as_it_is() -> None:
    assert harmless("Café 日本 'x'\nnext") == "Café 日本 'x'\nnext"
    assert harmless("a\x1b[2Jb\u2066") == "a\ufffd[2Jb\ufffd"


def test_a_narrow_terminal_shows_every_letter(tmp_path: Path) -> None:
    path, name = tmp_path / "long.otio", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    timeline = otio.adapters.read_from_file(str(hostile_cut(tmp_path)))
    timeline.tracks[0][0].name = name
    otio.adapters.write_to_file(timeline, str(path))
    said = typed("plan", path, "--list", COLUMNS="40", FORCE_COLOR="1").stdout
    assert name not in said  # there is no room for it on one line
    assert set(name) <= set(said)
