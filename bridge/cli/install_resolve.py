"""`install resolve`, `uninstall resolve`. In: options. Out: what is to be written and said."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge.cli.installs import Work, at_login_lines, kept_lines
from bridge.hosts.installing import Plan
from bridge.hosts.machine import Machine, serve_command
from bridge.hosts.resolve.folders import Kind, Place, places, record_file
from bridge.hosts.resolve.install import (
    ENTRIES,
    SUBMENU,
    Setup,
    chosen_colour,
    read_scripts,
    removal_plan,
    resolve_plan,
)
from bridge.hosts.resolve.seen import Disk, seen
from bridge.settings import Settings


def install(args: Namespace, settings: Settings, machine: Machine, *, login: bool) -> Work:
    found = places(machine, settings.data)
    plan = resolve_scripts_plan(settings, found, args.colour)
    here = bool(seen(machine, Disk(), settings.data).apps)
    after = (*_next(found, here), *at_login_lines("resolve", login), *kept_lines(plan))
    return Work(plan, record_file(settings.data), _facts(found), after, _homes(found))


def uninstall(_: Namespace, settings: Settings, machine: Machine) -> Work:
    found = places(machine, settings.data)
    plan = removal_plan(found, settings.data)
    return Work(plan, record_file(settings.data), _facts(found), (), _homes(found))


def resolve_scripts_plan(
    settings: Settings, found: tuple[Place, ...], colour: str | None = None
) -> Plan:
    """What it takes to have the scripts of this program in place; no colour: as before."""
    command = serve_command(settings.data)
    setup = Setup(settings.data, command, colour or chosen_colour(found[0]))
    return resolve_plan(found, read_scripts(), setup)


def _homes(found: tuple[Place, ...]) -> tuple[Path, ...]:
    return tuple(place.library.parent for place in found)


def _facts(found: tuple[Place, ...]) -> dict[str, Any]:
    return {"places": list(map(_place, found))}


def _place(place: Place) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "found": place.found,
        "scripts": [str(folder) for folder in place.utility],
        "library": str(place.library),
        "mailbox": str(place.mailbox),
    }


def _next(found: tuple[Place, ...], here: bool) -> Iterator[str]:
    if not (here or any(place.found for place in found)):
        yield "DaVinci Resolve was not found; the scripts lie where it will look for them."
    entry = ENTRIES[0][0]
    yield f"In Resolve, with a project open: Workspace > Scripts > {entry}."
    yield (
        "Where that is not listed (the free edition from 21.1 on, or no Python): Workspace > "
        f"Scripts > {SUBMENU} > {entry}, while the daemon runs."
    )
    if any(place.kind is Kind.app_store for place in found):
        yield "In Resolve from the App Store the entries need the daemon, too."
