"""Asks Resolve. In: a method of its API. Out: the answer, or None where it is missing or broken.

`hasattr` is true for every name on Resolve's objects; what a version does not have is None there,
or something that cannot be called (measured, hosts differ). A quit Resolve raises or gives None.
"""

import math
from typing import Any, Callable, Iterable, List, Optional, TypeVar

T = TypeVar("T")

BROKEN = (AttributeError, TypeError, RuntimeError, ValueError, OSError)


def ask(method: "Callable[..., T]", *given: Any) -> "Optional[T]":
    """
    Calls a method that every supported version has: `ask(item.GetDuration)`.

    The published types take optional parameters for required ones; here they may be left out.
    """
    try:
        return method(*given)
    except BROKEN:
        return None


def ask_newer(thing: object, name: str, *given: Any) -> Any:
    """Calls a method that only newer versions have."""
    method = getattr(thing, name, None)
    return ask(method, *given) if callable(method) else None


def rows(found: "Optional[Iterable[T]]") -> "List[T]":
    """A list, whether Resolve gave a list, a table by number or nothing."""
    if not found:
        return []
    return list(found.values() if isinstance(found, dict) else found)


def number(value: Any) -> Optional[float]:
    """A finite number as it is, whole or not; None for anything else."""
    known = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if known and math.isfinite(value) else None


def whole(value: Any, default: int = 0) -> int:
    """A frame: some builds answer whole numbers as floats."""
    known = number(value)
    return default if known is None else round(known)


def words(value: Any) -> str:
    """Settings and properties are words in one version and numbers in the next."""
    return "" if value is None else str(value)
