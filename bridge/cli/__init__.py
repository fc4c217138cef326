"""The commands. In: words from a terminal. Out: results on standard output, errors on standard error."""

from bridge.cli.app import main

__all__ = ["main"]
