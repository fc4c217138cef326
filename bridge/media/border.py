"""Where PyAV's and the system's exceptions become ours. In: foreign errors. Out: the error tree.

Two borders: `reading` and `opening` name the source that failed, `writing` the file that was being
made. Every class of `av.error` has a row below; a test finds one that a newer PyAV adds.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import av.error

from bridge.errors import (
    FULL,
    BridgeError,
    DiskFull,
    DiskRefused,
    InternalError,
    MediaDamaged,
    MediaForbidden,
    MediaMissing,
    MediaUnsupported,
    WorkerDied,
)

_UNSUPPORTED = (
    "BSFNotFoundError DecoderNotFoundError DemuxerNotFoundError EncoderNotFoundError "
    "ExperimentalError FilterNotFoundError LookupError MuxerNotFoundError NotImplementedError "
    "PatchWelcomeError"
)
_DAMAGED = (
    "ArgumentError EOFError ExternalError FFmpegError InputChangedError InvalidDataError OSError "
    "OutputChangedError OverflowError TimeoutError UndefinedError UnknownError"
)
_FORBIDDEN = (
    "ConnectionAbortedError ConnectionRefusedError ConnectionResetError HTTPBadRequestError "
    "HTTPClientError HTTPError HTTPForbiddenError HTTPNotFoundError HTTPOtherClientError "
    "HTTPServerError HTTPTooManyRequestsError HTTPUnauthorizedError IsADirectoryError "
    "NotADirectoryError PermissionError ProtocolNotFoundError"
)
_OURS = (
    "BlockingIOError BrokenPipeError BufferTooSmallError BugError ChildProcessError ExitError "
    "FileExistsError InterruptedError OptionNotFoundError ProcessLookupError PyAVCallbackError"
)
READ_KINDS = MappingProxyType(
    {
        **dict.fromkeys(_UNSUPPORTED.split(), MediaUnsupported),
        **dict.fromkeys(_DAMAGED.split(), MediaDamaged),
        **dict.fromkeys(_FORBIDDEN.split(), MediaForbidden),
        **dict.fromkeys(_OURS.split(), InternalError),
        "FileNotFoundError": MediaMissing,
        "MemoryError": WorkerDied,
    }
)
SAYING = MappingProxyType(
    {
        MediaUnsupported: "cannot be read with this machine's decoders",
        MediaDamaged: "is damaged or not a media file",
        MediaForbidden: "may not be opened",
        MediaMissing: "is not there",
        WorkerDied: "needs more memory than a media child may use",
        InternalError: "could not be read because of a fault of ours",
    }
)
REFUSED = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR}
    | {errno.ENAMETOOLONG, errno.ELOOP}
)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Foreign errors inside become media errors that name `path`."""
    try:
        yield
    except av.error.FFmpegError as error:
        raise read_error(error, path) from error
    except MemoryError as error:
        raise _told(WorkerDied, path, error) from error
    except OSError as error:
        raise _system_error(error, path) from error


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """
    As `reading`, before anything is decoded: a header or packet that needs more memory than there
    is tells a lie.
    """
    try:
        with reading(path):
            yield
    except WorkerDied as error:
        raise MediaDamaged(
            f"{path} is damaged: it asks for more memory than there is.", path=str(path)
        ) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Foreign errors inside become machine errors that name `path`, the file that is being made."""
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        raise write_error(error, path) from error
    except MemoryError as error:
        raise _told(WorkerDied, path, error) from error


def read_error(error: av.error.FFmpegError, path: Path) -> BridgeError:
    kind = READ_KINDS.get(type(error).__name__, InternalError)
    return _told(kind, path, error)


def write_error(error: Exception, path: Path) -> BridgeError:
    number = getattr(error, "errno", None)
    reason = getattr(error, "strerror", None) or str(error)
    if number in FULL:
        return DiskFull(f"There is no space left to write {path}.", path=str(path))
    if number in REFUSED:
        return DiskRefused(f"{path} cannot be written: {reason}.", path=str(path))
    if isinstance(error, MemoryError):
        return _told(WorkerDied, path, error)
    return InternalError(f"{path.name} could not be encoded: {reason}.", path=str(path))


def _system_error(error: OSError, path: Path) -> BridgeError:
    if isinstance(error, FileNotFoundError):
        return _told(MediaMissing, path, error)
    if isinstance(error, PermissionError | NotADirectoryError | IsADirectoryError):
        return _told(MediaForbidden, path, error)
    if error.errno in (errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO, errno.EINVAL):
        return _told(MediaForbidden, path, error)
    return _told(MediaDamaged, path, error)


def _told(kind: type[BridgeError], path: Path, error: Exception) -> BridgeError:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return kind(f"{path} {SAYING[kind]} ({reason}).", path=str(path))
