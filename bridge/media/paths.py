"""Which files may be read. In: a path as an editor wrote it. Out: an open file, or a refusal.

The words of a path are judged before the file system is touched: even looking at a UNC path tells a
stranger's server who is logged in here (CVE-2024-49766). The file is then opened without blocking
(a FIFO would hang), and what was opened is judged, not what the name meant a moment ago.
"""

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import MediaChanged, MediaDamaged, MediaForbidden
from bridge.media.border import reading

DEVICES = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE
)
PROTOCOL = re.compile(r"[a-z][a-z0-9+.,-]+:", re.IGNORECASE)  # two letters or more: C: is a drive
NETWORK = ("\\\\", "//", "\\/", "/\\")
FORBIDDEN_ROOTS = ("/dev/", "/proc/", "/sys/")
MOST_LETTERS = 4096
HEAD_BYTES = 4096
LINUX = sys.platform == "linux"


@dataclass(frozen=True)
class OpenFile:
    """A regular file that is open for reading, and what it was when it was opened."""

    path: Path  # as asked for, for messages
    descriptor: int
    size: int  # bytes
    modified_ns: int
    head: bytes  # the first bytes; what the file is, is read here and not from its name

    @property
    def url(self) -> str:
        """
        The name to hand to FFmpeg: always `file:`, so that `http:x.mov` is never a protocol.

        On Linux it is the descriptor itself, so that a swapped link cannot lead elsewhere.
        """
        return f"file:/proc/self/fd/{self.descriptor}" if LINUX else f"file:{self.path}"

    def check_unchanged(self) -> None:
        """`MediaChanged` if the file was replaced or written to since it was opened."""
        with reading(self.path):
            now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.modified_ns):
            raise MediaChanged(f"{self.path} changed while it was being read.", path=str(self.path))


def check_words(path: Path) -> None:
    """`MediaForbidden` for what its words alone forbid; the file system is not touched."""
    text = str(path)
    reason = _fault(text)
    if reason:
        raise MediaForbidden(f"{text[:200]!r} is not opened: {reason}.", path=text[:200])


def _fault(text: str) -> str | None:
    """Why a path is refused; None where nothing is wrong with it."""
    last = re.split(r"[\\/]", text)[-1].rstrip(". ")
    faults = (
        (any(ord(letter) < 32 for letter in text), "it contains control characters"),
        (len(text) > MOST_LETTERS, f"it is longer than {MOST_LETTERS} letters"),
        (text.startswith(NETWORK), "network and device paths are not allowed"),
        (PROTOCOL.match(text), "it names a protocol, not a file"),
        (not Path(text).is_absolute(), "it is not an absolute path"),
        (_is_system(text), "devices and system files are not media"),
        (DEVICES.fullmatch(last), "it is the name of a device"),
        (os.name == "nt" and ":" in text[2:], "alternate data streams are not media"),
    )
    return next((reason for wrong, reason in faults if wrong), None)


def _is_system(path: str) -> bool:
    return f"{os.path.normpath(path)}/".startswith(FORBIDDEN_ROOTS)


@contextmanager
def opened(path: Path, roots: tuple[Path, ...] = ()) -> Iterator[OpenFile]:
    """
    Open a regular file inside `roots` (none named: anywhere) for as long as the block runs.

    Raises `MediaMissing`, `MediaForbidden`, or `MediaDamaged` for an empty file.
    """
    check_words(path)
    with reading(path):
        descriptor = os.open(path, _FLAGS)
    try:
        yield _judged(path, descriptor, roots)
    finally:
        os.close(descriptor)


_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def _judged(path: Path, descriptor: int, roots: tuple[Path, ...]) -> OpenFile:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise MediaForbidden(f"{path} is not a regular file.", path=str(path))
    _check_roots(path, _real_path(path, descriptor), roots)
    if status.st_size == 0:
        raise MediaDamaged(f"{path} is empty.", path=str(path))
    with reading(path):
        head = os.read(descriptor, HEAD_BYTES)
    return OpenFile(path, descriptor, status.st_size, status.st_mtime_ns, head)


def _real_path(path: Path, descriptor: int) -> Path:
    if LINUX:
        return Path(f"/proc/self/fd/{descriptor}").readlink()
    return Path(os.path.realpath(path))


def _check_roots(path: Path, real: Path, roots: tuple[Path, ...]) -> None:
    allowed = [Path(os.path.realpath(root)) for root in roots]
    if allowed and not any(real.is_relative_to(root) for root in allowed):
        named = ", ".join(str(root) for root in roots)
        raise MediaForbidden(f"{path} lies outside the allowed folders ({named}).", path=str(path))
    if _is_system(str(real)):
        raise MediaForbidden(f"{path} leads to a device or system file.", path=str(path))
