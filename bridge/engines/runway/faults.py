"""What is wrong with a body. In: a door and JSON. Out: every fault, by the SDK's own types.

Stricter than the service, which leaves unknown keys out silently at some doors: here they are
faults. What the types do not say (lengths, numbers of images) comes from `models.toml`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bridge.engines.base import Limits
from bridge.engines.runway import catalogue, models, roles, rows
from bridge.engines.runway.catalogue import Shape
from bridge.engines.runway.options import BOUNDS
from bridge.engines.runway.twins import PREFIX, twin
from bridge.errors import EngineUnknown

# the official OpenAPI document
HIGHEST_SEED = 2**32 - 1
MOST_SECONDS = 30  # of a keyframe's moment
TYPE_WORDS = {"str", "int", "float", "bool"}  # how pydantic names the members of a union


@dataclass(frozen=True)
class Fault:
    code: str  # pydantic's word for a type's fault; "too_small", "too_big", "custom" for others
    path: tuple[str | int, ...]  # in the body
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'body'}: {self.message}"


def faults(door: str, body: Any) -> tuple[Fault, ...]:
    """All faults of what would be posted at a door; none: it can be sent."""
    if not isinstance(body, Mapping):
        return (Fault("dict_type", (), "The body must be an object."),)
    try:
        shape = catalogue.shape(door, str(body.get(roles.MODEL, "")))
    except EngineUnknown as error:
        return (Fault("literal_error", (roles.MODEL,), f"{error.message} {error.hint}"),)
    return faults_of(shape, body)


def faults_of(shape: Shape, body: Mapping[str, Any]) -> tuple[Fault, ...]:
    """As `faults`, for a model that has been found."""
    found = tuple(_of_type(shape, body))
    return found or tuple(_of_numbers(shape, body))


@cache
def _checker(params: Any) -> TypeAdapter[Any]:
    return TypeAdapter(twin(params))


def _of_type(shape: Shape, body: Mapping[str, Any]) -> Iterator[Fault]:
    try:
        _checker(shape.params).validate_python(dict(body), strict=True)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            path = tuple(part for part in fault["loc"] if not _names_a_type(part))
            yield Fault(fault["type"], path, fault["msg"])


def _names_a_type(part: str | int) -> bool:
    """Whether this part of a place is only the member of a union that was tried."""
    return isinstance(part, str) and (part in TYPE_WORDS or part.startswith(PREFIX) or "[" in part)


def _of_numbers(shape: Shape, body: Mapping[str, Any]) -> Iterator[Fault]:
    limits = models.limits(shape, rows.row(shape.door, shape.model))
    yield from _of_words(limits, body)
    yield from _of_length(shape, limits, body)
    yield from _of_images(shape, limits, body)
    yield from _of_keyframes(limits, body.get(roles.TIMED, ()))
    yield from _between(body, {roles.SEED: (0, HIGHEST_SEED), **BOUNDS})


def _of_words(limits: Limits, body: Mapping[str, Any]) -> Iterator[Fault]:
    words = body.get(roles.WORDS)
    if words is None:
        if limits.min_prompt:
            yield Fault("missing", (roles.WORDS,), "Field required")
        return
    if not words:
        yield Fault("too_small", (roles.WORDS,), "It must not be empty.")
    if limits.prompt is not None and units(words) > limits.prompt:
        yield Fault(
            "too_big",
            (roles.WORDS,),
            f"It has {units(words)} UTF-16 units; {limits.prompt} are the most.",
        )


def _of_length(shape: Shape, limits: Limits, body: Mapping[str, Any]) -> Iterator[Fault]:
    if roles.follows_footage(shape, body):
        if body.get(roles.LENGTH) != roles.AUTO:
            yield Fault("custom", (roles.LENGTH,), 'In edit mode it must be "auto".')
        if roles.SIZE in body:
            yield Fault("custom", (roles.SIZE,), "In edit mode it is not taken.")
        return
    length = body.get(roles.LENGTH)
    if roles.MODE in shape.fields:  # there, the limits are those of the footage in edit mode
        return
    if limits.max_seconds is None or not isinstance(length, int | float):
        return
    if not limits.min_seconds <= length <= limits.max_seconds:
        yield Fault(
            "too_small" if length < limits.min_seconds else "too_big",
            (roles.LENGTH,),
            f"It must be {limits.min_seconds} to {limits.max_seconds} seconds.",
        )


def _of_images(shape: Shape, limits: Limits, body: Mapping[str, Any]) -> Iterator[Fault]:
    references = body.get(roles.REFERENCES, ())
    if not isinstance(references, str) and len(references) > limits.references:
        yield Fault("too_big", (roles.REFERENCES,), f"{limits.references} are the most.")
    for name in (roles.STILLS, roles.REFERENCES):
        images = body.get(name)
        if images is not None and not isinstance(images, str):
            yield from _of_positions(shape, name, images)


def _of_positions(shape: Shape, name: str, images: Sequence[Any]) -> Iterator[Fault]:
    """The rules that were seen live, and the positions where the type is opaque."""
    told = rows.row(shape.door, shape.model).positions
    known = roles.places(shape, name, told)
    if name == roles.STILLS and not images:
        yield Fault("too_small", (name,), "There must be an image.")
    positions = []
    for number, image in enumerate(images):
        if not (isinstance(image, Mapping) and isinstance(image.get("uri"), str)):
            yield Fault("missing", (name, number, "uri"), "Field required")
            continue
        position = image.get("position")
        positions.append(position)
        if position is not None and position not in known:
            yield Fault(
                "literal_error", (name, number, "position"), f"It must be {' or '.join(known)}."
            )
    placed = [position for position in positions if position is not None]
    if len(set(placed)) != len(placed):
        yield Fault("custom", (name,), "Duplicate position values are not allowed")
    if placed and "first" not in placed:
        yield Fault("custom", (name,), "You must specify a frame in position `first`")
    if name == roles.STILLS and placed and len(placed) != len(positions):
        yield Fault("custom", (name,), "Frames and references cannot be mixed.")


def _of_keyframes(limits: Limits, keyframes: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    if len(keyframes) > limits.keyframes:
        yield Fault("too_big", (roles.TIMED,), f"{limits.keyframes} are the most.")
    if len({"range" in keyframe for keyframe in keyframes}) > 1:
        yield Fault("custom", (roles.TIMED,), "All keyframes must set a range, or none.")
    for number, keyframe in enumerate(keyframes):
        yield from _of_keyframe(number, keyframe)


def _of_keyframe(number: int, keyframe: Mapping[str, Any]) -> Iterator[Fault]:
    path = (roles.TIMED, number)
    seconds, share = keyframe.get("seconds"), keyframe.get("at")
    if seconds is not None and not 0 <= seconds <= MOST_SECONDS:
        yield Fault("too_big", (*path, "seconds"), f"It must be 0 to {MOST_SECONDS}.")
    if share is not None and not 0 <= share <= 1:
        yield Fault("too_big", (*path, "at"), "It must be 0 to 1.")
    window = keyframe.get("range")
    if window is None:
        return
    start, end = window["start_seconds"], window["end_seconds"]
    if not 0 <= start < end:
        yield Fault("custom", (*path, "range"), "It must end after it starts.")
    elif seconds is not None and not start <= seconds < end:
        yield Fault("custom", (*path, "range"), "The keyframe must lie within its range.")


def _between(body: Mapping[str, Any], bounds: Mapping[str, tuple[int, int]]) -> Iterator[Fault]:
    for name, (low, high) in bounds.items():
        value = body.get(name)
        if isinstance(value, int | float) and not low <= value <= high:
            code = "too_small" if value < low else "too_big"
            yield Fault(code, (name,), f"It must be {low} to {high}.")


def units(text: str) -> int:
    """UTF-16 code units, as the service counts a prompt."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
