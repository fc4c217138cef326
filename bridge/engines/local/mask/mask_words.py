"""Masks as an editor types them. In: a short text. Out: a shape and how it is meant; pure.

    rectangle 10% 20% 40% 50%             left, top, width, height
    polygon 10% 10%, 40% 10%, 30% 60%     corners, from the left and from the top
    colour #2e7d32 15%                    all that is near this colour
    picture                               the last reference still; white is inside

Each may go on with `soft 2%`, `invert`, and `follow`, `follow from 40%` or `follow from frame 12`.
Everything is measured in parts of the picture, so that a mask fits a shot of any size.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from bridge.engines.base import Model, RenderRequest
from bridge.engines.local.options import Masked
from bridge.errors import EngineRefused

HINT = (
    'Write it like "rectangle 10% 20% 40% 50%" (left, top, width, height), "polygon 10% 10%, 40% '
    '10%, 30% 60%", "colour #2e7d32 15%" or "picture" (the last reference still is the mask); '
    'then, as you like, "soft 2%", "invert", "follow from 40%".'
)
MOST_CORNERS = 100
TOLERANCE = 0.15
PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%")
HEX = re.compile(r"#([0-9a-f]{6})")
SPELLINGS = {"color": "colour", "inverted": "invert", "following": "follow"}

Point = tuple[float, float]  # parts of the width and of the height
Rgb = tuple[float, float, float]  # coded, 0 to 1


@dataclass(frozen=True)
class Polygon:
    corners: tuple[Point, ...]


@dataclass(frozen=True)
class Key:
    """What has a colour near this one, in whatever frame it is."""

    colour: Rgb
    tolerance: float = TOLERANCE


@dataclass(frozen=True)
class Drawn:
    """A picture of the mask itself: the last reference still."""


Shape = Polygon | Key | Drawn


@dataclass(frozen=True)
class Moment:
    """A frame of the shot: by its number from 0, or by how much of the shot lies before it."""

    number: int | None = None
    part: Fraction = Fraction(0)

    def frame(self, frames: int) -> int:
        """The frame of a shot of so many; `EngineRefused` where it has none there."""
        if self.number is None:
            return round(self.part * (frames - 1))
        if self.number >= frames:
            raise EngineRefused(
                f"The mask is drawn on frame {self.number}; the frames are 0 to {frames - 1}."
            )
        return self.number


@dataclass(frozen=True)
class Mask:
    shape: Shape
    soft: float = 0.0  # width of the edge, part of the picture's width
    inverted: bool = False
    drawn_at: Moment | None = None  # from there it follows what it covers; None: it stays in place

    @property
    def is_picture(self) -> bool:
        return isinstance(self.shape, Drawn)


def parse(text: str) -> Mask:
    """`EngineRefused` says which word was not understood."""
    words = _Words(text)
    name = words.take()
    match name:
        case "rectangle":
            shape: Shape = _rectangle(words)
        case "polygon":
            shape = _polygon(words)
        case "colour":
            shape = _key(words)
        case "picture":
            shape = Drawn()
        case _:
            raise _refused(text, f'"{name}" is no shape' if name else "it is empty")
    return _meant(shape, words)


@dataclass(frozen=True)
class Parted:
    request: RenderRequest  # without the mask's still
    mask: Mask | None
    drawn: Path | None  # the mask's still, where it is one


def parted(request: RenderRequest, model: Model) -> Parted:
    """
    What is the mask's, and the rest.

    `EngineRefused` where there is no such still, or one too many for the model.
    """
    options = model.checked(request.options)
    if not isinstance(options, Masked):
        return Parted(request, None, None)
    mask = None if options.mask is None else parse(options.mask)
    stills, drawn = request.references, None
    if mask is not None and mask.is_picture:
        if not stills:
            raise EngineRefused(
                "The mask is to be a picture, and there is no reference still.",
                hint="Give the mask as the last reference.",
            )
        *others, drawn = stills
        stills = tuple(others)
    most = model.limits.references - 1  # and the mask's
    if len(stills) > most:
        raise EngineRefused(
            f"{model.name} takes {most or 'no'} reference still and a mask, and got {len(stills)} "
            "without a mask among them.",
            hint='Say "picture" as the mask, and the last reference is it.',
        )
    if mask is not None and mask.drawn_at is not None:
        mask.drawn_at.frame(request.frames)
    return Parted(replace(request, references=stills), mask, drawn)


def _rectangle(words: "_Words") -> Polygon:
    left, top, width, height = (words.part() for _ in range(4))
    if not (width and height):
        raise _refused(words.text, "a rectangle without width or height covers nothing")
    right, bottom = left + width, top + height
    return Polygon(((left, top), (right, top), (right, bottom), (left, bottom)))


def _polygon(words: "_Words") -> Polygon:
    corners: list[Point] = []
    while PERCENT.fullmatch(words.next) and len(corners) < MOST_CORNERS:
        corners.append((words.part(), words.part()))
    if len(corners) < 3:
        raise _refused(words.text, "a polygon needs three corners at least")
    return Polygon(tuple(corners))


def _key(words: "_Words") -> Key:
    colour = rgb(words.take())
    if not PERCENT.fullmatch(words.next):
        return Key(colour)
    tolerance = words.part()
    if not tolerance:
        raise _refused(words.text, "a tolerance of 0% finds nothing")
    return Key(colour, tolerance)


def rgb(text: str) -> Rgb:
    """`#2e7d32` as coded values; `EngineRefused` for anything else."""
    found = HEX.fullmatch(text.casefold())
    if found is None:
        raise EngineRefused(
            f'"{text[:40]}" is no colour.', hint="Write it like #2e7d32: red, green and blue."
        )
    red, green, blue = (int(found[1][place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def _meant(shape: Shape, words: "_Words") -> Mask:
    soft, inverted, drawn_at = 0.0, False, None
    while word := words.take():
        if word == "soft":
            soft = words.part()
        elif word == "invert":
            inverted = True
        elif word == "follow":
            drawn_at = _moment(words)
        else:
            raise _refused(words.text, f'"{word}" was not understood')
    if drawn_at is not None and isinstance(shape, Key):
        raise _refused(words.text, "a colour is found anew in every frame and needs no follow")
    return Mask(shape, soft, inverted, drawn_at)


def _moment(words: "_Words") -> Moment:
    if words.next not in ("from", "at"):
        return Moment()
    words.take()
    if words.next != "frame":
        return Moment(part=words.exact())
    words.take()
    number = words.take()
    if not re.fullmatch(r"\d{1,9}", number):
        raise _refused(words.text, f'"{number}" is no number of a frame')
    return Moment(int(number))


class _Words:
    """The words of a text, one after another; "" after the last."""

    def __init__(self, text: str) -> None:
        self.text = text
        plain = text.casefold().replace(",", " ").replace(";", " ").split()
        self._words: Sequence[str] = [SPELLINGS.get(word, word) for word in plain]
        self._at = 0

    @property
    def next(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def take(self) -> str:
        word = self.next
        self._at += 1
        return word

    def part(self) -> float:
        return float(self.exact())

    def exact(self) -> Fraction:
        """A percentage from 0 to 100, as a part of one."""
        word = self.take()
        found = PERCENT.fullmatch(word)
        if found is None:
            said = (
                f'"{word}" stands where a part such as 20% is needed' if word else "it ends early"
            )
            raise _refused(self.text, said)
        if (part := Fraction(found[1]) / 100) > 1:
            raise _refused(self.text, f"{word} is more than the whole picture")
        return part


def _refused(text: str, reason: str) -> EngineRefused:
    return EngineRefused(f'The mask "{text[:80]}" is not understood: {reason}.', hint=HINT)
