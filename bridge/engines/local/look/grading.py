"""Looks over a shot. In: an edit by words. Out: the shot's frames, changed, one by one.

A frame that nothing changes goes on as it was decoded, and so does what lies outside of a mask.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from bridge.engines.base import RenderRequest
from bridge.engines.local import models
from bridge.engines.local.look import grade_words, match, strengths
from bridge.engines.local.look.colourist import Colourist
from bridge.engines.local.look.grade import Grade
from bridge.engines.local.look.vocabulary import MATCH, LookStep
from bridge.engines.local.mask.masks import MaskOf
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import LooksOptions
from bridge.engines.local.pictures import Made, shot
from bridge.errors import EngineRefused
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.source import Source

# Colours are measured on this many frames, spread evenly over the shot.
SAMPLES = 16


def graded(
    request: RenderRequest,
    facts: MediaFacts,
    guard: Guard,
    notes: Notes,
    mask_of: MaskOf | None = None,
) -> Iterator[Made]:
    """`mask_of` says where a frame is changed; without one, everywhere."""
    grade = _grade(request, facts, guard, notes)
    colourist = Colourist(grade, (request.width, request.height), facts, mask_of)
    frames = pictures(facts.source, range(facts.frames), guard, facts)
    for number, frame in zip(request.wanted, frames, strict=True):
        yield colourist.made(number, frame)


def _grade(request: RenderRequest, facts: MediaFacts, guard: Guard, notes: Notes) -> Grade:
    options = cast("LooksOptions", models.LOOKS.checked(request.options))
    steps, matched = models.look_plan(request.prompt, options)
    colours = None
    if matched is not None and not matched.nothing:
        colours = _colour_map(request.references, options.grade, facts, guard)
        notes.fact("grade", grade_words.written(colours.rows))
    over = strengths.parse(options.over)
    still = LookStep(MATCH, 0.0)
    return Grade(colours, matched or still, steps, over, request.frames, request.seed or 0)


def _colour_map(
    references: tuple[Path, ...], given: str, facts: MediaFacts, guard: Guard
) -> match.ColourMap:
    if given:
        return match.map_of(grade_words.parse(given))
    if not references:
        raise EngineRefused(f'"{MATCH}" needs a reference still.', hint="Give one as a reference.")
    theirs = _colours(probe(Source(references[0]), guard), guard)
    found = match.colour_map(_colours(facts, guard), theirs)
    # exactly what a shot gets that is given the numbers
    return match.map_of(grade_words.parse(grade_words.written(found.rows)))


def _colours(facts: MediaFacts, guard: Guard) -> match.ColourFacts:
    numbers = sorted({facts.frames * sample // SAMPLES for sample in range(SAMPLES)})
    return match.measure(shot(facts, numbers, guard))
