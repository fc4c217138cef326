"""`install premiere`, `uninstall premiere`. In: options. Out: what is to be written and said."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from bridge.cli.installs import Work, at_login_lines, kept_lines
from bridge.errors import UsageError
from bridge.hosts.installing import Plan
from bridge.hosts.machine import MAC, WINDOWS, Machine
from bridge.hosts.premiere.install import (
    Built,
    agent_in,
    build_plan,
    ccx_file,
    installer_command,
    record_file,
    removal_plan,
    run_installer,
)
from bridge.hosts.premiere.package import ports_from, read_panel
from bridge.hosts.premiere.seen import HOW_TO, WITHOUT
from bridge.settings import Settings

ROOT = Path("/")


def install(args: Namespace, settings: Settings, machine: Machine, *, login: bool) -> Work:
    agent = agent_in(machine, ROOT)
    if args.run_installer and agent is None:
        raise UsageError(
            "Adobe's installer of plug-ins is not on this machine.",
            hint="Leave --run-installer out and double-click the file that is built.",
        )
    out = None if args.out is None else Path(args.out).expanduser().absolute()
    built = build_plan(
        settings.data, ccx_file(settings.data, out), read_panel(), ports_from(settings.port)
    )
    command = installer_command(machine, agent, built.file) if agent else ()
    after = (
        *_next(built, machine, command, ran=args.run_installer and not args.dry_run),
        *at_login_lines("premiere", login),
        *kept_lines(built.plan),
    )
    facts = {"package": str(built.file), "new_key": built.new_key, "installer": list(command)}
    finish = (lambda: _ran(built, command)) if args.run_installer else None
    return Work(built.plan, record_file(settings.data), facts, after, finish=finish)


def panel_plan(settings: Settings, file: Path) -> Plan:
    """What it takes to have the panel of this program in that file."""
    return build_plan(settings.data, file, read_panel(), ports_from(settings.port)).plan


def uninstall(_: Namespace, settings: Settings, __: Machine) -> Work:
    plan = removal_plan(settings.data)
    after = (
        "The panel is Creative Cloud's to take away: Creative Cloud Desktop > Stock & Marketplace "
        "> Plugins > Manage plugins > NLE Bridge > Uninstall. Its key is good no more.",
    )
    return Work(plan, record_file(settings.data), {}, after)


def _ran(built: Built, command: tuple[str, ...]) -> None:
    """Not where somebody else's file lies."""
    if built.file.is_file():
        run_installer(command)


def _next(built: Built, machine: Machine, command: tuple[str, ...], ran: bool) -> Iterator[str]:
    if built.old_panel_is_out:
        yield (
            "A new key was made. A panel that is installed already is not known any more: install "
            "this file in its stead."
        )
    if ran:
        yield f"Adobe's installer took {built.file.name}."
    elif machine.platform in (MAC, WINDOWS):
        yield (
            f"Double-click {built.file}: Creative Cloud Desktop warns that the panel comes from "
            "outside its marketplace, and installs it."
        )
        if command:
            yield f"Or run: {' '.join(map(_quoted, command))}"
    else:
        yield (
            "Premiere runs on macOS and Windows: build the file there, where the daemon runs, too. "
            "The key in this one is known on this machine alone."
        )
    yield f"Then restart Premiere (25.6 or later) and open {HOW_TO}."
    yield f"An older Premiere has no such panels: {WITHOUT}."


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word
