"""Fit a shot to a model.

In: sizes, rates, stills and a model's limits. Out: what the engine gets, and what is said of it.
Pure.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bridge.engines.base import Change, Model
from bridge.engines.forms import Alpha, Form
from bridge.errors import PlanRefused, RangeError
from bridge.frames import FrameRange, Handles, Rate
from bridge.media.facts import Codec, MediaFacts
from bridge.pipeline.planned import PlannedKeyframe, PlannedStill
from bridge.pipeline.segments import Segment
from bridge.pipeline.selection import StillShot

ONE_SHAPE = Fraction(102, 100)  # shapes that differ by less are one: 1924 x 1076 is 16:9
# Bytes a pixel of the master, as the media room writes it: measured at 1080p, 0.43 for painted
# scenery and 0.71 to 0.73 with film grain on it (H.264: 0.01 and 0.17 to 0.29)
MASTER_BYTES = Fraction(3, 4)
DEEP_OUTPUTS = ("prores", "sdr_rec709_10bit", "hdr", "hlg")  # how such options' values begin


@dataclass(frozen=True)
class RenderSize:
    """What the engine gets and makes."""

    width: int
    height: int
    pixel_aspect: Fraction


def render_rate(rate: Rate, model: Model) -> tuple[Rate, int]:
    """The shot's rate, or the largest whole part of it that the model takes, and which part."""
    most = model.limits.max_rate
    step = 1 if most is None else math.ceil(rate.fps / most.fps)
    return Rate(rate.fps / step), step


def rate_notes(rate: Rate, rendered: Rate, step: int) -> tuple[str, ...]:
    if step == 1:
        return ()
    return (
        f"The model works at {rendered} frames per second, not {rate}: "
        f"each frame that it makes is shown {step} times.",
    )


def render_size(
    width: int, height: int, pixel_aspect: Fraction, model: Model, *others: Model
) -> RenderSize:
    """
    The shot's own size; with a model that limits it, square pixels and what comes nearest.

    Of the model's sizes nearest in shape it is the smallest that holds the shot, else the largest;
    where the work goes on by `others`, of those that all of them make.
    """
    limits = model.limits
    if not (limits.sizes or limits.max_pixels or limits.min_side):
        return RenderSize(width, height, pixel_aspect)
    square = even(round(width * pixel_aspect)), height
    if limits.sizes:
        named = [other.limits.sizes for other in others if other.limits.sizes]
        common = [size for size in limits.sizes if all(size in sizes for sizes in named)]
        return RenderSize(*_listed(*square, common or limits.sizes), Fraction(1))
    return RenderSize(*_scaled(*square, model), Fraction(1))


