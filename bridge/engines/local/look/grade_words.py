"""The numbers of a colour match, written down. In: a text. Out: twelve numbers; and back.

A row each for red, green and blue: what it takes of red, green and blue, and of white.
"""

from collections.abc import Sequence
from math import isfinite

from bridge.errors import EngineRefused

Rows = Sequence[Sequence[float]]

MOST = 10.0  # of a number; a match has 3 at most
HINT = "Copy it whole from a take that was matched: it stands in its facts as grade."


def written(rows: Rows) -> str:
    return ", ".join(" ".join(f"{number:.5f}" for number in row) for row in rows)


def parse(text: str) -> Rows:
    """Three rows of four; `EngineRefused` for anything else."""
    try:
        rows = [[float(word) for word in row.split()] for row in text.split(",")]
    except ValueError:
        rows = []
    if [len(row) for row in rows] != [4, 4, 4]:
        raise EngineRefused(f'"{text[:60]}" is no grade: that has three rows of four.', hint=HINT)
    if not all(isfinite(number) and abs(number) <= MOST for row in rows for number in row):
        raise EngineRefused(f"The numbers of a grade lie within {MOST:.0f}.", hint=HINT)
    return rows
