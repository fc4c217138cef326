"""Pictures in files: every kind that editors use, whole or not at all."""

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import pytest

from bridge.errors import MediaDamaged, MediaUnsupported, RangeError
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.reader import picture_of, pictures
from bridge.media.slate import number_of, paint
from bridge.source import Source, SourceKind

KINDS = {
    "png": ("png", "rgb24"),
    "deep.png": ("png", "rgba64be"),
    "jpg": ("mjpeg", "yuvj420p"),
    "tif": ("tiff", "rgb48le"),
    "exr": ("exr", "gbrpf32le"),
    "dpx": ("dpx", "gbrp10be"),
    "bmp": ("bmp", "bgr24"),
    "j2k": ("jpeg2000", "rgb24"),
}


def write_picture(path: Path, number: int, codec: str = "png", pixel_format: str = "rgb24") -> Path:
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = 64, 36, pixel_format
    context.time_base = Fraction(1, 24)
    if pixel_format.startswith("yuvj"):
        context.color_range = 2
    frame = av.VideoFrame.from_ndarray(paint(number, 64, 36), format="rgb24")
    frame = frame.reformat(format=pixel_format)
    frame.pts = 0
    path.write_bytes(b"".join(bytes(p) for p in [*context.encode(frame), *context.encode(None)]))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_read_whatever_its_name(tmp_path: Path, kind: str) -> None:
    path = write_picture(tmp_path / f"a.{kind}", 4711, *KINDS[kind])
    assert number_of(picture_of(path, Guard())) == 4711
    misnamed = path.rename(tmp_path / "a.mov")
    assert number_of(picture_of(misnamed, Guard())) == 4711


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_cut_picture_is_damaged(tmp_path: Path, kind: str, part: float) -> None:
    path = write_picture(tmp_path / f"a.{kind}", 4711, *KINDS[kind])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises((MediaDamaged, MediaUnsupported)):
        picture_of(path, Guard())


def bomb(path: Path, width: int, height: int) -> Path:
    """A small PNG that unpacks to `width` x `height`."""

    def chunk(name: bytes, body: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + end

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(min(width * 3 + 1, 100_000) * 64), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
    return path


@pytest.mark.parametrize("size", [(16_000, 16_000), (2**31 - 1, 2**31 - 1), (60_000, 1_200)])
def test_a_bomb_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises((MediaUnsupported, MediaDamaged)):
        picture_of(bomb(tmp_path / "bomb.png", *size), Guard())


@pytest.mark.parametrize(("count", "frames"), [(2, 2), (None, 3)])
def test_percent_signs_in_folder_and_name(tmp_path: Path, count: int | None, frames: int) -> None:
    folder = tmp_path / "50% grey"
    folder.mkdir()
    for number in range(8, 11):
        write_picture(folder / f"90%.{number:03d}.png", number)
    pattern = tmp_path / "50%% grey" / "90%%.%03d.png"
    source = Source(pattern, SourceKind.sequence, 8, count)
    assert probe(source, Guard()).frames == frames
    assert [number_of(frame) for frame in pictures(source, (1,), Guard())] == [9]


def test_a_sequence_in_any_order(tmp_path: Path) -> None:
    for number in range(1001, 1007):
        write_picture(tmp_path / f"s.{number}.png", number)
    source = Source(tmp_path / "s.%d.png", SourceKind.sequence, 1001)
    got = list(pictures(source, (5, 0, 0, 3), Guard()))
    assert [number_of(frame) for frame in got] == [1006, 1001, 1001, 1004]
    assert got[1] is got[2]
    with pytest.raises(RangeError, match="6"):
        list(pictures(source, (6,), Guard()))


def test_a_still_is_held_as_long_as_wanted(tmp_path: Path) -> None:
    source = Source(write_picture(tmp_path / "a.png", 12), SourceKind.still)
    assert [number_of(f) for f in pictures(source, (0, 7, 100_000), Guard())] == [12] * 3
    with pytest.raises(RangeError):
        list(pictures(source, (-1,), Guard()))
