"""A walk along a shot with painted frames. In: small pictures, edits. Out: what each frame sees.

Between two painted frames there are the tracks of the earlier one and, backwards, those of the
later one. Both are made at the same time, each on a thread, and the next stretch's while the
pictures of this one are made; they are kept in files without a name, so that memory does not grow
with the shot.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Self

from bridge.engines.local.flow import Flow, Small, grid
from bridge.engines.local.paint.carry import Sight
from bridge.engines.local.paint.edit import Edit
from bridge.engines.local.paint.kept_tracks import KeptTracks
from bridge.engines.local.paint.track_file import TrackFile
from bridge.engines.local.tracks import BEST, Care, marched

Walk = Generator[tuple[Small, tuple[Sight, ...]], None, None]

MARCHES = 2  # at a time


@dataclass(frozen=True)
class Way:
    """A shot to walk along: small pictures, and which frame each one is."""

    pictures: Sequence[Small]
    frames: Sequence[int]
    folder: Path  # for what is too much for the memory
    beat: Callable[[], None]
    care: Care = BEST
    kept: KeptTracks | None = None

    @property
    def sparse(self) -> bool:
        return self.frames[-1] - self.frames[0] >= len(self.frames)


@dataclass(frozen=True)
class _Stretch:
    """The pictures between two painted ones, both of which may be missing."""

    first: int
    last: int
    earlier: TrackFile | None  # of the painted one before
    later: TrackFile | None


def walked(way: Way, painted: Sequence[int], edit_at: Callable[[int], Edit]) -> Walk:
    """
    For each picture in order it, small, and the edits that it sees; none behind a cut.

    `painted` are the pictures that have an edit, ascending, by their place on the way. Such a
    picture sees its own edit alone. An edit is asked for once and held as long as it is seen.
    """
    ends = list(pairwise([-1, *painted, len(way.pictures)]))
    with _Marches(way) as marches:
        begun = marches.between(*ends[0])
        earlier: Edit | None = None
        for place, (_, end) in enumerate(ends):
            stretch = begun
            if place + 1 < len(ends):
                begun = marches.between(*ends[place + 1])
            later = edit_at(end) if end < len(way.pictures) else None
            yield from _seen(way, stretch, earlier, later)
            marches.forget(stretch)
            if later is not None:
                small = way.pictures[end]
                yield small, (Sight(later, grid(small.shape), 1.0),)
            earlier = later


def _seen(
    way: Way, stretch: _Stretch, earlier: Edit | None, later: Edit | None
) -> Iterator[tuple[Small, tuple[Sight, ...]]]:
    """The pictures of a stretch."""
    sides = ((earlier, stretch.earlier), (later, stretch.later))
    for place in range(stretch.first + 1, stretch.last):
        way.beat()
        found = [(edit, file.get(place)) for edit, file in sides if edit and file]
        seen = [(edit, places) for edit, places in found if places is not None]
        frame = way.frames[place]
        yield (
            way.pictures[place],
            tuple(Sight(edit, places, _near(edit, frame, seen)) for edit, places in seen),
        )


def _near(edit: Edit, frame: int, seen: Sequence[tuple[Edit, Flow]]) -> float:
    others = [other.frame for other, _ in seen if other is not edit]
    return abs(frame - others[0]) / abs(edit.frame - others[0]) if others else 1.0


class _Marches:
    """The threads that make tracks, and the files; both end with it."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._stop = Event()
        self._pool = ThreadPoolExecutor(MARCHES, "tracks")
        self._files: list[TrackFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)
        for file in self._files:
            file.close()

    def between(self, first: int, last: int) -> _Stretch:
        """Begin to follow the pictures between those two, from each that there is."""
        later = self._begun(last, first) if last < len(self._way.pictures) else None
        earlier = self._begun(first, last) if first >= 0 else None
        return _Stretch(first, last, earlier, later)

    def forget(self, stretch: _Stretch) -> None:
        for file in (stretch.earlier, stretch.later):
            if file:
                self._files.remove(file)
                file.close()

    def _begun(self, start: int, stop: int) -> TrackFile:
        file = TrackFile(self._way.folder, start, self._way.pictures[start].shape)
        self._files.append(file)
        file.begin(self._tracks(start, stop), self._pool)
        return file

    def _tracks(self, start: int, stop: int) -> Iterator[Flow]:
        way = self._way
        marching = marched(way.pictures, start, stop, way.care, sparse=way.sparse)
        tracks: Iterator[Flow] = (places for _, places in marching)
        if way.kept is not None:
            tracks = way.kept.through(start, stop, way.care, tracks, sparse=way.sparse)
        for places in tracks:
            if self._stop.is_set():
                return
            yield places
            way.beat()
