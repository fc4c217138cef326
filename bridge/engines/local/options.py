"""The options of the local models. Forms, `--help` and checks are made from these."""

from enum import StrEnum

from pydantic import Field

from bridge.engines.base import EngineOptions


class Easing(StrEnum):
    """How a move gathers and loses speed."""

    linear = "linear"
    ease_in = "ease-in"  # starts slowly
    ease_out = "ease-out"  # ends slowly
    ease_in_out = "ease-in-out"

    def at(self, time: float) -> float:
        """How far the move has come (0 to 1) when `time` (0 to 1) of it has passed."""
        match self:
            case Easing.linear:
                return time
            case Easing.ease_in:
                return time * time
            case Easing.ease_out:
                return time * (2 - time)
            case Easing.ease_in_out:
                return time * time * (3 - 2 * time)


class Masked(EngineOptions):
    mask: str | None = Field(
        None,
        max_length=2000,
        description='Where the shot changes: "rectangle 10% 20% 40% 50%" (left, top, width, '
        'height), "polygon 10% 10%, 40% 10%, 30% 60%", "colour #2e7d32 15%" or "picture" (the '
        'last reference still, white inside); then, as needed, "soft 2%", "invert", '
        '"follow from 40%" (drawn on that moment, from there it follows what it covers).',
    )


class LooksOptions(Masked):
    strength: float = Field(
        1.0, ge=0, le=1, description="Scales every look of the prompt; 0 leaves the shot as it is."
    )
    match: float | None = Field(
        None,
        ge=0,
        le=1,
        description="How far the shot's colours move to those of the reference still; "
        "without a value, the words of the prompt say so.",
    )
    grade: str = Field(
        "",
        max_length=300,
        description="The numbers of a match made before, from a take's facts: instead of measuring "
        "anew, this shot gets exactly the same.",
    )
    over: str = Field(
        "",
        max_length=2000,
        description="How strong all of it is over time, in parts of the shot, easing between: "
        '"0% at start, 100% at 50%, 30% at end". Without a value, the same throughout.',
    )


class MotionOptions(EngineOptions):
    easing: Easing = Field(
        Easing.linear, description="How the picture moves from each still to the next."
    )
    easings: str = Field(
        "",
        max_length=20_000,
        description='The same for each way from still to still by itself, in order: "ease-in, '
        'linear, ease-out".',
    )


class Quality(StrEnum):
    """How much time a picture may take."""

    best = "best"
    fast = "fast"


class PaintOptions(Masked):
    quality: Quality = Field(
        Quality.best, description="Best follows fine detail; fast gives that up for speed."
    )


class Method(StrEnum):
    """How a foreground is told from what lies behind it."""

    screen = "screen"  # of one strong colour
    plate = "plate"  # the same set without it, as a reference still
    cut = "cut"  # what a mask was drawn around


class MatteOptions(Masked):
    method: Method | None = Field(
        None,
        description="Screen keys a green screen, or one of any other strong colour; plate compares "
        "with a clean plate, the first reference still; cut takes what the mask is drawn around. "
        "Without a value the prompt says so, or a mask or reference that is there.",
    )
    colour: str | None = Field(
        None,
        max_length=7,
        description="Of the screen, like #2e7d32; without a value it is found along the border.",
    )
    tolerance: float = Field(
        1.0, ge=0.25, le=4, description="How much unlike the screen or plate still belongs to it."
    )
    despill: float = Field(
        1.0,
        ge=0,
        le=1,
        description="How much of a green or blue screen's light is taken off the foreground.",
    )
    soft: float = Field(
        0.0, ge=0, le=0.1, description="How wide the edge is, as a part of the picture's width."
    )
