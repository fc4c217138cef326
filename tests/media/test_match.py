"""Frames that are alike are told from those that are not."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.errors import UsageError
from bridge.media.facts import Compared, Frames
from bridge.media.limits import Guard
from bridge.media.match import compared
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make
from bridge.media.tasks import Match
from bridge.settings import Settings
from bridge.source import Source
from tests.media.footage import PAL


def frames(path: Path, first: int, count: int = 6) -> Frames:
    return Frames(Source(path), tuple(range(first, first + count)))


def test_the_same_frames_do_not_differ_and_others_do(tmp_path: Path) -> None:
    one = make(tmp_path / "one.mov", Slate(24, PAL))
    late = make(tmp_path / "late.mov", Slate(24, PAL, gop=1, first_number=4))
    assert compared(Match(frames(one, 4), frames(one, 4)), Guard()) == Compared((0,) * 6)
    alike = compared(Match(frames(one, 4), frames(late, 0)), Guard()).differences
    shifted = compared(Match(frames(one, 4), frames(late, 1)), Guard()).differences
    assert 0 < max(alike) < min(shifted) / 3


def test_a_room_gives_the_same_numbers_each_time(tmp_path: Path) -> None:
    one = make(tmp_path / "one.mov", Slate(12, PAL))
    other = make(tmp_path / "other.mov", Slate(12, PAL, 128, 72, first_number=1))

    async def twice() -> tuple[Compared, ...]:
        room = MediaRoom(Settings(data=tmp_path / "data"))
        try:
            return (
                await room.match(frames(one, 2), frames(other, 2)),
                await room.match(frames(one, 2), frames(other, 2)),
            )
        finally:
            await room.close()

    first, second = asyncio.run(twice())
    assert first == second == compared(Match(frames(one, 2), frames(other, 2)), Guard())
    assert len(first.differences) == 6


def test_unlike_counts_are_refused(tmp_path: Path) -> None:
    one = make(tmp_path / "one.mov", Slate(12, PAL))
    with pytest.raises(UsageError):
        compared(Match(frames(one, 2, 3), frames(one, 2, 4)), Guard())


def grey(path: Path, levels: Callable[[int], int]) -> Path:
    def paint(number: int, width: int, height: int, _alpha: bool) -> Any:
        return np.full((height, width, 3), levels(number), np.uint8)

    return make(path, Slate(8, PAL, gop=1, options=(("crf", "4"),)), paint)


def test_what_the_other_has_more_throughout_is_its_level(tmp_path: Path) -> None:
    """A level of RGB is 219/255 of one of luma."""
    one = grey(tmp_path / "one.mov", lambda number: 100 + number)
    brighter = grey(tmp_path / "brighter.mov", lambda number: 114 + number)
    flicker = grey(tmp_path / "flicker.mov", lambda number: 90 + 30 * (number % 2))
    luma, *chroma = compared(Match(frames(one, 0), frames(brighter, 0)), Guard()).levels
    assert abs(luma - 14 * 256 * 219 // 255) < 256
    assert max(map(abs, chroma)) < 128
    back = compared(Match(frames(brighter, 0), frames(one, 0)), Guard()).levels[0]
    assert abs(luma + back) <= 1
    assert compared(Match(frames(one, 0), frames(flicker, 0)), Guard()).levels[0] == 0
