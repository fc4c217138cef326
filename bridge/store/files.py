"""Durable files. In: bytes, paths. Out: whole files under their names, or a disk error.

Everything is written to a `.part`, flushed to the disk and then takes its name in one step, so that
a file that can be seen is complete, whatever was killed or pulled. `OSError` is translated here.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import MediaForbidden, MediaMissing, disk_error

PART = ".part"
# Virus scanners and indexers hold new files open on Windows, SMB mounts pass it on as EBUSY: both
# let go after moments. 9.95 s in all.
RETRY_DELAYS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.4, 2.0, 2.5, 2.5)  # seconds
HELD = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY})


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True)
class Disk:
    """The calls in which machines differ."""

    replace: Callable[[Path, Path], object] = os.replace
    link: Callable[[Path, Path], object] = os.link
    free: Callable[[Path], int] = _free  # bytes
    sleep: Callable[[float], object] = time.sleep

    def rename(self, part: Path, final: Path) -> None:
        """Give a finished `.part` its name; wait while another program holds either file."""
        for delay in RETRY_DELAYS:
            try:
                self.replace(part, final)
            except OSError as error:
                if error.errno not in HELD:
                    raise
            else:
                return
            self.sleep(delay)
        self.replace(part, final)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """The border: what the system says about writing `path`, in the words of `bridge.errors`."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """The same for a file that is taken in."""
    try:
        yield
    except FileNotFoundError as error:
        raise MediaMissing(f"{path} is not there.", path=str(path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise MediaForbidden(f"{path} cannot be read: {reason}.", path=str(path)) from error


def part_of(path: Path) -> Path:
    """A name beside `path` that no other process uses, for what is not finished yet."""
    return path.with_name(f"{uuid.uuid4().hex}{PART}")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def regular_size(path: Path) -> int:
    """Bytes of a plain file; `MediaForbidden` for folders, pipes and devices."""
    with reading(path):
        status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise MediaForbidden(f"{path} is not a plain file.", path=str(path))
    return status.st_size


def copy(source: Path, part: Path) -> None:
    """Copy onto the disk itself, not only into memory. `part` must not exist."""
    with contextlib.ExitStack() as stack:
        with reading(source):
            taken = stack.enter_context(source.open("rb"))
        with writing(part):
            copied = stack.enter_context(part.open("xb"))
            shutil.copyfileobj(taken, copied, 1 << 20)
            copied.flush()
            os.fsync(copied.fileno())


def flush(path: Path) -> None:
    """Have the system write the file's content to the disk now."""
    # FlushFileBuffers wants a handle that may write
    with path.open("rb+" if os.name == "nt" else "rb") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """The same for the names in a folder; Windows has no such call and some shares refuse it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def write_part(part: Path, data: bytes) -> Path:
    """The bytes, whole and flushed, in a folder that is made if need be."""
    part.parent.mkdir(parents=True, exist_ok=True)
    discard(part)
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        discard(part)
        raise
    return part


def write(path: Path, data: bytes, disk: Disk) -> None:
    """The old file or the new one, never half of either."""
    with writing(path):
        part = write_part(part_of(path), data)
        try:
            disk.rename(part, path)
        except OSError:
            discard(part)
            raise
        flush_folder(path.parent)


def create(path: Path, data: bytes, disk: Disk, part: Path | None = None) -> bool:
    """
    Write a file that does not exist yet; False, and nothing written, where it does.

    Of several processes one gets True. `part` names the file under way where it must not pile up.
    """
    with writing(path):
        part = write_part(part or part_of(path), data)
        try:
            return _named(part, path, data, disk)
        finally:
            discard(part)


def _named(part: Path, path: Path, data: bytes, disk: Disk) -> bool:
    try:
        disk.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # exFAT and some shares have no hard links
        return _written_exclusively(path, data)
    flush_folder(path.parent)
    return True


def _written_exclusively(path: Path, data: bytes) -> bool:
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return False
    except OSError:
        discard(path)
        raise
    return True


def discard(path: Path) -> None:
    """Remove a leftover where possible; what stays is swept up later."""
    with contextlib.suppress(OSError):
        path.unlink()
