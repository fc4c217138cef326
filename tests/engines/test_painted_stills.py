"""Painted frames from files of every kind that painters save, whole or with a clear word."""

import base64
import struct
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.engines.base import Keyframe
from bridge.engines.local.notes import Notes
from bridge.engines.local.paint.stills import painted_still
from bridge.engines.local.pictures import still
from bridge.errors import (
    BridgeError,
    MediaDamaged,
    MediaForbidden,
    MediaMissing,
    MediaUnsupported,
)
from bridge.frames import Rate
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make, paint, read_number
from bridge.source import Source
from tests.engines.pictures import psnr

WIDTH, HEIGHT = 64, 36
RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 180, 30), (30, 30, 220), (128, 128, 128)
QUARTERS = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
QUARTERS[:18, :32], QUARTERS[:18, 32:], QUARTERS[18:, :32], QUARTERS[18:, 32:] = (
    RED,
    GREEN,
    BLUE,
    GREY,
)
ALPHA = np.full((HEIGHT, WIDTH), 255, np.uint8)
ALPHA[:, :16], ALPHA[:, 16:24] = 0, 128
# the quarters, 16 x 16, as a print shop's JPEG
CMYK = base64.b64decode(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0O"
    "EQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAA"
    "AAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNC"
    "scEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6"
    "g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq"
    "8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD7Ar8+q/Pqv1Tr8Oq/ZCiiivxvr9+qK/QWv0Fr4Kor/9k="
)
LZW, PLAIN, DEFLATE = 5, 1, 8
KINDS = {
    "png": ("a.png", ()),
    "plain tif": ("a.tif", (cv2.IMWRITE_TIFF_COMPRESSION, PLAIN)),
    "lzw tif": ("a.tif", (cv2.IMWRITE_TIFF_COMPRESSION, LZW)),
    "deflated tif": ("a.tiff", (cv2.IMWRITE_TIFF_COMPRESSION, DEFLATE)),
    "webp": ("a.webp", (cv2.IMWRITE_WEBP_QUALITY, 101)),  # without loss
}

EVERY_KIND = pytest.mark.parametrize(
    ("kind", "bits"),
    [(kind, bits) for kind in KINDS for bits in (8, 16) if (kind, bits) != ("webp", 16)],
)


def facts(width: int = WIDTH, height: int = HEIGHT, aspect: str = "1") -> MediaFacts:
    source, rate = Source(Path("/shot.mov")), Rate.of(24)
    form = ("prores", "yuv422p10le", 10)
    return MediaFacts(source, *form, width, height, Fraction(aspect), rate, 9)


def painted(path: Path, notes: Notes | None = None, of: MediaFacts | None = None) -> np.ndarray:
    return painted_still(Keyframe(0, path), of or facts(), Guard(), notes or Notes())


def saved(path: Path, picture: np.ndarray, bits: int, how: tuple[int, ...]) -> Path:
    deep = picture.astype(np.uint16) * 257 if bits == 16 else picture
    order = [2, 1, 0, 3][: picture.shape[2]]
    assert cv2.imwrite(str(path), np.ascontiguousarray(deep[..., order]), how)
    return path


@EVERY_KIND
def test_an_opaque_still_is_what_it_shows(tmp_path, kind, bits):
    name, how = KINDS[kind]
    made = painted(saved(tmp_path / name, QUARTERS, bits, how))
    assert made.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(made * 255 - QUARTERS).max() < (0.01 if bits == 16 else 0.2)


@EVERY_KIND
def test_alpha_is_straight_in_the_file_and_multiplied_in_after(tmp_path, kind, bits):
    name, how = KINDS[kind]
    made = painted(saved(tmp_path / name, np.dstack([QUARTERS, ALPHA]), bits, how))
    assert made.shape == (HEIGHT, WIDTH, 4)
    share = ALPHA[:, :, None] / 255
    assert np.abs(made[:, :, 3:] - share).max() < 1e-6
    assert np.abs(made[:, :, :3] * 255 - QUARTERS * share).max() < 0.2


def test_alpha_that_is_opaque_everywhere_is_none(tmp_path):
    whole = np.dstack([QUARTERS, np.full_like(ALPHA, 255)])
    assert painted(saved(tmp_path / "a.png", whole, 8, ())).shape == (HEIGHT, WIDTH, 3)


TURNED = {
    1: QUARTERS,
    2: QUARTERS[:, ::-1],
    3: QUARTERS[::-1, ::-1],
    4: QUARTERS[::-1],
    5: QUARTERS.transpose(1, 0, 2),
    6: np.rot90(QUARTERS, k=-1),
    7: np.rot90(QUARTERS[::-1], k=1),
    8: np.rot90(QUARTERS, k=1),
}


