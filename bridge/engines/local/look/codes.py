"""What the levels of YUV mean. In: a matrix, a range, bits. Out: the way to RGB, and back.

Levels are those of 16 bits: levels of fewer bits are shifted up. RGB is coded values, 0 to 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bridge.engines.local.look.planar import TV_RANGE

Affine = npt.NDArray[np.float64]  # 3 x 4: of three values and of 1

BITS = 16
# What of luma is red and what is blue (ITU-T H.273, table 4); FFmpeg calculates likewise.
WEIGHTS = {
    "bt709": (0.2126, 0.0722),
    "fcc": (0.30, 0.11),
    "bt470bg": (0.299, 0.114),
    "smpte170m": (0.299, 0.114),
    "smpte240m": (0.212, 0.087),
    "bt2020nc": (0.2627, 0.0593),
    "bt2020c": (0.2627, 0.0593),
}


@dataclass(frozen=True)
class Coding:
    """What the frames of a shot are coded as: matrix (its name), range (FFmpeg's number), bits."""

    matrix: str
    range: int
    bits: int


def from_rgb(coding: Coding) -> Affine:
    """Levels of luma and both colour differences, of red, green and blue."""
    red, blue = WEIGHTS[coding.matrix]
    luma = np.array([red, 1 - red - blue, blue])
    differences = (np.eye(3)[[2, 0]] - luma) / np.array([[2 - 2 * blue], [2 - 2 * red]])
    return np.column_stack([np.vstack([luma, differences]) * _spans(coding), _nothing(coding)])


def to_rgb(coding: Coding) -> Affine:
    forth = from_rgb(coding)
    back = np.linalg.inv(forth[:, :3])
    return np.column_stack([back, -back @ forth[:, 3]])


def _spans(coding: Coding) -> npt.NDArray[np.float64]:
    """From nothing to all, and from one end of a colour difference to the other; 3 x 1."""
    whole = (1 << BITS) - (1 << BITS - coding.bits)
    spans = (219 << 8, 224 << 8, 224 << 8) if coding.range == TV_RANGE else (whole,) * 3
    return np.array(spans, np.float64)[:, None]


def _nothing(coding: Coding) -> npt.NDArray[np.float64]:
    """The levels of black."""
    black = 16 << 8 if coding.range == TV_RANGE else 0
    return np.array([black, 1 << BITS - 1, 1 << BITS - 1], np.float64)
