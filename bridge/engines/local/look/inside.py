"""A change inside a mask. In: the frame as it was decoded, changed, a mask. Out: one frame.

Frames are mixed in the form in which they were decoded, and not as RGB: what lies outside goes to
the encoder as it came, bit for bit. Frames of 8 bits are widened to 10 before.
"""

import cv2
import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from bridge.engines.local.look.looks import Plane
from bridge.engines.local.look.planar import FULL_RANGE, Levels, levels_of
from bridge.engines.local.strips import in_strips

LEAST_BITS = 10
# by the samples of colour that 16 x 16 pixels have
SHAPES = {(8, 8): "yuv420p", (8, 16): "yuv422p", (16, 16): "yuv444p"}


def mixable(frame: VideoFrame) -> bool:
    """Whether `within` takes such a frame: YUV of up to 16 bits, without alpha."""
    format_ = frame.format
    opaque = len(format_.components) == 3
    return format_.name.startswith("yuv") and opaque and _shape(format_) in SHAPES


def within(
    mask: Plane, source: VideoFrame, changed: VideoFrame, matrix: int, range_: int
) -> VideoFrame:
    """
    `changed`, an RGB frame, where the mask (height x width) is 1; `source` where it is 0.

    Matrix (the scaler's number) and range are those of `source`. A sample of its colour that lies
    over any pixel outside is outside.
    """
    form = _form(source.format)
    before = VideoReformatter().reformat(
        source,
        format=form,
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=range_,
        dst_color_range=range_,
    )
    after = VideoReformatter().reformat(
        changed,
        format=form,
        dst_colorspace=matrix,
        src_color_range=FULL_RANGE,
        dst_color_range=range_,
        interpolation=Interpolation.BICUBIC,
    )
    made = VideoFrame(source.width, source.height, form)
    made.colorspace, made.color_range = source.colorspace, source.color_range
    for out, old, new in zip(*map(levels_of, (made, before, after)), strict=True):
        _mix(_over(mask, out.shape), old, new, out)
    return made


def _form(format_: VideoFormat) -> str:
    bits = max(LEAST_BITS, *(component.bits for component in format_.components))
    return f"{SHAPES[_shape(format_)]}{bits}le"


def _shape(format_: VideoFormat) -> tuple[int, int]:
    return format_.chroma_width(16), format_.chroma_height(16)


def _over(mask: Plane, shape: tuple[int, ...]) -> Plane:
    """The mask for a plane of fewer samples: its mean, but 0 where it is 0 anywhere."""
    height, width = shape
    if mask.shape == shape:
        return mask
    size = (width, height)
    mean = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    outside = cv2.resize((mask == 0).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.where(outside > 0, np.float32(0), np.asarray(mean, np.float32))


def _mix(share: Plane, old: Levels, new: Levels, out: Levels) -> None:
    def fill(rows: slice) -> None:
        part = share[rows] * (new[rows].astype(np.float32) - old[rows])
        out[rows] = np.rint(old[rows] + part).astype(np.uint16)

    in_strips(out.shape[0], fill)
