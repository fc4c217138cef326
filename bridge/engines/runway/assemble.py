"""The body of a create. In: a request and the addresses of its files. Out: JSON as on the wire.

Every field is there because the model's type has it; nothing is null. Moments leave as JSON numbers
through `number`, and nowhere else.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.engines.base import Keyframe, Model, Positions, RenderRequest
from bridge.engines.runway import catalogue, roles, rows, tariff
from bridge.engines.runway.catalogue import Shape
from bridge.engines.runway.models import model_of
from bridge.errors import EngineRefused
from bridge.frames import FrameRange, Rate

Wire = dict[str, Any]
DIGITS = 4  # of a second: a tenth of a millisecond, far less than a quarter of any frame
INSIDE = Fraction(1, 4)  # how far into its frame a moment lies


def files(request: RenderRequest) -> tuple[Path, ...]:
    """What has to be uploaded: the shot, the stills, the references; each file once."""
    shot = () if request.footage is None else (request.footage.path,)
    stills = (keyframe.image for keyframe in request.keyframes)
    return tuple(dict.fromkeys((*shot, *stills, *request.references)))


def body(request: RenderRequest, uris: Mapping[Path, str]) -> Wire:
    """
    What is posted at the model's door; `uris` holds an address for each of `files(request)`.

    `EngineRefused` for options and moments that have no place in it.
    """
    model = model_of(request)
    return body_of(request, model, catalogue.shape(model.door, model.name), uris)


def body_of(request: RenderRequest, model: Model, shape: Shape, uris: Mapping[Path, str]) -> Wire:
    """As `body`, for a model that has been found."""
    options = model.checked(request.options).model_dump(exclude_none=True)
    stills, references = _stills(request, model, shape, uris), _references(request, shape, uris)
    if stills.keys() & references.keys():  # both in one list
        references = {name: stills[name] + images for name, images in references.items()}
    parts = {roles.MODEL: model.name} | _words(request) | _footage(request, shape, uris)
    parts |= stills | references | _length(request, model, shape, options)
    parts |= _size(request, shape, options) | _frame_rate(request, shape) | _seed(request) | options
    return {name: parts[name] for name in (roles.MODEL, *shape.fields) if name in parts}


def number(moment: Fraction) -> int | float:
    """Seconds as JSON has them, to `DIGITS` places."""
    rounded = round(moment, DIGITS)
    return int(rounded) if rounded.denominator == 1 else float(rounded)


def moment(frame: int, rate: Rate) -> Fraction:
    """
    A time within the frame, a quarter of the way: whether the other side rounds down or to the
    nearest frame, it finds this one.
    """
    return rate.seconds(frame + INSIDE)


def window_seconds(window: FrameRange, rate: Rate) -> tuple[int, int]:
    """
    The whole seconds (end exclusive) in which the window's frames begin.

    Rounded outward; a window that already is whole seconds, frame by frame, stays as it is.
    """
    last = max(window.start, window.end - 1)
    return math.floor(rate.seconds(window.start)), math.floor(rate.seconds(last)) + 1


def prompt(request: RenderRequest) -> str:
    """The words, and after them the camera's, which these models read as words."""
    words = request.prompt.strip()
    if not request.camera:
        return words
    return ". ".join(filter(None, (words.rstrip("."), *request.camera)))


def places(request: RenderRequest, model: Model) -> tuple[tuple[str, Keyframe], ...]:
    """Each still with the position that lies nearest to its frame; `EngineRefused` for clashes."""
    offered = next(
        names for names, positions in roles.PLACES.items() if positions == model.limits.positions
    )
    taken: dict[str, Keyframe] = {}
    for keyframe in request.keyframes:
        near = min(offered, key=lambda name: abs(place_frame(name, request) - keyframe.frame))
        if near in taken:
            raise EngineRefused(
                f"{model.name} takes one still as its {near} frame, and those at frames "
                f"{taken[near].frame} and {keyframe.frame} would both be that."
            )
        taken[near] = keyframe
    if taken and "first" not in taken:
        raise EngineRefused(
            f"{model.name} takes a still at its end only with one at its beginning.",
            hint="Add a still at the first frame.",
        )
    return tuple(sorted(taken.items(), key=lambda place: offered.index(place[0])))


