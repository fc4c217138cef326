"""Before anything is spent. In: a request. Out: warnings, its files, its body; or a refusal.

Nothing here touches a disk or a network. What `check` lets pass makes a body without faults.
"""

import json
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from bridge.engines.base import Kind, Limits, Model, Positions, RenderRequest
from bridge.engines.runway import catalogue, roles, rows, tariff
from bridge.engines.runway.assemble import (
    body,
    files,
    place_frame,
    places,
    prompt,
    window_seconds,
)
from bridge.engines.runway.catalogue import Shape
from bridge.engines.runway.faults import HIGHEST_SEED, Fault, faults, units
from bridge.engines.runway.models import model_of
from bridge.errors import EngineRefused
from bridge.frames import FrameRange

__all__ = ["Fault", "body", "check", "faults", "files"]

PLACEHOLDER = "runway://file"  # for an address that there is none of yet
WIDER = "targetAspectRatio"  # an option that is work enough by itself
PRORES = "prores"
SEQUENCE = "sequence"  # in the name of every format that comes as a .zip of single pictures


def check(request: RenderRequest) -> tuple[str, ...]:
    """
    Warnings as sentences; `EngineRefused` (or `EngineUnknown`) for what cannot be honoured.

    Files are not looked at: they need not exist yet.
    """
    model = model_of(request)
    shape = catalogue.shape(model.door, model.name)
    options = model.checked(request.options).model_dump(exclude_none=True)
    _check_options(shape, options)
    _check_kind(request, model, shape)
    _check_words(request, model)
    _check_purpose(request, model)
    _check_stills(request, model)
    _check_lengths(request, model)
    _check_picture(request, model.limits)
    _check_body(request, model)
    return tuple(_warnings(request, model, shape))


def _check_options(shape: Shape, options: Mapping[str, Any]) -> None:
    written = str(options.get("outputFormat", ""))
    if SEQUENCE in written:
        raise EngineRefused(
            f"{written} comes as a .zip of single pictures, which the bridge does not take apart.",
            hint="Choose a ProRes or a 10-bit format.",
        )
    if "proresProfile" in options and PRORES not in written:
        raise EngineRefused(
            "A ProRes profile goes only with a ProRes output format.",
            hint="Set outputFormat to a ProRes one, too.",
        )
    asked = {*options, *tariff.said(options)}
    for option, why in rows.row(shape.door, shape.model).refused.items():
        if option in asked:
            raise EngineRefused(f"The option {option} is not offered: {why}.")


def _check_kind(request: RenderRequest, model: Model, shape: Shape) -> None:
    if request.kind not in model.kinds:
        kinds = " and ".join(sorted(model.kinds))
        raise EngineRefused(f"{model.name} at {model.door} does {kinds}, not {request.kind}.")
    if request.frames < 1 or request.width < 1 or request.height < 1:
        raise EngineRefused(
            f"{request.frames} frames of {request.width} x {request.height} cannot be made."
        )
    if request.kind is Kind.edit and request.footage is None:
        raise EngineRefused(f"{model.name} changes a shot, and there is none.")
    if request.kind is Kind.generate and request.footage is not None:
        raise EngineRefused(f"{model.name} at {shape.door} takes no shot, and got one.")
    if request.seed is not None and not 0 <= request.seed <= HIGHEST_SEED:
        raise EngineRefused(f"The seed {request.seed} is not between 0 and {HIGHEST_SEED}.")


def _check_words(request: RenderRequest, model: Model) -> None:
    limits, length = model.limits, units(prompt(request))
    if length < limits.min_prompt:
        raise EngineRefused(f"{model.name} needs words.", hint="Say what the result should show.")
    if limits.prompt is not None and length > limits.prompt:
        raise EngineRefused(
            f"{model.name} reads {limits.prompt} characters (UTF-16 units) at most, not {length}.",
            hint="Shorten the prompt.",
        )


def _check_purpose(request: RenderRequest, model: Model) -> None:
    """A shot is not paid for when nothing says what should become of it."""
    told = (prompt(request), request.keyframes, request.references, WIDER in request.options)
    if request.kind is Kind.edit and not model.changes and not any(told):
        raise EngineRefused(
            "Nothing says what should change.", hint="Give a prompt, a still or a reference."
        )


def _check_stills(request: RenderRequest, model: Model) -> None:
    limits = model.limits
    for what, given, least, most in (
        ("stills", len(request.keyframes), limits.min_keyframes, limits.keyframes),
        ("references", len(request.references), limits.min_references, limits.references),
    ):
        if given > most:
            raise EngineRefused(f"{model.name} takes {most or 'no'} {what}, and got {given}.")
        if given < least:
            raise EngineRefused(f"{model.name} needs {least} {what}, and got {given}.")
    _check_frames(request)
    _check_windows(request, model)


