"""A grade at work. In: decoded frames, one by one. Out: each as the grade wants it.

Frames stay in the form they have where that can be: untouched, through a table, under grain and a
vignette. Pictures of floats are made for looks that need the pixels around, for small work, and for
what is not YUV.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from av.video.frame import VideoFrame

from bridge.engines.local.look import codes, columns, table, yuv
from bridge.engines.local.look.codes import BITS, Coding
from bridge.engines.local.look.grade import Change, Grade
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.look.planar import TV_RANGE, WHITE, levels_of, picture_of
from bridge.engines.local.look.table import Cube, Table
from bridge.engines.local.mask.masks import MaskOf, mixed
from bridge.engines.local.mask.matting import with_alpha
from bridge.engines.local.pictures import Made, alpha_of, colours, fitted, has_alpha, range_of
from bridge.engines.local.samples import form_of, keeps, opened, put
from bridge.media.colour import MATRICES, working_matrix
from bridge.media.facts import MediaFacts

RGB = np.eye(3, 4) * WHITE
Result = tuple[Coding, bool, bool]  # of what; whether in the final form; whether unchanged


@dataclass
class Colourist:
    grade: Grade
    size: tuple[int, int]  # width and height of what is asked for
    facts: MediaFacts
    mask_of: MaskOf | None = None
    _tables: dict[Coding, Table] = field(default_factory=dict[Coding, Table])
    _cubes: dict[Result, Cube] = field(default_factory=dict[Result, Cube])

    def made(self, number: int, frame: VideoFrame) -> Made:
        """Frame `number` of the request; untouched, the very frame, where nothing changes it."""
        change = self.grade.at(number)
        if not keeps(frame.format) or (frame.width, frame.height) != self.size:
            return self._drawn(change, number, frame)
        if change.nothing:
            return frame
        if self.mask_of is None and not has_alpha(frame):
            return self._changed(change, frame)
        mask = self.mask_of and self.mask_of(number, self._picture(frame))
        return self._put(change, frame, mask)

    def _put(self, change: Change, frame: VideoFrame, mask: Plane | None) -> VideoFrame:
        """What the frame becomes in its own samples, where the mask is; alpha stays."""
        if has_alpha(frame):
            changed: Made = change.rest(change.first(self._picture(frame)))
        else:
            changed = self._changed(change, frame)
        form = form_of(frame, self.facts.colour)
        made = opened(frame, form)
        assert not isinstance(changed, VideoFrame)  # noqa: S101 - of those under a mask none is
        put(levels_of(made), changed, form, mask)
        return made

    def _drawn(self, change: Change, number: int, frame: VideoFrame) -> Picture:
        """By pictures all the way: frames of another size, RGB, and alpha of such frames."""
        source = self._picture(frame)
        changed = change.rest(change.first(source))
        if self.mask_of is not None:
            changed = mixed(source, changed, self.mask_of(number, source))
        if has_alpha(frame):
            changed = with_alpha(changed, alpha_of(frame))
        return fitted(changed, *self.size)

    def _changed(self, change: Change, frame: VideoFrame) -> Made:
        rest = change.steps[len(change.alone) :]
        final = self.mask_of is None and all(step.look in yuv.LOOKS for step in rest)
        leading = bool(change.alone or change.colours)
        video = range_of(frame, self.facts.colour) == TV_RANGE
        tabled = self._level is not None and frame.width % 2 == 0
        if not (tabled if leading else final and video):
            return change.rest(change.first(self._picture(frame)))
        if leading:
            frame = self._looked_up(change, frame, final=final)
        else:
            frame = yuv.own(frame, self._matrix)
        return yuv.changed(rest, frame, change.place) if final else change.rest(picture_of(frame))

    def _looked_up(self, change: Change, frame: VideoFrame, *, final: bool) -> VideoFrame:
        """The frame through a table: of the final form, or RGB for what is to follow."""
        bits = columns.bits_of(frame)
        coding = Coding(self._matrix, range_of(frame, self.facts.colour), bits)
        levels = columns.parted(frame, between=not final)
        made = self._table(coding)(levels, self._cube(change, coding, final=final))
        return columns.whole(made, MATRICES[self._matrix]) if final else columns.whole_rgb(made)

    @cached_property
    def _level(self) -> int | None:
        """Of the cubes; None where tables are not worth it."""
        frames = self.facts.frames if self.grade.steady or self.grade.single else 1
        return table.level_for(self.size[0] * self.size[1] * frames)

    def _table(self, coding: Coding) -> Table:
        if coding not in self._tables:
            size = self.size[0] // 2, 2 * self.size[1]
            level, changing = self._level or table.QUICK, not self.grade.steady
            self._tables[coding] = Table(*size, level, changing=changing)
        return self._tables[coding]

    def _cube(self, change: Change, coding: Coding, *, final: bool) -> Cube:
        if self.grade.steady:
            return self._kept(change.first, (coding, final, False))
        if not self.grade.single:
            return self._new(change.first, (coding, final, False))
        (step,) = change.alone
        whole = replace(change, steps=(replace(step, strength=1.0),))
        before = self._kept(lambda picture: picture, (coding, final, True))
        return table.blended(before, self._kept(whole.first, (coding, final, False)), step.strength)

    def _kept(self, change: Callable[[Picture], Picture], key: Result) -> Cube:
        if key not in self._cubes:
            self._cubes[key] = self._new(change, key)
        return self._cubes[key]

    def _new(self, change: Callable[[Picture], Picture], key: Result) -> Cube:
        coding, final, _ = key
        made = codes.from_rgb(Coding(self._matrix, TV_RANGE, BITS)) if final else RGB
        return table.cube(change, codes.to_rgb(coding), made, self._level or table.QUICK)

    @property
    def _matrix(self) -> str:
        return working_matrix(self.facts.colour.matrix, self.facts.width, self.facts.height)

    def _picture(self, frame: VideoFrame) -> Picture:
        return colours(frame, self.facts.colour)