def place_frame(name: str, request: RenderRequest) -> int:
    """The frame of the request that a position stands for."""
    last = request.frames - 1
    return {"first": 0, "middle": last // 2}.get(name, last)


def _words(request: RenderRequest) -> Wire:
    words = prompt(request)
    return {roles.WORDS: words} if words else {}


def _footage(request: RenderRequest, shape: Shape, uris: Mapping[Path, str]) -> Wire:
    field = roles.footage_field(shape)
    if field is None or request.footage is None:
        return {}
    uri = uris[request.footage.path]
    return {field: {"type": "video", "uri": uri} if field == roles.PERFORMANCE else uri}


def _stills(request: RenderRequest, model: Model, shape: Shape, uris: Mapping[Path, str]) -> Wire:
    field = roles.stills_field(shape)
    if field is None or not request.keyframes:
        return {}
    if field == roles.TIMED:
        return {field: [_timed(keyframe, request, uris) for keyframe in request.keyframes]}
    placed = places(request, model)
    if model.limits.positions is Positions.first and field == roles.STILLS:
        return {field: uris[placed[0][1].image]}
    return {field: [{"uri": uris[still.image], "position": name} for name, still in placed]}


def _timed(keyframe: Keyframe, request: RenderRequest, uris: Mapping[Path, str]) -> Wire:
    seconds = number(moment(keyframe.frame, request.rate))
    wire: Wire = {"uri": uris[keyframe.image], "seconds": seconds}
    if keyframe.window is not None:
        start, end = window_seconds(keyframe.window, request.rate)
        end = max(end, math.floor(seconds) + 1)  # its last frame may reach into the next second
        wire["range"] = {"start_seconds": start, "end_seconds": end}
    return wire


def _references(request: RenderRequest, shape: Shape, uris: Mapping[Path, str]) -> Wire:
    addresses = [uris[path] for path in request.references]
    if roles.CHARACTER in shape.fields and addresses:
        return {roles.CHARACTER: {"type": "image", "uri": addresses[0]}}
    return {roles.REFERENCES: [{"uri": uri} for uri in addresses]} if addresses else {}


def _length(request: RenderRequest, model: Model, shape: Shape, options: Mapping[str, Any]) -> Wire:
    if roles.LENGTH not in shape.fields:
        return {}
    if roles.follows_footage(shape, options):
        return {roles.LENGTH: roles.AUTO}
    if roles.asks_seconds(shape):
        return {roles.LENGTH: tariff.asked(request.work.seconds, model.limits)}
    return {roles.LENGTH: number(request.rate.seconds(request.frames))}


def _size(request: RenderRequest, shape: Shape, options: Mapping[str, Any]) -> Wire:
    sizes = roles.sizes(shape)
    if roles.follows_footage(shape, options):
        return {}
    if sizes and not rows.row(shape.door, shape.model).ratios:
        width, height = tariff.size_asked(request.width, request.height, sizes, options)
        return {roles.SIZE: f"{width}:{height}"}
    shapes = [text for text in shape.literals(roles.SIZE) if min(roles.parsed(text)) > 0]
    if not shapes or sizes:
        return {}
    wanted = Fraction(request.width, request.height)
    return {roles.SIZE: min(shapes, key=lambda text: abs(Fraction(*roles.parsed(text)) - wanted))}


def _seed(request: RenderRequest) -> Wire:
    return {} if request.seed is None else {roles.SEED: request.seed}


def _frame_rate(request: RenderRequest, shape: Shape) -> Wire:
    """The request's own rate, or the next higher that there is."""
    rates = {Rate.of(text.replace("_", ".")): text for text in shape.literals(roles.FRAME_RATE)}
    enough = [rate for rate in sorted(rates) if rate >= request.rate]
    return {roles.FRAME_RATE: rates[enough[0]]} if enough else {}
