"""A still at the size that an engine wants. In: pixels, 8 bit. Out: pixels, opaque and fitted."""

from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bridge.media.facts import Fitting

Picture = NDArray[Any]  # height x width x 3 or 4, 8 bit, as OpenCV has it
OPAQUE = 3  # channels


def fitted(picture: Picture, fitting: Fitting) -> Picture:
    """What is transparent lies over black."""
    opaque = over_black(picture) if picture.shape[2] > OPAQUE else picture
    height, width = opaque.shape[:2]
    part = kept(width, height, fitting.cover)
    left, top = (width - part[0]) // 2, (height - part[1]) // 2
    cropped = opaque[top : top + part[1], left : left + part[0]]
    size = fitting.width, fitting.height
    if part == size:
        return np.ascontiguousarray(cropped)
    shrinks = size[0] * size[1] < part[0] * part[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cropped, size, interpolation=how), np.uint8)


def kept(width: int, height: int, cover: Fraction) -> tuple[int, int]:
    """The largest part of that shape; all of a picture that is off by less than two pixels."""
    part = min(width, round(height * cover)), min(height, round(width / cover))
    if width - part[0] < 2 and height - part[1] < 2:
        return width, height
    return max(1, part[0]), max(1, part[1])


def over_black(picture: Picture) -> Picture:
    light = picture[:, :, :OPAQUE].astype(np.uint16) * picture[:, :, OPAQUE:] + 127
    return np.asarray(light // 255, np.uint8)
