"""What is put into Resolve's menu. In: places, the scripts beside this package. Out: files wanted.

Python entries lie in the menu itself, Lua entries in a submenu: the free edition from 21.1 on lists
no Python, every other edition lists both, and so nothing vanishes with an update of Resolve and
nothing is listed twice. App Store builds get the Lua entries alone.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import InternalError
from bridge.hosts.installing import File, Plan, Wanted, content, install_plan, read_record
from bridge.hosts.installing import uninstall_plan as take_away
from bridge.hosts.resolve.folders import Kind, Place, record_file

SCRIPTS = Path(__file__).resolve().parents[3] / "resolve_scripts"  # in a wheel, too
SUBMENU = "AI Bridge (free edition)"
# A file's name is the entry's. " - " stands for a colon, which no file on Windows can have.
ENTRIES = (
    ("AI Edit Selection", "edit"),
    ("AI Generate Between Keyframes", "generate"),
    ("AI Bridge - Place Finished Takes", "place"),
    ("AI Bridge - Stop", "stop"),
)
CLIP_COLOURS = (
    *("Orange", "Apricot", "Yellow", "Lime", "Olive", "Green", "Teal", "Navy", "Blue", "Purple"),
    *("Violet", "Pink", "Tan", "Beige", "Brown", "Chocolate"),
)
COLOUR = CLIP_COLOURS[0]
# A whole string literal takes its place: in quotes of its own a template is a program already
PLACEHOLDER = re.compile(r"""(["']?)@([A-Z]+)@\1""")


@dataclass(frozen=True)
class Scripts:
    """The scripts as they are shipped: names and contents."""

    python: Mapping[str, bytes]
    lua: Mapping[str, bytes]
    python_entry: str
    lua_entry: str


@dataclass(frozen=True)
class Setup:
    data: Path  # the daemon's folder
    command: tuple[str, ...]  # what starts the daemon
    colour: str = COLOUR  # of the clips that are meant where none is selected


def read_scripts(folder: Path = SCRIPTS) -> Scripts:
    """`DiskRefused` or `InternalError` where they are not all there."""
    menu = folder / "menu"
    return Scripts(
        _all(folder / "nle_bridge_resolve", "*.py"),
        _all(folder / "lua", "*.lua"),
        _all(menu, "menu.py")["menu.py"].decode(),
        _all(menu, "menu.lua")["menu.lua"].decode(),
    )


def _all(folder: Path, pattern: str) -> dict[str, bytes]:
    found = {path.name: content(path) or b"" for path in sorted(folder.glob(pattern))}
    if not found:
        raise InternalError(f"{folder / pattern} is missing.", hint="Install NLE Bridge again.")
    return found


def chosen_colour(place: Place) -> str:
    """The colour of an earlier install: it outlasts updates."""
    try:
        colour = json.loads(content(place.library / "config.json") or b"{}").get("colour")
    except (ValueError, AttributeError):
        return COLOUR
    return colour if colour in CLIP_COLOURS else COLOUR


# ---- what is wanted


def resolve_plan(places: tuple[Place, ...], scripts: Scripts, setup: Setup) -> Plan:
    """What it takes to have the scripts as this program ships them in every place."""
    return install_plan(wanted(places, scripts, setup), read_record(record_file(setup.data)))


def wanted(places: tuple[Place, ...], scripts: Scripts, setup: Setup) -> Wanted:
    """Every file of every place; pure."""
    files = [
        file
        for place in places
        for file in (*_library(place, scripts, setup), *_entries(place, scripts, setup))
    ]
    return Wanted(tuple(files), tuple(place.exports for place in places))


def _library(place: Place, scripts: Scripts, setup: Setup) -> Iterator[File]:
    for name, data in scripts.lua.items():
        yield File(place.library / "lua" / name, data, own=True)
    if place.kind is Kind.app_store:
        return
    for name, data in scripts.python.items():
        yield File(place.library / "nle_bridge_resolve" / name, data, own=True)
    config = {"data": str(setup.data), "command": setup.command, "colour": setup.colour}
    yield File(place.library / "config.json", json.dumps(config, indent=2).encode(), own=True)


def _entries(place: Place, scripts: Scripts, setup: Setup) -> Iterator[File]:
    for utility in place.utility:
        for name, action in ENTRIES:
            lua = lua_entry(scripts.lua_entry, place, setup.colour, action).encode()
            if place.kind is Kind.app_store:
                yield File(utility / f"{name}.lua", lua)
                continue
            python = python_entry(scripts.python_entry, place, action).encode()
            yield File(utility / f"{name}.py", python)
            yield File(utility / SUBMENU / f"{name}.lua", lua)


def python_entry(template: str, place: Place, action: str) -> str:
    """Its literals are pure ASCII, whatever the paths hold."""
    return _filled(template, {"LIB": ascii(str(place.library)), "ACTION": ascii(action)})


def lua_entry(template: str, place: Place, colour: str, action: str) -> str:
    values = {
        "LIB": str(place.library / "lua"),
        "MAILBOX": str(place.mailbox),
        "COLOUR": colour,
        "ACTION": action,
    }
    return _filled(template, {name: lua_literal(value) for name, value in values.items()})


def _filled(template: str, literals: Mapping[str, str]) -> str:
    """In one pass: a path may look like a placeholder."""

    def literal(found: re.Match[str]) -> str:
        if found[2] not in literals:
            raise InternalError(f"A menu entry has an unknown placeholder: {found[0]}.")
        return literals[found[2]]

    return PLACEHOLDER.sub(literal, template)


def lua_literal(text: str) -> str:
    """UTF-8, bytes outside ASCII as decimal escapes: the form that every Lua reads."""
    data = text.encode("utf-8", "surrogateescape")
    plain = (32 <= byte < 127 and byte not in b'"\\' for byte in data)
    letters = (chr(b) if keep else f"\\{b:03d}" for b, keep in zip(data, plain, strict=True))
    return f'"{"".join(letters)}"'


# ---- taking it away


def removal_plan(places: tuple[Place, ...], data: Path) -> Plan:
    """All that is on record, and what Python, the daemon and Resolve left in our own folders."""
    leftovers: list[Path] = []
    own: list[Path] = []
    for place in places:
        caches = list(place.library.rglob("__pycache__"))
        leftovers += [path for cache in caches for path in cache.glob("*.pyc")]
        leftovers += [*place.mailbox.glob("in-*.lua"), *place.mailbox.glob("daemon.lua")]
        leftovers += [path for path in place.exports.glob("*") if path.is_file()]
        own += [*caches, place.exports, place.mailbox, place.library]
        own += [utility / SUBMENU for utility in place.utility]
    return take_away(read_record(record_file(data)), leftovers, own)
