"""Stills have the colours that the source's tags say."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.errors import RangeError, UsageError
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Colour, Frames
from bridge.media.limits import Guard
from bridge.media.sheet import sheet, still
from bridge.media.slate import Slate, make, read_number
from bridge.media.tasks import Sheet, Still
from bridge.source import Source, SourceKind
from tests.media.footage import PAL, order

RGB = (200, 40, 90)


@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", "bt2020nc"])
@pytest.mark.parametrize("range_", ["tv", "pc"])
def test_a_colour_comes_back(tmp_path: Path, matrix: str, range_: str) -> None:
    flat = np.full((36, 64, 3), RGB[::-1], np.uint8)
    cv2.imwrite(str(tmp_path / "flat.png"), flat)
    source = Source(tmp_path / "flat.png", SourceKind.still)
    movie = tmp_path / "a.mp4"
    wanted = replace(
        order(source.path, (), movie, Codec.h264, PAL),
        colour=Colour(matrix=matrix, range=range_),
        parts=(Frames(source, (0, 0)),),
    )
    deliver(wanted, Guard(), lambda _: None)
    still(Still(Source(movie), 1, tmp_path / "still.png"), Guard())
    got = cv2.imread(str(tmp_path / "still.png")).reshape(-1, 3).mean(axis=0)
    assert np.allclose(got, RGB[::-1], atol=3)


def test_alpha_stays(tmp_path: Path) -> None:
    clear = np.full((36, 64, 4), (10, 200, 30, 77), np.uint8)
    cv2.imwrite(str(tmp_path / "clear.png"), clear)
    source = Source(tmp_path / "clear.png", SourceKind.still)
    still(Still(source, 0, tmp_path / "still.png"), Guard())
    got = cv2.imread(str(tmp_path / "still.png"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(got, clear)


def test_a_scaled_still_and_one_too_large(tmp_path: Path) -> None:
    movie = Source(make(tmp_path / "a.mov", Slate(5, PAL, 128, 72)))
    still(Still(movie, 4, tmp_path / "s.png", 64), Guard())
    picture = cv2.imread(str(tmp_path / "s.png"))
    assert (picture.shape, read_number(picture)) == ((36, 64, 3), 4)
    with pytest.raises(UsageError):
        still(Still(movie, 4, tmp_path / "t.png", 10**9), Guard())
    with pytest.raises(RangeError):
        still(Still(movie, 5, tmp_path / "t.png"), Guard())


@pytest.mark.parametrize("count", [0, 500])
def test_a_sheet_has_its_limits(tmp_path: Path, count: int) -> None:
    cells = ((Source(tmp_path / "a.mov"), 0),) * count
    with pytest.raises(UsageError):
        sheet(Sheet((("row", cells),), tmp_path / "s.png"), Guard())
