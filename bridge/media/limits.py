"""What one child may use, and whom it tells that it is alive. In: settings. Out: its limits."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bridge.settings import Settings

if sys.platform != "win32":
    import resource

MOST_THREADS = 16
OURS = ("store", "stills", "pictures", "previews")  # folders of the data folder that hold media
BYTES_PER_PIXEL = 8  # of the widest pictures that are decoded: 16 bits, four planes


@dataclass(frozen=True)
class Limits:
    roots: tuple[Path, ...] = ()
    max_pixels: int = 67_000_000  # of one picture
    memory_mb: int = 4096

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        roots = settings.roots and (*settings.roots, *(settings.data / name for name in OURS))
        return cls(roots, settings.max_pixels, settings.worker_memory_mb)

    def pictures(self, width: int, height: int) -> int:
        """How many decoded pictures of that size may be held at once: a quarter of the memory."""
        room = self.memory_mb * 1024 * 1024 // 4
        return max(2, min(64, room // max(1, width * height * BYTES_PER_PIXEL)))

    def threads(self, width: int, height: int) -> int:
        """Decoding or encoding threads; each holds about two pictures of its own."""
        return min(os.cpu_count() or 1, MOST_THREADS, self.pictures(width, height) // 2)


def _silent() -> None:
    return None


@dataclass(frozen=True)
class Guard:
    """The limits of a task, and `beat`, to be called whenever work has visibly gone on."""

    limits: Limits = field(default_factory=Limits)
    beat: Callable[[], None] = _silent


def confine(memory_mb: int) -> None:
    """No more memory for this process, and no core dump of it. Windows has no such limits."""
    if sys.platform == "win32":
        return
    memory = memory_mb * 1024 * 1024
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    # macOS refuses some limits and enforces none
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
