"""`nle-bridge key`: a key goes in by standard input, and nothing that is shown has it."""

import io
import json
import stat
import sys
from pathlib import Path

import pytest

from bridge.cli.app import run
from bridge.engines.runway.fake.server import FakeRunway
from bridge.engines.runway.keys import forget_environment

CANARY = "key_canary_cli_0123456789"


@pytest.fixture(autouse=True)
def no_key_from_elsewhere(monkeypatch: pytest.MonkeyPatch):
    forget_environment()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    yield
    forget_environment()


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_key_is_kept_for_its_owner_alone_and_can_be_removed(tmp_path, monkeypatch, capsys):
    given(monkeypatch, f"{CANARY}\n")
    assert run(["key", "runway", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr()
    kept = tmp_path / "engines" / "runway" / "key"
    assert str(kept) in said.out
    assert CANARY not in said.out + said.err
    assert kept.read_text().strip() == CANARY
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert run(["key", "runway", "--forget", "--data", str(tmp_path)]) == 0
    assert not kept.exists()


@pytest.mark.parametrize("text", ["", "  \n", "two words"])
def test_no_key_on_standard_input_is_a_usage_error(tmp_path, monkeypatch, capsys, text):
    given(monkeypatch, text)
    assert run(["key", "runway", "--data", str(tmp_path)]) == 2
    assert "key" in capsys.readouterr().err


def test_the_account_is_asked_for_its_balance(tmp_path, monkeypatch, capsys):
    with FakeRunway(tmp_path / "fake", credits=4321) as fake:
        monkeypatch.setenv("RUNWAYML_BASE_URL", fake.url)
        words = ["key", "runway", "--check", "--json", "--data", str(tmp_path)]
        assert run(words) == 1
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "account_blocked"
        given(monkeypatch, CANARY)
        run(["key", "runway", "--data", str(tmp_path)])
        capsys.readouterr()
        assert run(words) == 0
        assert json.loads(capsys.readouterr().out) == {"engine": "runway", "credits": "4321"}
    assert run(words) == 1  # nobody is there any more, and nobody asks again
    assert "by itself" not in capsys.readouterr().err


def test_another_engine_has_no_key(tmp_path: Path, capsys):
    assert run(["key", "local", "--data", str(tmp_path)]) == 2
