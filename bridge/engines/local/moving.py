"""Motion. In: stills at their frames, camera words. Out: the pictures of a new shot, one by one."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import cv2
import numpy as np

from bridge.engines.base import Keyframe, RenderRequest
from bridge.engines.local import camera, models
from bridge.engines.local.between import Between, measured
from bridge.engines.local.looks import Picture
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import MotionOptions
from bridge.engines.local.pictures import fitted, still
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
    for picture, frame in zip(made, request.wanted, strict=True):
        yield seen(picture, camera.view(moves, camera.when(frame, request.frames)), scale)


def seen(picture: Picture, view: camera.View, scale: float) -> Picture:
    """What a view shows of a picture; the picture itself where nothing moves."""
    height, width = picture.shape[:2]
    matrix = np.array(camera.affine(view, scale, width, height), np.float64)
    if np.allclose(matrix, np.eye(2, 3), atol=1e-9):
        return picture
    warped = cv2.warpAffine(
        picture,
        matrix,
        (width, height),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        # the view stays inside; the kernel's last pixel may not
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.clip(np.asarray(warped, np.float32), 0, 1)


def _betweens(
    request: RenderRequest, options: MotionOptions, guard: Guard, notes: Notes
) -> Iterator[Picture]:
    """Holds before the first still and after the last, movement between."""
    stills = sorted(request.keyframes, key=lambda keyframe: keyframe.frame)
    current = _still(stills[0], request, guard, notes)
    yield from (current for _ in _among(request, 0, stills[0].frame))
    for start, end in pairwise(stills):
        following = _still(end, request, guard, notes)
        if frames := _among(request, start.frame, end.frame):
            pair = _pair(current, following, start, end, notes)
            for frame in frames:
                part = (frame - start.frame) / (end.frame - start.frame)
                yield pair.at(options.easing.at(part))
        current = following
    yield from (current for _ in _among(request, stills[-1].frame, request.frames))


def _among(request: RenderRequest, start: int, end: int) -> Sequence[int]:
    """The frames that are wanted from `start` to before `end`."""
    wanted = request.wanted
    return wanted[bisect_left(wanted, start) : bisect_left(wanted, end)]


def _pair(first: Picture, last: Picture, start: Keyframe, end: Keyframe, notes: Notes) -> Between:
    pair = measured(first, last)
    if not pair.related and end.frame - start.frame > 1:
        notes.say(
            f"The stills at frames {start.frame} and {end.frame} have too little in common to move "
            "from one to the other: they are dissolved."
        )
    return pair


def _still(keyframe: Keyframe, request: RenderRequest, guard: Guard, notes: Notes) -> Picture:
    picture = still(keyframe.image, guard)
    height, width = picture.shape[:2]
    if (width, height) != (request.width, request.height):
        cropped = width * request.height != height * request.width
        notes.say(
            f"The still {keyframe.image.name} is {width} x {height}; it was scaled "
            f"{'and cropped ' if cropped else ''}to {request.width} x {request.height}."
        )
    return fitted(picture, request.width, request.height)
