"""What the published types do not say. In: a door and a model. Out: its row of `models.toml`.

Lengths, sizes, prompt limits and prices; the file's head explains them, and how a price is counted.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from bridge.errors import UsageError

FILE = "models.toml"
# credits, or credits by picture class, the classes in ascending order
Figure = Decimal | Mapping[str, Decimal]
ROUNDINGS = ("up", "down", "exact")
HIGHEST = 10**9  # credits


@dataclass(frozen=True)
class Figures:
    """A price as the file states it, in credits."""

    per_second: Figure = Decimal(0)
    per_input_second: Figure = Decimal(0)  # of the footage, besides
    per_frame: Figure = Decimal(0)
    per_image: Figure = Decimal(0)  # stills and references
    minimum: Decimal = Decimal(0)
    surcharges: Mapping[str, Figure] = field(default_factory=dict[str, Figure])  # per second
    rounding: str = "up"  # of whole seconds, where the length is the footage's
    auto_seconds: int | None = None  # what `duration: "auto"` is billed as
    source: str = ""
    dated: str = ""  # YYYY-MM-DD


@dataclass(frozen=True)
class Row:
    """What the file says of one model at one door; lengths in seconds, sizes in pixels."""

    min_seconds: int
    max_seconds: int
    prompt: int  # UTF-16 units
    max_bytes: int
    max_pixels: int
    min_prompt: int = 0
    max_rate: int | None = None
    min_side: int | None = None
    max_aspect: Fraction | None = None  # of a still, the longer side to the shorter
    keyframes: int = 0  # stills at any frame
    references: int = 0
    positions: tuple[str, ...] = ()  # where the type does not list them
    ratios: tuple[str, ...] = ()  # those that may be used, where not all
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])  # option -> value
    refused: Mapping[str, str] = field(default_factory=dict[str, str])  # option[=value] -> why
    figures: Figures | None = None  # None: the price is not known


def row(door: str, model: str) -> Row:
    """All that the file says; what it says of every model where it does not know this one."""
    data = _data()
    merged = dict(data["every"])
    for table in data["model"]:
        if door in table["doors"] and model in table["models"]:
            defaults = merged["defaults"] | table.get("defaults", {})
            merged |= table | {"defaults": defaults}
    tariff = merged.pop("tariff", None)
    known = {name: value for name, value in merged.items() if name not in ("doors", "models")}
    known |= {name: tuple(known[name]) for name in ("positions", "ratios") if name in known}
    if "max_aspect" in known:
        known["max_aspect"] = Fraction(known["max_aspect"])
    return Row(**known, figures=None if tariff is None else figures({"dated": dated()} | tariff))


def figures(told: Mapping[str, Any]) -> Figures:
    """A price as a file states it; `UsageError` for names and values that are none."""
    unknown = sorted(set(told) - set(Figures.__dataclass_fields__))
    if unknown:
        known = ", ".join(Figures.__dataclass_fields__)
        raise UsageError(f"A price has no {', '.join(unknown)}.", hint=f"It has {known}.")
    try:
        return Figures(**{name: _read(name, value) for name, value in told.items()})
    except (InvalidOperation, ValueError, TypeError, AttributeError) as error:
        figures_ = {name: value for name, value in told.items() if name not in ("source", "dated")}
        shown = ", ".join(f"{name} = {value!r}" for name, value in figures_.items())
        raise UsageError(f"{shown} cannot be a price.") from error


def first() -> tuple[str, ...]:
    """The models that come first, as "DOOR/MODEL"."""
    return tuple(_data()["first"])


def dated() -> str:
    """When the prices were true that say nothing else."""
    return str(_data()["dated"])


def named() -> frozenset[str]:
    """Every "DOOR/MODEL" that the file knows."""
    return frozenset(
        f"{door}/{model}"
        for table in _data()["model"]
        for door in table["doors"]
        for model in table["models"]
    )


def most_pixels(picture_class: str) -> int | None:
    """What a picture of this class has at most; None: no bound."""
    bound: int | None = _data()["pixels"].get(picture_class)
    return bound


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / FILE).read_text(encoding="utf-8"))


def _read(name: str, value: Any) -> Any:
    match name:
        case "surcharges":
            return {option: _figure(extra) for option, extra in value.items()}
        case "minimum":
            return _credits(value)
        case "auto_seconds":
            return _whole(value)
        case "rounding" if value not in ROUNDINGS:
            raise ValueError(value)
        case "rounding" | "source" | "dated":
            return str(value)
    return _figure(value)


def _figure(value: Any) -> Figure:
    if isinstance(value, Mapping):
        return {name: _credits(credits_) for name, credits_ in value.items()} or Decimal(0)
    return _credits(value)


def _credits(value: Any) -> Decimal:
    """Digit for digit; 17, 17.5 and "17.5" alike."""
    if isinstance(value, bool):
        raise TypeError(value)
    number = Decimal(str(value))
    if not (number.is_finite() and 0 <= number <= HIGHEST):
        raise ValueError(value)
    return number


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(value)
    return value
