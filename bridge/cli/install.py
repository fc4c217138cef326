"""`install` and `uninstall`: an editor's menu entries, and the daemon at login.

In: the editor's name. Out: what was put where or taken away, and what to do next.
"""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from bridge.cli.connect import settings_for
from bridge.cli.options import Commands, common
from bridge.cli.output import DONE, out, print_json
from bridge.errors import UsageError
from bridge.hosts import at_login
from bridge.hosts.installing import Plan, State, Step, do
from bridge.hosts.machine import here, serve_command
from bridge.hosts.resolve.folders import Kind, Place, places, record_file
from bridge.hosts.resolve.install import (
    CLIP_COLOURS,
    ENTRIES,
    SUBMENU,
    Setup,
    chosen_colour,
    read_scripts,
    removal_plan,
    resolve_plan,
)
from bridge.hosts.resolve.seen import Disk as Programs
from bridge.hosts.resolve.seen import seen
from bridge.settings import Settings
from bridge.store.files import Disk

HOSTS = ("resolve",)

Plans: TypeAlias = list[tuple[Plan, Path]]
"""What is to be done, and the file in which it is noted."""


def add(commands: "Commands[ArgumentParser]") -> None:
    put = commands.add_parser(
        "install", parents=[common()], help="put the scripts into an editor's menu"
    )
    put.add_argument("host", choices=HOSTS, help="the editor")
    put.add_argument(
        "--colour",
        type=clip_colour,
        metavar="NAME",
        help="clips of this colour are meant where none is selected; Orange, if left out",
    )
    put.add_argument("--at-login", action="store_true", help="also start the daemon at login")
    put.set_defaults(run=install)
    take = commands.add_parser(
        "uninstall", parents=[common()], help="take them, and the start at login, away again"
    )
    take.add_argument("host", choices=HOSTS, help="the editor")
    take.set_defaults(run=uninstall)
    for parser in (put, take):
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")


def clip_colour(text: str) -> str:
    """One of Resolve's clip colours, however it is written."""
    if text.title() in CLIP_COLOURS:
        return text.title()
    known = ", ".join(CLIP_COLOURS)
    raise UsageError(f"{text[:80]!r} is no clip colour of Resolve's.", hint=f"Known are {known}.")


# ---- the two commands


def install(args: Namespace) -> int:
    settings, machine = settings_for(args), here()
    found = places(machine, settings.data)
    plans: Plans = [
        (resolve_scripts_plan(settings, found, args.colour), record_file(settings.data))
    ]
    # one that is there is kept up to date
    if login := args.at_login or at_login.is_installed(settings.data):
        command = serve_command(settings.data)
        plan = at_login.login_plan(machine, command, settings.data)
        plans.append((plan, at_login.record_file(settings.data)))
    _carry_out(plans, dry=args.dry_run)
    here_it_is = bool(seen(machine, Programs(), settings.data).apps)
    return _told(args, found, plans, tuple(_next(found, plans, here_it_is, login)))


def uninstall(args: Namespace) -> int:
    settings, machine = settings_for(args), here()
    found = places(machine, settings.data)
    plans: Plans = [
        (at_login.removal_plan(settings.data), at_login.record_file(settings.data)),
        (removal_plan(found, settings.data), record_file(settings.data)),
    ]
    _carry_out(plans, dry=args.dry_run)
    return _told(args, found, plans, tuple(_left(plans)))


def resolve_scripts_plan(
    settings: Settings, found: tuple[Place, ...], colour: str | None = None
) -> Plan:
    """What it takes to have the scripts of this program in place; no colour: as before."""
    command = serve_command(settings.data)
    setup = Setup(settings.data, command, colour or chosen_colour(found[0]))
    return resolve_plan(found, read_scripts(), setup)


def _carry_out(plans: Plans, *, dry: bool) -> None:
    for plan, record in plans:
        if not dry:
            do(plan, record, Disk())


# ---- what is said


def _told(
    args: Namespace,
    found: tuple[Place, ...],
    plans: Plans,
    after: tuple[str, ...],
) -> int:
    steps = [step for plan, _ in plans for step in plan.steps]
    if args.json:
        files = [{"path": str(step.path), "state": step.state} for step in steps]
        print_json(
            {"host": args.host, "places": list(map(_place, found)), "files": files, "next": after}
        )
        return DONE
    if args.dry_run:
        out.print("This is what would be done; nothing was.")
    for line in (*_lines(found, steps), *after):
        out.print(line)
    return DONE


def _place(place: Place) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "found": place.found,
        "scripts": [str(folder) for folder in place.utility],
        "library": str(place.library),
        "mailbox": str(place.mailbox),
    }


def _lines(found: tuple[Place, ...], steps: list[Step]) -> Iterator[str]:
    """A line for each file that is not as it was; of our own folders one for all."""
    insides: Counter[tuple[State, Path]] = Counter()
    for step in steps:
        home = next(
            (p.library.parent for p in found if p.library.parent in step.path.parents), None
        )
        if home and step.state is not State.kept:
            insides[step.state, home] += 1
        elif step.state is not State.same:
            yield f"{step.state:<8} {step.path}"
    for (state, home), count in insides.items():
        if state is not State.same:
            yield f"{state:<8} {home} (files: {count})"
    same = sum(step.state is State.same for step in steps)
    if same == len(steps):
        yield "Everything is in place already." if same else "Nothing is installed."
    elif same:
        yield f"Already as they should be: {same}."


def _next(found: tuple[Place, ...], plans: Plans, here_it_is: bool, login: bool) -> Iterator[str]:
    if not (here_it_is or any(place.found for place in found)):
        yield "DaVinci Resolve was not found; the scripts lie where it will look for them."
    entry = ENTRIES[0][0]
    yield f"In Resolve, with a project open: Workspace > Scripts > {entry}."
    yield (
        "Where that is not listed (the free edition from 21.1 on, or no Python): Workspace > "
        f"Scripts > {SUBMENU} > {entry}, while the daemon runs."
    )
    if any(place.kind is Kind.app_store for place in found):
        yield "In Resolve from the App Store the entries need the daemon, too."
    if login:
        yield "The daemon starts at login; until then start it with `nle-bridge serve`."
    else:
        yield (
            "The daemon starts with `nle-bridge serve`, or by itself at login after "
            "`nle-bridge install resolve --at-login`."
        )
    for path in _kept(plans):
        yield f"{path} is not as it was written and stays; remove it and install again for ours."


def _left(plans: Plans) -> Iterator[str]:
    for path in _kept(plans):
        yield f"{path} was changed after it was written and stays; remove it if you do not want it."


def _kept(plans: Plans) -> Iterator[Path]:
    for plan, _ in plans:
        yield from (step.path for step in plan.steps if step.state is State.kept)
