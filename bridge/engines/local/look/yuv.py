"""Looks on frames as the encoder has them. In: YUV frames of 10 bits. Out: the same, changed.

No picture of floats is made. A vignette is one factor for red, green and blue, and so for luma and
for both colour differences; grain is the same on red, green and blue, and so on luma alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.look import overlays
from bridge.engines.local.look.looks import Place
from bridge.engines.local.look.planar import FINAL, TV_RANGE, Levels, levels_of
from bridge.engines.local.look.vocabulary import LookStep
from bridge.engines.local.strips import in_strips
from bridge.media.colour import MATRICES, SCALER_MATRICES

BLACK, WHITE, GREY, MOST = 64, 940, 512, 1023  # ITU-R BT.709, 10 bits
SPAN = WHITE - BLACK
FINE = 64  # parts of a level, in which a vignette is calculated
FINER = 256  # and those of grain
ROWS = 128  # of a strip; up to 4K one core does them all, while others decode and encode


def own(frame: VideoFrame, matrix: str) -> VideoFrame:
    """
    A decoded frame in the final form, as one that may be written to. It must be of TV range.

    The scaler brings full range to it by 1.3 levels wrong in the mean (measured, FFmpeg 8).
    """
    number = SCALER_MATRICES[matrix]
    final = VideoReformatter().reformat(
        frame,
        format=FINAL,
        src_colorspace=number,
        dst_colorspace=number,
        src_color_range=TV_RANGE,
        dst_color_range=TV_RANGE,
    )
    made = VideoFrame(frame.width, frame.height, FINAL)
    for new, old in zip(levels_of(made), levels_of(final), strict=True):
        new[:] = old
    made.colorspace, made.color_range = MATRICES[matrix], TV_RANGE
    return made


def changed(steps: Sequence[LookStep], frame: VideoFrame, place: Place) -> VideoFrame:
    """The frame itself, of the final form, after all steps; all must be of `LOOKS`."""
    for step in steps:
        LOOKS[step.look](step.strength, levels_of(frame), place)
    return frame


def _vignette(strength: float, planes: list[Levels], _: Place) -> None:
    for levels, nothing in zip(planes, (BLACK, GREY, GREY), strict=True):
        _darken(levels, nothing, strength)


def _darken(levels: Levels, nothing: int, strength: float) -> None:
    """Towards `nothing`, the level without light or colour."""
    height, width = levels.shape
    left = overlays.falloff(height, width)

    def fill(rows: slice) -> None:
        share = cv2.addWeighted(left[rows], strength, left[rows], 0, overlays.ALL * (1 - strength))
        made = _levels(cv2.multiply(levels[rows], share, scale=FINE / overlays.ALL))
        # the rest of the way, and half a level, because what is cut off is not rounded
        far = nothing * FINE
        made += _levels(cv2.addWeighted(share, -far / overlays.ALL, share, 0, far + FINE // 2))
        np.right_shift(made, FINE.bit_length() - 1, out=levels[rows])

    in_strips(height, fill, ROWS)


def _grain(strength: float, planes: list[Levels], place: Place) -> None:
    luma = planes[0]
    height, width = luma.shape
    clumps = overlays.clumps(height, width, place.seed, place.frame)
    scale = strength * SPAN * FINER
    more = overlays.MORE_GRAIN * scale / SPAN**2

    def fill(rows: slice) -> None:
        tones = np.clip(luma[rows], BLACK, WHITE)
        amount = _levels(cv2.multiply(tones - np.uint16(BLACK), WHITE - tones, scale=more))
        amount += np.uint16(round(overlays.LEAST_GRAIN * scale))
        part = 1 / (FINER * overlays.SPREAD)
        grains = cv2.multiply(clumps[rows], amount.view(np.int16), scale=part)
        made = cv2.add(luma[rows], grains, dtype=cv2.CV_16U)
        np.clip(made, BLACK, MOST, out=luma[rows])

    in_strips(height, fill, ROWS)


def _levels(made: Any) -> Levels:
    return np.asarray(made, np.uint16)


LOOKS: dict[str, Callable[[float, list[Levels], Place], None]] = {
    "vignette": _vignette,
    "grain": _grain,
}
