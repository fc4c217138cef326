"""`serve`: the daemon in the foreground. In: settings. Out: a daemon that runs until stopped."""

from argparse import ArgumentParser, Namespace

from bridge.cli.options import Commands, common
from bridge.cli.output import DONE, err
from bridge.daemon.server import Daemon, serve
from bridge.settings import load


def add(commands: "Commands[ArgumentParser]") -> None:
    parser = commands.add_parser("serve", parents=[common()], help="run the daemon until stopped")
    parser.add_argument("--port", type=int, help="a free one near 4747, if left out")
    parser.set_defaults(run=run)


def _told(daemon: Daemon) -> None:
    err.print(f"Serving at {daemon.url}; data in {daemon.house.settings.data}. Ctrl-C stops it.")


def run(args: Namespace) -> int:
    settings = load(data=args.data, port=args.port)
    serve(settings, exact_port=args.port is not None, started=_told)
    return DONE
