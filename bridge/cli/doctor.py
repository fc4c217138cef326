"""`doctor`: look at this machine and say in plain words what to do.

In: settings. Out: a line a check; exit status 1 where something must be done.
"""

import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bridge.cli.connect import settings_for
from bridge.cli.doctor_hosts import Finding, premiere_findings, resolve_findings
from bridge.cli.options import Commands, common
from bridge.cli.output import DONE, FAILED, out, print_json
from bridge.client import Client
from bridge.engines.registry import Engines
from bridge.errors import DaemonNotRunning, DatabaseError
from bridge.hosts.machine import here
from bridge.hosts.resolve.seen import Disk
from bridge.jobs.durable import sqlite_module
from bridge.media.encode import missing_encoders
from bridge.settings import Settings

SPACE_WANTED = 5 << 30  # bytes: a minute of 4K ProRes in each stage


def add(commands: "Commands[ArgumentParser]") -> None:
    parser = commands.add_parser("doctor", parents=[common()], help="check this machine")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    findings = tuple(_findings(settings_for(args)))
    good = all(finding.good for finding in findings)
    if args.json:
        print_json({"good": good, "checks": [asdict(finding) for finding in findings]})
        return DONE if good else FAILED
    for finding in findings:
        out.print(f"{'ok ' if finding.good else 'BAD'} {finding.check}: {finding.found}")
        if not finding.good:
            out.print(f"    -> {finding.hint}")
    return DONE if good else FAILED


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _python()
    yield _database()
    yield _data_folder(settings)
    yield _codecs()
    yield from _engines(settings)
    yield _daemon(settings)
    yield from resolve_findings(settings, here(), Disk())
    yield from premiere_findings(settings, here(), Path("/"))


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), found, "Install Python 3.11 or newer.")


def _database() -> Finding:
    try:
        return Finding("SQLite", True, sqlite_module().sqlite_version)
    except DatabaseError as error:
        return Finding("SQLite", False, error.message, error.hint)


def _data_folder(settings: Settings) -> Finding:
    place = settings.data
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    found = f"{settings.data}, {free >> 30} GiB free"
    return Finding("Data folder", free >= SPACE_WANTED, found, "Free some space or set --data.")


def _codecs() -> Finding:
    missing = missing_encoders()
    found = f"missing: {', '.join(missing)}" if missing else "ProRes, H.264 and sound"
    return Finding("Codecs", not missing, found, "Install the `av` package from its binary wheel.")


def _engines(settings: Settings) -> Iterator[Finding]:
    for engine in Engines(settings=settings).describe():
        error = engine["error"]
        found = (
            error["message"]
            if error
            else ", ".join(dict.fromkeys(m["name"] for m in engine["models"]))
        )
        hint = error["hint"] if error else ""
        yield Finding(f"Engine {engine['name']}", error is None, found, hint)


def _daemon(settings: Settings) -> Finding:
    try:
        with Client.discover(settings):
            return Finding("Daemon", True, "running")
    except DaemonNotRunning:
        return Finding("Daemon", True, "not running; commands run one inside themselves")
