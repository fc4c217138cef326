"""Frames by their even and odd columns. In: a YUV frame as it was decoded. Out: its pixels.

In 4:2:2 a sample of colour stands on an even column (ITU-R BT.601; MPEG-2 and later for 4:2:0), so
the odd columns, whose colour lies between two samples, are a picture of their own below the even
ones. It is of 16 bits and planar, luma and both colour differences where red, green and blue are,
which is what FFmpeg's tables of colours are fastest with. No sample is repeated on the way.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from bridge.engines.local.look.codes import BITS
from bridge.engines.local.look.planar import (
    FINAL,
    FORM,
    FULL_RANGE,
    TV_RANGE,
    Levels,
    levels_of,
    planes_of,
)
from bridge.engines.local.strips import in_strips

# Of a strip. Each is little work: one core does all up to 4K, while others decode and encode.
ROWS = 128
# A sample of colour in the end is so much of its own column's, the rest of both beside. Half would
# be a softer picture than the scaler's way to RGB and back makes; so it is as sharp (measured).
OWN = 0.75
FINAL_STEP = 1 << BITS - 10  # of the final form's 10 bits

EARLIER, LATER = slice(None, -1), slice(1, None)

Samples = npt.NDArray[Any]  # of as many bits as they were decoded with


def bits_of(frame: VideoFrame) -> int:
    return max(component.bits for component in frame.format.components)


def parted(frame: VideoFrame, *, between: bool = False) -> VideoFrame:
    """
    Half as wide and twice as high; the width must be even.

    `between`: its samples of colour are taken to stand between two columns, as the scaler takes
    them, and makes them of RGB again.
    """
    height, width = frame.height, frame.width // 2
    luma, *colours = _samples(frame)
    shift = BITS - bits_of(frame)
    made = VideoFrame(width, 2 * height, FORM)
    even, odd = ([plane[half] for plane in planes_of(made)] for half in _halves(height))
    colours = [_as_high(colour, height) for colour in colours]

    def fill(rows: slice) -> None:
        _parted(luma[rows], shift, even[0][rows], odd[0][rows])
        for samples, left, right in zip(colours, even[1:], odd[1:], strict=True):
            if samples.shape[1] > width:
                _parted(samples[rows], shift, left[rows], right[rows])
            elif between:
                _beside(_shifted(samples[rows], shift), left[rows], right[rows])
            else:
                _shifted(samples[rows], shift, left[rows])
                _between(left[rows], right[rows])

    in_strips(height, fill, ROWS)
    return made


def whole(pixels: VideoFrame, colorspace: int) -> VideoFrame:
    """Such a picture of levels as a frame of the final form, TV range."""
    height, width = pixels.height // 2, pixels.width
    planes = planes_of(pixels)
    even, odd = ([plane[half] for plane in planes] for half in _halves(height))
    made = VideoFrame(2 * width, height, FINAL)
    luma, *colours = levels_of(made)

    def fill(rows: slice) -> None:
        both = cv2.merge([even[0][rows], odd[0][rows]]).reshape(-1, 2 * width)
        cv2.addWeighted(both, 1 / FINAL_STEP, both, 0, 0, luma[rows])
        for samples, left, right in zip(colours, even[1:], odd[1:], strict=True):
            _gathered(left[rows], right[rows], samples[rows])

    in_strips(height, fill, ROWS)
    made.colorspace, made.color_range = colorspace, TV_RANGE
    return made


def whole_rgb(pixels: VideoFrame) -> VideoFrame:
    """Such a picture of RGB as a frame of RGB, 16 bits, white as it was."""
    height, width = pixels.height // 2, pixels.width
    made = VideoFrame(2 * width, height, FORM)
    pairs = list(zip(planes_of(made), planes_of(pixels), strict=True))

    def fill(rows: slice) -> None:
        for new, old in pairs:
            both = [old[half][rows] for half in _halves(height)]
            new[rows] = cv2.merge(both).reshape(-1, 2 * width)

    in_strips(height, fill, ROWS)
    made.color_range = FULL_RANGE
    return made


def _halves(height: int) -> tuple[slice, slice]:
    return slice(height), slice(height, 2 * height)


def _samples(frame: VideoFrame) -> list[Samples]:
    if bits_of(frame) > 8:
        return list(levels_of(frame))
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width]
        for plane in frame.planes
    ]


def _as_high(colour: Samples, height: int) -> Samples:
    """With a sample for each row; those of 4:2:0 lie between two rows."""
    rows, width = colour.shape
    if rows == height:
        return colour
    size = (width, 2 * rows)
    return np.asarray(cv2.resize(colour, size, interpolation=cv2.INTER_LINEAR))[:height]


def _parted(samples: Samples, shift: int, even: Levels, odd: Levels) -> None:
    pairs = _shifted(samples, shift).reshape(*even.shape, 2)
    cv2.split(pairs, [even, odd])


def _shifted(samples: Samples, shift: int, out: Levels | None = None) -> Levels:
    return np.left_shift(samples, shift, out=out, dtype=np.uint16)


def _between(samples: Levels, out: Levels) -> None:
    """What lies right of each sample, half the way to the next."""
    cv2.addWeighted(samples[:, :-1], 0.5, samples[:, 1:], 0.5, 0, out[:, :-1])
    out[:, -1] = samples[:, -1]


def _beside(samples: Levels, left: Levels, right: Levels) -> None:
    """What lies half a column left and right of each sample."""
    for out, here, there in ((left, LATER, EARLIER), (right, EARLIER, LATER)):
        out[:] = samples
        cv2.addWeighted(samples[:, here], 0.75, samples[:, there], 0.25, 0, out[:, here])


def _gathered(even: Levels, odd: Levels, out: Levels) -> None:
    """The colour of an even column and some of both beside it, in the final form's steps."""
    beside = np.empty_like(odd)
    beside[:, 0] = odd[:, 0]
    cv2.addWeighted(odd[:, 1:], 0.5, odd[:, :-1], 0.5, 0, beside[:, 1:])
    cv2.addWeighted(even, OWN / FINAL_STEP, beside, (1 - OWN) / FINAL_STEP, 0, out)
