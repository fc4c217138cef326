"""Tracks that were made before. In: small pictures, how one is followed. Out: the same tracks.

    <folder>/ab/abcd....tracks

Files only, which may be thrown away at any time: how many pictures, whether a cut comes behind
them, and 16 bits for each shift. A file gets its name when its march has ended; several processes
may work here.
"""

import hashlib
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Flow, Small, grid
from bridge.engines.local.paint.track_file import FINE
from bridge.engines.local.tracks import Care
from bridge.media.border import writing
from bridge.media.kept import sweep

VERSION = 1  # of the tracks: raised where the same pictures give others
MOST_BYTES = 1 << 30  # of all files together
HEAD = struct.Struct("<I?")  # pictures; whether there are no more

Shifts = npt.NDArray[np.int16]


class KeptTracks:
    """Those of one shot, or of some of its pictures. May be used from several threads."""

    def __init__(
        self, folder: Path, pictures: Sequence[Small], most_bytes: int = MOST_BYTES
    ) -> None:
        self._folder = folder
        self._most = most_bytes
        self._content = _content_of(pictures)
        self._grid = grid(pictures[0].shape)

    def through(
        self, start: int, stop: int, care: Care, tracks: Iterator[Flow], *, sparse: bool
    ) -> Iterator[Flow]:
        """
        The tracks from beside `start` to before `stop`, one way: those that were kept, or else
        `tracks`, which are kept when they have ended by themselves. The same bits either way.
        """
        count = abs(stop - start) - 1
        path = self._path(start, stop > start, care, sparse)
        kept = _opened(path, self._bytes, count)
        every = self._made(path, count, tracks) if kept is None else self._read(*kept)
        for shifts in every:
            yield self._grid + shifts.astype(np.float32) * np.float32(1 / FINE)

    def _path(self, start: int, onwards: bool, care: Care, sparse: bool) -> Path:
        words = (VERSION, self._content, start, onwards, care, sparse)
        key = hashlib.sha256(repr(words).encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.tracks"

    @property
    def _bytes(self) -> int:
        """Of one picture's shifts."""
        return self._grid.size * np.dtype(np.int16).itemsize

    def _read(self, file: IO[bytes], count: int) -> Iterator[Shifts]:
        with file:
            for _ in range(count):
                yield np.frombuffer(file.read(self._bytes), np.int16).reshape(self._grid.shape)

    def _made(self, path: Path, count: int, tracks: Iterator[Flow]) -> Iterator[Shifts]:
        done = 0
        sweep(self._folder, self._most)
        with _part(path) as file:
            file.write(bytes(HEAD.size))
            for places in tracks:
                shifts = (places - self._grid) * np.float32(FINE)
                whole = np.clip(np.rint(shifts), -32768, 32767).astype(np.int16)
                with writing(path):
                    file.write(whole.tobytes())
                done += 1
                yield whole
            with writing(path):
                file.seek(0)
                file.write(HEAD.pack(done, done < count))
                file.close()
            with suppress(OSError):  # who began the same later has removed it
                Path(file.name).replace(path)


def _opened(path: Path, each: int, count: int) -> tuple[IO[bytes], int] | None:
    """
    The file behind its head, and how many pictures of `each` bytes are wanted of it.

    None where there is none, or fewer than `count` in it and no cut behind them.
    """
    with suppress(OSError), ExitStack() as closing:
        file = closing.enter_context(path.open("rb"))
        head = file.read(HEAD.size)
        here, ended = HEAD.unpack(head) if len(head) == HEAD.size else (0, False)
        whole = os.fstat(file.fileno()).st_size == HEAD.size + here * each
        if whole and (ended or here >= count):
            os.utime(path)  # it stays longer than what nobody asked for
            closing.pop_all()
            return file, min(here, count)
    return None


@contextmanager
def _part(path: Path) -> Iterator[IO[bytes]]:
    """
    A new file beside it; gone when the block has ended, unless it has another name by then.

    What was left by those who began the same and were killed is removed.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f"{path.stem}.*.part"):
            left.unlink(missing_ok=True)
        # the block closes it
        file = NamedTemporaryFile(  # noqa: SIM115
            dir=path.parent, prefix=f"{path.stem}.", suffix=".part", delete=False
        )
    try:
        with file:
            yield file
    finally:
        Path(file.name).unlink(missing_ok=True)


def _content_of(pictures: Sequence[Small]) -> str:
    """SHA-256 of what is in them."""
    digest = hashlib.sha256(repr((len(pictures), pictures[0].shape)).encode())
    for picture in pictures:
        digest.update(picture.tobytes())
    return digest.hexdigest()
