"""Which models there are. In: the request types that the SDK publishes. Out: one `Shape` a model.

Nothing is copied from the types: a release of the SDK with a new model brings its shape along. Read
once, when first asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

from bridge.errors import EngineUnknown

# The endpoint of the API, and the SDK's type of what is posted there
DOORS = {
    "video_to_video": "VideoToVideoCreateParams",
    "image_to_video": "ImageToVideoCreateParams",
    "text_to_video": "TextToVideoCreateParams",
    "character_performance": "CharacterPerformanceCreateParams",
    "video_upscale": "VideoUpscaleCreateParams",
    "video_to_hdr": "VideoToHdrCreateParams",
    "video_to_audio": "VideoToAudioCreateParams",
}


@dataclass(frozen=True)
class Field:
    name: str  # on the wire
    required: bool
    annotation: Any  # the SDK's, without what surrounds it

    @property
    def literals(self) -> tuple[Any, ...]:
        """Every literal value that it takes, in the SDK's order; it may take others besides."""
        return tuple(_literals(self.annotation))

    @property
    def items(self) -> tuple[Mapping[str, "Field"], ...]:
        """The objects that it is, or that its list holds, each by its fields' wire names."""
        return tuple(fields_of(params) for params in _objects(self.annotation))


@dataclass(frozen=True)
class Shape:
    """What one model takes at one door."""

    door: str
    model: str
    fields: Mapping[str, Field]  # by wire name; without `model`
    params: Any  # the SDK's own type

    def literals(self, name: str) -> tuple[Any, ...]:
        """The literal values of a field; none where there is no such field."""
        return self.fields[name].literals if name in self.fields else ()


@cache
def shapes() -> tuple[Shape, ...]:
    """Every model of the installed SDK at every door, in the SDK's order."""
    # the SDK takes a quarter of a second to import, which only those who ask should spend
    from runwayml import types  # noqa: PLC0415

    return tuple(
        shape
        for door, name in DOORS.items()
        if hasattr(types, name)
        for shape in read(door, getattr(types, name))
    )


def shape(door: str, model: str) -> Shape:
    """`EngineUnknown` where the SDK knows no such model there."""
    for found in shapes():
        if (found.door, found.model) == (door, model):
            return found
    known = ", ".join(found.model for found in shapes() if found.door == door)
    raise EngineUnknown(
        f"Runway has no model {model[:80]!r} at {door[:80]}.",
        hint=f"It has {known or 'no such door'}.",
    )


def read(door: str, params: Any) -> tuple[Shape, ...]:
    """The shapes in one published type: a TypedDict with a literal `model`, or a union of such."""
    found = []
    for variant in _objects(params):
        fields = fields_of(variant)
        model = fields.pop("model", None)
        found += [
            Shape(door, name, fields, variant)
            for name in (model.literals if model is not None else ())
            if isinstance(name, str)
        ]
    return tuple(found)


def fields_of(params: Any) -> dict[str, Field]:
    """The fields of a TypedDict, by the names that they have on the wire."""
    total = bool(getattr(params, "__total__", True))
    found = {}
    for name, hint in get_type_hints(params, include_extras=True).items():
        annotation, alias, required = _bare(hint, total)
        found[alias or name] = Field(alias or name, required, annotation)
    return found


def _bare(hint: Any, required: bool) -> tuple[Any, str | None, bool]:
    """Without `Required` and `Annotated`: the annotation, its alias, whether it is required."""
    alias = None
    while (origin := get_origin(hint)) in (Required, NotRequired, Annotated):
        if origin is Annotated:
            names = (getattr(extra, "alias", None) for extra in hint.__metadata__)
            alias = next(filter(None, names), alias)
        else:
            required = origin is Required
        hint = get_args(hint)[0]
    return hint, alias, required


def _literals(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif is_union(annotation):
        for part in get_args(annotation):
            yield from _literals(part)


def _objects(annotation: Any) -> Iterator[Any]:
    if is_typeddict(annotation):
        yield annotation
    elif is_union(annotation) or is_list(annotation) or get_origin(annotation) is Annotated:
        for part in get_args(annotation):
            yield from _objects(part)


def is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return (
        isinstance(origin, type)
        and issubclass(origin, Iterable)
        and not issubclass(origin, Mapping)
    )
