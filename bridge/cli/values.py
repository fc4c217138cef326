"""Values as they are typed. In: words from the command line. Out: what they mean.

`UsageError` for what means nothing.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from bridge.errors import UsageError
from bridge.wire.recipes import StillIn

# Python's own reading has more: 23_98 would be 2398, and nan and infinity numbers
NUMBER = re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")


def local_file(text: str) -> Path:
    """A file's absolute path; `UsageError` for what can name none."""
    try:
        path = Path(text).expanduser().absolute()
    except RuntimeError as error:  # the `~` of nobody
        raise UsageError(f"{text!r}: there is no such user.") from error
    if not text or not path.name:
        raise UsageError(f"{text!r} names no file.")
    return path


def credit_sum(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise UsageError(f"{text!r} is no number of credits.") from error
    if not value.is_finite() or value < 0:
        raise UsageError(f"{text!r} is no number of credits.")
    return value


def still(pair: str) -> dict[str, str]:
    at, equals, image = pair.partition("=")
    if not equals or not at.strip() or not image.strip("@ "):
        raise UsageError(
            f"{pair!r} is not a still.",
            hint="Write --keyframe 01:00:04:12=still.png, or =@01:00:02:00 for that frame.",
        )
    if image.startswith("@"):
        return {"at": at.strip(), "frame_of": image[1:].strip()}
    return {"at": at.strip(), "image": str(local_file(image))}


def references(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Files, and moments of the timeline."""
    files = tuple(str(local_file(word)) for word in words if not word.startswith("@"))
    return files, tuple(word[1:].strip() for word in words if word.startswith("@"))


def windowed(stills: list[dict[str, str]], windows: list[str]) -> tuple[StillIn, ...]:
    """Each still with the window in which it lies: all have one, or none."""
    made: dict[int, str] = {}
    for window in windows:
        begin, _, end = window.partition("-")
        low, high = _order(begin), _order(end)
        inside = [n for n, still in enumerate(stills) if low <= _order(still["at"]) < high]
        if len(inside) != 1 or inside[0] in made:
            raise UsageError(
                f"The window {window!r} belongs to no keyframe alone.",
                hint="Give one --window IN-OUT around each --keyframe, written the same way.",
            )
        made[inside[0]] = window
    if made and len(made) != len(stills):
        raise UsageError(
            f"{len(stills)} keyframes have {len(made)} windows.",
            hint="Give one --window for each --keyframe, or none.",
        )
    return tuple(
        StillIn.model_validate(still | {"window": made.get(number)})
        for number, still in enumerate(stills)
    )


def _order(moment: str) -> tuple[int, ...]:
    """Where a moment stands among others that are written the same way."""
    numbers = re.split("[:;.,]", moment.strip().removeprefix("+"))
    if len(numbers) not in (1, 4) or not all(number.isdecimal() for number in numbers):
        raise UsageError(
            f"{moment!r} is no position.", hint="Write a window as 01:00:04:00-01:00:06:00."
        )
    return (len(numbers), *map(int, numbers))


def option(pair: str) -> tuple[str, Any]:
    name, equals, value = pair.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{pair!r} is not an option.", hint="Write --set strength=0.5.")
    return name.strip(), _value(value.strip())


def _value(text: str) -> Any:
    """JSON objects and lists as such; else a truth value, a number or the words themselves."""
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError as error:
            raise UsageError(f"{text[:80]!r} is not JSON: {error}.") from error
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if not NUMBER.fullmatch(text):
        return text
    return int(text) if text.lstrip("+-").isdecimal() else float(text)
