"""A movie as numbered PNG files: every frame, every bit, alpha."""

import asyncio
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.errors import DiskRefused, MediaMissing
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make, read_number
from bridge.settings import Settings
from bridge.source import Source

FORMS = {
    "opaque": Slate(5, first_number=7, codec="prores_ks", pixel_format="yuv422p10le"),
    "with alpha": Slate(
        6, first_number=90, codec="prores_ks", pixel_format="yuva444p10le", alpha=True
    ),
    "full range": Slate(3, codec="libx264rgb", pixel_format="rgb24"),
}


def numbered(path: Path, out: Path) -> int:
    async def run() -> int:
        room = MediaRoom(Settings(data=out.parent / "data"))
        try:
            return await room.numbered(Source(path), out)
        finally:
            await room.close()

    return asyncio.run(run())


@pytest.mark.parametrize("name", FORMS)
def test_every_frame_is_a_picture(tmp_path, name):
    slate = FORMS[name]
    count = numbered(make(tmp_path / "a.mov", slate), tmp_path / "shot")
    files = sorted((tmp_path / "shot").iterdir())
    assert count == slate.frames
    assert [file.name for file in files] == [f"shot.{n:04}.png" for n in range(1, count + 1)]
    read = [cv2.imread(str(file), cv2.IMREAD_UNCHANGED) for file in files]
    assert all(picture.dtype == np.uint16 for picture in read)
    said = [read_number(picture[:, :, 2::-1] / 257) for picture in read]
    assert said == list(range(slate.first_number, slate.first_number + count))
    if slate.alpha:
        assert read[0][2, :, 3].mean() == pytest.approx(65535, abs=300)
        assert read[0][-2, :, 3].mean() == pytest.approx(128 * 257, abs=600)
    else:
        assert read[0].shape[2] == 3
    white = read[0][1:3, 2:5, :3].astype(float).mean()  # the slate's first block, 232 of 255
    assert white == pytest.approx(232 * 257, rel=0.02)


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    path = make(tmp_path / "a.mov", FORMS["opaque"])
    (tmp_path / "shot").mkdir()
    with pytest.raises(DiskRefused, match="there already"):
        numbered(path, tmp_path / "shot")
    assert not list((tmp_path / "shot").iterdir())


def test_what_fails_leaves_nothing(tmp_path):
    with pytest.raises(MediaMissing):
        numbered(tmp_path / "no.mov", tmp_path / "shot")
    assert not (tmp_path / "shot").exists()
    assert not (tmp_path / "shot.part").exists()
