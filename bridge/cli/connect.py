"""Reach a daemon. In: settings. Out: a client of the running daemon, or of one that runs inside this command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.errors import DaemonNotRunning
from bridge.settings import Settings, load


def settings_for(data: Path | None) -> Settings:
    return load(data=data)


@contextmanager
def connected(settings: Settings) -> Iterator[Client]:
    """Use the running daemon where there is one; else run one for as long as the command lasts."""
    try:
        client = Client.discover(settings)
    except DaemonNotRunning:
        with Embedded(settings) as client:
            yield client
    else:
        with client:
            yield client
