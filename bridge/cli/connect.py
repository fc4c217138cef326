"""Reach a daemon. In: settings. Out: a client of the running one, or of one inside this command."""

import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.errors import DaemonBusy, DaemonNotRunning
from bridge.settings import Settings, load

# Another command's daemon answers soon after it locked the folder, and lets go soon after its end
PATIENCE_SECONDS = 15
LOOK_SECONDS = 0.25


def settings_for(args: Namespace) -> Settings:
    return load(data=args.data)


@contextmanager
def connected(settings: Settings) -> Iterator[Client]:
    """Use the running daemon where there is one; else run one for as long as the command lasts."""
    with ExitStack() as closing:
        yield _reached(settings, closing)


def _reached(settings: Settings, closing: ExitStack) -> Client:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return closing.enter_context(Client.discover(settings))
        except DaemonNotRunning:
            pass
        try:
            return closing.enter_context(embedded(settings))
        except DaemonBusy:
            if time.monotonic() > end:
                raise
        time.sleep(LOOK_SECONDS)


class OwnDaemon(Client):
    """A client of a daemon that ends with this command."""


@contextmanager
def embedded(settings: Settings) -> Iterator[Client]:
    """A client of a daemon inside this command."""
    with Embedded(settings) as daemon, OwnDaemon.at(daemon.url, daemon.house.token) as client:
        yield client
