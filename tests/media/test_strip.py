"""Strips: every picture is exactly the frame that was asked for, and has the shape that is seen."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.errors import MediaChanged, RangeError, UsageError
from bridge.media.facts import Frames, MediaFacts
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make, paint, read_number
from bridge.media.strip import WIDEST, most_in, strip
from bridge.media.tasks import Strip
from bridge.settings import Settings
from bridge.source import Source, SourceKind
from tests.media.footage import FILM, NTSC, PAL, STEADY, VARIABLE, Make, made
from tests.media.test_stills import write_picture


def drawn(facts: MediaFacts, numbers: Sequence[int], out: Path, height: int = 72) -> Path:
    return strip(Strip(Frames(facts.source, tuple(numbers)), facts, out, height), Guard())


def pictures(path: Path, count: int) -> list[np.ndarray]:
    row = cv2.imread(str(path))
    assert row.shape[1] % count == 0
    return np.split(row, count, axis=1)


def shown(facts: MediaFacts, numbers: Sequence[int], out: Path) -> list[int]:
    return [read_number(each) for each in pictures(drawn(facts, numbers, out), len(numbers))]


@pytest.fixture
def film_of(footage: Path) -> Make:
    return lambda name: made(footage, name, STEADY[name])


@pytest.mark.parametrize("name", sorted(STEADY.keys() - {"phone.mov"}))
def test_frame_n_is_frame_n(name: str, film_of: Make, tmp_path: Path) -> None:
    facts = probe(Source(film_of(name)), Guard())
    last = facts.frames - 1
    for wanted in (range(8), range(last, last - 8, -1), (0, 3, 3, 7, last), (last, 2, last - 1)):
        assert shown(facts, wanted, tmp_path / "a.jpg") == list(wanted)


def test_a_phone_held_upside_down(film_of: Make, tmp_path: Path) -> None:
    facts = probe(Source(film_of("phone.mov")), Guard())
    row = pictures(drawn(facts, (3, 19), tmp_path / "a.jpg"), 2)
    assert [read_number(np.rot90(each, 2)) for each in row] == [3, 19]


@pytest.mark.parametrize("name", VARIABLE)
def test_variable_rate_shows_what_the_grid_shows(name: str, footage: Path, tmp_path: Path) -> None:
    slate, _, expected = VARIABLE[name]
    facts = probe(Source(made(footage, name, slate)), Guard())
    assert shown(facts, range(len(expected)), tmp_path / "a.jpg") == list(expected)


def test_a_long_way_between_the_frames(tmp_path: Path) -> None:
    film = make(tmp_path / "long.mov", Slate(700, FILM, b_frames=2, gop=24))
    facts = probe(Source(film), Guard())
    wanted = (0, 100, 450, 699, 1)
    assert shown(facts, wanted, tmp_path / "a.jpg") == list(wanted)


def test_stills_and_numbered_pictures(tmp_path: Path) -> None:
    for number in range(30, 36):
        write_picture(tmp_path / f"shot.{number:04d}.png", number)
    pattern = Source(tmp_path / "shot.%04d.png", SourceKind.sequence, 30)
    assert shown(probe(pattern, Guard()), (5, 0, 3), tmp_path / "a.jpg") == [35, 30, 33]
    still = probe(Source(tmp_path / "shot.0032.png", SourceKind.still), Guard())
    assert shown(still, (0, 0, 0), tmp_path / "a.jpg") == [32, 32, 32]


@pytest.mark.parametrize(
    ("slate", "size"),
    [
        (Slate(3, PAL, 64, 36), (128, 72)),
        (Slate(3, PAL, 36, 64), (40, 72)),
        (Slate(3, PAL, 64, 48, pixel_aspect=Fraction(4, 3)), (128, 72)),
        (Slate(3, NTSC, 64, 36, turn=90), (40, 72)),
    ],
)
def test_pictures_have_the_shape_that_is_seen(
    slate: Slate, size: tuple[int, int], tmp_path: Path
) -> None:
    facts = probe(Source(make(tmp_path / "a.mov", slate)), Guard())
    row = cv2.imread(str(drawn(facts, (0, 2), tmp_path / "a.jpg")))
    assert (row.shape[1] // 2, row.shape[0]) == size


def test_a_photograph_on_its_side_stands_upright(tmp_path: Path) -> None:
    """Its file holds it turned, with an EXIF note of how to hold it: 6 is a quarter turn."""
    upright = paint(77, 96, 160)
    cv2.imwrite(str(tmp_path / "plain.jpg"), np.rot90(upright)[..., ::-1])
    jpeg = (tmp_path / "plain.jpg").read_bytes()
    note = bytes.fromhex(
        "ffe10022457869660000"  # APP1, Exif
        "4d4d002a00000008"  # TIFF, big-endian
        "0001011200030000000100060000"  # one field: Orientation 6
        "00000000"
    )
    (tmp_path / "turned.jpg").write_bytes(jpeg[:2] + note + jpeg[2:])
    facts = probe(Source(tmp_path / "turned.jpg", SourceKind.still), Guard())
    row = cv2.imread(str(drawn(facts, (0,), tmp_path / "a.jpg", 160)))
    assert (row.shape[:2], read_number(row)) == ((160, 96), 77)


def test_what_is_transparent_lies_over_black(tmp_path: Path) -> None:
    clear = np.full((36, 64, 4), (10, 200, 30, 0), np.uint8)
    clear[:, 32:, 3] = 255
    cv2.imwrite(str(tmp_path / "clear.png"), clear)
    facts = probe(Source(tmp_path / "clear.png", SourceKind.still), Guard())
    row = cv2.imread(str(drawn(facts, (0,), tmp_path / "a.jpg", 36)))
    assert np.allclose(row[:, :24].mean(axis=(0, 1)), 0, atol=4)
    assert np.allclose(row[:, 40:].mean(axis=(0, 1)), (10, 200, 30), atol=4)


def test_what_is_no_strip_is_refused(tmp_path: Path) -> None:
    film = make(tmp_path / "a.mov", Slate(10, PAL))
    facts = probe(Source(film), Guard())
    out = tmp_path / "a.jpg"
    with pytest.raises(RangeError):
        drawn(facts, (10,), out)
    with pytest.raises(UsageError):
        drawn(facts, (), out)
    assert most_in(facts, 1080) == WIDEST // 1920
    with pytest.raises(UsageError):
        drawn(facts, range(most_in(facts, 1080) + 1), out, 1080)
    os.utime(film, (1, 1))
    with pytest.raises(MediaChanged):
        drawn(facts, (1,), out)
    assert not out.exists()


def test_a_strip_crosses_from_the_child(settings: Settings, film: Path, tmp_path: Path) -> None:
    async def work() -> None:
        room = MediaRoom(settings)
        try:
            facts = await room.probe(Source(film))
            for start in (5, 40):
                frames = Frames(facts.source, tuple(range(start, start + 4)))
                out = await room.strip(frames, facts, tmp_path / f"{start}.jpg", height=72)
                found = [read_number(each) for each in pictures(out, 4)]
                assert found == list(frames.numbers)
            other = replace(facts, size=7)
            with pytest.raises(MediaChanged):
                await room.strip(frames, other, tmp_path / "no.jpg", height=72)
        finally:
            await room.close()

    asyncio.run(work())
    assert sorted(file.name for file in tmp_path.glob("*.jpg*")) == ["40.jpg", "5.jpg"]
