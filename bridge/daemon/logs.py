"""The daemon's log. In: records. Out: lines without keys, signed addresses or inlined pictures.

A formatter and not a filter: arguments and tracebacks exist as text only after formatting. Known
secrets go first, then what looks like one; every pattern is bounded, since a line may be hostile.
"""

import contextlib
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bridge.store.files import writing

LONGEST = 64 << 10  # letters; cut before any pattern looks at the text
LOG_BYTES = 5 << 20
HIDDEN = "***"
LOUD = ("httpx", "httpcore", "runwayml", "openai", "dbos", "uvicorn")
SIGN = r"['\"]?[:=] ?['\"]?"
WORD = r"[\w.~+/=-]{6,4096}"
PATTERNS = (
    (re.compile(rf"(?i)\b(authorization{SIGN}(?:(?:bearer|basic) )?){WORD}"), r"\1" + HIDDEN),
    (re.compile(rf"(?i)\b(bearer[ .]|(?:api[-_]?key|token|secret){SIGN}){WORD}"), r"\1" + HIDDEN),
    (re.compile(r"\bkey_[A-Za-z0-9]{8,256}"), "key_" + HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,4096}\.[\w-]{1,8192}\.[\w-]{0,2048}"), HIDDEN),
    (re.compile(r"\b(https?://)[^\s/@?#]{1,256}@"), r"\1" + HIDDEN + "@"),
    (re.compile(r"\b(https?://[^\s?#'\"]{1,1024})\?[^\s'\"]{1,8192}"), r"\1?" + HIDDEN),
    (re.compile(r"\bdata:[\w.+-]{1,64}/[\w.+-]{1,64}[;,][^\s'\"]{0,65536}"), "data:" + HIDDEN),
)


class Redacting(logging.Formatter):
    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record), self._secrets)


class Brief(Redacting):
    """For the screen: without tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        plain = {"exc_info": None, "exc_text": None, "stack_info": None}
        return super().format(logging.makeLogRecord(record.__dict__ | plain))


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """One line, at most `LONGEST` letters, without secrets."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    text = text[:LONGEST].replace("\r", "\\r").replace("\n", "\\n")
    for pattern, shown in PATTERNS:
        text = pattern.sub(shown, text)
    return text


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
