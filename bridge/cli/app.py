"""`nle-bridge`: every command by its name. In: the command line. Out: the command's exit status."""

import sys
from collections.abc import Sequence

from pydantic import ValidationError

from bridge import __version__
from bridge.cli import demo, doctor, install, jobs, keys, listings, panel, serve, spend, work
from bridge.cli.options import Parser
from bridge.cli.output import FAILED, err, print_json, tell
from bridge.errors import BridgeError, UsageError

ROOMS = (demo, work, jobs, listings, spend, serve, panel, keys, install, doctor)


def parser() -> Parser:
    """The whole command line; each room adds its own commands."""
    whole = Parser(
        prog="nle-bridge",
        description="Select a shot, say what should change, get it back frame-exact as a take.",
    )
    whole.add_argument("--version", action="version", version=f"nle-bridge {__version__}")
    commands = whole.add_subparsers(title="commands", dest="command", required=True)
    for room in ROOMS:
        room.add(commands)
    return whole


def run(words: Sequence[str] | None = None) -> int:
    """One command from its words to its exit status."""
    given = sys.argv[1:] if words is None else words
    try:
        args = parser().parse_args(given)
        return int(args.run(args))
    except BridgeError as error:
        return _failed(error, given)
    except ValidationError as error:  # a value that no daemon takes
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        return _failed(UsageError(f"{name} is not right: {first['msg']}."), given)
    except KeyboardInterrupt:
        err.print("Stopped.")
        return FAILED


def _failed(error: BridgeError, given: Sequence[str]) -> int:
    if "--json" in given:
        print_json({"error": error.as_data()})
    return tell(error)
