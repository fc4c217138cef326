"""What a new attempt need not pay for again. In: an attempt's notes, and why it ended. Out: notes.

Whatever the attempt sent is carried over by its name, still running or ended, seen to its end or
not: the new attempt looks, takes what has ended well, and sends, and pays, only the rest anew.

A result may itself be what failed: it came damaged, or has another length than was asked for. Its
failure names the request (`result_of`). It is carried over once all the same: what a bad transfer
damaged is whole the next time, for nothing. Where the same work has failed so in two attempts, it
is not carried any more, and the retry after that renders it, and it alone, anew.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bridge.jobs import tables
from bridge.pipeline.tools import AGAIN, EARLIER, HANDLE


def carry_over(connection: sa.Connection, old: sa.Row[Any], new: str) -> None:
    """Note for the attempt `new` what `old` has sent, in the caller's transaction."""
    notes = tables.notes
    query = sa.select(notes.c.name, notes.c.value).where(notes.c.key == old.key)
    known = {row.name: row.value for row in connection.execute(query)}
    for name, value in carried(old.key, new, known, old.error).items():
        connection.execute(sa.insert(notes).values(key=new, name=name, value=value, version=1))


def carried(
    old: str, new: str, notes: Mapping[str, Any], error: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The new attempt's notes, by their names; of several tries of a request the last."""
    at_fault = ((error or {}).get("detail") or {}).get("request")
    found: dict[str, Any] = {}
    for kind in (EARLIER, HANDLE):
        for name in sorted(notes):  # "...-0-again" after "...-0"
            handle = notes[name]
            if not name.startswith(kind) or handle is None:
                continue
            if kind == EARLIER and handle["key"] == at_fault:
                continue
            part = name.removeprefix(kind).removeprefix(old).removesuffix(AGAIN)
            found[EARLIER + new + part] = handle
    return found
