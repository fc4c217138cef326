"""What a download is, by its bytes. In: a file. Out: the ending of its name, or what is wrong.

A body without a length ends where the connection does: only the file itself can tell whether that
was its end.
"""

from pathlib import Path
from typing import BinaryIO

from bridge.errors import MediaDamaged
from bridge.media.formats import Format, format_of

ENDINGS = {"mjpeg": ".jpg", "matroska": ".mkv", "aiff": ".aif"}  # where it is not the format's name
HEAD_BYTES = 4096
MOST_BOXES = 100_000


def ending(path: Path) -> str:
    """`.mp4`, `.mov`, `.wav`, ...; `MediaUnsupported` or `MediaDamaged` for what is no result."""
    head = _head(path)
    found = format_of(head, path)
    if found.name == "mov":
        return ".mov" if head[8:12] == b"qt  " else ".mp4"
    return ENDINGS.get(found.name, f".{found.name}")


def check_whole(path: Path) -> Format:
    """`MediaDamaged` where the file's own structure says that it goes on, or does not add up."""
    found = format_of(_head(path), path)
    if found.name == "mov":
        _check_boxes(path)
    return found


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise MediaDamaged(f"{path.name} is empty.", path=str(path))
    return head


def _check_boxes(path: Path) -> None:
    """The outermost boxes fill the file to its last byte, and say what is in it (ISO 14496-12)."""
    size = path.stat().st_size
    names: set[bytes] = set()
    place = 0
    with path.open("rb") as file:
        for _ in range(MOST_BOXES):
            if place >= size:
                break
            length, name = _box(file, place, size)
            names.add(name)
            place += length
    if place != size:
        raise MediaDamaged(f"{path.name} ends early or goes on too long.", path=str(path))
    if b"moov" not in names or not names & {b"mdat", b"moof"}:
        raise MediaDamaged(f"{path.name} has no pictures or does not list them.", path=str(path))


def _box(file: BinaryIO, place: int, size: int) -> tuple[int, bytes]:
    """Length and name of the box there; a length that cannot be leads past the end."""
    file.seek(place)
    header = file.read(16)
    length = int.from_bytes(header[:4])
    if length == 1:
        length = int.from_bytes(header[8:16])
    elif length == 0:  # up to the end
        length = size - place
    return (length if length >= 8 else size + 1), header[4:8]
