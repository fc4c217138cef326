"""What `doctor` finds of the editors. In: settings, a machine, its disk. Out: a line a check.

A machine without an editor is a good one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge import __version__
from bridge.cli.install_premiere import panel_plan
from bridge.cli.install_resolve import resolve_scripts_plan
from bridge.cli.installs import kept
from bridge.errors import BridgeError
from bridge.hosts.installing import read_record
from bridge.hosts.keys import HostKeys
from bridge.hosts.machine import Machine
from bridge.hosts.premiere import install as panel
from bridge.hosts.premiere import seen as premiere
from bridge.hosts.resolve.folders import places, record_file
from bridge.hosts.resolve.seen import Disk, Seen, resolve_words, scripting, seen
from bridge.settings import Settings

BUILD = "Run `nle-bridge install premiere`"


@dataclass(frozen=True)
class Finding:
    check: str
    good: bool
    found: str
    hint: str = ""


# ---- DaVinci Resolve


def resolve_findings(settings: Settings, machine: Machine, disk: Disk) -> Iterator[Finding]:
    now = seen(machine, disk, settings.data)
    yield Finding("Resolve", True, resolve_words(now))
    yield _resolve_scripts(settings, machine, now)
    advice = scripting(now)
    yield Finding("Resolve scripting", advice.good, advice.words, advice.hint)


def _resolve_scripts(settings: Settings, machine: Machine, now: Seen) -> Finding:
    check, hint = "Resolve scripts", "Run `nle-bridge install resolve`."
    version = read_record(record_file(settings.data)).version
    if not version:
        return Finding(check, not now.apps, "not installed", hint)
    try:
        plan = resolve_scripts_plan(settings, places(machine, settings.data))
    except BridgeError as error:
        return Finding(check, False, error.message, error.hint)
    changed = kept(plan)
    if changed:  # the installer leaves those alone
        hint = f"Remove {', '.join(map(str, changed))}, then run `nle-bridge install resolve`."
    if plan.changes or changed:
        return Finding(check, False, f"of version {version}, not what this program has", hint)
    return Finding(check, True, f"complete, version {version}")


# ---- Premiere


def premiere_findings(settings: Settings, machine: Machine, root: Path) -> Iterator[Finding]:
    now = premiere.seen(machine, root, settings.data)
    old = f"it needs 25.6 or later for our panel; until then {premiere.WITHOUT}"
    words = premiere.premiere_words(now)
    yield Finding("Premiere", True, f"{words}; {old}" if now.too_old else words)
    yield _package(settings, now)
    yield _contact(now.told)


def _package(settings: Settings, now: premiere.Seen) -> Finding:
    """The file for Creative Cloud, and whether its key is good."""
    check = "Premiere panel"
    if not read_record(panel.record_file(settings.data)).version:
        return Finding(check, not now.apps or now.too_old, "not built", f"{BUILD}.")
    file = panel.built_file(settings.data)
    if file is None or not HostKeys(settings.data).has(panel.HOST):
        lacks = "its file is gone" if file is None else "its key is gone"
        return Finding(check, False, lacks, f"{BUILD}, and install the new file.")
    try:
        plan = panel_plan(settings, file.with_name(panel.NAME))
    except BridgeError as error:
        return Finding(check, False, error.message, error.hint)
    if plan.changes or kept(plan):
        hint = f"{BUILD}, and install the new file."
        return Finding(check, False, f"{file} is not what this program has", hint)
    return Finding(check, True, f"built, with its key: {file}")


def _contact(told: premiere.Told) -> Finding:
    check, words = "Premiere contact", premiere.contact_words(told)
    if told.plugin and told.plugin != __version__:
        hint = f"{BUILD}, and install the new file: the panel is not of version {__version__}."
        return Finding(check, False, words, hint)
    return Finding(check, True, words)
