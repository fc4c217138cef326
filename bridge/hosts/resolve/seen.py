"""What can be seen of Resolve from outside. In: a machine, its disk. Out: facts, and advice.

The edition cannot be seen; the scripts tell it to the daemon when they run, which notes it.
"""

import json
import plistlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from bridge.hosts.machine import MAC, WINDOWS, Machine
from bridge.hosts.resolve.folders import hosts_file
from bridge.hosts.resolve.install import ENTRIES, SUBMENU
from bridge.hosts.resolve.pythons import SYSTEM_REGISTRY, Python, Registry, pythons

RESTRICTED = (
    21,
    1,
)  # from this version on: no Python on the free edition, a built-in one on Studio
VERSION = re.compile(r"DaVinci Resolve(?: Studio)? (\d+(?:\.\d+)+)")
WELCOME = 4096  # characters in which a text on the version begins with it


@dataclass(frozen=True)
class Disk:
    """Where programs lie; a test has another root."""

    root: Path = Path("/")
    registry: Registry = SYSTEM_REGISTRY


@dataclass(frozen=True)
class App:
    path: Path
    version: str = ""  # empty: not known
    built_in: bool = False  # whether a Python of its own lies in it: 21.1 or later


@dataclass(frozen=True)
class Told:
    """What a script reported when it last ran; empty strings where it did not."""

    product: str = ""
    version: str = ""

    @property
    def studio(self) -> bool | None:
        return "studio" in self.product.lower() if self.product else None


@dataclass(frozen=True)
class Seen:
    apps: tuple[App, ...]
    told: Told
    pythons: tuple[Python, ...]

    @property
    def version(self) -> str:
        """That of the program on the disk first: it may have been updated since it was told."""
        return next((app.version for app in self.apps if app.version), self.told.version)

    @property
    def restricted(self) -> bool | None:
        """Whether it is 21.1 or later; None where that is not known."""
        if any(app.built_in for app in self.apps):
            return True
        numbers = re.findall(r"\d+", self.version)
        return (*map(int, numbers[:2]), 0)[:2] >= RESTRICTED if numbers else None


@dataclass(frozen=True)
class Advice:
    good: bool
    words: str
    hint: str = ""


def seen(machine: Machine, disk: Disk, data: Path) -> Seen:
    return Seen(
        tuple(_apps(machine, disk.root)),
        _told(hosts_file(data)),
        pythons(machine, disk.root, disk.registry),
    )


# ---- looking


def _apps(machine: Machine, root: Path) -> Iterator[App]:
    if machine.platform == MAC:
        yield from _mac_apps(machine, root / "Applications")
    elif machine.platform == WINDOWS:
        programs = Path(machine.environ.get("PROGRAMFILES") or root / "Program Files")
        folder = programs / "Blackmagic Design" / "DaVinci Resolve"
        if "Resolve.exe" in machine.names(folder):
            yield App(folder)
    else:
        for folder in (root / "opt" / "resolve", root / "home" / "resolve"):
            if "resolve" in machine.names(folder / "bin"):
                yield App(
                    folder,
                    _documented_version(machine, folder / "docs"),
                    "ResolvePython" in machine.names(folder),
                )


def _mac_apps(machine: Machine, applications: Path) -> Iterator[App]:
    """The installer makes a folder, the App Store does not."""
    places = (
        applications / "DaVinci Resolve" / "DaVinci Resolve.app",
        applications / "DaVinci Resolve.app",
        applications / "DaVinci Resolve Studio.app",
    )
    for app in places:
        contents = app / "Contents"
        if machine.names(contents):
            built_in = "ResolvePython" in machine.names(contents / "Applications")
            yield App(app, _bundle_version(contents / "Info.plist"), built_in)


def _bundle_version(file: Path) -> str:
    try:
        return str(plistlib.loads(file.read_bytes()).get("CFBundleShortVersionString", ""))
    except (OSError, ValueError, AttributeError, ExpatError):
        return ""


def _documented_version(machine: Machine, docs: Path) -> str:
    """The first that the texts name: the welcome before what is to be read."""
    for name in sorted(machine.names(docs), reverse=True):
        if name.lower().startswith(("welcome", "readme")):
            try:
                text = (docs / name).read_text("utf-8", "replace")[:WELCOME]
            except OSError:
                continue
            if named := VERSION.search(text):
                return named[1]
    return ""


def _told(file: Path) -> Told:
    try:
        data = json.loads(file.read_text("utf-8"))
        return Told(str(data.get("product") or ""), str(data.get("version") or ""))
    except (OSError, ValueError, AttributeError):
        return Told()


# ---- saying


def resolve_words(now: Seen) -> str:
    """One line on what is installed."""
    if not now.apps:
        last = f"; {_named(now)} ran a script of ours" if now.told.product else ""
        return f"not found{last}"
    apps = ", ".join(f"{app.version or 'version not known'} at {app.path}" for app in now.apps)
    if now.told.studio is None:
        return f"{apps}; the edition shows when a script of ours runs in it"
    return f"{apps}; {'Studio' if now.told.studio else 'free'} edition"


def scripting(now: Seen) -> Advice:
    """Which entries of the menu fit, in plain words."""
    first = ENTRIES[0][0]
    python, lua = f"Workspace > Scripts > {first}", f"Workspace > Scripts > {SUBMENU} > {first}"
    lua_way = f"use {lua}, and have the daemon run from login on (`install resolve --at-login`)"
    if now.restricted is None and not (now.apps or now.told.product):
        return Advice(True, "Resolve was not found")
    if now.restricted is None:
        return Advice(
            True,
            f"version not known; use {python}. Where that is not listed (free 21.1 or later, or "
            f"no Python for Resolve), {lua_way}",
        )
    if not now.restricted:
        return _up_to_21_0(now, python, lua)
    if now.told.studio is None:
        return Advice(True, f"{_named(now)}: on Studio use {python}; on the free edition {lua_way}")
    if now.told.studio:
        return Advice(True, f"{_named(now)} has a Python of its own; use {python}")
    return Advice(True, f"{_named(now)} lists no Python scripts; {lua_way}")


def _up_to_21_0(now: Seen, python: str, lua: str) -> Advice:
    usable = next((found for found in now.pythons if found.usable), None)
    if usable:
        return Advice(True, f"{_named(now)} finds the Python at {usable.path}; use {python}")
    install = "install Python from python.org"
    if now.pythons:
        return Advice(
            False,
            f"{_named(now)} would crash with the only Python found, {now.pythons[0].path}, "
            "a stand-alone build",
            f"For the Python entries {install}; until then use {lua}.",
        )
    return Advice(
        True, f"{_named(now)} finds no Python; use {lua}, or {install} to have the other entries"
    )


def _named(now: Seen) -> str:
    product = now.told.product or "DaVinci Resolve"
    edition = " (free edition)" if now.told.studio is False else ""
    return f"{product} {now.version or '21.1 or later'}{edition}"
