"""Strength over time. In: "0% at start, 100% at 50%". Out: how strong a look is at each moment.

A moment is a part of the shot: 0 its first frame, 1 its last.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from bridge.errors import EngineRefused

PLACES = {"start": Fraction(0), "middle": Fraction(1, 2), "end": Fraction(1)}
KEY = re.compile(
    r"(?P<strength>\d+(?:\.\d+)?)\s*%\s*at\s+(?:the\s+)?"
    r"(?:(?P<part>\d+(?:\.\d+)?)\s*%|(?P<place>start|middle|end))"
)
MOST_KEYS = 100
HINT = 'Write strengths and moments of the shot, like "0% at start, 100% at 50%, 30% at end".'


@dataclass(frozen=True)
class Key:
    moment: Fraction  # 0 to 1
    strength: Fraction  # 0 to 1


@dataclass(frozen=True)
class Curve:
    """Strengths at rising moments; it eases from one to the next, and holds outside of them."""

    keys: tuple[Key, ...] = (Key(Fraction(0), Fraction(1)),)

    def at(self, moment: Fraction) -> float:
        if moment <= self.keys[0].moment:
            return float(self.keys[0].strength)
        for before, after in pairwise(self.keys):
            if moment <= after.moment:
                part = (moment - before.moment) / (after.moment - before.moment)
                return between(float(before.strength), float(after.strength), part)
        return float(self.keys[-1].strength)

    @property
    def steady(self) -> bool:
        return len({key.strength for key in self.keys}) == 1

    @property
    def nothing(self) -> bool:
        return not any(key.strength for key in self.keys)


def moment_of(number: int, frames: int) -> Fraction:
    """Where frame `number` of `frames` lies in the shot."""
    return Fraction(number, max(1, frames - 1))


def between(start: float, end: float, part: Fraction) -> float:
    """From `start` (part 0) to `end` (part 1), gently at both ends."""
    return start + (end - start) * float(part * part * (3 - 2 * part))


def parse(text: str) -> Curve:
    """The curve that was written; full strength throughout where nothing was. `EngineRefused`."""
    words = text.casefold().strip(" ,;.")
    if not words:
        return Curve()
    keys = tuple(_key(part) for part in re.split(r"[,;]", words))
    if len(keys) > MOST_KEYS:
        raise EngineRefused(f"{len(keys)} strengths over time; {MOST_KEYS} are allowed.", hint=HINT)
    for before, after in pairwise(keys):
        if after.moment <= before.moment:
            raise EngineRefused(
                f"The strengths over time go back at {float(after.moment):.0%}.", hint=HINT
            )
    return Curve(keys)


def _key(words: str) -> Key:
    found = KEY.fullmatch(words.strip())
    if found is None:
        raise EngineRefused(f'"{words.strip()[:60]}" is no strength at a moment.', hint=HINT)
    strength = Fraction(found["strength"]) / 100
    moment = PLACES[found["place"]] if found["place"] else Fraction(found["part"]) / 100
    if strength > 1 or moment > 1:
        raise EngineRefused(f'"{words.strip()[:60]}" is more than 100%.', hint=HINT)
    return Key(moment, strength)
