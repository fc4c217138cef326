"""The local engine's child. In: a work folder with a request. Out: result.mov, or error.json.

    python -m bridge.engines.local.worker FOLDER MEMORY_MB

It may be killed at any time and started again: the same request gives the same bytes.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from bridge.engines.base import RenderRequest
from bridge.engines.local.folder import Outcome, Step, Worker, WorkFolder
from bridge.engines.local.notes import Notes
from bridge.errors import BridgeError, EngineFailed
from bridge.media.limits import Guard, Limits, confine

PROGRESS_SECONDS = 0.05
PICTURES_AHEAD = 2  # made while the one before is encoded

T = TypeVar("T")


def main(words: list[str]) -> None:
    folder, memory_mb = WorkFolder(Path(words[0])), int(words[1])
    confine(memory_mb)
    try:
        with FileLock(folder.lock, timeout=0):
            _begin(folder, memory_mb)
    except Timeout:
        return  # another worker works here


def _begin(folder: WorkFolder, memory_mb: int) -> None:
    before = folder.worker()
    folder.write_worker(Worker(os.getpid(), before.attempt + 1 if before else 1))
    request = folder.request()
    if request is None or folder.outcome() or folder.error() or folder.cancelled:
        return
    try:
        render(folder, request, memory_mb)
    except BridgeError as error:
        folder.fail(error)


def render(
    folder: WorkFolder, request: RenderRequest, memory_mb: int, *, lasting: bool = True
) -> None:
    """
    Make the result and say so in the folder; `EngineFailed` where the memory is too small.

    What need not be `lasting` is neither read back nor made safe on the disk.
    """
    try:
        _render(folder, request, memory_mb, lasting=lasting)
    except MemoryError as error:
        raise EngineFailed(
            f"The local engine needs more than its {memory_mb} MB for "
            f"{request.width} x {request.height}.",
            hint="Work at a smaller size; what was read may be larger than what is made.",
        ) from error


def _render(folder: WorkFolder, request: RenderRequest, memory_mb: int, *, lasting: bool) -> None:
    # the libraries are loaded here, so that a worker that finds nothing to do ends at once
    from bridge.engines.local.border import calculating  # noqa: PLC0415
    from bridge.engines.local.pictures import check_written, write  # noqa: PLC0415
    from bridge.engines.local.render import work  # noqa: PLC0415
    from bridge.media.ahead import ahead  # noqa: PLC0415

    pulse = _Pulse(folder, len(request.wanted))
    guard = Guard(Limits(memory_mb=memory_mb), pulse.beat)
    notes = Notes()
    part = folder.result.with_name(folder.result.name + ".part")
    with calculating():
        job = work(request, guard, notes)
        with closing(ahead(job.pictures, PICTURES_AHEAD)) as pictures:
            order = job.order(folder.result)
            if not lasting:
                order = replace(order, draft=bool(request.only))
            write(part, pulse.counted(pictures), order, guard, sync=lasting)
    if not lasting:
        part.replace(folder.result)
        return
    check_written(part, len(request.wanted), job.order(folder.result), guard)
    with calculating():
        job.look_back(part)
    outcome = Outcome(
        len(request.wanted),
        part.stat().st_size,
        tuple(notes.warnings),
        notes.facts,
        tuple(notes.sureness),
    )
    folder.finish(part, outcome)


@dataclass
class _Pulse:
    """Writes down how far the work is and that it goes on, as often as anybody looks."""

    folder: WorkFolder
    frames: int
    done: int = 0
    beats: int = 0
    written: float = field(default=0.0)  # on the monotonic clock
    writing: threading.Lock = field(default_factory=threading.Lock)  # several threads beat

    def beat(self) -> None:
        self.beats += 1
        if time.monotonic() - self.written < PROGRESS_SECONDS:
            return
        if not self.writing.acquire(blocking=False):
            return
        try:
            self.written = time.monotonic()
            self.folder.write_step(Step(self.done, self.frames, self.beats))
        finally:
            self.writing.release()
        if self.folder.cancelled:
            raise SystemExit(0)

    def counted(self, pictures: Iterator[T]) -> Iterator[T]:
        for picture in pictures:
            yield picture
            self.done += 1
            self.beat()


if __name__ == "__main__":
    main(sys.argv[1:])
