"""What commands print.

In: results, errors, progress. Out: one JSON object, or lines for a person; errors on stderr.
"""

import io
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from bridge.errors import BridgeError, UsageError

DONE, FAILED, USAGE = 0, 1, 2  # exit statuses

Show: TypeAlias = Callable[[str, float | None, str], None]
"""Told a shot's name, how far its stage is (0 to 1) and a few words."""

# What a terminal obeys instead of showing: controls, the direction of text, line separators
OBEYED = frozenset({"Cc", "Cf", "Zl", "Zp"})


def harmless(text: str) -> str:
    """Names come from files: they must not steer the terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\ufffd" if letter != "\n" and unicodedata.category(letter) in OBEYED else letter
        for letter in text
    )


class Screen(Console):
    """A console that shows what it is given and obeys none of it."""

    def print(self, *things: Any, **how: Any) -> None:
        super().print(*(harmless(x) if isinstance(x, str) else x for x in things), **how)


# Nothing in a name is read as markup, either.
# What is read by a program (a pipe, a file) is not folded to a terminal's width.
WIDE = 10_000
out = Screen(highlight=False, soft_wrap=True, markup=False)
err = Screen(stderr=True, highlight=False, soft_wrap=True, markup=False)


def print_json(value: Any) -> None:
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    text = json.dumps(plain, indent=2, ensure_ascii=False)
    if not _writable(text):
        text = json.dumps(plain, indent=2)
    sys.stdout.write(text + "\n")


def _writable(text: str) -> bool:
    """As it is; otherwise JSON has escapes for it."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return harmless(text) == text


def show_all_letters() -> None:
    """What the terminal's encoding lacks, and names that are no Unicode, are shown as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")  # half a job's id, or half a price, is of no use
    for row in rows:
        table.add_row(*("" if cell is None else _cell(cell) for cell in row))
    out.print(table, width=None if out.is_terminal else WIDE)


def _cell(value: object) -> Text:
    return Text(harmless(str(value)).replace("\n", " "))


def tell(error: BridgeError) -> int:
    """Say on stderr what happened, its code and what to do; the exit status that belongs to it."""
    err.print(f"{error.message} [{error.code}]")
    if error.hint:
        err.print(f"  -> {error.hint}")
    return USAGE if isinstance(error, UsageError) else FAILED


@contextmanager
def progress_bars(*, shown: bool) -> Iterator[Show]:
    """Bars on stderr, on a terminal only."""
    if not shown or not err.is_terminal:
        yield lambda _name, _done, _words: None
        return
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        console=err,
    ) as bars:
        rows: dict[str, TaskID] = {}

        def show(name: str, done: float | None, words: str) -> None:
            if name not in rows:
                rows[name] = bars.add_task(name, total=1)
            bars.update(rows[name], completed=done or 0, description=harmless(f"{name}: {words}"))

        yield show
