"""Fit a shot to a model.

In: sizes, rates, stills and a model's limits. Out: what the engine gets; pure.
"""

from collections.abc import Sequence
from pathlib import Path

from bridge.engines.base import Keyframe, Model, Positions
from bridge.errors import PlanRefused, RangeError
from bridge.frames import FrameRange, Handles, Rate
from bridge.pipeline.selection import StillShot


def fitting_rate(rate: Rate, model: Model) -> Rate:
    limit = model.limits.max_rate
    if limit is not None and rate > limit:
        raise PlanRefused(
            f"The model {model.name} takes {limit} frames per second at most, not {rate}."
        )
    return rate


def render_size(width: int, height: int, model: Model) -> tuple[int, int]:
    """The size the engine works at: the shot's own, else the model's nearest in shape."""
    limits = model.limits
    if limits.sizes:
        shape = width / height
        return min(
            limits.sizes, key=lambda size: (abs(size[0] / size[1] - shape), -size[0] * size[1])
        )
    if limits.max_pixels is not None and width * height > limits.max_pixels:
        shrink = (limits.max_pixels / (width * height)) ** 0.5
        return even(int(width * shrink)), even(int(height * shrink))
    return width, height


def even(size: int) -> int:
    return max(2, size - size % 2)  # 4:2:2 and 4:2:0 pictures have even sides


def keyframes(
    stills: Sequence[StillShot], record: FrameRange, handles: Handles, model: Model
) -> tuple[Keyframe, ...]:
    keyframes = [
        Keyframe(still.record - record.start + handles.head, still.media.source.path)
        for still in stills
        if still.record is not None
    ]
    keyframes.sort(key=lambda keyframe: keyframe.frame)
    span = FrameRange(0, record.count).widened(handles).moved(handles.head)
    for before, keyframe in zip([None, *keyframes], keyframes, strict=False):
        if keyframe.frame not in span:
            raise RangeError(
                f"The still {keyframe.image.name} lies outside the shot.",
                hint=f"The shot covers record frames {record.start} to {record.end - 1}.",
            )
        if before is not None and before.frame == keyframe.frame:
            raise RangeError(
                f"{before.image.name} and {keyframe.image.name} are for the same frame."
            )
    ends = {Positions.first: {0}, Positions.ends: {0, span.end - 1}}.get(model.limits.positions)
    if ends is not None and any(keyframe.frame not in ends for keyframe in keyframes):
        raise PlanRefused(f"The model {model.name} takes stills at {model.limits.positions} only.")
    return tuple(keyframes)


def references(stills: Sequence[StillShot]) -> tuple[Path, ...]:
    return tuple(still.media.source.path for still in stills if still.record is None)
