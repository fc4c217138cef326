"""How alike two takes of the same frames are. In: frames of two sources. Out: how they differ.

Two generations of a shot are joined where they differ least, in their pictures and in how these
move. Small pictures tell that as well as large ones.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from bridge.errors import UsageError
from bridge.media.colour import RANGES
from bridge.media.facts import Compared, Frames, Levels
from bridge.media.limits import Guard
from bridge.media.reader import pictures
from bridge.media.tasks import Match

WIDTH, HEIGHT = 160, 90  # of the pictures that are compared

Small = NDArray[Any]  # 3 planes x HEIGHT x WIDTH, 8 bit levels


def compared(task: Match, guard: Guard) -> Compared:
    """
    For each pair of frames how much they differ: 0 where they are the same and move the same way.

    That is the sum over all samples, in 8 bit levels, of the difference of the two pictures and of
    the difference of their changes since the frames before.
    """
    if not task.one.numbers or len(task.one.numbers) != len(task.other.numbers):
        raise UsageError("Only as many frames of the one as of the other can be compared.")
    pairs = zip(_small(task.one, guard), _small(task.other, guard), strict=True)
    between = np.array([other - one for one, other in pairs])
    moved = np.diff(between, axis=0, prepend=between[:1])
    total = np.abs(between).sum((1, 2, 3)) + np.abs(moved).sum((1, 2, 3))
    return Compared(tuple(map(int, total)), _levels(between))


def _levels(between: Small) -> Levels:
    """What all of the pictures of the one have more than the other's, in each plane."""
    sums = between.sum((2, 3)) * 256 // (WIDTH * HEIGHT)  # frames x planes
    constant = np.ptp(sums, axis=0) <= np.abs(sums).min(axis=0)
    luma, blue, red = np.where(constant, np.median(sums, axis=0), 0).astype(int).tolist()
    return luma, blue, red


def _small(frames: Frames, guard: Guard) -> Iterator[Small]:
    scaler = VideoReformatter()
    for frame in pictures(frames.source, frames.numbers, guard):
        small = scaler.reformat(
            frame,
            WIDTH,
            HEIGHT,
            "yuv444p",
            dst_color_range=RANGES["tv"],
            interpolation=Interpolation.AREA,
        )
        yield small.to_ndarray().astype(np.int32)
