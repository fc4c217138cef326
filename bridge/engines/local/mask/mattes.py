"""Mattes. In: an edit. Out: the shot's foreground on nothing, four channels, straight alpha."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np

from bridge.engines.base import RenderRequest
from bridge.engines.local import models
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.mask import cutting, mask_words, matting, plates, screens
from bridge.engines.local.mask.mask_words import Rgb
from bridge.engines.local.mask.masking import Masking
from bridge.engines.local.mask.matte_words import method_of
from bridge.engines.local.mask.matting import Trimap
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import MatteOptions, Method
from bridge.engines.local.pictures import fitted, shot, still
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

    def frames(self) -> Iterator[tuple[int, Picture]]:
        """Numbers in the request, and pictures."""
        frames = shot(self.facts, range(self.facts.frames), self.guard)
        return zip(self.request.wanted, frames, strict=True)


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
    for matte in make(_Job(request, facts, options, guard, notes, masking)):
        yield fitted(matting.softened(matte, options.soft), request.width, request.height)


def _before_screen(job: _Job) -> Iterator[Picture]:
    key = _screen_colour(job)
    for number, picture in job.frames():
        trimap, light = screens.keyed(picture, key, SCREEN * job.options.tolerance)
        matte = matting.cut_out(picture, _within(trimap, job.masking, number, picture), light)
        yield _despilled(matte, key, job.options.despill)


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


def _before_plate(job: _Job) -> Iterator[Picture]:
    clean = fitted(still(job.request.references[0], job.guard), job.facts.width, job.facts.height)
    plate = plates.plate_of(clean)
    for number, picture in job.frames():
        laid = plates.laid(plate, picture)
        trimap, behind = plates.compared(picture, laid, job.options.tolerance)
        if trimap.inside.mean() > UNLIKE:
            job.notes.say("Almost nothing of the shot looks like its clean plate.")
        if not laid.covered.all():
            job.notes.say(
                "The clean plate does not reach the edges of every frame: nothing is there."
            )
        yield matting.cut_out(picture, _within(trimap, job.masking, number, picture), behind)


def _within(trimap: Trimap, masking: Masking | None, number: int, picture: Picture) -> Trimap:
    """Outside of the mask there is no foreground."""
    if masking is None:
        return trimap
    plane = masking(number, picture)
    outside = trimap.outside | (plane == 0)
    return Trimap(trimap.inside & (plane == 1), outside, trimap.rough * plane)


def _cut(job: _Job) -> Iterator[Picture]:
    found = _cuts(job)
    lost = [frame for place, frame in enumerate(job.request.wanted) if found[place] is None]
    if lost:
        job.notes.say(
            f"On {len(lost)} frames, the first of them frame {lost[0]}, the object is not found "
            "again (it is gone, or there is a cut): nothing is there."
        )
    for place, (_, picture) in enumerate(job.frames()):
        if (cut := found[place]) is None:
            yield matting.with_alpha(picture, np.zeros(picture.shape[:2], np.float32))
        else:
            yield matting.cut_out(picture, cutting.trimap(cut, *picture.shape[:2]))


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
