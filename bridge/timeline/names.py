"""Names for new tracks. In: the names that are there. Out: names that fit among them."""

import re
from collections.abc import Sequence

# Resolve names its tracks so, and its importer is known to take only documents of its own shape.
NUMBERED = re.compile(r"Video (\d+)")
OURS = "AI takes"


def track_names(known: Sequence[str], count: int) -> list[str]:
    """`Video 3` beside `Video 1` and `Video 2`, else `AI takes`, `AI takes 2`; no name twice."""
    numbers = [int(match[1]) for name in known if (match := NUMBERED.fullmatch(name))]
    if known and len(numbers) == len(known):
        first = max(numbers) + 1
        return [f"Video {number}" for number in range(first, first + count)]
    taken = set(known)
    found: list[str] = []
    number = 1
    while len(found) < count:
        name = OURS if number == 1 else f"{OURS} {number}"
        if name not in taken:
            found.append(name)
        number += 1
    return found
