"""What commands print.

In: results, errors, progress. Out: one JSON object, or lines for a person; errors on stderr.
"""

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bridge.errors import BridgeError, UsageError

P = ParamSpec("P")
R = TypeVar("R")

FAILED, USAGE = 1, 2  # exit statuses; 0 is done

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def tell(error: BridgeError) -> None:
    """
    The error's sentence, its code and what to do, on stderr. Names come from files: no markup is
    read.
    """
    err.print(f"{error.message} [{error.code}]", markup=False)
    if error.hint:
        err.print(f"  -> {error.hint}", markup=False)


def leave(error: BridgeError, *, as_json: bool = False) -> NoReturn:
    tell(error)
    if as_json:
        print_json({"error": error.as_data()})
    raise typer.Exit(USAGE if isinstance(error, UsageError) else FAILED)


def speaks_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose errors are told as sentences, with the exit status that belongs to them."""

    @functools.wraps(command)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BridgeError as error:
            leave(error, as_json=bool(kwargs.get("as_json")))

    return speaking


@contextmanager
def progress_bars(shown: bool) -> Iterator[Callable[[str, float | None, str], None]]:
    """Gives a function to call with (shot name, share done, words); bars only on a terminal."""
    if not shown or not err.is_terminal:
        yield lambda _name, _done, _words: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err) as bars:
        rows: dict[str, Any] = {}

        def show(name: str, done: float | None, words: str) -> None:
            row = rows.setdefault(name, bars.add_task(name, total=1) if name not in rows else None)
            bars.update(row, completed=done or 0, description=f"{name}: {words}")

        yield show
