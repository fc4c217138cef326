"""`open`: the page of the running daemon. In: perhaps a selection. Out: it is in the browser."""

from argparse import ArgumentParser, Namespace

from bridge.cli.connect import settings_for
from bridge.cli.options import Commands, common
from bridge.cli.output import DONE, out, print_json
from bridge.client import Client
from bridge.wire.panel import PanelIn


def add(commands: "Commands[ArgumentParser]") -> None:
    parser = commands.add_parser("open", parents=[common()], help="open the daemon's page")
    parser.add_argument("selection", nargs="?", help="what there is, if left out")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Only of a daemon that goes on after this command."""
    with Client.discover(settings_for(args)) as client:
        page = client.open_panel(PanelIn(selection=args.selection))
    if args.json:
        print_json(page.model_dump(mode="json"))
    elif page.opened:
        out.print("The page is open in your browser.")
    else:
        out.print("No browser could be opened. Open this link within a minute; it works once:")
        out.print(page.url, soft_wrap=True)
    return DONE
