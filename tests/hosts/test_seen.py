"""What can be seen of Resolve and of Pythons on a disk, and what is advised."""

import json
import plistlib
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.hosts.resolve.folders import hosts_file
from bridge.hosts.resolve.install import SUBMENU
from bridge.hosts.resolve.pythons import Python, Registry
from bridge.hosts.resolve.seen import App, Disk, Seen, Told, resolve_words, scripting, seen
from tests.hosts.disks import machine

NOTHING = Seen((), Told(), ())
HERE = Seen((App(Path("/opt/resolve")),), Told(), (Python("/usr/bin/python3"),))
FREE, STUDIO = "DaVinci Resolve", "DaVinci Resolve Studio"
PYTHON_WAY = "use Workspace > Scripts > AI Edit Selection"
LUA_WAY = f"use Workspace > Scripts > {SUBMENU} > AI Edit Selection"


def put(file: Path, data: bytes = b"") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def look(root: Path, platform: str, **environ: str) -> Seen:
    return seen(
        machine(platform, root, **environ), Disk(root, Registry(lambda _: (), lambda _: "")), root
    )


# ---- seeing


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_bare_disk_shows_nothing(tmp_path: Path, platform: str):
    assert look(tmp_path, platform) == NOTHING


@pytest.mark.parametrize("version", ["20.3.2", "21.1"])
@pytest.mark.parametrize(
    "place", ["DaVinci Resolve/DaVinci Resolve.app", "DaVinci Resolve Studio.app"]
)
def test_macos_names_the_version(tmp_path: Path, version: str, place: str):
    app = tmp_path / "Applications" / place
    info = {"CFBundleShortVersionString": version}
    put(app / "Contents" / "Info.plist", plistlib.dumps(info))
    assert look(tmp_path, "darwin").apps == (App(app, version),)
    put(app / "Contents" / "Applications" / "ResolvePython" / "python3")
    assert look(tmp_path, "darwin").apps == (App(app, version, built_in=True),)
    put(app / "Contents" / "Info.plist", b"<plist>broken")
    assert look(tmp_path, "darwin").apps[0].version == ""


def test_linux_names_the_version_in_its_texts(tmp_path: Path):
    folder = tmp_path / "opt" / "resolve"
    put(folder / "bin" / "resolve")
    assert look(tmp_path, "linux").apps == (App(folder),)
    put(folder / "docs" / "ReadMe.html", b"compatible with DaVinci Resolve 20.3.2")
    put(folder / "docs" / "Welcome.txt", b"Welcome to DaVinci Resolve Studio 21.0.4\n")
    assert look(tmp_path, "linux").apps == (App(folder, "21.0.4"),)
    (folder / "docs" / "Welcome.txt").unlink()
    put(folder / "ResolvePython" / "python3")
    assert look(tmp_path, "linux").apps == (App(folder, "20.3.2", built_in=True),)


def test_windows_shows_the_program_alone(tmp_path: Path):
    folder = tmp_path / "Programme" / "Blackmagic Design" / "DaVinci Resolve"
    put(folder / "Resolve.exe")
    there = look(tmp_path, "win32", PROGRAMFILES=str(tmp_path / "Programme"))
    assert there.apps == (App(folder),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (json.dumps({"product": STUDIO, "version": "21.1.0.17", "x": 1}), (STUDIO, "21.1.0.17")),
        (json.dumps({"product": None}), ("", "")),
        ("[]", ("", "")),
        ("{", ("", "")),
    ],
)
def test_what_the_scripts_told_is_read(tmp_path: Path, text: str, told: tuple[str, str]):
    put(hosts_file(tmp_path), text.encode())
    assert look(tmp_path, "linux").told == Told(*told)


