"""Keys of plug-ins: made, known again, forgotten; nothing that is kept opens anything."""

import hashlib
import json
import os
import stat

import pytest

from bridge.hosts.keys import HostKeys
from bridge.hosts.private import write_private
from bridge.store.files import Disk


@pytest.fixture
def keys(tmp_path):
    return HostKeys(tmp_path)


def test_a_key_is_known_by_its_host(keys):
    key = keys.make("premiere")
    assert keys.host_of(key.encode()) == "premiere"
    assert keys.has("premiere")


@pytest.mark.parametrize("token", [b"", b"x", b"\xff\xfe", b"a" * 100_000])
def test_no_other_token_is_known(keys, token):
    assert keys.host_of(token) is None
    keys.make("premiere")
    assert keys.host_of(token) is None


def test_the_key_itself_is_kept_nowhere(keys, tmp_path):
    key = keys.make("premiere")
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert file == tmp_path / "premiere" / "key.json"
    kept = json.loads(file.read_text())
    assert kept["sha256"] == hashlib.sha256(key.encode()).hexdigest()
    assert key not in file.read_text()
    assert keys.host_of(kept["sha256"].encode()) is None
    assert keys.host_of(bytes.fromhex(kept["sha256"])) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_reads_it(keys, tmp_path):
    keys.make("premiere")
    assert stat.S_IMODE((tmp_path / "premiere" / "key.json").stat().st_mode) == 0o600


def test_a_new_key_ends_the_old_one_in_every_process(keys, tmp_path):
    other = HostKeys(tmp_path)  # of a command, while the daemon runs
    old = keys.make("premiere")
    assert keys.host_of(old.encode()) == other.host_of(old.encode()) == "premiere"
    new = other.make("premiere")
    assert new != old
    for one in (keys, other):
        assert one.host_of(old.encode()) is None
        assert one.host_of(new.encode()) == "premiere"


def test_a_forgotten_key_is_none(keys):
    key = keys.make("premiere")
    assert keys.host_of(key.encode())
    keys.forget("premiere")
    keys.forget("premiere")
    assert keys.host_of(key.encode()) is None
    assert not keys.has("premiere")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"sha256": 1}', '{"sha256": "00"}', "null"])
def test_a_file_without_sense_knows_nobody(keys, tmp_path, text):
    key = keys.make("premiere")
    (tmp_path / "premiere" / "key.json").write_text(text)
    assert keys.host_of(key.encode()) is None
    assert keys.host_of(b"") is None


def test_a_host_is_no_path(keys):
    with pytest.raises(ValueError, match=r"\.\."):
        keys.make("../elsewhere")


def test_a_private_file_takes_the_place_of_an_open_one(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o644)
    write_private(file, b"new", Disk())
    assert file.read_bytes() == b"new"
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
