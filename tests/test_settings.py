"""Explicit beats file beats environment beats default; mistakes are told of, never passed over."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import BridgeError, DiskRefused, UsageError
from bridge.settings import Settings, load

NUMBERS = [name for name, kind in Settings.__annotations__.items() if kind is int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _load(folder: Path, file: str = "", environ: dict[str, str] | None = None, **explicit: Any):
    if file:
        (folder / "settings.toml").write_text(file)
    return load(environ or {}, data=folder, **explicit)


@pytest.mark.parametrize(
    ("name", "default", "values"),
    [
        ("port", 4747, [1111, 2222, 3333]),
        ("jobs_at_once", 4, [1, 2, 3]),
        ("executor", "local", ["one", "two", "three"]),
        ("database", "", ["sqlite://", "postgresql://a", "postgresql://b"]),
        ("roots", (), [(Path("/a"),), (Path("/b"), Path("/c")), (Path("/d"),)]),
    ],
)
def test_explicit_beats_file_beats_environment_beats_default(folder, name, default, values):
    environment, in_file, explicit = values
    as_text = environment if name != "roots" else os.pathsep.join(map(str, environment))
    environ = {f"NLE_BRIDGE_{name.upper()}": str(as_text)}
    listed = [str(part) for part in in_file] if name == "roots" else in_file
    assert getattr(_load(folder), name) == default
    assert getattr(_load(folder, "", environ), name) == environment
    assert getattr(_load(folder, f"{name} = {listed!r}", environ), name) == in_file
    assert getattr(_load(folder, "", environ, **{name: explicit}), name) == explicit
    assert getattr(_load(folder, "", environ, **{name: None}), name) == in_file


@pytest.mark.parametrize(
    ("said", "means"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("0", False)]
)
def test_a_switch_is_a_word_in_the_environment(folder: Path, said, means):
    settings = _load(folder, "", {"NLE_BRIDGE_OPEN_BROWSER": said})
    assert settings.open_browser is means
    assert _load(folder, "open_browser = false").open_browser is False


def test_the_data_folder_says_where_the_file_is(folder: Path):
    (folder / "mine").mkdir()
    (folder / "mine" / "settings.toml").write_text("port = 1")
    environ = {"NLE_BRIDGE_DATA": str(folder / "mine")}
    assert load(environ).port == 1
    assert load(environ).data == folder / "mine"
    assert load(environ, data=folder).port == 4747
    assert load(environ, data=folder).runtime_file == folder / "runtime.json"


def test_every_setting_has_its_variable(folder: Path):
    environ = {f"NLE_BRIDGE_{name.upper()}": "700" for name in NUMBERS}
    settings = _load(folder, "", environ)
    assert NUMBERS
    assert {getattr(settings, name) for name in NUMBERS} == {700}


def test_an_empty_variable_is_no_answer(folder: Path):
    assert _load(folder, "", {"NLE_BRIDGE_PORT": "", "NLE_BRIDGE_ROOTS": ""}) == _load(folder)


def test_paths_are_whole_whoever_asks_from_where(folder: Path):
    settings = load({"HOME": str(folder)}, data="some/where", roots=["~", "media", ""])
    assert settings.data == Path.cwd() / "some" / "where"
    assert settings.roots == (Path.home(), Path.cwd() / "media")
    with_separator = {"NLE_BRIDGE_ROOTS": f"/a{os.pathsep}{os.pathsep}/b"}
    assert _load(folder, "", with_separator).roots == (Path("/a"), Path("/b"))


def test_a_file_written_by_notepad_is_read(folder: Path):
    (folder / "settings.toml").write_bytes(b"\xef\xbb\xbfport = 5\r\n")
    assert _load(folder).port == 5


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("prot = 5", "prot"),
        ("data = '/elsewhere'", "data"),
        ("[port]\nnumber = 5", "port"),
        ("port = ", "not valid TOML"),
        ("port = 4.7", r"port cannot be 4\.7"),
        ("port = true", "port cannot be True"),
        ("port = 'http'", "port cannot be 'http'"),
        ("port = -1", "port cannot be -1"),
        ("port = 65536", "port cannot be 65536"),
        ("jobs_at_once = 0", "jobs_at_once cannot be 0"),
        ("keep_days = -1", "keep_days cannot be -1"),
        ("roots = 5", "roots cannot be 5"),
        ("roots = [5]", "roots cannot be"),
        ("executor = 5", "executor cannot be 5"),
        ("open_browser = 1", "open_browser cannot be 1"),
        ("open_browser = 'perhaps'", "open_browser cannot be 'perhaps'"),
    ],
)
def test_mistakes_in_the_file_are_named(folder: Path, file, words):
    with pytest.raises(UsageError, match=words) as caught:
        _load(folder, file)
    assert caught.value.hint


def test_zero_is_an_answer_where_it_means_something(folder: Path):
    settings = _load(folder, "port = 0\nkeep_days = 0")
    assert (settings.port, settings.keep_days) == (0, 0)


@pytest.mark.parametrize("value", ["many", "1.5", "1e3", "-4", "0"])
def test_mistakes_in_the_environment_are_named(folder: Path, value):
    with pytest.raises(UsageError, match="worker_seconds cannot be"):
        _load(folder, "", {"NLE_BRIDGE_WORKER_SECONDS": value})


def test_a_file_that_is_not_text_is_named(folder: Path):
    (folder / "settings.toml").write_bytes(b"port = '\xff'")
    with pytest.raises(UsageError, match=r"settings\.toml"):
        _load(folder)


def test_what_cannot_be_read_is_refused_by_name(folder: Path):
    (folder / "settings.toml").mkdir()
    (folder / "a file").touch()
    for data in (folder, folder / "a file"):
        with pytest.raises(DiskRefused, match=r"settings\.toml"):
            load({}, data=data)


@pytest.mark.parametrize("data", [5, "~nobody-has-this-name/x", ["a"], "a\0b"])
def test_a_data_folder_that_cannot_be_is_refused(data):
    with pytest.raises(UsageError):
        load({}, data=data)


@given(file=st.text(max_size=40), value=st.text(st.characters(codec="utf-8"), max_size=9))
def test_whatever_stands_there_it_is_settings_or_an_error_of_ours(tmp_path_factory, file, value):
    folder = tmp_path_factory.mktemp("settings")
    (folder / "settings.toml").write_text(file, encoding="utf-8", errors="ignore")
    for environ in ({"NLE_BRIDGE_PORT": value}, {"NLE_BRIDGE_ROOTS": value}):
        try:
            settings = load(environ, data=folder)
        except BridgeError:
            continue
        assert 0 <= settings.port <= 65535
