"""What is seen of Premiere on three kinds of machine, and what is said of it."""

import json
import plistlib

import pytest

from bridge.hosts.premiere.seen import App, Told, contact_words, premiere_words, seen
from tests.hosts.disks import machine


def mac_app(root, name, version):
    contents = root / "Applications" / name / f"{name}.app" / "Contents"
    contents.mkdir(parents=True)
    (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleShortVersionString": version}))


def test_a_mac_tells_versions(tmp_path):
    mac_app(tmp_path, "Adobe Premiere Pro 2025", "25.5.0")
    mac_app(tmp_path, "Adobe Premiere 2026", "26.3.0")
    mac_app(tmp_path, "Adobe Premiere Rush", "2.0")
    now = seen(machine("darwin", tmp_path), tmp_path, tmp_path / "data")
    assert sorted(app.version for app in now.apps) == ["25.5.0", "26.3.0"]
    assert not now.too_old
    assert "26.3.0 at " in premiere_words(now)


def test_on_windows_its_name_tells_the_year(tmp_path):
    for name in (
        "Adobe Premiere Pro 2024",
        "Adobe Premiere Pro (Beta)",
        "Adobe Media Encoder 2026",
    ):
        (tmp_path / "Adobe" / name).mkdir(parents=True)
    windows = machine("win32", tmp_path, PROGRAMFILES=str(tmp_path))
    now = seen(windows, tmp_path, tmp_path / "data")
    assert [app.version for app in now.apps] == ["24", ""]
    assert not now.too_old  # of the beta nothing is known
    (tmp_path / "Adobe" / "Adobe Premiere Pro (Beta)").rmdir()
    assert seen(windows, tmp_path, tmp_path / "data").too_old


def test_a_linux_has_none(tmp_path):
    now = seen(machine("linux", tmp_path), tmp_path, tmp_path / "data")
    assert (now.apps, now.agent, now.too_old) == ((), None, False)
    assert premiere_words(now) == "not found"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("25.5.9", False),
        ("25.6", True),
        ("26.0.1", True),
        ("24", False),
        ("25", None),
        ("26", True),
        ("", None),
    ],
)
def test_panels_came_with_25_6(tmp_path, version, expected):
    assert App(tmp_path, version).has_panels is expected


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"plugin": null}'])
def test_facts_without_sense_are_none(tmp_path, text):
    (tmp_path / "premiere").mkdir()
    (tmp_path / "premiere" / "hosts.json").write_text(text)
    assert seen(machine("linux", tmp_path), tmp_path, tmp_path).told == Told()


def test_the_last_contact_is_told(tmp_path):
    known = {"version": "26.3.0", "plugin": "0.1.0", "origin": "null", "time": "2026-11-28T05:00"}
    (tmp_path / "premiere").mkdir()
    (tmp_path / "premiere" / "hosts.json").write_text(json.dumps(known))
    told = seen(machine("linux", tmp_path), tmp_path, tmp_path).told
    words = contact_words(told)
    for word in ("2026-11-28T05:00", "26.3.0", "panel 0.1.0", "'null'"):
        assert word in words
    assert contact_words(Told()) == "none yet"
    assert "did not say" in contact_words(Told(time="2026"))
