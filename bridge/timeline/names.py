"""Names for new tracks. In: the names that are there. Out: names that fit among them."""

import re
from collections.abc import Sequence

# Resolve names its tracks so, and its importer is known to take only documents of its own shape.
NUMBERED = re.compile(r"(?:Video|Audio) (\d+)")
PICTURES = ("Video", "AI takes")  # in Resolve's way, in ours
SOUND = ("Audio", "AI sound")


def track_names(known: Sequence[str], count: int, words: tuple[str, str] = PICTURES) -> list[str]:
    """`Video 3` beside `Video 1` and `Video 2`, else `AI takes`, `AI takes 2`; no name twice."""
    plain, ours = words
    numbers = [int(match[1]) for name in known if (match := NUMBERED.fullmatch(name))]
    if known and len(numbers) == len(known):
        first = max(numbers) + 1
        return [f"{plain} {number}" for number in range(first, first + count)]
    taken = set(known)
    found: list[str] = []
    number = 1
    while len(found) < count:
        name = ours if number == 1 else f"{ours} {number}"
        if name not in taken:
            found.append(name)
        number += 1
    return found
