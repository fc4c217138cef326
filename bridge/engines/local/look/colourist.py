"""A grade at work. In: decoded frames, one by one. Out: each as the grade wants it.

Frames stay in the form they have where that can be: untouched, through a table, under grain and a
vignette. Pictures of floats are made for looks that need the pixels around, for small work, and for
what is not YUV.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.look import table, yuv
from bridge.engines.local.look.grade import Change, Grade
from bridge.engines.local.look.inside import mixable, within
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.look.planar import TV_RANGE, picture_of
from bridge.engines.local.look.table import Coding, Cube, Table
from bridge.engines.local.mask.masks import MaskOf, mixed
from bridge.engines.local.mask.matting import with_alpha
from bridge.engines.local.pictures import Made, fitted, range_of, straight, to_frame, to_picture
from bridge.media.colour import SCALER_MATRICES, working_matrix
from bridge.media.facts import MediaFacts

# A table is worth its making where so many times more pixels go through it than it has nodes.
WORTH = 2


@dataclass
class Colourist:
    grade: Grade
    size: tuple[int, int]  # width and height of what is asked for
    facts: MediaFacts
    mask_of: MaskOf | None = None
    _scaler: VideoReformatter = field(default_factory=VideoReformatter)
    _tables: dict[tuple[Coding, bool], Table] = field(
        default_factory=dict[tuple[Coding, bool], Table]
    )
    _cube: Cube | None = None

    def made(self, number: int, frame: VideoFrame) -> Made:
        """Frame `number` of the request; untouched, the very frame, where nothing changes it."""
        change = self.grade.at(number)
        if not mixable(frame) or (frame.width, frame.height) != self.size:
            return self._drawn(change, number, frame)
        if change.nothing:
            return frame
        if self.mask_of is None:
            return self._changed(change, frame)
        mask = self.mask_of(number, self._picture(frame))
        changed = to_frame(self._changed(change, frame))
        matrix = SCALER_MATRICES[self._matrix]
        return within(mask, frame, changed, matrix, range_of(frame, self.facts.colour))

    def _drawn(self, change: Change, number: int, frame: VideoFrame) -> Picture:
        """By pictures all the way: frames of another size, RGB, frames with alpha, which stays."""
        whole = straight(frame, self.facts.colour, self._scaler)
        source = np.ascontiguousarray(whole[:, :, :3])
        changed = change.rest(change.first(source))
        if self.mask_of is not None:
            changed = mixed(source, changed, self.mask_of(number, source))
        if whole.shape[2] == 4:
            changed = with_alpha(changed, whole[:, :, 3])
        return fitted(changed, *self.size)

    def _changed(self, change: Change, frame: VideoFrame) -> Made:
        rest = change.steps[len(change.alone) :]
        final = self.mask_of is None and all(step.look in yuv.LOOKS for step in rest)
        leading = bool(change.alone or change.colours)
        video = range_of(frame, self.facts.colour) == TV_RANGE
        if not (self._level if leading else final and video):
            return change.rest(change.first(self._picture(frame)))
        if leading:
            frame = self._table(frame, final)(frame, self._cube_of(change.first))
        else:
            frame = yuv.own(frame, self._matrix)
        return yuv.changed(rest, frame, change.place) if final else change.rest(picture_of(frame))

    @cached_property
    def _level(self) -> int | None:
        """Of the cubes; None where tables are not worth it."""
        pixels = self.size[0] * self.size[1]
        steady = self.grade.steady
        level, of_one = (table.FINE, self.facts.frames) if steady else (table.QUICK, 1)
        return level if pixels * of_one >= WORTH * table.nodes(level) else None

    def _cube_of(self, change: Callable[[Picture], Picture]) -> Cube:
        if self._cube is None or not self.grade.steady:
            self._cube = table.cube(change, self._level or table.FINE)
        return self._cube

    def _table(self, frame: VideoFrame, final: bool) -> Table:
        form, range_ = frame.format.name, range_of(frame, self.facts.colour)
        coding = Coding(*self.size, form, self._matrix, range_)
        key = (coding, final)
        if key not in self._tables:
            level, changing = self._level or table.FINE, not self.grade.steady
            self._tables[key] = Table(coding, level, changing=changing, final=final)
        return self._tables[key]

    @property
    def _matrix(self) -> str:
        return working_matrix(self.facts.colour.matrix, self.facts.width, self.facts.height)

    def _picture(self, frame: VideoFrame) -> Picture:
        return to_picture(frame, self.facts.colour, self._scaler)
