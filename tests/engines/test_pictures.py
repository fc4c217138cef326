"""Stills and footage come in as what they show; results go out as what was ordered."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engines.base import Footage
from bridge.engines.local.pictures import check_written, facts_of, fitted, shot, still, write
from bridge.errors import BridgeError, EngineRefused, FrameCountWrong, MediaUnsupported
from bridge.frames import Rate
from bridge.media.facts import Codec, Colour, Delivery
from bridge.media.limits import Guard, Limits
from bridge.media.reader import pictures
from bridge.media.slate import make
from bridge.source import Source
from tests.contracts.engine_contract import master
from tests.engines.pictures import psnr, texture

GUARD = Guard()
BLOCKS = np.zeros((36, 64, 3), np.float32)  # red, green, blue, grey: quarters
BLOCKS[:18, :32], BLOCKS[:18, 32:] = (0.8, 0.1, 0.1), (0.1, 0.7, 0.1)
BLOCKS[18:, :32], BLOCKS[18:, 32:] = (0.1, 0.1, 0.9), (0.5, 0.5, 0.5)


def saved(path, picture, depth=8):
    kind, top = (np.uint8, 255) if depth == 8 else (np.uint16, 65535)
    cv2.imwrite(str(path), (picture[..., ::-1] * top + 0.5).astype(kind))
    return path


@pytest.mark.parametrize(
    ("name", "depth", "closeness"),
    [
        *[("a.png", 8, 54), ("a.png", 16, 90), ("a.tif", 8, 54), ("a.tif", 16, 90)],
        *[("a.jpg", 8, 25), ("a.webp", 8, 25)],
    ],
)
def test_stills_of_all_formats_show_what_they_show(tmp_path, name, depth, closeness):
    assert psnr(still(saved(tmp_path / name, BLOCKS, depth), GUARD), BLOCKS) > closeness


def test_a_format_is_known_by_its_bytes_and_not_by_its_name(tmp_path):
    path = saved(tmp_path / "a.png", BLOCKS).rename(tmp_path / "a.jpg")
    assert psnr(still(path, GUARD), BLOCKS) > 54


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg"])
@pytest.mark.parametrize("level", [0, 0.5, 1])
def test_black_grey_and_white_are_themselves(tmp_path, name, depth, level):
    picture = np.full((16, 16, 3), level, np.float32)
    made = still(saved(tmp_path / name, picture, 8 if name == "a.jpg" else depth), GUARD)
    assert np.allclose(made, picture, atol=0.003)


def test_white_is_written_as_white_and_black_as_black(tmp_path):
    """ProRes in video range: 64 and 940 of 1023."""
    picture = np.zeros((36, 64, 3), np.float32)
    picture[:, 32:] = 1
    order = delivery(tmp_path)
    write(order.out, iter([picture]), order, GUARD)
    (frame,) = pictures(Source(order.out), [0], GUARD)
    luma = np.frombuffer(frame.planes[0], np.uint16).reshape(36, -1)
    assert abs(int(luma[18, 10]) - 64) <= 1
    assert abs(int(luma[18, 50]) - 940) <= 1


def test_a_grey_still_is_grey(tmp_path):
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((4, 4), 128, np.uint8))
    assert np.allclose(still(tmp_path / "grey.png", GUARD), 128 / 255, atol=1e-3)


def test_what_is_transparent_lies_over_black(tmp_path):
    painted = np.full((4, 6, 4), 200, np.uint8)
    painted[:, :3, 3], painted[:, 3:, 3] = 0, 255
    cv2.imwrite(str(tmp_path / "alpha.png"), painted)
    picture = still(tmp_path / "alpha.png", GUARD)
    assert np.allclose(picture[:, :3], 0)
    assert np.allclose(picture[:, 3:], 200 / 255, atol=1e-3)


def test_a_photograph_stands_upright(tmp_path):
    """EXIF orientation 6: the camera was turned; shown, the first row is the right column."""
    plain = saved(tmp_path / "plain.jpg", BLOCKS).read_bytes()
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    exif = b"Exif\0\0" + tiff
    turned = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    (tmp_path / "turned.jpg").write_bytes(turned)
    picture = still(tmp_path / "turned.jpg", GUARD)
    assert picture.shape == (64, 36, 3)
    assert psnr(picture, np.rot90(BLOCKS, k=-1)) > 25


def test_a_picture_over_the_size_limit_is_not_decoded(tmp_path):
    path = saved(tmp_path / "large.png", texture(1, 200, 100))
    with pytest.raises(MediaUnsupported, match=r"large\.png"):
        still(path, Guard(Limits(max_pixels=10_000)))


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"#EXTM3U\nhttp://example.com/a"]
)
def test_what_is_not_a_picture_is_a_named_error(tmp_path, content):
    (tmp_path / "odd.png").write_bytes(content)
    with pytest.raises(BridgeError, match=r"odd\.png"):
        still(tmp_path / "odd.png", GUARD)


@settings(max_examples=40, deadline=None)
@given(*[st.integers(1, 40) for _ in range(4)])
def test_fitting_covers_whatever_the_shape(columns, rows, width, height):
    made = fitted(np.full((rows, columns, 3), 0.4, np.float32), width, height)
    assert made.shape == (height, width, 3)
    assert np.allclose(made, 0.4, atol=1e-3)


def test_fitting_keeps_the_middle_and_the_proportions():
    wide = np.concatenate([np.zeros((18, 14, 3)), BLOCKS[::2, ::2], np.ones((18, 14, 3))], axis=1)
    made = fitted(wide.astype(np.float32), 64, 36)
    assert psnr(made[4:14, 4:28], np.full((10, 24, 3), (0.8, 0.1, 0.1))) > 20
    fits = texture(3)
    assert fitted(fits, 96, 54) is fits


@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", None])
def test_written_and_read_again_the_colours_stay(tmp_path, matrix):
    order = delivery(tmp_path, colour=Colour(matrix=matrix))
    assert write(order.out, iter([BLOCKS, BLOCKS * 0.5]), order, GUARD) == 2
    check_written(order.out, 2, order, GUARD)
    footage = Footage(order.out, 2, order.rate, 64, 36)
    first, second = shot(facts_of(footage, GUARD), (0, 1), GUARD)
    assert psnr(first, BLOCKS) > 30
    assert psnr(second, BLOCKS * 0.5) > 33
    flat = (slice(4, 14), slice(36, 60))  # away from edges only the depth counts
    assert np.abs(first[flat] - BLOCKS[flat]).max() < 0.012


def test_one_frame_alone_can_be_written(tmp_path):
    order = delivery(tmp_path)
    write(order.out, iter([BLOCKS]), order, GUARD)
    check_written(order.out, 1, order, GUARD)


def test_a_wrong_count_is_found_when_read_back(tmp_path):
    order = delivery(tmp_path)
    write(order.out, iter([BLOCKS] * 3), order, GUARD)
    with pytest.raises(FrameCountWrong) as caught:
        check_written(order.out, 4, order, GUARD)
    assert (caught.value.detail["found"], caught.value.detail["expected"]) == (3, 4)


@pytest.mark.parametrize(("frames", "width", "height"), [(4, 64, 36), (3, 60, 36), (3, 64, 38)])
def test_footage_must_be_what_was_announced(tmp_path, frames, width, height):
    path = make(tmp_path / "shot.mov", master(3, Rate.of(25)))
    with pytest.raises(EngineRefused, match="3 frames of 64 x 36"):
        facts_of(Footage(path, frames, Rate.of(25), width, height), GUARD)


def delivery(folder, colour=None):
    rate = Rate.of("29.97")
    out = folder / "out.mov"
    return Delivery((), out, Codec.prores_hq, rate, 64, 36, colour=colour or Colour())
