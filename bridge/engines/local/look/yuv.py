"""Looks on frames as the encoder has them. In: YUV frames of 10 bits. Out: the same, changed.

No picture of floats is made. A vignette is one factor for red, green and blue, and so for luma and
for both colour differences; grain is the same on red, green and blue, and so on luma alone.
"""

from collections.abc import Callable, Sequence

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.look import overlays
from bridge.engines.local.look.looks import Place
from bridge.engines.local.look.planar import FINAL, TV_RANGE, Levels, levels_of
from bridge.engines.local.look.vocabulary import LookStep
from bridge.engines.local.strips import in_strips
from bridge.media.colour import MATRICES, SCALER_MATRICES

BLACK, SPAN, GREY, MOST = 64, 876, 512, 1023  # ITU-R BT.709, 10 bits
HALF = np.float32(0.5)


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
        _darken(levels, np.float32(nothing), np.float32(strength))


def _darken(levels: Levels, nothing: np.float32, strength: np.float32) -> None:
    """Towards `nothing`, the level without light or colour."""
    height, width = levels.shape
    left = overlays.falloff(height, width)

    def fill(rows: slice) -> None:
        far = levels[rows] - nothing
        far *= 1 - strength + strength * left[rows]
        far += nothing + HALF
        levels[rows] = far

    in_strips(height, fill)


def _grain(strength: float, planes: list[Levels], place: Place) -> None:
    luma = planes[0]
    height, width = luma.shape
    clumps = overlays.clumps(height, width, place.seed, place.frame)
    scale = np.float32(strength * SPAN)

    def fill(rows: slice) -> None:
        tones = (luma[rows] - np.float32(BLACK)) / np.float32(SPAN)
        amount = overlays.grain_of(np.clip(tones, 0, 1)) * scale
        amount *= clumps[rows]
        amount += luma[rows]
        luma[rows] = np.clip(amount + HALF, BLACK, MOST)

    in_strips(height, fill)


LOOKS: dict[str, Callable[[float, list[Levels], Place], None]] = {
    "vignette": _vignette,
    "grain": _grain,
}
