"""A walk along a shot with painted frames. In: small pictures, edits. Out: what each frame sees.

Between two painted frames the tracks of the later one come first, backwards, and are kept in a file
without a name, so that memory does not grow with the shot; those of the earlier one are made while
the walk goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import numpy as np

from bridge.engines.local.flow import Flow, Small, grid
from bridge.engines.local.paint.carry import Sight
from bridge.engines.local.paint.edit import Edit
from bridge.engines.local.tracks import BEST, Care, marched
from bridge.media.border import writing

FINE = 32  # parts of a pixel that are kept


@dataclass(frozen=True)
class Way:
    """A shot to walk along: small pictures, and which frame each one is."""

    pictures: Sequence[Small]
    frames: Sequence[int]
    folder: Path  # for what is too much for the memory
    beat: Callable[[], None]
    care: Care = BEST

    @property
    def sparse(self) -> bool:
        return self.frames[-1] - self.frames[0] >= len(self.frames)


def walked(
    way: Way, painted: Sequence[int], edit_at: Callable[[int], Edit]
) -> Iterator[tuple[Small, tuple[Sight, ...]]]:
    """
    For each picture in order it, small, and the edits that it sees; none behind a cut.

    `painted` are the pictures that have an edit, ascending, by their place on the way. Such a
    picture sees its own edit alone. An edit is asked for once and held as long as it is seen.
    """
    earlier: Edit | None = None
    ends = [-1, *painted, len(way.pictures)]
    with writing(way.folder):
        file = TemporaryFile(dir=way.folder)  # noqa: SIM115 - what fails while writing is told apart
    with file:
        for start, end in pairwise(ends):
            later = edit_at(end) if end < len(way.pictures) else None
            yield from _stretch(way, file, (start, earlier), (end, later))
            if later is not None:
                small = way.pictures[end]
                yield small, (Sight(later, grid(small.shape), 1.0),)
            earlier = later


def _stretch(
    way: Way, file: BinaryIO, start: tuple[int, Edit | None], end: tuple[int, Edit | None]
) -> Iterator[tuple[Small, tuple[Sight, ...]]]:
    """The pictures between two painted ones, both of which may be missing."""
    (first, earlier), (last, later) = start, end
    kept = _Kept(file, way.folder, last)
    if later:
        for _, places in marched(way.pictures, last, first, way.care, sparse=way.sparse):
            kept.put(places)
            way.beat()
    tracks: Iterator[tuple[int, Flow]] = iter(())
    if earlier:
        tracks = marched(way.pictures, first, last, way.care, sparse=way.sparse)
    for place in range(first + 1, last):
        way.beat()
        track = next(tracks, None)
        seen = [(earlier, track[1])] if earlier and track else []
        if later and place >= kept.first:
            seen.append((later, kept.get(place, way.pictures[place].shape)))
        frame = way.frames[place]
        yield (
            way.pictures[place],
            tuple(Sight(edit, places, _near(edit, frame, seen)) for edit, places in seen),
        )


def _near(edit: Edit, frame: int, seen: Sequence[tuple[Edit, Flow]]) -> float:
    others = [other.frame for other, _ in seen if other is not edit]
    return abs(frame - others[0]) / abs(edit.frame - others[0]) if others else 1.0


class _Kept:
    """Tracks of the pictures before `end`, the last one first."""

    def __init__(self, file: BinaryIO, folder: Path, end: int) -> None:
        self._file, self._folder, self._end = file, folder, end
        self.first = end  # the first picture that there are tracks of

    def put(self, places: Flow) -> None:
        shifts = (places - grid(places.shape)) * np.float32(FINE)
        whole = np.clip(np.rint(shifts), -32768, 32767).astype(np.int16)
        with writing(self._folder):
            self._file.seek((self._end - self.first) * whole.nbytes)
            self._file.write(whole.tobytes())
        self.first -= 1

    def get(self, place: int, shape: tuple[int, ...]) -> Flow:
        size = shape[0] * shape[1] * 4
        self._file.seek((self._end - 1 - place) * size)
        whole = np.frombuffer(self._file.read(size), np.int16).reshape(*shape[:2], 2)
        return np.asarray(grid(shape) + whole.astype(np.float32) / FINE, np.float32)