def _check_frames(request: RenderRequest) -> None:
    frames = [keyframe.frame for keyframe in request.keyframes]
    outside = [frame for frame in frames if not 0 <= frame < request.frames]
    if outside:
        raise EngineRefused(
            f"A still stands at frame {outside[0]}; the frames are 0 to {request.frames - 1}."
        )
    twice = [frame for frame in frames if frames.count(frame) > 1]
    if twice:
        raise EngineRefused(f"Two stills stand at frame {twice[0]}.", hint="Leave one of them out.")


def _check_windows(request: RenderRequest, model: Model) -> None:
    windows = [keyframe.window for keyframe in request.keyframes]
    if not any(windows):
        return
    if not model.limits.windows:
        raise EngineRefused(f"{model.name} works on the whole shot; it takes no windows.")
    if not all(windows):
        raise EngineRefused(
            "Some stills say between which frames they work, and some do not.",
            hint="Give every still a window, or none.",
        )
    shot = FrameRange(0, request.frames)
    for keyframe in request.keyframes:
        window = keyframe.window
        if window is not None and (keyframe.frame not in window or not shot.covers(window)):
            raise EngineRefused(
                f"The still at frame {keyframe.frame} works from frame {window.start} to "
                f"{window.end - 1}: it must lie within that, and that within the shot.",
            )


def _check_lengths(request: RenderRequest, model: Model) -> None:
    """The shot as it is sent, and the length that is asked for, within what the model takes."""
    if request.footage is not None:
        _check_length(request.rate.seconds(request.frames), model)
    if model.limits.whole_seconds:
        _check_length(Fraction(tariff.asked(request.work.seconds, model.limits)), model)


def _check_length(seconds: Fraction, model: Model) -> None:
    low, high = model.limits.min_seconds, model.limits.max_seconds
    if seconds < low or (high is not None and seconds > high):
        raise EngineRefused(
            f"{model.name} takes {low} to {high} seconds, not {round(seconds, 3)}.",
            hint="Choose another model or another length.",
        )


def _check_picture(request: RenderRequest, limits: Limits) -> None:
    """The shot's size and rate; what is made has the size that the body asks for."""
    if request.footage is None:
        return
    width, height = request.width, request.height
    size = f"{width} x {height}"
    if limits.max_pixels is not None and width * height > limits.max_pixels:
        raise EngineRefused(f"{size} are more than {limits.max_pixels} pixels.")
    if limits.min_side is not None and min(width, height) < limits.min_side:
        raise EngineRefused(f"{size} has a side of less than {limits.min_side} pixels.")
    if limits.max_rate is not None and request.rate > limits.max_rate:
        raise EngineRefused(f"{request.rate} frames per second are more than {limits.max_rate}.")


def _check_body(request: RenderRequest, model: Model) -> None:
    """The last net: the body itself, by the SDK's types."""
    wire = body(request, dict.fromkeys(files(request), PLACEHOLDER))
    try:
        json.dumps(wire, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:  # half a surrogate pair; a number without end
        raise EngineRefused(f"{model.name} cannot be sent this: {error}.") from error
    found = faults(model.door, wire)
    if found:
        raise EngineRefused(
            f"{model.name} would refuse this: " + "; ".join(map(str, found[:8])),
            options=[str(fault.path[0]) for fault in found[:8] if fault.path],
        )


def _warnings(request: RenderRequest, model: Model, shape: Shape) -> Iterator[str]:
    if request.seed is not None and roles.SEED not in shape.fields:
        yield f"{model.name} takes no seed; the result cannot be repeated."
    if prompt(request) and roles.WORDS not in shape.fields:
        yield f"{model.name} reads no words; the prompt is not used."
    elif request.camera:
        yield f"{model.name} gets the camera's moves as words, and follows them roughly."
    yield from _grown(request)
    if model.limits.positions is Positions.any:
        return
    for name, still in places(request, model):
        frame = place_frame(name, request)
        if still.frame != frame:
            yield f"The still at frame {still.frame} becomes the {name} frame, {frame}."


def _grown(request: RenderRequest) -> Iterator[str]:
    """Windows count whole seconds: what is asked for may be less than what may change."""
    for keyframe in request.keyframes:
        if keyframe.window is None:
            continue
        window, rate = keyframe.window, request.rate
        start, end = (math.ceil(rate.frames(Fraction(s))) for s in window_seconds(window, rate))
        if start < window.start or min(end, request.frames) > window.end:
            yield (
                f"The window of the still at frame {keyframe.frame} grows to whole seconds: "
                f"frames {start} to {min(end, request.frames) - 1} may change."
            )
