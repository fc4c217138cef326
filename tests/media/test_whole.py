"""A file that was cut or changed does not pass; a whole one does, whatever it holds."""

from pathlib import Path

import pytest

from bridge.errors import MediaDamaged, MediaUnsupported
from bridge.frames import Rate
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make
from bridge.media.whole import decode_all


def movie(path: Path, codec: str, pixel_format: str, **more: object) -> Path:
    make(path, Slate(10, Rate.of(25), 64, 36, codec=codec, pixel_format=pixel_format, **more))  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    ("codec", "pixel_format"), [("libx264", "yuv420p"), ("prores_ks", "yuv422p10le")]
)
def test_a_whole_movie_gives_all_of_its_pictures(tmp_path, codec, pixel_format):
    path = movie(tmp_path / "a.mov", codec, pixel_format)
    for strict in (True, False):
        assert decode_all(path, Guard(), strict=strict) >= 10


def test_a_picture_file_is_one_picture(tmp_path):
    import cv2
    import numpy

    cv2.imwrite(str(tmp_path / "a.png"), numpy.zeros((8, 8, 3), numpy.uint8))
    assert decode_all(tmp_path / "a.png", Guard(), strict=True) == 1


def test_a_changed_byte_is_noticed_where_it_matters(tmp_path):
    path = movie(tmp_path / "a.mov", "libx264", "yuv420p")
    data = bytearray(path.read_bytes())
    place = data.index(b"moov") - 200
    data[place : place + 9] = bytes(b ^ 0x55 for b in data[place : place + 9])
    path.write_bytes(data)
    with pytest.raises(MediaDamaged):
        decode_all(path, Guard(), strict=True)


def test_a_cut_file_and_a_page_do_not_pass(tmp_path):
    path = movie(tmp_path / "a.mov", "libx264", "yuv420p")
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(MediaDamaged):
        decode_all(path, Guard(), strict=False)
    path.write_text("<html>")
    with pytest.raises(MediaUnsupported):
        decode_all(path, Guard(), strict=False)