def test_pythons_of_macos_and_linux(tmp_path: Path):
    put(tmp_path / "usr" / "local" / "bin" / "python3")
    put(tmp_path / "own" / "bin" / "python3")
    local = Python(str(tmp_path / "usr" / "local" / "bin" / "python3"))
    own = Python(str(tmp_path / "own" / "bin" / "python3"))
    assert look(tmp_path, "darwin").pythons == (local,)
    home = str(tmp_path / "own")
    assert look(tmp_path, "darwin", PYTHON3HOME=home).pythons == (own, local)
    put(tmp_path / "usr" / "bin" / "python3")
    assert look(tmp_path, "linux").pythons == (Python(str(tmp_path / "usr/bin/python3")), local)


def test_pythons_of_windows_stand_in_its_registry(tmp_path: Path):
    top = r"Software\Python"
    keys = {
        top: ("Astral", "PythonCore", "ContinuumAnalytics"),
        rf"{top}\Astral": ("CPython3.13.1",),
        rf"{top}\PythonCore": ("2.7", "3.12", "3.13"),
        rf"{top}\ContinuumAnalytics": ("Anaconda39-64",),
    }
    values = {
        rf"{top}\{name}\InstallPath": rf"C:\{name}"
        for name in (r"Astral\CPython3.13.1", r"PythonCore\2.7", r"PythonCore\3.12")
    }
    registry = Registry(lambda key: keys.get(key, ()), lambda key: values.get(key, ""))
    found = seen(machine("win32", tmp_path), Disk(tmp_path, registry), tmp_path).pythons
    assert found == (
        Python(r"C:\Astral\CPython3.13.1", usable=False),
        Python(r"C:\PythonCore\3.12"),
    )


# ---- saying


def told(product: str, version: str, now: Seen = HERE) -> Seen:
    return replace(now, told=Told(product, version))


def test_a_machine_without_resolve_is_well():
    assert scripting(NOTHING).good
    assert resolve_words(NOTHING) == "not found"


def test_the_version_on_the_disk_is_newer_than_what_was_told():
    updated = replace(told(FREE, "21.0.4.5"), apps=(App(Path("/a"), "21.1"),))
    assert updated.version == "21.1"
    assert updated.restricted
    assert SUBMENU in scripting(updated).words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (told(FREE, "21.1.0.17"), LUA_WAY),
        (told(FREE, "22.0"), LUA_WAY),
        (told(STUDIO, "21.1.0.14"), PYTHON_WAY),
        (told(FREE, "21.0.4.5"), f"finds the Python at /usr/bin/python3; {PYTHON_WAY}"),
        (told(FREE, "19.1", replace(HERE, pythons=())), f"finds no Python; {LUA_WAY}"),
        (replace(HERE, apps=(App(Path("/a"), "21.1"),)), "on the free edition use"),
        (replace(HERE, apps=(App(Path("/a"), built_in=True),)), "21.1 or later: on Studio"),
        (HERE, "version not known"),
    ],
)
def test_the_lane_that_fits_is_named(now: Seen, words: str):
    advice = scripting(now)
    assert advice.good
    assert words in advice.words


def test_a_python_that_crashes_resolve_is_bad_unless_another_is_there():
    crashing = Python(r"C:\uv", usable=False)
    advice = scripting(told(FREE, "20.3", replace(HERE, pythons=(crashing,))))
    assert not advice.good
    assert r"C:\uv" in advice.words
    assert "python.org" in advice.hint
    both = replace(HERE, pythons=(crashing, Python(r"C:\Python312")))
    assert scripting(told(FREE, "20.3", both)).good


def test_the_edition_is_said_where_it_is_known():
    app = App(Path("/opt/resolve"), "21.1")
    now = replace(HERE, apps=(app,))
    assert resolve_words(now).startswith("21.1 at /opt/resolve; the edition shows when")
    assert resolve_words(told(FREE, "21.1", now)) == "21.1 at /opt/resolve; free edition"
    assert resolve_words(told(STUDIO, "21.1", now)) == "21.1 at /opt/resolve; Studio edition"
