"""Pictures mixed and trimmed. In: fitted pictures, a share or levels. Out: one, in their format.

Whole numbers only: a picture mixed with an equal one is that picture, to the bit.
"""

from fractions import Fraction
from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from bridge.media.facts import Levels


def mixed(below: VideoFrame, above: VideoFrame, share: Fraction) -> VideoFrame:
    """`share` of the picture above; both have the same size and planar format."""
    made, part, whole = _like(below), share.numerator, share.denominator
    for one, other, target in zip(*map(_planes, (below, above, made)), strict=True):
        mixture = one.astype(np.int32) * (whole - part) + other.astype(np.int32) * part
        target[:] = (mixture + whole // 2) // whole
    return made


def trimmed(frame: VideoFrame, levels: Levels) -> VideoFrame:
    """
    The picture with that much more Y, Cb and Cr, as far as its format can hold them.

    Parts of a level become that share of the pixels: slow changes have no steps.
    """
    made, bits = _like(frame), frame.format.components[0].bits
    added = (*(level * 2 ** (bits - 8) for level in levels), 0)  # nothing to alpha
    for source, target, more in zip(_planes(frame), _planes(made), added, strict=False):
        height, width = source.shape
        spread = np.tile(ORDER, (height // 16 + 1, width // 16 + 1))[:height, :width]
        target[:] = np.clip(source + (more + spread) // 256, 0, 2**bits - 1)
    return made


def _ordered(size: int) -> NDArray[Any]:
    """Bayer's matrix: each number from 0 once, neighbours far apart."""
    if size == 1:
        return np.zeros((1, 1), np.int32)
    smaller = 4 * _ordered(size // 2)
    order: NDArray[Any] = np.block([[smaller, smaller + 2], [smaller + 3, smaller + 1]])
    return order


ORDER = _ordered(16)


def _like(frame: VideoFrame) -> VideoFrame:
    made = VideoFrame(frame.width, frame.height, frame.format.name)
    made.color_primaries, made.color_trc = frame.color_primaries, frame.color_trc
    made.colorspace, made.color_range = frame.colorspace, frame.color_range
    return made


def _planes(frame: VideoFrame) -> list[NDArray[Any]]:
    kind = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
    return [_samples(plane, kind) for plane in frame.planes]


def _samples(plane: VideoPlane, kind: type[np.uint8] | type[np.uint16]) -> NDArray[Any]:
    """The plane's own memory, without what pads its lines."""
    memory: NDArray[Any] = np.frombuffer(memoryview(plane), kind)
    lines: NDArray[Any] = memory.reshape(-1, plane.line_size // memory.itemsize)
    return lines[: plane.height, : plane.width]
