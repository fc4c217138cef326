"""The installed engines. In: the registry's description. Out: models, limits, prices, forms."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from bridge.wire.base import Credits, ErrorOut, Outward, RateText


class LimitsOut(Outward):
    """What fits through a model."""

    min_seconds: str = Field(examples=["0"], description="A fraction of a second, exact.")
    max_seconds: str | None = Field(examples=["10"])
    whole_seconds: bool
    max_rate: RateText | None
    durations: tuple[int, ...] = Field(description="Seconds. None named: any length.")
    sizes: tuple[tuple[int, int], ...] = Field(description="None named: any size.")
    max_pixels: int | None
    min_side: int | None = Field(description="Pixels of the shorter side.")
    max_bytes: int | None = Field(description="Of the footage of one request.")
    keyframes: int
    min_keyframes: int
    positions: str
    windows: bool = Field(description="A keyframe may say between which frames it works.")
    references: int
    min_references: int
    prompt: int | None = Field(description="UTF-16 units at most.")
    min_prompt: int
    camera: bool
    concurrency: int


class PriceOut(Outward):
    per_second: Credits
    minimum: Credits
    surcharges: dict[str, Credits] = Field(description="Per second, where an option has a value.")
    rule: str = Field(description="What the figures do not say.")
    known: bool = Field(description="False: work that cannot be priced is refused.")
    dated: str = Field(description="When the figures were true.")


class ModelOut(Outward):
    name: str
    door: str = Field(description="The way in, where a name has several.")
    summary: str
    kinds: tuple[str, ...]
    changes: tuple[str, ...] = Field(description="What it changes on purpose: size, rate ...")
    alpha: str = Field(
        description="Transparency: none; kept: the shot's own; made: the result always has it."
    )
    limits: LimitsOut
    price: PriceOut
    options: dict[str, Any] = Field(description="JSON schema of what the model takes beyond.")
    words: dict[str, str] = Field(description="Words the model knows, and what each does.")
    strengths: dict[str, str] = Field(
        default_factory=dict, description="Words that say how much of one, and how much each is."
    )


class EngineOut(Outward):
    name: str
    remote: bool | None = Field(description="Pictures leave this machine.")
    models: tuple[ModelOut, ...]
    error: ErrorOut | None = Field(description="Why it does not load.")
    paused: ErrorOut | None = Field(
        None, description="Why it takes no new work until a person has acted."
    )


class EnginesOut(Outward):
    engines: tuple[EngineOut, ...]


def engines_out(
    described: list[dict[str, Any]], paused: Mapping[str, dict[str, Any]]
) -> EnginesOut:
    return EnginesOut(
        engines=tuple(
            EngineOut.model_validate(engine | {"paused": paused.get(engine["name"])})
            for engine in described
        )
    )
