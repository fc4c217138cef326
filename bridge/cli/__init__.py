"""The commands. In: words from a terminal. Out: results on stdout, errors on stderr."""

from bridge.cli.app import main

__all__ = ["main"]
