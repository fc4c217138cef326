"""What a camera wrote about a picture. In: a file's first bytes. Out: whether it lies mirrored.

FFmpeg says how far a picture is to be turned, and PyAV does not say whether it is to be turned over
as well; both are one number, tag 0x0112 of EXIF 2.3, and of TIFF 6.0, of which EXIF is made.
"""

import re
import struct
from pathlib import Path

from bridge.media.paths import opened

# where JPEG, PNG and WebP keep it; a TIFF is it
DIRECTORY = re.compile(rb"(?s)(?:\A|Exif\0\0|eXIf|EXIF.{4})((?:II\*\0|MM\0\*).{4})")
ORIENTATION, LEAST_HEAD = 0x0112, 4096
MIRRORED = frozenset({2, 4, 5, 7})


def head_of(path: Path, roots: tuple[Path, ...]) -> bytes:
    with opened(path, roots) as file:
        return file.head


def is_mirrored(head: bytes) -> bool:
    """Turned over, top to bottom, before it is turned round; what is cut off does not count."""
    return orientation(head) in MIRRORED


def orientation(head: bytes) -> int:
    """1 to 8; 1, upright, where nothing is said."""
    found = DIRECTORY.search(head)
    if found is None:
        return 1
    start = found.start(1)
    order = "<" if head[start : start + 2] == b"II" else ">"
    place = start + struct.unpack_from(f"{order}I", head, start + 4)[0]
    try:
        (count,) = struct.unpack_from(f"{order}H", head, place)
        for entry in range(place + 2, place + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", head, entry)
            if tag == ORIENTATION:
                return int(value)
    except struct.error:
        pass
    return 1
