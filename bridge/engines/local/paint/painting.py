"""Painted frames carried through a shot. In: an edit with keyframes. Out: its pictures.

What paint and grade leave alone goes on as it was decoded.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import cast

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.base import Keyframe, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.flow import Small
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.look.planar import levels_of
from bridge.engines.local.mask.masks import MaskOf
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import PaintOptions, Quality
from bridge.engines.local.paint.carry import Sight, carried
from bridge.engines.local.paint.edit import Edit, edit_of
from bridge.engines.local.paint.kept_tracks import KeptTracks
from bridge.engines.local.paint.lay import Canvas
from bridge.engines.local.paint.stills import covering, painted_still
from bridge.engines.local.paint.walk import Walk, Way, walked
from bridge.engines.local.pictures import Made, alpha_of, colours, fitted, has_alpha, straight
from bridge.engines.local.reel import Reel
from bridge.engines.local.samples import Form, form_of, opened, put
from bridge.engines.local.shelf import shelved
from bridge.engines.local.tracks import BEST, QUICKLY
from bridge.media.ahead import abreast, ahead
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard

WIDTHS = {Quality.best: 544, Quality.fast: 384}  # at which pixels are followed
CARE = {Quality.best: BEST, Quality.fast: QUICKLY}
AHEAD = 2  # pictures read, and made, while others are


@dataclass(frozen=True)
class _Frame:
    """A frame of the shot and what is done to it."""

    decoded: VideoFrame
    small: Small
    sights: tuple[Sight, ...]
    painted: Picture | None  # where it is one of the painted frames
    mask: Plane | None


def painted(
    request: RenderRequest,
    facts: MediaFacts,
    guard: Guard,
    notes: Notes,
    mask_of: MaskOf | None = None,
) -> Iterator[Made]:
    """
    Every picture of the shot; its sureness goes to the notes with it. `mask_of` says where it is
    changed; without one, everywhere.
    """
    job = _Job(request, facts, guard, notes, mask_of)
    width = WIDTHS[job.quality]
    with shelved(facts, width, request.folder, guard, job.reel) as small:
        kept = KeptTracks(request.kept, small) if request.kept else None
        way = Way(small, request.wanted, request.folder, guard.beat, CARE[job.quality], kept)
        sights = walked(way, sorted(job.stills), lambda place: job.edit(place, small[place]))
        with closing(abreast(job.frames(sights), job.made, AHEAD)) as made:
            for picture, sure in made:
                notes.sure(sure)
                yield picture
    if not job.stills:
        notes.say("No painted frame is among the frames of this preview.")
        return
    _say(request.wanted, notes.sureness, notes)


@dataclass(frozen=True)
class _Job:
    request: RenderRequest
    facts: MediaFacts
    guard: Guard
    notes: Notes
    mask_of: MaskOf | None

    @cached_property
    def quality(self) -> Quality:
        return cast("PaintOptions", models.PAINT.checked(self.request.options)).quality

    @cached_property
    def stills(self) -> dict[int, Keyframe]:
        """By their place in the footage: a preview has not all of its frames."""
        places = {frame: place for place, frame in enumerate(self.request.wanted)}
        return {places[each.frame]: each for each in self.request.keyframes if each.frame in places}

    @cached_property
    def reel(self) -> Reel:
        return Reel(self.facts, self.guard)

    @cached_property
    def form(self) -> Form:
        return form_of(self.reel.frame(0), self.facts.colour)

    def edit(self, place: int, small: Small) -> Edit:
        keyframe, frame = self.stills[place], self.reel.frame(place)
        self.guard.beat()
        still = painted_still(keyframe, self.facts, self.guard, self.notes)
        if has_alpha(frame):
            still = covering(still, alpha_of(frame))
        return edit_of(keyframe.frame, self._picture(frame), still, small, self.form)

    def frames(self, sights: Walk) -> Iterator[_Frame]:
        """In order; masks are asked for in order too."""
        numbers = self.request.wanted
        with closing(sights), closing(ahead(iter(self.reel), AHEAD)) as decoded:
            for place, (frame, (small, seen)) in enumerate(zip(decoded, sights, strict=True)):
                still = seen[0].edit.painted if place in self.stills else None
                mask = self.mask_of and self.mask_of(numbers[place], self._picture(frame))
                yield _Frame(frame, small, seen, still, mask)

    def made(self, frame: _Frame) -> tuple[Made, float]:
        """The edited frame and how sure it is; several threads ask."""
        if not frame.sights:
            return self._fitted(frame.decoded), 0.0
        if frame.painted is not None and frame.mask is None and not self.form.alpha:
            return fitted(frame.painted, self.request.width, self.request.height), 1.0
        made = opened(frame.decoded, self.form)
        canvas = Canvas(
            levels_of(made),
            self.form,
            frame.small,
            lambda: self._picture(frame.decoded),
            frame.mask,
        )
        if frame.painted is not None:
            put(canvas.levels, frame.painted, self.form, frame.mask)
            return self._fitted(made), 1.0
        sure = carried(canvas, frame.sights)
        return self._fitted(made), sure

    def _fitted(self, frame: VideoFrame) -> Made:
        size = (self.request.width, self.request.height)
        if size == (frame.width, frame.height):
            return frame
        return fitted(straight(frame, self.facts.colour, VideoReformatter()), *size)

    def _picture(self, frame: VideoFrame) -> Picture:
        return colours(frame, self.facts.colour)


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
