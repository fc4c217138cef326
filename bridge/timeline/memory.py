"""The timeline that was read last. In: a path. Out: document and clips, while the file is the same.

Choosing, planning and starting ask for the same file one after another, and a feature's timeline
takes seconds to read.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from bridge.timeline.clips import clips
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip
from bridge.timeline.read import read

KEPT_SECONDS = 120  # a hundred thousand clips hold over a gigabyte
# A file written to a moment ago may be written to again within one tick of its clock
SETTLED_NS = 2_000_000_000

Stamp = tuple[Path, int, int, int, int, int]


@dataclass(frozen=True)
class _Read:
    stamp: Stamp
    until: float  # on the monotonic clock
    document: Document
    clips: tuple[Clip, ...]


class Timelines:
    """One a program; for any thread. Its documents are for looking, not for editing."""

    def __init__(self) -> None:
        self._last: _Read | None = None
        self._lock = Lock()

    def read(
        self, path: Path, media_folder: Path | None = None
    ) -> tuple[Document, tuple[Clip, ...]]:
        """As `read` and `clips`; raises what they do."""
        self.forget_old()
        stamp = _stamp(path)
        with self._lock:
            known = self._last
        if known is not None and known.stamp == stamp:
            return known.document, known.clips
        document = read(path, media_folder)
        found = document, clips(document)
        if stamp is not None and stamp == _stamp(path):
            with self._lock:
                self._last = _Read(stamp, time.monotonic() + KEPT_SECONDS, *found)
        return found

    def forget_old(self) -> None:
        """Let go of what has been kept long enough."""
        with self._lock:
            if self._last is not None and time.monotonic() >= self._last.until:
                self._last = None


def _stamp(path: Path) -> Stamp | None:
    """What a single settled file is now; None for all others."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    if not path.is_file() or time.time_ns() - status.st_mtime_ns < SETTLED_NS:
        return None
    return (
        path,
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )
