"""Reach a daemon. In: settings. Out: a client of the running one, or of one inside this command."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.errors import DaemonNotRunning
from bridge.settings import Settings, load


def settings_for(args: Namespace) -> Settings:
    return load(data=args.data)


@contextmanager
def connected(settings: Settings) -> Iterator[Client]:
    """Use the running daemon where there is one; else run one for as long as the command lasts."""
    try:
        client = Client.discover(settings)
    except DaemonNotRunning:
        with embedded(settings) as client:
            yield client
    else:
        with client:
            yield client


@contextmanager
def embedded(settings: Settings) -> Iterator[Client]:
    """A client of a daemon inside this command."""
    with Embedded(settings) as daemon, Client.at(daemon.url, daemon.house.token) as client:
        yield client
