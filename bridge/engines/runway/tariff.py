"""What a request costs. In: a row's figures and the work. Out: whole credits, never too few.

How it is counted stands at the head of `models.toml`; the sum here is that text and nothing more.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from bridge.engines.base import Limits, Price, Work
from bridge.engines.runway import roles, rows
from bridge.engines.runway.rows import Figure, Figures
from bridge.errors import PlanRefused

AUTO_CLASS = "auto_"  # before the class of a picture, where a ratio names one: "auto_720p"

ROUNDED = {"up": "begun seconds counted", "down": "whole seconds counted", "exact": "to the frame"}


@dataclass(frozen=True)
class Tariff(Price):
    """The price of one model at one door. `per_second` is the dearest, for those who only look."""

    way: str = ""  # "DOOR/MODEL"
    figures: Figures = field(default_factory=Figures)
    limits: Limits = field(default_factory=Limits)
    sizes: tuple[tuple[int, int], ...] = ()  # those that can be asked for
    asks: bool = False  # the length is asked for in whole seconds
    auto: bool = False  # in edit mode the vendor chooses length and size

    def of(self, work: Work) -> Decimal:
        """Whole credits; `PlanRefused` where the price is not known."""
        if not self.known:
            raise PlanRefused(
                f"The price of {self.way} is not known, so nothing is planned with it.",
                hint=f'Write [engines.runway.prices."{self.way}"] into settings.toml and, below '
                'it, what it costs: per_second = "17"'
                + (" and auto_seconds = 30, each on a line." if self.auto else "."),
                model=self.way,
            )
        exact = _times(self._each_second(work), self.seconds(work)) + self._pieces(work)
        return max(self.figures.minimum, exact).to_integral_value(ROUND_CEILING)

    def seconds(self, work: Work) -> Fraction:
        """The seconds that are billed."""
        if self._follows(work):
            return Fraction(self.figures.auto_seconds or 0)
        if self.asks:
            return Fraction(asked(work.seconds, self.limits))
        return _counted(work.seconds, self.figures.rounding)

    def _each_second(self, work: Work) -> Decimal:
        pixels, named = self._pixels(work), named_class(work.options)
        extras = (
            _by_class(extra, named, pixels)
            for key, extra in self.figures.surcharges.items()
            if key in said(work.options)
        )
        return _by_class(self.figures.per_second, named, pixels) + sum(extras, Decimal(0))

    def _pieces(self, work: Work) -> Decimal:
        """What does not go by the seconds that come out."""
        pixels, named = self._pixels(work), named_class(work.options)
        shot = _counted(work.seconds, self.figures.rounding) if work.footage else Fraction(0)
        return (
            _times(_by_class(self.figures.per_input_second, named, pixels), shot)
            + _by_class(self.figures.per_frame, named, pixels) * work.frames
            + _by_class(self.figures.per_image, named, pixels) * (work.stills + work.references)
        )

    def _pixels(self, work: Work) -> int:
        if self.sizes and not self._follows(work):
            width, height = size_asked(work.width, work.height, self.sizes, work.options)
            return width * height
        return work.width * work.height

    def _follows(self, work: Work) -> bool:
        return self.auto and work.options.get(roles.MODE) == roles.EDIT


def asked(seconds: Fraction, limits: Limits) -> int:
    """The whole seconds to ask for: the least that the model makes and that hold the work."""
    whole = max(math.ceil(seconds), math.ceil(limits.min_seconds), 1)
    return next((length for length in limits.durations if length >= whole), whole)


def size_asked(
    width: int, height: int, sizes: tuple[tuple[int, int], ...], options: Mapping[str, Any]
) -> tuple[int, int]:
    """The size of the result: as an option says, else the nearest in shape and then in pixels."""
    told = roles.parsed(options.get(roles.SIZE))
    if told in sizes:
        return told
    shape, pixels = Fraction(max(width, 1), max(height, 1)), width * height
    return min(
        sizes, key=lambda size: (abs(Fraction(*size) - shape), abs(size[0] * size[1] - pixels))
    )


def said(options: Mapping[str, Any]) -> frozenset[str]:
    """Options as surcharges are keyed: "outputFormat=prores", "audio=true"."""
    return frozenset(
        f"{name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in options.items()
    )


def named_class(options: Mapping[str, Any]) -> str | None:
    """The class of picture that an option names: "2k", "720p"."""
    for name in ("resolution", roles.SIZE):
        value = str(options.get(name) or "").lower()
        if value and ":" not in value:
            return value.removeprefix(AUTO_CLASS)
    return None


def price(
    way: str,
    figures: Figures | None,
    limits: Limits,
    sizes: tuple[tuple[int, int], ...],
    *,
    asks: bool,
    auto: bool,
) -> Tariff:
    """The tariff of a model; one that nothing can be planned with where figures are missing."""
    known = figures is not None and not (auto and figures.auto_seconds is None)
    figures = figures or Figures()
    return Tariff(
        per_second=_dearest(figures.per_second),
        minimum=figures.minimum,
        surcharges={name: _dearest(extra) for name, extra in figures.surcharges.items()},
        rule=rule(figures, asks=asks, auto=auto) if known else "The price is not known.",
        known=known,
        dated=figures.dated if known else "",
        way=way,
        figures=figures,
        limits=limits,
        sizes=sizes,
        asks=asks,
        auto=auto,
    )


def rule(figures: Figures, *, asks: bool, auto: bool) -> str:
    """The price in one sentence."""
    length = "asked for" if asks and not auto else f"of the shot, {ROUNDED[figures.rounding]}"
    if auto:
        length = f"of what is made ({figures.auto_seconds} s in edit mode, until it is done)"
    parts = [
        _part(figures.per_second, f"a second {length}"),
        _part(figures.per_input_second, "a second of the shot besides"),
        _part(figures.per_frame, "a frame"),
        _part(figures.per_image, "a picture given along"),
        *_extras(figures.surcharges),
        f"at least {figures.minimum}" if figures.minimum else "",
        f"source: {figures.source}" if figures.source else "",
    ]
    return f"Credits: {'; '.join(filter(None, parts))}."


def _part(figure: Figure, what: str) -> str:
    if isinstance(figure, Decimal):
        return f"{figure} {what}" if figure else ""
    listed = ", ".join(f"{credits_} ({name})" for name, credits_ in figure.items())
    return f"{listed} {what}"


def _extras(surcharges: Mapping[str, Figure]) -> list[str]:
    """One part for all options that cost the same."""
    alike: dict[str, list[str]] = {}
    for key, extra in surcharges.items():
        alike.setdefault(_part(extra, "more a second with"), []).append(key)
    return [f"{part} {' or '.join(keys)}" for part, keys in alike.items()]


def _dearest(figure: Figure) -> Decimal:
    return figure if isinstance(figure, Decimal) else max(figure.values())


def _by_class(figure: Figure, named: str | None, pixels: int) -> Decimal:
    """A figure for a picture; the dearest for a class that the figures do not know."""
    if isinstance(figure, Decimal):
        return figure
    if named is not None:
        return figure.get(named, _dearest(figure))
    bounds = {name: rows.most_pixels(name) for name in figure}
    fitting = (name for name, most in bounds.items() if most is not None and pixels <= most)
    return figure[next(fitting, list(figure)[-1])]


def _counted(seconds: Fraction, rounding: str) -> Fraction:
    match rounding:
        case "up":
            return Fraction(math.ceil(seconds))
        case "down":
            return Fraction(math.floor(seconds))
    return seconds


def _times(credits_: Decimal, seconds: Fraction) -> Decimal:
    return credits_ * seconds.numerator / Decimal(seconds.denominator)
