"""Looks over a shot. In: an edit by words. Out: the shot's pictures, changed, one by one."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from bridge.engines.base import RenderRequest
from bridge.engines.local import looks, match, models
from bridge.engines.local.looks import Picture, Place
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import LooksOptions
from bridge.engines.local.pictures import fitted, shot, still
from bridge.engines.local.vocabulary import MATCH, LookStep
from bridge.errors import EngineRefused
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard

# Colours are measured on this many frames, spread evenly over the shot.
SAMPLES = 16


def graded(
    request: RenderRequest, facts: MediaFacts, guard: Guard, notes: Notes
) -> Iterator[Picture]:
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
