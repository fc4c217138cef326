"""Is an OpenEXR file whole. In: its bytes. Out: whether every block that it lists is there.

FFmpeg's decoder leaves black what is missing and says nothing (measured with FFmpeg 8). The layout
is that of the OpenEXR file layout document: header, table of block offsets, blocks.
"""

import struct

MAGIC_AND_VERSION = 8  # bytes
TILED_OR_MULTIPART = 0x200 | 0x1000
OFFSET, BLOCK_HEAD = 8, 8  # bytes of a table entry; of a scan line block before its data


def whole(data: bytes) -> bool:
    """False where blocks are missing or cut; tiled and multipart files by their offsets alone."""
    table = _header_end(data)
    if table is None or table + OFFSET > len(data):
        return False
    first = _number(data, table)
    if not table < first <= len(data) or (first - table) % OFFSET:
        return False
    last = max(offset for (offset,) in struct.iter_unpack("<Q", data[table:first]))
    if last + BLOCK_HEAD > len(data):
        return False
    plain = not int.from_bytes(data[4:8], "little") & TILED_OR_MULTIPART
    size = int.from_bytes(data[last + 4 : last + BLOCK_HEAD], "little")
    return not plain or last + BLOCK_HEAD + size <= len(data)


def _header_end(data: bytes) -> int | None:
    """Where the attributes end: each is a name, a type, a length and as many bytes."""
    place = MAGIC_AND_VERSION
    while place < len(data) and data[place]:
        name_end = data.find(b"\0", place)
        type_end = data.find(b"\0", name_end + 1) if name_end >= 0 else -1
        if type_end < 0:
            return None
        length = int.from_bytes(data[type_end + 1 : type_end + 5], "little")
        place = type_end + 5 + length
    return place + 1 if place < len(data) else None


def _number(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + OFFSET], "little")
