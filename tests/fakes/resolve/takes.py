"""Takes of a TimelineItem. In: a shot. Out: its takes, and which of them is shown.

The first AddTake makes two, as the original is take 1; before it there are none. Take ranges are
half-open (measured on 21.0.4.5). What else happens here was not measured by anybody.
"""

# ruff: noqa: N802, N803  (the names are Resolve's)

import math
from fractions import Fraction
from typing import Any

from tests.fakes.resolve.marked import Marked
from tests.fakes.resolve.media import MediaPoolItem
from tests.fakes.resolve.model import Cut, Media, Shot, Take


class TakeSelector(Marked):
    _held: Shot

    def AddTake(self, mediaPoolItem: Any, startFrame: Any = None, endFrame: Any = None) -> bool:
        """The first call makes two: the original is take 1."""
        held = self._held
        if not isinstance(mediaPoolItem, MediaPoolItem) or not mediaPoolItem._alive():
            return False
        if held.media is None or held.track is None or held.track.kind != "video":
            return False
        if held.track.locked:
            return False
        take = self._read(mediaPoolItem._held, startFrame, endFrame)
        if take.frames < 1:
            return False
        if not held.takes:
            own = Take(held.media, held.source, held.speed, held.duration, self._ends())
            held.takes, held.take = [own], 1
        held.takes.append(take)
        if self._host.habits.add_take_selects:
            self._select(len(held.takes))
        return True

    def GetTakesCount(self) -> int:
        return len(self._held.takes) if self._current() else 0

    def GetSelectedTakeIndex(self) -> int:
        return self._held.take if self._current() else 0

    def GetTakeByIndex(self, idx: int) -> Any:
        take = self._take(idx)
        if take is None:
            return None
        item = MediaPoolItem(self._host, take.media)
        return {"startFrame": take.told[0], "endFrame": take.told[1], "mediaPoolItem": item}

    def SelectTakeByIndex(self, idx: int) -> bool:
        if self._take(idx) is None:
            return False
        self._select(int(idx))
        return True

    def DeleteTakeByIndex(self, idx: int) -> bool:
        """After the selected one the first is selected; with one left there is no selector. Neither
        was measured.
        """
        held = self._held
        if self._take(idx) is None:
            return False
        if int(idx) == held.take:
            self._select(2 if held.take == 1 else 1)
        del held.takes[int(idx) - 1]
        held.take -= held.take > idx
        if len(held.takes) == 1:
            held.takes, held.take = [], 0
        return True

    def FinalizeTake(self) -> bool:
        """Collapses the takes to the selected one: the editor's others are lost."""
        had = bool(self._held.takes)
        self._held.takes, self._held.take = [], 0
        return had

    def _read(self, media: Media, start: Any, end: Any) -> Take:
        """Half-open; what lies past the media's end is cut off (not measured)."""
        first = 0 if start is None else int(start)
        last = media.frames if end is None else int(end)
        inclusive = end is not None and self._host.habits.take_end_frame == "inclusive"
        count = min(last + inclusive, media.frames) - first
        frames = int(count / media.rate.fps * self._on().rate.fps)
        return Take(media, Fraction(first), Fraction(1), frames, (first, last))

    def _select(self, number: int) -> None:
        """A take of another length changes the shot's: it ends earlier or later."""
        held, take = self._held, self._held.takes[number - 1]
        held.take, held.media, held.source = number, take.media, take.source
        held.speed, held.duration = take.speed, take.frames

    def _take(self, number: Any) -> Take | None:
        takes = self._held.takes
        return takes[int(number) - 1] if 1 <= number <= len(takes) else None

    def _current(self) -> bool:
        production = self._host.production
        here = production is not None and production.current is self._cut()
        return here or not self._host.habits.only_current_answers

    def _cut(self) -> Cut | None:
        production = self._host.production
        return None if production is None else production.cut_of(self._held)

    def _on(self) -> Cut:
        """Its timeline; for one that was never placed, the current one."""
        production = self._host.production
        cut = self._cut() or (None if production is None else production.current)
        assert cut is not None
        return cut

    def _ends(self) -> tuple[int, int]:
        """First and last source frame, half-open; the first is the higher one in reverse."""
        held = self._held
        first, end = math.floor(held.source), math.floor(held.source + self._on().span(held))
        return (end, first) if held.speed < 0 else (first, end)
