"""Painted frames carried through a shot. In: an edit with keyframes. Out: its pictures."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from typing import cast

from bridge.engines.base import Keyframe, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.mask.masks import MaskOf, mixed
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import PaintOptions, Quality
from bridge.engines.local.paint.carry import carried
from bridge.engines.local.paint.edit import Edit, edit_of
from bridge.engines.local.paint.stills import painted_still
from bridge.engines.local.paint.walk import Way, walked
from bridge.engines.local.pictures import fitted, shot
from bridge.engines.local.shelf import Shelf, shelved
from bridge.engines.local.tracks import BEST, QUICKLY
from bridge.media.ahead import ahead
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard

WIDTHS = {Quality.best: 544, Quality.fast: 400}  # at which pixels are followed
CARE = {Quality.best: BEST, Quality.fast: QUICKLY}
AHEAD = 2  # pictures read, and followed, while one is made


def painted(
    request: RenderRequest,
    facts: MediaFacts,
    guard: Guard,
    notes: Notes,
    mask_of: MaskOf | None = None,
) -> Iterator[Picture]:
    """
    Every picture of the shot; its sureness goes to the notes with it. `mask_of` says where it is
    changed; without one, everywhere.
    """
    quality = cast("PaintOptions", models.PAINT.checked(request.options)).quality
    stills = {
        request.wanted.index(keyframe.frame): keyframe
        for keyframe in request.keyframes
        if keyframe.frame in request.wanted
    }
    with shelved(facts, WIDTHS[quality], request.folder, guard) as small:
        way = Way(small, request.wanted, request.folder, guard.beat, CARE[quality])

        def edit_at(place: int) -> Edit:
            return _edit(stills[place], place, facts, small, guard, notes)

        sights = walked(way, sorted(stills), edit_at)
        frames = shot(facts, range(facts.frames), guard)
        with closing(ahead(sights, AHEAD)) as seen, closing(ahead(frames, AHEAD)) as sources:
            for place, (source, (here, sight)) in enumerate(zip(sources, seen, strict=True)):
                if place in stills:
                    picture, sure = sight[0].edit.painted, 1.0
                else:
                    picture, sure = carried(source, here, sight)
                notes.sure(sure)
                if mask_of is not None:
                    picture = mixed(source, picture, mask_of(request.wanted[place], source))
                yield fitted(picture, request.width, request.height)
    if not stills:
        notes.say("No painted frame is among the frames of this preview.")
        return
    _say(request.wanted, notes.sureness, notes)


def _edit(
    keyframe: Keyframe, place: int, facts: MediaFacts, small: Shelf, guard: Guard, notes: Notes
) -> Edit:
    source = next(shot(facts, [place], guard))
    guard.beat()
    return edit_of(
        keyframe.frame, source, painted_still(keyframe, facts, guard, notes), small[place]
    )


def _say(frames: Sequence[int], sureness: Sequence[float], notes: Notes) -> None:
    """Which frames no painted one reaches."""
    lost = _runs([sure == 0 for sure in sureness])
    if lost:
        first, last = frames[lost[0].start], frames[lost[0].stop - 1]
        more = f" So do {len(lost) - 1} more parts of the shot." if len(lost) > 1 else ""
        notes.say(
            f"Frames {first} to {last} lie behind a cut and have no painted frame: "
            f"they stay as they were.{more}"
        )


def _runs(flags: Sequence[bool]) -> list[range]:
    """The stretches that are true."""
    edges = [0, *(place for place in range(1, len(flags)) if flags[place] != flags[place - 1])]
    return [range(start, end) for start, end in pairwise([*edges, len(flags)]) if flags[start]]
