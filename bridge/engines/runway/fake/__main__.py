"""The fake as a program: python -m bridge.engines.runway.fake --port 4750 --folder DIR."""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from bridge.engines.runway.fake.scripts import Script, Speed
from bridge.engines.runway.fake.server import CREDITS, FakeRunway
from bridge.errors import BridgeError


def main(words: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; 0 then, 1 where it could not begin."""
    asked = _parser().parse_args(words)
    try:
        fake = _fake(asked)
        fake.bind()
    except (BridgeError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    told = {"url": fake.url, "token": fake.token}
    line = json.dumps(told) if asked.json else f"{fake.url}  token {fake.token}"
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    asyncio.run(_serve(fake))
    return 0


def _fake(asked: argparse.Namespace) -> FakeRunway:
    fake = FakeRunway(
        asked.folder or Path(tempfile.mkdtemp(prefix="fake-runway-")),
        host=asked.host,
        port=asked.port,
        credits=asked.credits,
        speed=asked.speed,
        any_words=asked.any_words,
        token=asked.token,
    )
    if asked.script:
        told = json.loads(asked.script.read_text("utf-8"))
        fake.house.told(Script.of(told))
    return fake


async def _serve(fake: FakeRunway) -> None:
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(kind, fake.stop)
    await fake.serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bridge.engines.runway.fake")
    parser.add_argument("--host", default="127.0.0.1", help="whom it listens to")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--folder", type=Path, help="what it keeps; a new one where not given")
    parser.add_argument("--credits", type=Decimal, default=CREDITS, help="of a new folder")
    parser.add_argument("--speed", type=Speed, choices=list(Speed), default=Speed.fast)
    parser.add_argument("--any-words", action="store_true", help="footage comes back unchanged")
    parser.add_argument("--script", type=Path, help="JSON as for POST /fake/script")
    parser.add_argument("--token", help="of the /fake doors; made up where not given")
    parser.add_argument("--json", action="store_true", help="print url and token as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
