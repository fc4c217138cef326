"""Facts that were read before. In: a source, its facts. Out: the same, while the file is the same.

A child process and a walk over all packets take a fifth of a second and more; choosing, planning
and starting ask for the same files one after another.
"""

import time
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from bridge.media.facts import MediaFacts
from bridge.source import Source, SourceKind

MOST = 1024  # sources
# A file that was written to a moment ago may be written to again within one tick of its clock,
# which FAT moves on every two seconds
SETTLED_NS = 2_000_000_000

Identity = tuple[int, ...]


class Memory:
    """May be used from any thread."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Source, tuple[Identity, MediaFacts]] = OrderedDict()
        self._lock = Lock()

    def find(self, source: Source) -> MediaFacts | None:
        with self._lock:
            identity, facts = self._seen.get(source, (None, None))
        return facts if identity is not None and identity == identity_of(source) else None

    def keep(self, source: Source, before: Identity | None, facts: MediaFacts) -> None:
        """`before`: what the file was when reading it began."""
        if before is None or before != identity_of(source):
            return
        if time.time_ns() - facts.modified_ns < SETTLED_NS:
            return
        with self._lock:
            self._seen[source] = (before, facts)
            if len(self._seen) > MOST:
                self._seen.popitem(last=False)


def identity_of(source: Source) -> Identity | None:
    """The file itself, not its name; None for sequences, which are many files."""
    if source.kind is SourceKind.sequence:
        return None
    try:
        status = Path(source.path).stat()
    except (OSError, ValueError):
        return None
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,  # moves on also where a copy keeps the time of its original
    )
