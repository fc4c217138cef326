"""Small pictures of a whole shot, to be looked at in any order. In: footage. Out: frame by number.

They lie in a file without a name, so that memory does not grow with the shot and nothing is left
behind by a worker that was killed.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import BinaryIO, overload

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from bridge.engines.local.flow import Small, flow_size
from bridge.media.border import writing
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.reader import pictures


class Shelf(Sequence[Small]):
    """Pictures of one size; what is taken from it is the caller's own."""

    def __init__(self, file: BinaryIO, folder: Path, height: int, width: int) -> None:
        self.height, self.width = height, width
        self._file = file
        self._folder = folder
        self._count = 0
        self._taking = Lock()  # several threads look at it

    def put(self, picture: Small) -> None:
        """After the last one."""
        with writing(self._folder):
            self._file.seek(0, 2)
            self._file.write(np.ascontiguousarray(picture).tobytes())
        self._count += 1

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> Small: ...
    @overload
    def __getitem__(self, number: slice) -> list[Small]: ...
    def __getitem__(self, number: int | slice) -> Small | list[Small]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(self._count))]
        if not -self._count <= number < self._count:
            raise IndexError(number)
        size = self.height * self.width * 3
        with self._taking:
            self._file.seek(number % self._count * size)
            read = self._file.read(size)
        return np.frombuffer(read, np.uint8).reshape(self.height, self.width, 3)


@contextmanager
def shelved(
    facts: MediaFacts,
    width: int,
    folder: Path,
    guard: Guard,
    frames: Iterable[VideoFrame] | None = None,
) -> Iterator[Shelf]:
    """
    All frames of the footage, at most `width` pixels wide, on the disk of that folder.

    `frames` are those of the footage, where they are at hand.
    """
    size = flow_size(facts.width, facts.height, width)
    scaler = VideoReformatter()
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = TemporaryFile(dir=folder)  # noqa: SIM115 - what fails while writing is told apart
    with file:
        shelf = Shelf(file, folder, size[1], size[0])
        for frame in frames or pictures(facts.source, range(facts.frames), guard, facts):
            shelf.put(shrunk(frame, size, scaler))
            guard.beat()
        yield shelf


def shrunk(frame: VideoFrame, size: tuple[int, int], scaler: VideoReformatter) -> Small:
    """A decoded frame at that width and height."""
    small = scaler.reformat(frame, *size, format="rgb24", interpolation=Interpolation.AREA)
    return np.asarray(small.to_ndarray(), np.uint8)
