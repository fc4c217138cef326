"""What a task truly costs. In: its body as it came, and the real media behind it. Out: credits.

The figures are those of `models.toml`, whose head says how they are counted. The sum is made here
anew, from what was sent and what lies in storage, so that a plan that says one thing and asks for
another shows as a difference in the ledger.

What a body leaves out costs what the vendor takes by itself: sound is made, and the size is the
dearest. A model without a price costs `STAND_IN`, since an answer has to name one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from bridge.engines.runway import rows
from bridge.engines.runway.catalogue import Shape, shape
from bridge.engines.runway.rows import Figure, Figures
from bridge.errors import BridgeError, UsageError
from bridge.media.facts import MediaFacts

Facts = Callable[[str], MediaFacts]  # of the medium behind a URI; media errors
STAND_IN = Figures(per_second=Decimal(10), source="this stand-in")
LONGEST_SECONDS, MOST_VARIANTS = 60, 10
USUAL_SECONDS = 5  # of a new shot, where its length is not asked for
SHORTEST_SIDE = 33  # pixels; smaller numbers in a ratio are a shape: 16:9, 21:9


@dataclass(frozen=True)
class Bill:
    most: Decimal  # credits, billed at once
    final: Decimal  # kept once it is made: less where the length was left to the model


@dataclass(frozen=True)
class Asked:
    """What of a body is paid for."""

    shape: Shape
    body: Mapping[str, Any]
    figures: Figures
    footage: MediaFacts | None

    @property
    def footage_seconds(self) -> Fraction:
        footage = self.footage
        return footage.rate.seconds(footage.frames) if footage else Fraction(0)

    def seconds(self, *, made: bool) -> Fraction:
        """What is billed; once it is `made`, a length that was left open is known."""
        duration = self.body.get("duration")
        real = self.footage_seconds or Fraction(USUAL_SECONDS)
        if duration == "auto" and not made:
            return Fraction(self.figures.auto_seconds or real)
        if duration is None or duration == "auto":
            return self.whole(real)
        return self.whole(Fraction(str(duration)))  # checked by `bill`

    def whole(self, seconds: Fraction) -> Fraction:
        return Fraction({"up": ceil, "down": floor}.get(self.figures.rounding, Fraction)(seconds))

    def credits(self, *, made: bool) -> Decimal:
        figures, seconds = self.figures, self.seconds(made=made)
        each = self.by_class(figures.per_second)
        for option, extra in figures.surcharges.items():
            each += self.by_class(extra) if self.says(option) else 0
        pictures = sum(1 for _ in _images(self.body))
        frames = self.footage.frames if self.footage else 0
        total = (
            Fraction(each) * seconds
            + Fraction(self.by_class(figures.per_input_second)) * self.whole(self.footage_seconds)
            + Fraction(self.by_class(figures.per_frame)) * frames
            + Fraction(self.by_class(figures.per_image)) * pictures
        )
        exact = Decimal(total.numerator) / Decimal(total.denominator)
        return max(figures.minimum, exact).to_integral_value(ROUND_CEILING)

    def says(self, option: str) -> bool:
        """Whether the body, or the vendor in its place, says NAME=VALUE."""
        name, _, value = option.partition("=")
        said = self.body.get(name)
        if said is None and name == "audio" and "audio" in self.shape.fields:
            said = True
        return (str(said).lower() if isinstance(said, bool) else str(said)) == value

    def by_class(self, figure: Figure) -> Decimal:
        if isinstance(figure, Decimal):
            return figure
        named, pixels = self.named_class(), self.pixels()
        if named is not None:
            return figure.get(named, max(figure.values()))
        if pixels is None:
            return max(figure.values())
        for name, credits_ in figure.items():
            most = rows.most_pixels(name)
            if most is not None and pixels <= most:
                return credits_
        return list(figure.values())[-1]

    def named_class(self) -> str | None:
        for name in ("resolution", "ratio"):
            said = str(self.body.get(name) or "").lower()
            if said and ":" not in said:
                return said.removeprefix("auto_")
        return None

    def pixels(self) -> int | None:
        size = size_of(self.body.get("ratio"))
        if size is not None:
            return size[0] * size[1]
        return self.footage.width * self.footage.height if self.footage else None


def bill(door: str, body: Mapping[str, Any], facts: Facts, prices: Mapping[str, Figures]) -> Bill:
    """`UsageError` for footage that the model does not take; `prices` come before the file's."""
    model = str(body["model"])
    row = rows.row(door, model)
    figures = prices.get(f"{door}/{model}") or row.figures or STAND_IN
    _check_length(body)
    path, uri = footage_of(body)
    footage = _read(facts, uri, path) if uri else None
    if footage is not None:
        _check(footage, row, path)
    asked = Asked(shape(door, model), body, figures, footage)
    return Bill(asked.credits(made=False), asked.credits(made=True))


def footage_of(body: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """Where in a body the shot stands, and its URI; None where there is none."""
    for name in ("videoUri", "promptVideo"):
        if name in body:
            return [name], str(body[name])
    if "reference" in body:
        return ["reference", "uri"], str(body["reference"]["uri"])
    return [], None


def size_of(ratio: Any) -> tuple[int, int] | None:
    """`1280:720` as a size; None for a shape (`16:9`) and for a name (`auto_720p`)."""
    width, _, height = str(ratio or "").partition(":")
    if not (width.isdecimal() and height.isdecimal()):
        return None
    size = int(width), int(height)
    return size if min(size) >= SHORTEST_SIDE else None


def _images(body: Mapping[str, Any]) -> Iterator[Any]:
    """Every still and every reference picture."""
    first = body.get("promptImage")
    yield from [first] if isinstance(first, str) else first or ()
    for name in ("keyframes", "references"):
        yield from body.get(name) or ()
    if "character" in body:
        yield body["character"]


def _read(facts: Facts, uri: str, path: list[str]) -> MediaFacts:
    try:
        return facts(uri)
    except UsageError:
        raise
    except BridgeError as error:
        raise _refused("Asset could not be read", path) from error


def _check(footage: MediaFacts, row: rows.Row, path: list[str]) -> None:
    """What the service refuses, as far as it is known."""
    seconds = footage.rate.seconds(footage.frames)
    if seconds > row.max_seconds:
        raise _refused(f"Asset duration must be at most {row.max_seconds} seconds.", path)
    if seconds < row.min_seconds:
        raise _refused(f"Asset duration must be at least {row.min_seconds} seconds.", path)
    if footage.size > row.max_bytes:
        raise _refused(f"Asset size must be at most {row.max_bytes} bytes.", path)
    if footage.width * footage.height > row.max_pixels:
        raise _refused(f"Asset must have at most {row.max_pixels} pixels.", path)
    if row.max_rate is not None and footage.rate.fps > row.max_rate:
        raise _refused(f"Asset must have at most {row.max_rate} frames per second.", path)


def _check_length(body: Mapping[str, Any]) -> None:
    """The types let pass what no service makes, and what has no end."""
    for name, most in (("duration", LONGEST_SECONDS), ("numVariants", MOST_VARIANTS)):
        asked = body.get(name, 1)
        if asked != "auto" and not 0 < asked <= most:
            raise _refused(f"{name} must be more than 0 and at most {most}.", [name])


def _refused(message: str, path: list[str]) -> UsageError:
    issue = {"code": "custom", "path": path, "message": message}
    return UsageError("Validation of body failed.", issues=[issue])
