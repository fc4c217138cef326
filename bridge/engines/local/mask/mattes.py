"""Mattes. In: an edit. Out: the shot's foreground on nothing, four channels, straight alpha.

A shot that has alpha of its own is judged by its colours as they are, and the matte is multiplied
by that alpha, as compositors lay one matte over another: nothing that was transparent comes back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np

from bridge.engines.base import RenderRequest
from bridge.engines.local import models
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.mask import cutting, mask_words, matting, plates, screens
from bridge.engines.local.mask.mask_words import Rgb
from bridge.engines.local.mask.masking import Masking
from bridge.engines.local.mask.matte_words import method_of
from bridge.engines.local.mask.matting import Trimap
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import MatteOptions, Method
from bridge.engines.local.pictures import fitted, shot, still, straight_shot
from bridge.engines.local.shelf import shelved
from bridge.errors import EngineRefused
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard

SAMPLES = 3  # frames on which the screen's colour is looked for
UNLIKE = 0.8  # of the picture; a foreground leaves more of its plate to be seen
CUT_WIDTH = 480  # pixels; GrabCut takes most of the time
SCREEN = 0.35  # of the screen's own colour difference: less of it may still be screen


@dataclass(frozen=True)
class _Job:
    request: RenderRequest  # without the mask's still
    facts: MediaFacts
    options: MatteOptions
    guard: Guard
    notes: Notes
    masking: Masking | None

    def frames(self, masking: Masking | None = None) -> Iterator["_Shown"]:
        """What lies outside of the mask is as good as transparent."""
        frames = straight_shot(self.facts, range(self.facts.frames), self.guard)
        for number, frame in zip(self.request.wanted, frames, strict=True):
            colours = np.ascontiguousarray(frame[:, :, :3])
            share = frame[:, :, 3] if frame.shape[2] == 4 else None
            if masking is not None:
                plane = masking(number, colours)
                share = plane if share is None else share * plane
            yield _Shown(colours, share)


@dataclass(frozen=True)
class _Shown:
    """A frame of the shot: its colours, and how much of each pixel is there at all; None: all."""

    picture: Picture
    share: Plane | None

    def cut_out(self, trimap: Trimap, behind: Picture | None = None) -> Picture:
        if self.share is not None:
            there = self.share > 0
            trimap = Trimap(trimap.inside & there, trimap.outside | ~there, trimap.rough)
        return matting.cut_out(self.picture, trimap, behind)

    def laid_over(self, matte: Picture) -> Picture:
        if self.share is None:
            return matte
        return matting.with_alpha(matte[:, :, :3], matte[:, :, 3] * self.share)


_Made = tuple[_Shown, Picture]
"""A frame, and what was cut out of it."""


def matted(
    request: RenderRequest,
    facts: MediaFacts,
    guard: Guard,
    notes: Notes,
    masking: Masking | None = None,
) -> Iterator[Picture]:
    """`request` without the mask's still."""
    options = cast("MatteOptions", models.MATTE.checked(request.options))
    makers = {Method.screen: _before_screen, Method.plate: _before_plate, Method.cut: _cut}
    make = makers[method_of(request, options)]
    for shown, matte in make(_Job(request, facts, options, guard, notes, masking)):
        made = shown.laid_over(matting.softened(matte, options.soft))
        yield fitted(made, request.width, request.height)


def _before_screen(job: _Job) -> Iterator[_Made]:
    key = _screen_colour(job)
    for shown in job.frames(job.masking):
        trimap, light = screens.keyed(shown.picture, key, SCREEN * job.options.tolerance)
        yield shown, _despilled(shown.cut_out(trimap, light), key, job.options.despill)


def _screen_colour(job: _Job) -> Rgb:
    if job.options.colour is not None:
        return mask_words.rgb(job.options.colour)
    numbers = sorted({job.facts.frames * sample // SAMPLES for sample in range(SAMPLES)})
    found = screens.screen_colour(shot(job.facts, numbers, job.guard))
    if found is None:
        raise EngineRefused(
            "There is no screen: along its border the shot has no one strong colour.",
            hint="Say its colour; or give a clean plate, or draw a mask around what is cut out.",
        )
    return found


def _despilled(matte: Picture, key: Rgb, strength: float) -> Picture:
    """Of red screens nothing is taken off: skin has the same excess."""
    channel = key.index(max(key))
    return matting.despilled(matte, channel, strength) if channel else matte


def _before_plate(job: _Job) -> Iterator[_Made]:
    clean = fitted(still(job.request.references[0], job.guard), job.facts.width, job.facts.height)
    plate = plates.plate_of(clean)
    for shown in job.frames(job.masking):
        laid = plates.laid(plate, shown.picture)
        trimap, behind = plates.compared(shown.picture, laid, job.options.tolerance)
        if trimap.inside.mean() > UNLIKE:
            job.notes.say("Almost nothing of the shot looks like its clean plate.")
        if not laid.covered.all():
            job.notes.say(
                "The clean plate does not reach the edges of every frame: nothing is there."
            )
        yield shown, shown.cut_out(trimap, behind)


def _cut(job: _Job) -> Iterator[_Made]:
    """The mask is what is looked for here, and no limit."""
    found = _cuts(job)
    lost = [frame for place, frame in enumerate(job.request.wanted) if found[place] is None]
    if lost:
        job.notes.say(
            f"On {len(lost)} frames, the first of them frame {lost[0]}, the object is not found "
            "again (it is gone, or there is a cut): nothing is there."
        )
    for place, shown in enumerate(job.frames()):
        height, width = shown.picture.shape[:2]
        if (cut := found[place]) is None:
            yield shown, matting.with_alpha(shown.picture, np.zeros((height, width), np.float32))
        else:
            yield shown, shown.cut_out(cutting.trimap(cut, height, width))


def _cuts(job: _Job) -> cutting.Cuts:
    masking = job.masking
    assert masking is not None  # noqa: S101 - without a mask it was refused
    with shelved(job.facts, CUT_WIDTH, job.request.folder, job.guard) as small:
        seed = masking.drawn(small.width, small.height)
        found = cutting.cuts(small, masking.start, seed, job.guard.beat)
    if found[masking.start] is None:
        raise EngineRefused(
            "Nothing inside the mask can be told from what lies around it.",
            hint="Draw it around the whole object, on a moment at which it is seen well.",
        )
    return found
