"""Where a key is found, where it is kept, and that nobody sees it."""

import logging
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from bridge.daemon.logs import logging_to
from bridge.engines.runway import keys
from bridge.engines.runway.keys import SERVICE, USER, Keys
from bridge.errors import AccountBlocked, UsageError
from bridge.secrets import Secret, redacted

CANARY = "key_canary_" + "0123456789abcdef" * 4


class Ring:
    """A keyring in memory; `fails` is raised by everything."""

    def __init__(self, kept: str | None = None, fails: Exception | None = None) -> None:
        self.kept, self.fails = kept, fails
        self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        assert (service, username) == (SERVICE, USER)
        if self.fails:
            raise self.fails
        return self.kept

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.fails:
            raise self.fails
        self.kept = None if self.forgetful else password

    def delete_password(self, service: str, username: str) -> None:
        self.kept = None


@pytest.fixture(autouse=True)
def no_key_from_elsewhere():
    keys.forget_environment()
    yield
    keys.forget_environment()


def keys_at(folder: Path, environ: dict[str, str] | None = None, **more: Any) -> Keys:
    ring = more.pop("ring", None)
    return Keys(folder, environ={} if environ is None else environ, keyring=lambda: ring, **more)


def key_file(path: Path, text: str = CANARY, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_without_a_key_it_says_how_to_give_one(tmp_path):
    with pytest.raises(AccountBlocked) as caught:
        keys_at(tmp_path).find()
    assert caught.value.detail["reason"] == "key"
    assert "nle-bridge key runway" in caught.value.hint


def test_the_order_is_file_keyring_own_file_environment(tmp_path):
    environ = {keys.VARIABLE: "from_environment"}
    ring = Ring()
    found = keys_at(tmp_path, environ, ring=ring)
    assert found.find().reveal() == "from_environment"
    keys_at(tmp_path).store("from_own_file")
    assert found.find().reveal() == "from_own_file"
    ring.kept = "from_keyring"
    assert found.find().reveal() == "from_keyring"
    (tmp_path / "credentials").mkdir()
    key_file(tmp_path / "credentials" / "runway", "from_service_manager\n")
    environ[keys.CREDENTIALS] = str(tmp_path / "credentials")
    assert found.find().reveal() == "from_service_manager"
    environ[keys.FILE_VARIABLE] = str(key_file(tmp_path / "a", "from_variable"))
    assert found.find().reveal() == "from_variable"
    named = keys_at(tmp_path, environ, ring=ring, key_file=key_file(tmp_path / "b", "from_setting"))
    assert named.find().reveal() == "from_setting"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_key_file_that_others_can_read_is_not_used(tmp_path, mode):
    file = key_file(tmp_path / "key", mode=mode)
    with pytest.raises(AccountBlocked, match="others") as caught:
        keys_at(tmp_path / "home", key_file=file).find()
    assert caught.value.hint == f"Run: chmod 600 {file}"


@pytest.mark.parametrize(
    "text", ["", " \n", "two words", "line\nline", "kéy", "x" * 5000, "a\x00b"]
)
def test_what_is_no_key_is_not_sent_anywhere(tmp_path, text):
    with pytest.raises(AccountBlocked):
        keys_at(tmp_path, key_file=key_file(tmp_path / "key", text)).find()
    with pytest.raises(UsageError):
        keys_at(tmp_path).store(text)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_in_place_of_the_key_is_not_waited_for(tmp_path):
    pipe = tmp_path / "key"
    os.mkfifo(pipe, 0o600)
    with pytest.raises(AccountBlocked, match="not a plain file"):
        keys_at(tmp_path, key_file=pipe).find()


def test_a_named_file_that_is_not_there_is_said_and_nothing_else_taken(tmp_path):
    with pytest.raises(AccountBlocked, match="cannot be read"):
        keys_at(tmp_path, {keys.VARIABLE: CANARY}, key_file=tmp_path / "none").find()


def test_the_environment_is_emptied_and_another_instance_still_finds_it(tmp_path):
    environ = {keys.VARIABLE: CANARY}
    first = keys_at(tmp_path, environ)
    first.take_environment()
    assert environ == {}
    assert keys_at(tmp_path, environ).find().reveal() == CANARY


def test_a_child_does_not_inherit_the_key(tmp_path, monkeypatch):
    monkeypatch.setenv(keys.VARIABLE, CANARY)
    Keys(tmp_path).take_environment()
    command = [sys.executable, "-c", "import os; print(dict(os.environ))"]
    assert CANARY not in subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_a_keyring_to_trust_keeps_it_and_no_file_does(tmp_path):
    ring = Ring()
    assert "keyring" in keys_at(tmp_path, ring=ring).store(f" {CANARY}\n")
    assert ring.kept == CANARY
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("fails", [RuntimeError("locked"), KeyError("odd"), OSError("bus")])
def test_a_keyring_that_fails_is_not_asked_to_keep_it(tmp_path, fails):
    found = keys_at(tmp_path, ring=Ring(fails=fails))
    where = found.store(CANARY)
    assert str(found.own_file) in where
    assert found.own_file.stat().st_mode & 0o777 == 0o600
    assert found.find().reveal() == CANARY


def test_a_keyring_that_forgets_at_once_is_noticed(tmp_path):
    ring = Ring()
    ring.forgetful = True
    found = keys_at(tmp_path, ring=ring)
    assert str(found.own_file) in found.store(CANARY)
    assert found.find().reveal() == CANARY


def test_a_keyring_that_never_answers_is_left(tmp_path):
    gate = threading.Event()

    class Hanging(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            gate.wait()
            return CANARY

    with pytest.raises(AccountBlocked):
        keys_at(tmp_path, ring=Hanging(), keyring_seconds=0.05).find()
    gate.set()


def test_a_keyring_that_is_not_on_the_list_is_not_used():
    """Here there is none, or one of the list: never a file that only looks like one."""
    ring = keys.system_keyring()
    assert ring is None or f"{type(ring).__module__}.{type(ring).__qualname__}" in keys.TRUSTED


def test_forgetting_removes_what_was_kept(tmp_path):
    ring = Ring()
    found = keys_at(tmp_path, ring=ring)
    assert found.forget() is False
    found.store(CANARY)
    assert found.forget() is True
    assert ring.kept is None
    keys_at(tmp_path).store(CANARY)
    assert found.forget() is True
    assert not found.own_file.exists()


def test_a_secret_shows_itself_to_nobody():
    secret = Secret(CANARY)
    shown = f"{secret} {secret!r} {[secret]} {secret.__class__.__dict__}"
    assert CANARY not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert CANARY not in redacted(f"it is {CANARY}, he said")


@pytest.mark.logs_errors
def test_a_key_that_is_found_later_is_in_no_log(tmp_path):
    """Engines are loaded, and keys found, long after the log was opened."""
    late = "latecanary_" + "5" * 20
    with logging_to(tmp_path, (), on_screen=False):
        keys_at(tmp_path / "home", {keys.VARIABLE: late}).find()
        logging.getLogger("bridge.x").error("sent with %s", late)
    assert late not in (tmp_path / "daemon.log").read_text()
