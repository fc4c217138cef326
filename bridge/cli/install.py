"""`install` and `uninstall`: what an editor needs of ours, and the daemon at login.

In: the editor's name. Out: what was put where or taken away, and what to do next.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from bridge.cli import install_premiere, install_resolve
from bridge.cli.connect import settings_for
from bridge.cli.installs import Work, carry_out, left_lines, told
from bridge.cli.options import Commands, common
from bridge.errors import UsageError
from bridge.hosts import at_login
from bridge.hosts.installing import read_record
from bridge.hosts.machine import Machine, here, serve_command
from bridge.hosts.premiere.install import record_file as premiere_record
from bridge.hosts.resolve.folders import record_file as resolve_record
from bridge.hosts.resolve.install import CLIP_COLOURS
from bridge.settings import Settings

HOSTS = {"resolve": install_resolve, "premiere": install_premiere}
RECORDS = {"resolve": resolve_record, "premiere": premiere_record}


def add(commands: "Commands[ArgumentParser]") -> None:
    put = commands.add_parser(
        "install", parents=[common()], help="put what an editor needs into its menu, or build it"
    )
    put.add_argument("host", choices=HOSTS, help="the editor")
    put.add_argument("--at-login", action="store_true", help="also start the daemon at login")
    put.add_argument(
        "--colour",
        type=clip_colour,
        metavar="NAME",
        help="resolve: clips of this colour are meant where none is selected; Orange, if left out",
    )
    put.add_argument("--out", metavar="PATH", help="premiere: folder or file for the package")
    put.add_argument(
        "--run-installer", action="store_true", help="premiere: hand it to Adobe's installer"
    )
    put.set_defaults(run=install)
    take = commands.add_parser(
        "uninstall", parents=[common()], help="take it, and the start at login, away again"
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


def install(args: Namespace) -> int:
    settings, machine = settings_for(args), here()
    _check_options(args)
    # one that is there is kept up to date
    login = args.at_login or at_login.is_installed(settings.data)
    works = [HOSTS[args.host].install(args, settings, machine, login=login)]
    if login:
        works.append(_login(settings, machine))
    carry_out(works, dry=args.dry_run)
    return told(args, works)


def uninstall(args: Namespace) -> int:
    settings, machine = settings_for(args), here()
    works = [HOSTS[args.host].uninstall(args, settings, machine)]
    # the daemon goes on starting while another editor counts on it
    if not any(_installed(host, settings) for host in HOSTS if host != args.host):
        plan = at_login.removal_plan(settings.data)
        works.insert(0, Work(plan, at_login.record_file(settings.data)))
    carry_out(works, dry=args.dry_run)
    return told(args, [replace(w, after=(*left_lines(w.plan), *w.after)) for w in works])


def _check_options(args: Namespace) -> None:
    """What only the other editor knows is not passed over in silence."""
    wrong = {"premiere": args.colour, "resolve": args.out or args.run_installer}[args.host]
    if wrong:
        other = "resolve" if args.host == "premiere" else "premiere"
        raise UsageError(f"That option belongs to `install {other}`.")


def _login(settings: Settings, machine: Machine) -> Work:
    plan = at_login.login_plan(machine, serve_command(settings.data), settings.data)
    return Work(plan, at_login.record_file(settings.data))


def _installed(host: str, settings: Settings) -> bool:
    return bool(read_record(RECORDS[host](settings.data)).version)
