"""Tracks of one march, on the disk. In: where pixels lie, picture by picture. Out: the same.

One thread fills it; another takes what it needs, and waits where it is not there yet.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from tempfile import TemporaryFile
from threading import Condition

import numpy as np

from bridge.engines.local.flow import Flow, grid
from bridge.media.border import writing

FINE = 48  # parts of a pixel that are kept; 16 bits then reach over the widest pictures
WIDE = 2  # bytes of each number


class TrackFile:
    """A file without a name. Pictures are numbered; it begins beside `start`, to either side."""

    def __init__(self, folder: Path, start: int, shape: tuple[int, ...]) -> None:
        self._folder, self._start = folder, start
        self._grid = grid(shape)
        self._count = 0
        self._changed = Condition()
        with writing(folder):
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - `close` closes it

    def begin(self, tracks: Iterator[Flow], pool: Executor) -> None:
        """Take them all, the one beside the start first; what they raise, `get` raises."""
        self._filled = pool.submit(self._fill, tracks)
        self._filled.add_done_callback(lambda _: self._tell())

    def get(self, picture: int) -> Flow | None:
        """Where each of its pixels lies in the start; None behind a cut."""
        place, size = abs(picture - self._start) - 1, self._grid.size * WIDE
        with self._changed:
            self._changed.wait_for(lambda: place < self._count or self._filled.done())
            if place >= self._count:
                self._filled.result()
                return None
            self._file.seek(place * size)
            read = self._file.read(size)
        whole = np.frombuffer(read, np.int16).reshape(self._grid.shape)
        return np.asarray(self._grid + whole.astype(np.float32) * np.float32(1 / FINE), np.float32)

    def close(self) -> None:
        with self._changed:
            self._file.close()

    def _fill(self, tracks: Iterator[Flow]) -> None:
        for places in tracks:
            shifts = (places - self._grid) * np.float32(FINE)
            whole = np.clip(np.rint(shifts), -32768, 32767).astype(np.int16)
            with self._changed, writing(self._folder):
                self._file.seek(self._count * whole.nbytes)
                self._file.write(whole.tobytes())
                self._count += 1
            self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
