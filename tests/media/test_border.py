"""Every foreign error has a place in the tree."""

import errno
import inspect
from pathlib import Path

import av.error
import pytest

from bridge.errors import (
    BridgeError,
    DiskFull,
    DiskRefused,
    MediaDamaged,
    MediaForbidden,
    MediaMissing,
    WorkerDied,
)
from bridge.media.border import READ_KINDS, read_error, reading, writing

AV_ERRORS = {
    name: kind
    for name, kind in inspect.getmembers(av.error, inspect.isclass)
    if issubclass(kind, av.error.FFmpegError) and name == kind.__name__
}


def test_every_class_of_pyav_has_a_row() -> None:
    assert set(AV_ERRORS) == set(READ_KINDS)


@pytest.mark.parametrize("name", AV_ERRORS)
def test_every_class_becomes_an_error_with_a_hint(name: str) -> None:
    error = read_error(AV_ERRORS[name](1, "reason"), Path("/a.mov"))
    assert isinstance(error, BridgeError)
    assert "/a.mov" in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EACCES, DiskRefused),
        (errno.EROFS, DiskRefused),
        (errno.ENOENT, DiskRefused),
    ],
)
def test_the_disk(number: int, kind: type[BridgeError]) -> None:
    with pytest.raises(kind, match=r"out\.mov"), writing(Path("/out.mov")):
        raise OSError(number, "reason")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FileNotFoundError(errno.ENOENT, "reason"), MediaMissing),
        (PermissionError(errno.EACCES, "reason"), MediaForbidden),
        (OSError(errno.EIO, "reason"), MediaDamaged),
        (MemoryError(), WorkerDied),
    ],
)
def test_the_system(error: Exception, kind: type[BridgeError]) -> None:
    with pytest.raises(kind), reading(Path("/a.mov")):
        raise error


def test_our_own_errors_pass_through() -> None:
    with pytest.raises(MediaMissing, match="mine"), writing(Path("/b")), reading(Path("/a")):
        raise MediaMissing("mine")
