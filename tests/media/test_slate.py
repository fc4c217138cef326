"""The slate is read back after what is done to pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import MediaDamaged, UsageError
from bridge.media.slate import Slate, make, numbers, paint, read_number
from tests.media.footage import PAL


@given(st.integers(0, 65_535))
def test_any_number_is_read_back(number: int) -> None:
    assert read_number(paint(number, 64, 36)) == number


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 65_535), st.sampled_from([(64, 36), (320, 180), (640, 360)]))
def test_at_half_and_double_size_in_any_light(number: int, size: tuple[int, int]) -> None:
    picture = paint(number, *size)
    for factor in (0.5, 2):
        assert read_number(cv2.resize(picture, None, fx=factor, fy=factor)) == number
    dark = (picture * 0.2 + 10).astype(np.uint8)
    assert read_number(dark) == number
    assert read_number(picture.astype(np.uint16) * 257) == number


@pytest.mark.parametrize("codec", ["libx264", "libx265", "prores_ks", "mpeg4"])
def test_through_codecs(tmp_path: Path, codec: str) -> None:
    pixel_format = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
    slate = Slate(20, PAL, codec=codec, pixel_format=pixel_format, first_number=65_000)
    assert numbers(make(tmp_path / "a.mov", slate)) == tuple(range(65_000, 65_020))


def test_a_picture_without_a_slate_and_a_spoilt_one() -> None:
    with pytest.raises(MediaDamaged):
        read_number(np.full((36, 64, 3), 128, np.uint8))
    spoilt = paint(5, 64, 36)
    spoilt[5:8, 8:40] = 255
    with pytest.raises(MediaDamaged):
        read_number(spoilt)


def test_as_many_times_as_frames(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        make(tmp_path / "a.mkv", Slate(3, PAL, times=(0, 1)))
