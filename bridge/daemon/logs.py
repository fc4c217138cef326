"""The daemon's log. In: records. Out: lines without keys, signed addresses or inlined pictures.

A formatter and not a filter: arguments and tracebacks exist as text only after formatting.
"""

import contextlib
import logging
import sys
from collections.abc import Iterable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bridge.secrets import redacted
from bridge.store.files import writing

LOG_BYTES = 5 << 20
LOUD = ("httpx", "httpcore", "runwayml", "openai", "dbos", "uvicorn")


class Redacting(logging.Formatter):
    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record), self._secrets)


class Brief(Redacting):
    """For the screen: without tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        plain = {"exc_info": None, "exc_text": None, "stack_info": None}
        return super().format(logging.makeLogRecord(record.__dict__ | plain))


@contextlib.contextmanager
def logging_to(folder: Path, secrets: Iterable[str], *, on_screen: bool) -> Iterator[None]:
    """
    Write `<folder>/daemon.log` while the block runs; warnings on the screen too, where wanted.

    Libraries that log whole addresses and bodies are kept quiet.
    """
    handlers = _handlers(folder, secrets, on_screen=on_screen)
    logging.getLogger("bridge").setLevel(logging.INFO)
    for loud in LOUD:
        logging.getLogger(loud).setLevel(logging.WARNING)
    root = logging.getLogger()
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def _handlers(
    folder: Path, secrets: Iterable[str], *, on_screen: bool
) -> tuple[logging.Handler, ...]:
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(
        folder / "daemon.log", maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8", delay=True
    )
    file.setFormatter(Redacting(secrets))
    if not on_screen:
        return (file,)
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(Brief(secrets))
    screen.setLevel(logging.WARNING)
    return file, screen
