"""Requests for the Runway tests. In: a model. Out: a plain request that it takes."""

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.engines.base import Footage, Keyframe, Kind, Model, Positions, RenderRequest
from bridge.frames import Rate

FOOTAGE, STILL, LAST, REFERENCE = map(Path, ("shot.mp4", "still.png", "last.png", "face.png"))
URIS = {
    path: f"runway://{path.stem}" for path in (FOOTAGE, STILL, LAST, REFERENCE, Path("middle.png"))
}


def plain(model: Model, rate: str = "24000/1001", **changes: Any) -> RenderRequest:
    """The shortest request with nothing in it but what the model needs, and words."""
    limits, speed = model.limits, Rate.of(rate)
    seconds = max(limits.min_seconds, Fraction(1))
    frames = math.ceil(speed.frames(seconds))
    width, height = limits.sizes[0] if limits.sizes else (1280, 720)
    edits = Kind.edit in model.kinds
    request = RenderRequest(
        key="key",
        kind=Kind.edit if edits else Kind.generate,
        model=model.name,
        door=model.door,
        prompt="make it dusk",
        frames=frames,
        rate=speed,
        width=width,
        height=height,
        folder=Path("work"),
        footage=Footage(FOOTAGE, frames, speed, width, height) if edits else None,
        keyframes=(Keyframe(0, STILL),) * limits.min_keyframes,
        references=(REFERENCE,) * limits.min_references,
        seconds=math.ceil(seconds) if limits.whole_seconds else None,
    )
    return replace(request, **changes)


def full(model: Model) -> RenderRequest:
    """As much as the model takes at once."""
    request, limits = plain(model), model.limits
    last = request.frames - 1
    frames = {
        Positions.any: (3, last),
        Positions.first: (0,),
        Positions.ends: (0, last),
        Positions.thirds: (0, last // 2, last),
    }[limits.positions]
    images = (STILL, LAST, Path("middle.png"))
    keyframes = tuple(Keyframe(frame, image) for frame, image in zip(frames, images, strict=False))
    few = limits.references - len(keyframes)  # some share one list
    return replace(
        request,
        keyframes=keyframes[: limits.keyframes],
        references=(REFERENCE,) * max(limits.min_references, min(2, few)),
        seed=7,
    )
