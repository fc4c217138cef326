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


class LooksOptions(EngineOptions):
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


class MotionOptions(EngineOptions):
    easing: Easing = Field(
        Easing.linear, description="How the picture moves from each still to the next."
    )


class Quality(StrEnum):
    """How much time a picture may take."""

    best = "best"
    fast = "fast"


class PaintOptions(EngineOptions):
    quality: Quality = Field(
        Quality.best, description="Best follows fine detail; fast gives that up for speed."
    )
