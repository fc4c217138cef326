"""Pictures as the codec library holds them. In: RGB frames of 16 bits by planes. Out: pictures.

And back. It is the form that FFmpeg's scaler and its tables of colours are fastest with.
"""

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from bridge.engines.local.look.looks import Picture
from bridge.engines.local.strips import in_strips

FORM, ALPHA_FORM = "gbrp16le", "gbrap16le"
FINAL = "yuv422p10le"  # of ProRes 422
ORDER = (2, 0, 1, 3)  # the planes that hold red, green, blue and alpha
# White in 16 bit RGB, for FFmpeg's scaler: 255 * 256, going to and coming from YUV of any depth
# (measured, FFmpeg 8). RGB and grey of more bits are only shifted to 16.
WHITE, MOST = 65280, 65535
TV_RANGE, FULL_RANGE = 1, 2  # AVColorRange

Levels = npt.NDArray[np.uint16]


def levels_of(frame: VideoFrame) -> list[Levels]:
    """A frame of more than 8 bits plane by plane, height x width each; they are its memory."""
    return [
        np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)[:, : plane.width]
        for plane in frame.planes
    ]


def planes_of(frame: VideoFrame) -> list[Levels]:
    """The same of an RGB frame, in the order red, green, blue, alpha."""
    planes = levels_of(frame)
    return [planes[place] for place in ORDER[: len(planes)]]


def picture_of(frame: VideoFrame, white: int = WHITE) -> Picture:
    """Height x width x 3, or 4 with alpha; what is whiter than white is white."""
    planes = planes_of(frame)
    picture = np.empty((frame.height, frame.width, len(planes)), np.float32)

    def fill(rows: slice) -> None:
        levels = cv2.merge([np.minimum(plane[rows], white) for plane in planes])
        np.multiply(levels, np.float32(1 / white), out=picture[rows])

    in_strips(frame.height, fill)
    return picture


def frame_of(picture: Picture) -> VideoFrame:
    """A picture, 0 to 1, as a frame; with a fourth channel it has alpha, straight."""
    height, width, channels = picture.shape
    frame = VideoFrame(width, height, ALPHA_FORM if channels == 4 else FORM)
    planes = planes_of(frame)
    # alpha is no light: opaque is the most that 16 bits hold
    most = (WHITE, WHITE, WHITE, MOST)

    def fill(rows: slice) -> None:
        for plane, channel, top in zip(planes, cv2.split(picture[rows]), most, strict=False):
            held = np.minimum(channel, 1)
            plane[rows] = cv2.addWeighted(held, top, held, 0, 0, dtype=cv2.CV_16U)

    in_strips(height, fill)
    frame.color_range = FULL_RANGE
    return frame
