"""The words all shapes are made of. In: bounds. Out: field types that mean the same everywhere."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from bridge.errors import BridgeError
from bridge.frames import Rate
from bridge.jobs.budgets import plain
from bridge.media.paths import check_words

MOST_FRAMES = 2**31 - 1  # a year at 60 frames per second
FASTEST = Fraction(960)  # frames per second; high-speed cameras' files play at ordinary rates
FASTEST_SPEED = 1000
CENT = Decimal("0.01")
MOST_TEXTS = 64  # of a free-form JSON value that a host or a caller attaches
LONGEST_TEXT = 10_000
MOST_CREDITS = 10**12
CREDITS = re.compile(r"^[0-9]{1,12}(\.[0-9]{1,6})?$")


class Inward(BaseModel):
    """What a caller sends: closed and bounded."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outward(BaseModel):
    """What is answered: a client of last year reads the answer of next year."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _rate(text: str) -> str:
    return str(_checked_rate(text))


def _checked_rate(text: str) -> Rate:
    try:
        rate = Rate.of(text)
    except BridgeError as error:
        raise ValueError(error.message) from error
    if not 1 <= rate.fps <= FASTEST:
        raise ValueError(f"a frame rate lies between 1 and {FASTEST}")
    return rate


def _speed(text: str) -> str:
    try:
        speed = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("a speed is written 1, -1, 1/2 or 0.5") from error
    if abs(speed) > FASTEST_SPEED:
        raise ValueError(f"a speed lies between -{FASTEST_SPEED} and {FASTEST_SPEED}")
    return str(speed.limit_denominator(1_000_000))


def _rest(text: str) -> str:
    try:
        rest = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("a part of a frame is written 0 or 2/5") from error
    if not 0 <= rest < 1:
        raise ValueError("a part of a frame is less than one")
    return str(rest)


def _local(text: str) -> str:
    """Judged by its words alone: looking at a UNC path would tell a stranger who asks."""
    try:
        check_words(Path(text))
    except BridgeError as error:
        raise ValueError("this is no absolute path of a local file") from error
    if ".." in Path(text).parts:
        raise ValueError("a path must not go up with ..")
    return text


def _small(value: dict[str, Any]) -> dict[str, Any]:
    left = MOST_TEXTS * 4
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        left -= 1
        if left < 0 or (isinstance(part, str) and len(part) > LONGEST_TEXT):
            raise ValueError("this holds too much")
        if isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
    return value


def _credits_in(value: Any) -> Any:
    """Written out: no exponents, and no more digits than anybody has credits."""
    if isinstance(value, str) and not CREDITS.fullmatch(value):
        raise ValueError("credits are written 250 or 12.5")
    return value


def _credits(value: Decimal) -> float:
    return float(value.quantize(CENT))


Frames = Annotated[int, Field(strict=True, ge=0, le=MOST_FRAMES)]
FrameNumber = Annotated[int, Field(strict=True, ge=-MOST_FRAMES, le=MOST_FRAMES)]
SomeFrames = Annotated[int, Field(strict=True, ge=1, le=MOST_FRAMES)]
Pixels = Annotated[int, Field(strict=True, ge=1, le=65_536)]
RateText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=24,
        description="Frames per second, exact.",
        examples=["24000/1001", "25/1"],
    ),
]
RateIn = Annotated[RateText, AfterValidator(_rate)]
SpeedIn = Annotated[
    str, Field(min_length=1, max_length=24, examples=["1", "-1", "1/2"]), AfterValidator(_speed)
]
RestIn = Annotated[
    str,
    Field(pattern=r"^(0|[0-9]{1,18}/[0-9]{1,18})$", examples=["0", "2/5"]),
    AfterValidator(_rest),
]
Name = Annotated[str, Field(max_length=500)]
Word = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Id = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$", examples=["j1k2m3", "j1k2m3-s001-1"])
]
LocalPath = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4096,
        description="Absolute path on the machine of the daemon.",
        examples=["/projects/film/reel_1.otio"],
    ),
    AfterValidator(_local),
]
PathOut = Annotated[
    str, Field(description="Absolute path on the machine of the daemon."), BeforeValidator(str)
]
Attached = Annotated[dict[str, Any], AfterValidator(_small)]
Credits = Annotated[
    Decimal, PlainSerializer(_credits, return_type=float, when_used="json"), Field(examples=[12.5])
]
CreditsIn = Annotated[
    Decimal,
    Field(ge=0, le=MOST_CREDITS, decimal_places=6, allow_inf_nan=False),
    BeforeValidator(_credits_in),
    PlainSerializer(plain, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": MOST_CREDITS},
                {"type": "string", "pattern": CREDITS.pattern},
            ],
            "examples": ["250", 12.5],
        }
    ),
]
Time = Annotated[AwareDatetime, Field(description="UTC, ISO 8601.")]


class ErrorOut(Outward):
    """Any error: what happened, in one sentence, and what to do about it."""

    code: str = Field(description="Stable word for programs.", examples=["clip_not_found"])
    message: str = Field(examples=["There is no clip V1:9."])
    hint: str = Field("", description="What to do.")
    retryable: bool = Field(False, description="The same request may succeed later.")
    detail: dict[str, Any] = Field(default_factory=dict, description="The facts, for programs.")


def error_out(data: dict[str, Any] | None) -> ErrorOut | None:
    """An error that was kept as data."""
    return None if data is None else ErrorOut.model_validate(data)


class FactsOut(Outward):
    """What is known of a timeline."""

    name: str
    rate: RateText
    start_frame: int = Field(description="Its first frame's timecode, frames since midnight.")
    start_timecode: str = Field(examples=["01:00:00:00"])
    drop_frame: bool
    frames: int = Field(description="Length in record frames.")
    flavour: str = Field(examples=["resolve"])
    width: int | None = None
    height: int | None = None
