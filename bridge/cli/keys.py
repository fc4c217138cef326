"""`key`: give, check or forget an engine's key. In: a hidden line, or standard input.

Out: the key where this system keeps keys, or in a file that only its owner can read.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass

from bridge.cli.connect import settings_for
from bridge.cli.options import Commands, common
from bridge.cli.output import DONE, out, print_json
from bridge.engines.registry import Engines
from bridge.engines.runway.keys import Keys
from bridge.engines.runway.setup import setup_of
from bridge.errors import EngineBusy, EngineError, UsageError
from bridge.settings import Settings

ENGINES = ("runway",)
LONGEST = 10_000  # letters that are read


def add(commands: "Commands[ArgumentParser]") -> None:
    parser = commands.add_parser("key", parents=[common()], help="give an engine its key")
    parser.add_argument("engine", choices=ENGINES, help="whose key it is")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="ask the account, and say its balance")
    what.add_argument("--forget", action="store_true", help="remove the key that was given")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    settings = settings_for(args)
    if args.check:
        return _check(settings, args)
    setup = setup_of(settings.engines.get(args.engine, {}))
    keys = Keys(settings.data / "engines" / args.engine, setup.key_file, setup.keyring)
    if args.forget:
        found = keys.forget()
        return _told(args, "The key is removed." if found else "No key was kept.", forgotten=found)
    where = keys.store(_asked(args.engine))
    return _told(args, f"The key is kept in {where}.", kept=True)


def _asked(engine: str) -> str:
    """Without an echo on a terminal; else what stands on standard input."""
    try:
        if sys.stdin.isatty():
            return getpass(f"Key for {engine} (it is not shown): ")
        given = sys.stdin.read(LONGEST)
    except (EOFError, UnicodeDecodeError):
        given = ""
    if not given.strip():
        raise UsageError("There is no key on standard input.")
    return given


def _told(args: Namespace, sentence: str, **facts: object) -> int:
    if args.json:
        print_json({"engine": args.engine, **facts})
    else:
        out.print(sentence)
    return DONE


def _check(settings: Settings, args: Namespace) -> int:
    left = asyncio.run(_left(settings, args.engine))
    return _told(args, f"The key is good; {left} credits are left.", credits=left)


async def _left(settings: Settings, name: str) -> str:
    engines = Engines(settings=settings)
    try:
        account = await engines.get(name).account()
    except EngineBusy as error:
        raise EngineBusy(
            error.message,
            hint="Nothing is wrong with the key so far; check the network, try again.",
        ) from error
    finally:
        await engines.close()
    if account is None or account.credits is None:
        raise EngineError(f"{name} does not say what is left.")
    return str(account.credits)
