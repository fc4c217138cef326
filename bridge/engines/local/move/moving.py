"""Motion. In: stills at their frames, camera words. Out: the pictures of a new shot, one by one."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

import numpy as np

from bridge.engines.base import Keyframe, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.easings import easings
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.move import camera, parallax
from bridge.engines.local.move.between import Between
from bridge.engines.local.move.parallax import Layers
from bridge.engines.local.move.stills import Stills
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import MotionOptions
from bridge.engines.local.pictures import fitted_still, still
from bridge.media.limits import Guard


def motion(request: RenderRequest, guard: Guard, notes: Notes) -> Iterator[Picture]:
    """In-betweens through the stills, with the camera's moves over all of it."""
    options = cast("MotionOptions", models.MOTION.checked(request.options))
    moves = models.moves_of(request)
    made = _betweens(request, options, guard, notes)
    if not moves:
        yield from made
        return
    size = (request.width, request.height)
    scale = camera.overscan(moves, request.frames, *size)
    layers = _layers(request, guard, notes)
    for picture, frame in zip(made, request.wanted, strict=True):
        view = camera.view(moves, camera.when(frame, request.frames))
        yield seen(picture, view, scale, layers)


def seen(
    picture: Picture, view: camera.View, scale: float, layers: Layers | None = None
) -> Picture:
    """What a view shows of a picture, or of its layers; the picture itself where nothing moves."""
    height, width = picture.shape[:2]
    matrix = np.array(camera.affine(view, scale, width, height), np.float64)
    if np.allclose(matrix, np.eye(2, 3), atol=1e-9):
        return picture
    if layers is not None:
        return layers.seen(view, scale)
    return np.clip(parallax.warped(picture, matrix), 0, 1)


def _layers(request: RenderRequest, guard: Guard, notes: Notes) -> Layers | None:
    """The only still and its matte."""
    if not request.references:
        return None
    picture = _read(request, guard, notes, request.keyframes[0])
    reference, size = request.references[0], (request.width, request.height)
    matte = fitted_still(still(reference, guard), reference.name, size, notes)
    layers = parallax.layers(picture, matte)
    if layers is None:
        notes.say("The matte shows no near part: everything moves as one.")
    return layers


def _betweens(
    request: RenderRequest, options: MotionOptions, guard: Guard, notes: Notes
) -> Iterator[Picture]:
    """Holds before the first still and after the last, movement between."""
    keyframes = sorted(request.keyframes, key=lambda keyframe: keyframe.frame)
    ways = easings(options, len(keyframes) - 1)
    stills = Stills(keyframes, partial(_read, request, guard, notes))
    for _ in _among(request, 0, keyframes[0].frame):
        yield _held(stills, 0, keyframes, notes)
    for number, way in enumerate(ways):
        start, end = keyframes[number].frame, keyframes[number + 1].frame
        pair: Between | None = None
        for frame in _among(request, start, end):
            if frame == start:
                yield _held(stills, number, keyframes, notes)
                continue
            pair = pair or _pair(stills, number, keyframes, notes)
            time = way.at((frame - start) / (end - start))
            notes.sure(pair.sureness(time))
            yield pair.at(time)
    for _ in _among(request, keyframes[-1].frame, request.frames):
        yield _held(stills, len(keyframes) - 1, keyframes, notes)


def _held(stills: Stills, number: int, keyframes: Sequence[Keyframe], notes: Notes) -> Picture:
    """A still as it is; of one alone there is nothing to doubt."""
    if len(keyframes) > 1:
        notes.sure(1.0)
    return stills.picture(number)


def _pair(stills: Stills, number: int, keyframes: Sequence[Keyframe], notes: Notes) -> Between:
    pair = stills.between(number)
    if not pair.related:
        first, last = keyframes[number].frame, keyframes[number + 1].frame
        notes.say(
            f"The stills at frames {first} and {last} have too little in common to move "
            "from one to the other: they are dissolved."
        )
    return pair


def _among(request: RenderRequest, start: int, end: int) -> Sequence[int]:
    """The frames that are wanted from `start` to before `end`."""
    wanted = request.wanted
    return wanted[bisect_left(wanted, start) : bisect_left(wanted, end)]


def _read(request: RenderRequest, guard: Guard, notes: Notes, keyframe: Keyframe) -> Picture:
    """A still at the size of the shot."""
    size = (request.width, request.height)
    return fitted_still(still(keyframe.image, guard), keyframe.image.name, size, notes)
