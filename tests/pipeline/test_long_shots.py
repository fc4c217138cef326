"""A shot that no request holds comes back whole, and nobody sees where its parts meet.

47.3 seconds at 24000/1001 through a model of 30: what came back for the two parts is a generation
of its own each, with other grain, another level and a level that drifts.
"""

import asyncio
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bridge.frames import Rate
from bridge.media.slate import Slate, make
from tests.pipeline.returns import walking
from tests.test_walk import Cut

FILM = Rate.of("24000/1001")
FRAMES = 1134
WIDTH, HEIGHT = 64, 36
CUT = Cut(
    "24000/1001", "24000/1001", source=0, frames=FRAMES,
    media=Slate(FRAMES, width=WIDTH, height=HEIGHT, gop=48),
)  # fmt: skip
Generation = Callable[[Any, int, int, Any], Any]  # scene, frame of the part, part, dice


def scene(number: int, moving: bool) -> Any:
    """Soft waves of all three colours that wander, or stand."""
    x, y, time = np.arange(WIDTH)[None, :], np.arange(HEIGHT)[:, None], number * moving
    waves = (
        110 + 50 * np.sin((x + time * 0.7) / 9) + 20 * np.sin((y - time * 0.3) / 7),
        110 + 40 * np.sin((x * 0.5 + y + time) / 13),
        100 + 40 * np.cos((x - y * 0.7 - time * 0.5) / 11),
    )
    return np.stack([np.broadcast_to(wave, (HEIGHT, WIDTH)) for wave in waves], -1)


def drift(picture: Any, local: int, _part: int, dice: Any) -> Any:
    return picture * (1 + 0.06 * local / 600) + dice.normal(0, 2, picture.shape)


def offset(picture: Any, _local: int, part: int, dice: Any) -> Any:
    return picture + 8 * part + dice.normal(0, 2, picture.shape)


def steps(path: Path) -> tuple[Any, Any]:
    """From each frame to the next: how much the pixels change, and how much the whole level."""
    with av.open(str(path)) as container:
        pictures = [f.to_ndarray(format="gray").astype(float) for f in container.decode(video=0)]
    assert len(pictures) == FRAMES
    pixels = np.abs(np.diff(pictures, axis=0)).mean((1, 2))
    return pixels, np.abs(np.diff([picture.mean() for picture in pictures]))


@pytest.mark.parametrize(("generation", "moving"), [(drift, True), (offset, False)])
def test_no_jump_where_segments_meet(tmp_path: Path, generation: Generation, moving: bool) -> None:
    def returned(_footage: Path, folder: Path, number: int) -> Path:
        segment = walk.plan.shots[0].segments[number]
        dice = np.random.default_rng(number)

        def paint(frame: int, _width: int, _height: int, _alpha: bool) -> Any:
            local = frame - segment.frames.start
            painted = generation(scene(frame, moving), local, number, dice)
            return painted.clip(0, 255).astype(np.uint8)

        slate = Slate(segment.sent, FILM, WIDTH, HEIGHT, first_number=segment.frames.start)
        return make(folder / "came_back.mp4", slate, paint)

    with walking(tmp_path, returned, CUT, max_seconds=Fraction(30)) as walk:
        done = asyncio.run(walk.conformed())
        _, later = walk.plan.shots[0].segments
    pixels, level = steps(done.path)
    near = slice(later.keep.start - 60, later.keep.start + 60)
    far = np.ones(FRAMES - 1, bool)
    far[near] = False
    assert pixels[near].max() <= 1.05 * pixels[far].max()
    assert level[near].max() <= 1.25 * level[far].max()
