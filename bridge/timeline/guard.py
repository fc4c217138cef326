"""What a timeline file may be before OpenTimelineIO sees it.

In: a path or its bytes. Out: safe text, or a refusal.

OTIO's JSON reader calls itself for every level (measured on 0.18.1: 200 000 opening brackets end
the process with a segmentation fault), and an object that holds itself is read without an error and
never written. Both are looked for here, at about a gigabyte a second, without parsing.
"""

from pathlib import Path
from typing import IO

from bridge.errors import DiskRefused, TimelineUnreadable

MOST_BYTES = 512 << 20  # 200 000 clips as OTIO writes them; their objects take seven times as much
DEEPEST = 256  # a compound clip takes four levels; Resolve nests a handful
BOM = b"\xef\xbb\xbf"
CYCLE = b"SerializableObjectRef"  # only a hand-made file holds one: OTIO never writes it for clips
KEPT = b'{}[]"'
ALIKE = bytes.maketrans(b"[]", b"{}")
DROPPED = bytes(byte for byte in range(256) if byte not in KEPT)


def bytes_of(path: Path, limit: int = MOST_BYTES) -> bytes:
    """The whole file; `TimelineUnreadable` for what is no plain file or too large."""
    try:
        if path.exists() and not path.is_file():  # a FIFO would hang the open
            raise TimelineUnreadable(f"{path} is not a file.", path=str(path))
        if path.stat().st_size > limit:
            raise _too_large(path, limit)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TimelineUnreadable(
            f"There is no file {path}.", hint="Check the path.", path=str(path)
        ) from error
    except PermissionError as error:
        raise DiskRefused(f"{path} may not be read.", path=str(path)) from error
    except OSError as error:
        raise TimelineUnreadable(
            f"{path} cannot be read: {error.strerror}.", path=str(path)
        ) from error


def limited(file: IO[bytes], limit: int, path: Path) -> bytes:
    """The rest of an open file whose true size is not known, `limit` bytes at most."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise _too_large(path, limit)
    return data


def _too_large(path: Path, limit: int) -> TimelineUnreadable:
    return TimelineUnreadable(
        f"{path} holds more than {limit >> 20} MiB, which no timeline needs.", path=str(path)
    )


def json_text(data: bytes, path: Path) -> bytes:
    """The text that OTIO may be given, in UTF-8: not nested too deep, without cycles."""
    if not data.isascii():
        data = data.removeprefix(BOM)
        _check_words(data, path)
    if CYCLE in data:
        raise TimelineUnreadable(
            f"{path} holds references between its objects, which are not read.", path=str(path)
        )
    if too_deep(data):
        raise TimelineUnreadable(f"{path} is nested deeper than {DEEPEST} levels.", path=str(path))
    return data


def _check_words(data: bytes, path: Path) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TimelineUnreadable(
            f"{path} is not UTF-8 text (at byte {error.start}).", path=str(path)
        ) from error


def too_deep(data: bytes, deepest: int = DEEPEST) -> bool:
    """Whether JSON brackets nest deeper than that before the text's first error."""
    brackets = _without_strings(data)
    for _ in range(deepest):
        outer = brackets.replace(b"{}", b"")
        if len(outer) == len(brackets):
            return len(brackets) > deepest  # never closed: a broken file
        brackets = outer
    return bool(brackets)


def _without_strings(data: bytes) -> bytes:
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    bare = data.translate(ALIKE, DROPPED).replace(b'""', b"")
    return b"".join(bare.split(b'"')[::2]) if b'"' in bare else bare