def exif(orientation: int, order: str = ">") -> bytes:
    """A TIFF's head and its one entry."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    return mark + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("orientation", TURNED)
def test_a_photograph_stands_as_it_was_seen(tmp_path, orientation, order):
    cv2.imwrite(str(tmp_path / "plain.jpg"), QUARTERS[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, 98))
    plain = (tmp_path / "plain.jpg").read_bytes()
    part = b"Exif\0\0" + exif(orientation, order)
    path = tmp_path / "turned.jpg"
    path.write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part + plain[2:])
    wanted = TURNED[orientation]
    height, width = wanted.shape[:2]
    made = painted(path, of=facts(width, height))
    assert psnr(made, wanted / np.float32(255)) > 24


def test_half_an_orientation_is_none(tmp_path):
    cv2.imwrite(str(tmp_path / "plain.jpg"), QUARTERS[..., ::-1])
    plain = (tmp_path / "plain.jpg").read_bytes()
    part = b"Exif\0\0" + exif(2)[:12]
    path = tmp_path / "cut.jpg"
    path.write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part + plain[2:])
    assert psnr(painted(path), QUARTERS / np.float32(255)) > 24


def test_a_print_shops_jpeg_is_read_in_its_colours(tmp_path):
    (tmp_path / "cmyk.jpg").write_bytes(CMYK)
    made = painted(tmp_path / "cmyk.jpg", of=facts(16, 16))
    corners = made[[2, 2, 13, 13], [2, 13, 2, 13]] * 255
    assert made.shape == (16, 16, 3)
    assert np.abs(corners - (RED, GREEN, BLUE, GREY)).max() < 4


def test_grey_and_single_pixels(tmp_path):
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((HEIGHT, WIDTH), 77, np.uint8))
    assert np.abs(painted(tmp_path / "grey.png") * 255 - 77).max() < 0.2
    notes = Notes()
    one = saved(tmp_path / "one.png", np.full((1, 1, 3), RED, np.uint8), 8, ())
    made = painted(one, notes)
    assert np.abs(made * 255 - RED).max() < 0.2
    assert notes.warnings == [
        "The still one.png is 1 x 1; it was scaled and cropped to 64 x 36.",
    ]


def test_a_palette_may_have_a_hole(tmp_path):
    """An 8 bit PNG of two colours, of which the first is transparent."""
    import av

    context = av.CodecContext.create("png", "w")
    context.width, context.height, context.pix_fmt = 4, 2, "pal8"
    context.time_base = Fraction(1, 24)
    frame = av.VideoFrame(4, 2, "pal8")
    rows = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(2, -1)
    rows[:], rows[:, 2:4] = 0, 1
    colours = np.frombuffer(memoryview(frame.planes[1]), np.uint32)
    colours[:] = 0xFF000000
    colours[:2] = (0x00FF0000, 0xFF00FF00)
    frame.pts = 0
    path = tmp_path / "palette.png"
    path.write_bytes(b"".join(bytes(p) for p in [*context.encode(frame), *context.encode(None)]))
    made = painted(path, of=facts(4, 2))
    assert made[0] == pytest.approx(np.array([[0, 0, 0, 0]] * 2 + [[0, 1, 0, 1]] * 2), abs=1e-3)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_movies_first_frame_is_turned_once(tmp_path, turn):
    def turned(number: int, width: int, height: int, _alpha: bool) -> np.ndarray:
        size = (height, width) if turn % 180 else (width, height)
        return np.ascontiguousarray(np.rot90(paint(number, *size), k=turn // 90))

    slate = Slate(2, width=64, height=96, turn=turn, first_number=7)
    path = make(tmp_path / "phone.mov", slate, turned)
    assert read_number(still(path, Guard()) * 255) == 7


# ---- what is no picture


def broken(path: Path) -> None:
    cv2.imwrite(str(path), QUARTERS)
    path.write_bytes(path.read_bytes()[:200])


@pytest.mark.parametrize(
    ("name", "put", "kind"),
    [
        ("cut.png", broken, MediaDamaged),
        ("cut.tif", broken, MediaDamaged),
        ("cut.jpg", broken, MediaDamaged),
        ("empty.png", lambda path: path.write_bytes(b""), MediaDamaged),
        ("words.png", lambda path: path.write_text("not a picture"), MediaUnsupported),
        ("sound.png", lambda path: path.write_bytes(b"fLaC" + bytes(64)), MediaUnsupported),
        ("folder.png", lambda path: path.mkdir(), MediaForbidden),
        ("gone.png", lambda path: None, MediaMissing),
    ],
)
def test_what_is_no_picture_is_said_by_name(tmp_path, name, put, kind):
    put(tmp_path / name)
    with pytest.raises(BridgeError) as caught:
        painted(tmp_path / name)
    assert isinstance(caught.value, kind)
    assert name in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert "relink" not in caught.value.hint.lower()


# ---- pixels that are not square


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((64, 36), None),  # as the file has it
        ((91, 36), None),  # as it is looked at
        ((182, 72), "it was scaled to 91 x 36."),
        ((128, 72), "it was scaled to 64 x 36."),
    ],
)
def test_a_still_of_an_anamorphic_shot_may_be_in_either_shape(tmp_path, size, said):
    path = saved(tmp_path / "a.png", cv2.resize(QUARTERS, size), 8, ())
    notes = Notes()
    made = painted(path, notes, facts(aspect="64/45"))
    assert made.shape == (HEIGHT, WIDTH, 3)
    assert psnr(made, QUARTERS / np.float32(255)) > 20
    assert [said in words for words in notes.warnings] == ([True] if said else [])
