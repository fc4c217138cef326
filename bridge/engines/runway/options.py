"""A model's options. In: its shape and its row. Out: an `EngineOptions` class with wire names."""

import re
from functools import cache
from typing import Annotated, Any, Literal, get_origin

from pydantic import BeforeValidator, create_model
from pydantic import Field as OptionField

from bridge.engines.base import EngineOptions
from bridge.engines.runway import roles
from bridge.engines.runway.catalogue import Field, Shape
from bridge.engines.runway.rows import Row
from bridge.engines.runway.twins import twin

DESCRIPTIONS = {
    "ratio": "The size or shape that is asked for; without a value, the nearest to the shot.",
    "resolution": "The size class that is asked for; it decides the price.",
    "audio": "Whether sound is made, too; it may cost more.",
    "outputFormat": "How the result is written; some formats cost more for every second.",
    "proresProfile": "The kind of ProRes, where the output format is ProRes.",
    "targetAspectRatio": "Widens the picture to this shape: what is missing is made up.",
    "targetFramerate": "Pictures per second to make; without a value, the shot's own.",
    "mode": "What becomes of the shot: changed, or taken as an example.",
    "creativity": "How much is made up: 0 keeps to the picture, 100 is the most.",
    "sharpen": "How much is sharpened, 0 to 100.",
    "smartGrain": "How much grain and texture is added, 0 to 100.",
    "cfgScale": "How closely the words are kept to: 0 is free, 1 is strict.",
    "negativePrompt": "What should not be there, in words.",
    "expressionIntensity": "How strong the expression is, 1 to 5.",
    "bodyControl": "Whether gestures are carried over, too.",
    "contentModeration": 'As JSON: {"publicFigureThreshold": "auto"} or "low".',
    "draft": "A cheap preview in place of the full quality.",
}
# the SDK's descriptions; the types do not say them
BOUNDS: dict[str, tuple[int, int]] = {
    "creativity": (0, 100),
    "sharpen": (0, 100),
    "smartGrain": (0, 100),
    "cfgScale": (0, 1),
    "expressionIntensity": (1, 5),
}


def options_class(shape: Shape, row: Row) -> type[EngineOptions]:
    """Closed; None stands for what the vendor does by default."""
    fields: dict[str, Any] = {
        field.name: _option(field, row) for field in roles.option_fields(shape)
    }
    words = re.split(r"[^a-zA-Z0-9]+", f"{shape.door}_{shape.model}")
    name = "".join(word[:1].upper() + word[1:] for word in words) + "Options"
    return create_model(name, __base__=EngineOptions, **fields)


@cache
def description(name: str) -> str:
    """What an option does; where nobody has said it, its name in words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return DESCRIPTIONS.get(name, f"{words[:1].upper()}{words[1:]}, as the vendor defines it.")


def bounds(name: str) -> dict[str, int]:
    low, high = BOUNDS.get(name, (None, None))
    return {} if low is None or high is None else {"ge": low, "le": high}


def default(field: Field, row: Row) -> Any:
    """The row's, where the type takes it."""
    value = row.defaults.get(field.name)
    if field.literals and value not in field.literals:
        return None
    return value


def _option(field: Field, row: Row) -> tuple[Any, Any]:
    kind: Any = twin(field.annotation)
    if field.name == roles.SIZE and row.ratios:
        kind = Literal[row.ratios]
    value = default(field, row)
    said: Any = OptionField(value, description=description(field.name), **_bounds_for(kind, field))
    if kind is str or get_origin(kind) is Literal:
        kind = Annotated[kind, BeforeValidator(_word)]
    # None would leave to the vendor what the price may depend on
    return kind if value is not None else kind | None, said


def _word(value: Any) -> Any:
    """60 as "60", where words are asked for: a command line does not tell them apart."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number else value


def _bounds_for(kind: Any, field: Field) -> Any:
    return bounds(field.name) if kind in (int, float) else {}
