"""What is around the script: Resolve, paths, settings, the console."""

import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from types import SimpleNamespace

import pytest
from nle_bridge_resolve.config import default_data, library, read_config
from nle_bridge_resolve.host import find_resolve, from_outside, in_process, program, sleeper
from nle_bridge_resolve.paths import same_file
from nle_bridge_resolve.say import plain, say
from platformdirs import user_data_path

from tests.fakes.resolve import Habits


def no_module(name):
    raise ImportError(name)


def test_resolve_is_looked_for_where_the_menu_left_it():
    one, two, three, four = (SimpleNamespace(name=n) for n in range(4))
    app = SimpleNamespace(GetResolve=lambda: two)
    bmd = SimpleNamespace(scriptapp=lambda name: three if name == "Resolve" else None)
    outside = SimpleNamespace(scriptapp=lambda name: four if name == "Resolve" else None)
    every = {"resolve": one, "app": app, "bmd": bmd}
    for gone, found in (("", one), ("resolve", two), ("app", three), ("bmd", four)):
        every.pop(gone, None)
        assert find_resolve(every, {}, {"DaVinciResolveScript": outside}.get) is found
    assert find_resolve({}, {}, no_module) is None


def test_fusion_is_never_called():
    def fusion():
        raise AssertionError("this can start a second Resolve")

    assert find_resolve({"Fusion": fusion, "fusion": fusion}, {}, no_module) is None


@pytest.mark.parametrize(
    ("platform", "api", "lib"),
    [
        ("darwin", "/Library/Application Support/Blackmagic Design/", "fusionscript.so"),
        ("win32", "D:\\Data\\Blackmagic Design\\DaVinci Resolve\\Support\\", "fusionscript.dll"),
        ("linux", "/opt/resolve/Developer/Scripting", "/opt/resolve/libs/Fusion/fusionscript.so"),
    ],
)
def test_from_outside_the_environment_says_where(platform, api, lib):
    path = list(sys.path)
    environ = {"PROGRAMDATA": "D:\\Data"}
    outside = SimpleNamespace(scriptapp=lambda name: None)
    try:
        assert from_outside(environ, lambda name: outside, platform) is None
        assert str(Path(environ["RESOLVE_SCRIPT_API"], "Modules")) in sys.path
    finally:
        sys.path[:] = path
    assert environ["RESOLVE_SCRIPT_API"].startswith(api)
    assert environ["RESOLVE_SCRIPT_LIB"].endswith(lib)


def test_what_the_user_set_for_resolve_stands():
    path = list(sys.path)
    environ = {"RESOLVE_SCRIPT_API": "/mine", "RESOLVE_SCRIPT_LIB": "/mine.so"}
    try:
        from_outside(environ, no_module)
        assert str(Path("/mine/Modules")) in sys.path
    finally:
        sys.path[:] = path
    assert environ == {"RESOLVE_SCRIPT_API": "/mine", "RESOLVE_SCRIPT_LIB": "/mine.so"}


@pytest.mark.parametrize(
    ("version", "told"), [((21, 0, 4, 5), "21.0.4.5"), ((18, 6, 6, 7), "18.6.6.7")]
)
def test_product_and_version(scene, version, told):
    here = scene(Habits(version=version))
    assert program(here.here.resolve) == ("DaVinci Resolve", told)


def test_a_python_inside_resolve_waits_with_resolves_own_call():
    waited = []
    bmd = SimpleNamespace(wait=waited.append)
    sleeper({"bmd": bmd}, "/opt/resolve/bin/resolve")(0.001)
    assert set(waited) == {0.05}
    waited.clear()
    sleeper({"bmd": bmd}, "/usr/bin/python3")(0.001)
    sleeper({}, "C:/Resolve.exe")(0.001)
    assert waited == []
    assert [in_process(name) for name in ("Resolve", "fuscript", "", None)] == [True] + [False] * 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/a/b.mov", "/a/b.mov", True),
        ("c:\\a\\b.mov", "C:/a/b.mov", True),
        ("/a/e\u0301.mov", "/a/\u00e9.mov", True),
        ("/a/b.mov", "/a/c.mov", False),
        ("", "", False),
    ],
)
def test_paths_are_the_same_however_they_are_spelled(one, other, same):
    assert same_file(one, other) is same


def test_settings_of_the_installer_come_first(tmp_path):
    environ = {"NLE_BRIDGE_DATA": str(tmp_path / "other")}
    (tmp_path / "config.json").write_text(
        '{"data": "/da\u00efta", "command": ["py", "serve"], "colour": "Teal"}', encoding="utf-8"
    )
    found = read_config(tmp_path, environ)
    assert found == (Path("/da\u00efta"), ("py", "serve"), "Teal")
    assert found.runtime_file == Path("/da\u00efta/runtime.json")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"command": "serve", "data": 3}'])
def test_without_the_installers_settings_the_environment_counts(tmp_path, text):
    (tmp_path / "config.json").write_text(text)
    found = read_config(tmp_path, {"NLE_BRIDGE_DATA": str(tmp_path / "other")})
    assert found == (tmp_path / "other", (), "Orange")


def test_the_data_folder_is_the_daemons():
    here = default_data(os.environ, sys.platform)
    assert here == user_data_path("nle-bridge", appauthor=False)
    home = Path.home()
    assert default_data({}, "linux") == home / ".local" / "share" / "nle-bridge"
    assert default_data({}, "darwin") == home / "Library" / "Application Support" / "nle-bridge"
    assert default_data({"LOCALAPPDATA": "/local"}, "win32") == Path("/local/nle-bridge")


def test_the_library_knows_its_folder():
    assert (library() / "nle_bridge_resolve" / "entry.py").is_file()


def test_sentences_are_plain_ascii():
    spoken = "Fr\u00fchling \u2013 \u201cD\u00e4mmerung\u201d stra\u00dfe \u6620\u753b"
    assert plain(spoken) == 'Fruhling - "Dammerung" strasse ??'
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with redirect_stdout(out):
        say(spoken)
        say("")
    out.seek(0)
    assert out.read() == 'Fruhling - "Dammerung" strasse ??\n'


def test_a_console_that_is_gone_stops_nothing():
    out = io.StringIO()
    out.close()
    with redirect_stdout(out):
        say("One shot.")
    with redirect_stdout(None):
        say("One shot.")
