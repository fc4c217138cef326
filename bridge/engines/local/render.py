"""The work itself. In: a request. Out: its pictures, one by one, and what the editor should know.

Looks change the frames of a shot; motion makes new frames from stills. Memory does not grow with
the length: two stills, or one frame, are held at a time.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from bridge.engines.base import Keyframe, Kind, RenderRequest
from bridge.engines.local import camera, looks, match, models
from bridge.engines.local.between import Between, measured
from bridge.engines.local.looks import Picture, Place
from bridge.engines.local.options import LooksOptions, MotionOptions
from bridge.engines.local.pictures import HD, facts_of, fitted, shot, still
from bridge.engines.local.vocabulary import MATCH, LookStep
from bridge.errors import EngineRefused
from bridge.media.facts import Codec, Colour, Delivery, MediaFacts
from bridge.media.limits import Guard

# Colours are measured on this many frames, spread evenly over the shot.
SAMPLES = 16

Say = Callable[[str], None]  # takes a sentence for the editor


@dataclass(frozen=True)
class Work:
    """`pictures` may be taken once; `colour` is how they are to be tagged."""

    request: RenderRequest
    colour: Colour
    pictures: Iterator[Picture]

    def order(self, out: Path) -> Delivery:
        """The file to write; where its frames come from is this engine's own affair."""
        request = self.request
        size = (request.width, request.height)
        return Delivery((), out, Codec.prores_hq, request.rate, *size, colour=self.colour)


def work(request: RenderRequest, guard: Guard, say: Say) -> Work:
    """Begin a request that was checked. Media errors and `EngineRefused` come while it is taken."""
    if request.kind is Kind.edit:
        return edit(request, guard)
    return Work(request, HD, motion(request, guard, say))


def edit(request: RenderRequest, guard: Guard) -> Work:
    if request.footage is None:
        raise EngineRefused("An edit needs the shot's frames.", hint="Give the clip to change.")
    facts = facts_of(request.footage, guard)
    if facts.frames != len(request.wanted):
        raise EngineRefused(
            f"The footage has {facts.frames} frames, and {len(request.wanted)} were asked for."
        )
    return Work(request, facts.colour, _edited(request, facts, guard))


def _edited(request: RenderRequest, facts: MediaFacts, guard: Guard) -> Iterator[Picture]:
    options = cast("LooksOptions", models.LOOKS.checked(request.options))
    steps, matched = models.look_plan(request.prompt, options)
    colours = _colour_map(request.references, facts, matched, guard)
    frames = shot(facts, range(facts.frames), guard)
    for number, picture in zip(request.wanted, frames, strict=True):
        changed = colours.apply(picture) if colours else picture
        changed = looks.apply(steps, changed, Place(number, request.seed or 0))
        yield fitted(changed, request.width, request.height)


def _colour_map(
    references: Sequence[Path], facts: MediaFacts, matched: LookStep | None, guard: Guard
) -> match.ColourMap | None:
    if matched is None or matched.strength == 0:
        return None
    if not references:
        raise EngineRefused(f'"{MATCH}" needs a reference still.', hint="Give one as a reference.")
    numbers = sorted({facts.frames * sample // SAMPLES for sample in range(SAMPLES)})
    ours = match.measure(shot(facts, numbers, guard))
    theirs = match.measure([still(references[0], guard)])
    return match.colour_map(ours, theirs, matched.strength)


def motion(request: RenderRequest, guard: Guard, say: Say) -> Iterator[Picture]:
    """In-betweens through the stills, with the camera's moves over all of it."""
    options = cast("MotionOptions", models.MOTION.checked(request.options))
    moves = models.moves_of(request)
    made = _betweens(request, options, guard, say)
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
    request: RenderRequest, options: MotionOptions, guard: Guard, say: Say
) -> Iterator[Picture]:
    """Holds before the first still and after the last, movement between."""
    stills = sorted(request.keyframes, key=lambda keyframe: keyframe.frame)
    current = _still(stills[0], request, guard, say)
    yield from (current for _ in _among(request, 0, stills[0].frame))
    for start, end in pairwise(stills):
        following = _still(end, request, guard, say)
        if frames := _among(request, start.frame, end.frame):
            pair = _pair(current, following, start, end, say)
            for frame in frames:
                part = (frame - start.frame) / (end.frame - start.frame)
                yield pair.at(options.easing.at(part))
        current = following
    yield from (current for _ in _among(request, stills[-1].frame, request.frames))


def _among(request: RenderRequest, start: int, end: int) -> Sequence[int]:
    """The frames that are wanted from `start` to before `end`."""
    wanted = request.wanted
    return wanted[bisect_left(wanted, start) : bisect_left(wanted, end)]


def _pair(first: Picture, last: Picture, start: Keyframe, end: Keyframe, say: Say) -> Between:
    pair = measured(first, last)
    if not pair.related and end.frame - start.frame > 1:
        say(
            f"The stills at frames {start.frame} and {end.frame} have too little in common to move "
            "from one to the other: they are dissolved."
        )
    return pair


def _still(keyframe: Keyframe, request: RenderRequest, guard: Guard, say: Say) -> Picture:
    picture = still(keyframe.image, guard)
    height, width = picture.shape[:2]
    if (width, height) != (request.width, request.height):
        cropped = width * request.height != height * request.width
        say(
            f"The still {keyframe.image.name} is {width} x {height}; it was scaled "
            f"{'and cropped ' if cropped else ''}to {request.width} x {request.height}."
        )
    return fitted(picture, request.width, request.height)