def _listed(width: int, height: int, sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    shape = Fraction(width, height)
    away = {size: apart(Fraction(*size), shape) for size in sizes}
    nearest = min(away.values())
    alike = [size for size in sizes if away[size] <= nearest * ONE_SHAPE]
    alike.sort(key=lambda size: size[0] * size[1])
    return next((size for size in alike if _holds(size, width, height)), alike[-1])


def _holds(size: tuple[int, int], width: int, height: int) -> bool:
    return size[0] * size[1] * ONE_SHAPE >= width * height


def _scaled(width: int, height: int, model: Model) -> tuple[int, int]:
    limits, shape = model.limits, Fraction(width, height)
    if limits.min_side and min(width, height) < limits.min_side:
        least = limits.min_side + limits.min_side % 2
        scale = Fraction(least, min(width, height))
        width, height = (even(math.ceil(side * scale) + 1) for side in (width, height))
    if limits.max_pixels is not None and width * height > limits.max_pixels:
        height = even(math.isqrt(int(limits.max_pixels / shape)))
        width = even(int(height * shape))
    if min(width, height) < (limits.min_side or 0):
        raise PlanRefused(
            f"The model {model.name} takes pictures of {limits.min_side} pixels on the shorter "
            f"side and {limits.max_pixels} in all; none of this shape is both."
        )
    return width, height


def size_notes(width: int, height: int, aspect: Fraction, render: RenderSize) -> tuple[str, ...]:
    notes: list[str] = []
    own = Fraction(width, height) * aspect
    if apart(own, Fraction(render.width, render.height) * render.pixel_aspect) > ONE_SHAPE:
        notes.append(
            f"The model works at {render.width} x {render.height}, another shape than the shot's: "
            "pictures are squeezed for it and stretched back."
        )
    elif render.width * render.height > ONE_SHAPE * round(width * aspect) * height:
        notes.append(f"The shot is scaled up to {render.width} x {render.height} for the model.")
    return tuple(notes)


def apart(one: Fraction, other: Fraction) -> Fraction:
    """How unlike two shapes are: 1 is the same, 2 twice as wide."""
    return max(one / other, other / one)


def even(size: int) -> int:
    return max(2, size - size % 2)  # 4:2:2 and 4:2:0 pictures have even sides


# ---- footage


def form_of(
    segments: Sequence[Segment],
    render: RenderSize,
    media: MediaFacts,
    model: Model,
    options: Mapping[str, Any],
) -> Form:
    """
    How footage is written: the model's own form, the master where deep output is asked for, with
    alpha where the model keeps it; H.264 where a master would be more than the model takes.
    """
    if keeps_alpha(media, model):
        return Form.alpha
    longest = max(segment.sent for segment in segments)
    master = MASTER_BYTES * longest * render.width * render.height
    most = model.limits.max_bytes
    if most is not None and master > most:
        return Form.h264
    return Form.master if _deep(model, options) else model.limits.form


def form_notes(form: Form, model: Model, options: Mapping[str, Any]) -> tuple[str, ...]:
    """Where deep output is made from footage that could not be sent as deep as it is."""
    if form is not Form.h264 or not _deep(model, options):
        return ()
    return ("The shot is too large to be sent as ProRes: it is sent as H.264 with 8 bits.",)


def _deep(model: Model, options: Mapping[str, Any]) -> bool:
    asked = any(str(value).startswith(DEEP_OUTPUTS) for value in options.values())
    return asked or Change.colour in model.changes


# ---- alpha


def keeps_alpha(media: MediaFacts | None, model: Model) -> bool:
    """Whether the footage goes to the model with its transparency."""
    return media is not None and media.alpha and model.alpha is not Alpha.none


def codec_of(codec: Codec, media: MediaFacts | None, model: Model) -> Codec:
    """That of the take: as asked for, but for one that would lose the result's transparency."""
    transparent = model.alpha is Alpha.made or keeps_alpha(media, model)
    return Codec.prores_4444 if transparent else codec


def alpha_notes(
    where: str, codec: Codec, media: MediaFacts | None, model: Model
) -> tuple[str, ...]:
    if codec_of(codec, media, model) is not codec:
        return (f"{where} becomes {Codec.prores_4444} and not {codec}, which has no transparency.",)
    if media is not None and media.alpha and model.alpha is Alpha.none:
        return (f"{where} has an alpha channel; the model gets and gives opaque pictures.",)
    return ()


# ---- stills


def keyframes(
    stills: Sequence[StillShot], record: FrameRange, handles: Handles, model: Model
) -> tuple[PlannedKeyframe, ...]:
    """The stills that have a moment, on delivered frames, in order."""
    to_delivered = handles.head - record.start
    planned = [
        PlannedKeyframe(
            still.media,
            still.number,
            still.record + to_delivered,
            None if still.window is None else still.window.moved(to_delivered),
        )
        for still in stills
        if still.record is not None
    ]
    planned.sort(key=lambda still: still.frame)
    _check_moments(planned, record, FrameRange(0, record.widened(handles).count))
    _check_windows(planned, model)
    return tuple(planned)


def _check_moments(stills: Sequence[PlannedKeyframe], record: FrameRange, span: FrameRange) -> None:
    for before, still in zip([None, *stills], stills, strict=False):
        if still.frame not in span:
            raise RangeError(
                f"The still {still.image.name} lies outside the shot.",
                hint=f"The shot covers record frames {record.start} to {record.end - 1}.",
            )
        if before is not None and before.frame == still.frame:
            raise RangeError(f"{before.image.name} and {still.image.name} are for the same frame.")


def _check_windows(stills: Sequence[PlannedKeyframe], model: Model) -> None:
    windowed = [still for still in stills if still.window is not None]
    if not windowed:
        return
    if not model.limits.windows:
        raise PlanRefused(f"The model {model.name} takes no windows for its stills.")
    if len(windowed) != len(stills):
        without = next(still for still in stills if still.window is None)
        raise PlanRefused(
            f"The still {without.image.name} has no window, and others have.",
            hint="Give every still a window, or none.",
        )
    for still in windowed:
        if still.window is None or still.frame not in still.window:
            raise RangeError(f"The still {still.image.name} lies outside its window.")


def references(stills: Sequence[StillShot]) -> tuple[PlannedStill, ...]:
    return tuple(
        PlannedStill(still.media, still.number) for still in stills if still.record is None
    )


def still_notes(stills: Sequence[PlannedStill], shape: Fraction) -> tuple[str, ...]:
    """What is lost of stills whose shape is not the shot's."""
    return tuple(
        f"The still {still.image.name} is {still.media.width} x {still.media.height}, "
        "another shape than the shot's: its edges are cut off."
        for still in stills
        if apart(still.shape, shape) > ONE_SHAPE
    )
