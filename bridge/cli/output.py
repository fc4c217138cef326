"""What commands print.

In: results, errors, progress. Out: one JSON object, or lines for a person; errors on stderr.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.table import Table

from bridge.errors import BridgeError, UsageError

DONE, FAILED, USAGE = 0, 1, 2  # exit statuses

Show: TypeAlias = Callable[[str, float | None, str], None]
"""Told a shot's name, how far its stage is (0 to 1) and a few words."""

# Names come from files: nothing in them is read as markup.
# What is read by a program (a pipe, a file) is not folded to a terminal's width.
WIDE = 10_000
out = Console(highlight=False, soft_wrap=True, markup=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def print_json(value: Any) -> None:
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table, width=None if out.is_terminal else WIDE)


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
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), console=err
    ) as bars:
        rows: dict[str, TaskID] = {}

        def show(name: str, done: float | None, words: str) -> None:
            if name not in rows:
                rows[name] = bars.add_task(name, total=1)
            bars.update(rows[name], completed=done or 0, description=f"{name}: {words}")

        yield show
