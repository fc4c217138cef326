"""A frame's own samples. In: a decoded frame. Out: the same, to be written to; what a change means.

What nothing is added to goes to the encoder as it came, bit for bit; no picture of RGB is made of
it. A change of colour is a linear thing: red, green and blue by so much are luma and both colour
differences by so much. Frames of 8 bits are widened to 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from bridge.engines.local.look.codes import BITS, Coding, from_rgb
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.look.planar import (
    ALPHA_FORM,
    FORM,
    FULL_RANGE,
    Levels,
    frame_of,
    levels_of,
)
from bridge.engines.local.pictures import SCALER, alpha_of, has_alpha, range_of, white_of
from bridge.media.colour import SCALER_MATRICES, working_matrix
from bridge.media.facts import Colour

LEAST_BITS = 10
# by the samples of colour that 16 x 16 pixels have
SHAPES = {(8, 8): "yuv420p", (8, 16): "yuv422p", (16, 16): "yuv444p"}


@dataclass(frozen=True)
class Form:
    """How the samples of a shot are held and what they mean; a plane each of luma, Cb, Cr."""

    name: str  # FFmpeg's
    matrix: int  # the scaler's number
    range: int
    axes: npt.NDArray[np.float32]  # planes x 3: levels by which red, green, blue of 1 change each
    black: npt.NDArray[np.float32]  # the level of each plane without light

    @cached_property
    def low(self) -> tuple[int, ...]:
        """The least level of each plane that a colour has."""
        return tuple(map(int, self.black + np.minimum(self.axes, 0).sum(axis=1)))

    @cached_property
    def high(self) -> tuple[int, ...]:
        return tuple(map(int, self.black + np.maximum(self.axes, 0).sum(axis=1)))

    @property
    def rgb(self) -> bool:
        return self.name in (FORM, ALPHA_FORM)

    @property
    def alpha(self) -> bool:
        return len(VideoFormat(self.name).components) > len(self.axes)

    def shapes(self, height: int, width: int) -> list[tuple[int, int]]:
        """Of the planes of a picture, without alpha: height x width."""
        format_ = VideoFormat(self.name, width, height)
        return [(part.height, part.width) for part in format_.components[: len(self.axes)]]


def form_of(frame: VideoFrame, colour: Colour) -> Form:
    """YUV keeps its shape, and alpha; everything else is RGB of 16 bits, and alpha, by planes."""
    matrix = working_matrix(colour.matrix, frame.width, frame.height)
    number, range_ = SCALER_MATRICES[matrix], range_of(frame, colour)
    format_, alpha = frame.format, has_alpha(frame)
    if not keeps(format_):
        axes = np.eye(3, dtype=np.float32)[[1, 2, 0]] * np.float32(white_of(frame))  # planar: GBR
        black = np.zeros(3, np.float32)
        return Form(ALPHA_FORM if alpha else FORM, number, FULL_RANGE, axes, black)
    bits = max(LEAST_BITS, *(component.bits for component in format_.components))
    forth = (from_rgb(Coding(matrix, range_, bits)) / (1 << BITS - bits)).astype(np.float32)
    shape = SHAPES[_shape(format_)]
    name = f"{shape.replace('yuv', 'yuva') if alpha else shape}{bits}le"
    return Form(name, number, range_, forth[:, :3], forth[:, 3])


def keeps(format_: VideoFormat) -> bool:
    """Whether frames of such a form are worked on in samples of their own, and stay exactly so."""
    return format_.name.startswith("yuv") and _shape(format_) in SHAPES


def _shape(format_: VideoFormat) -> tuple[int, int]:
    return format_.chroma_width(16), format_.chroma_height(16)


def opened(frame: VideoFrame, form: Form) -> VideoFrame:
    """A decoded frame in that form, as one that may be written to."""
    held = VideoReformatter().reformat(
        frame,
        format=form.name,
        src_colorspace=form.matrix,
        dst_colorspace=form.matrix,
        src_color_range=form.range,
        dst_color_range=form.range,
        interpolation=SCALER if form.rgb else Interpolation.BICUBIC,
    )
    made = VideoFrame(frame.width, frame.height, form.name)
    made.colorspace, made.color_range = frame.colorspace, form.range
    for new, old in zip(levels_of(made), levels_of(held), strict=True):
        new[:] = old
    if has_alpha(frame):
        # FFmpeg's scaler makes 65280 of 255 for some forms (measured, FFmpeg 8)
        alpha, most = levels_of(made)[3], (1 << made.format.components[3].bits) - 1
        alpha[:] = np.rint(alpha_of(frame) * np.float32(most))
    return made


def added(change: Picture, form: Form) -> list[Plane]:
    """A change of coded RGB (height x width x 3) as one of levels, plane by plane."""
    shapes = form.shapes(*change.shape[:2])
    return [
        thinned(plane, shape) for plane, shape in zip(leveled(change, form), shapes, strict=True)
    ]


def leveled(change: Picture, form: Form) -> list[Plane]:
    """The same, each plane with as many samples as the picture has pixels."""
    planes = cv2.split(np.asarray(cv2.transform(change, form.axes), np.float32))
    return [np.asarray(plane, np.float32) for plane in planes]


def coded(picture: Picture, form: Form) -> list[Levels]:
    """A picture of coded RGB, 0 to 1, without alpha."""
    if form.rgb:
        return [np.rint(plane).astype(np.uint16) for plane in added(picture, form)]
    frame = VideoReformatter().reformat(
        frame_of(picture),
        format=form.name.replace("yuva", "yuv"),
        dst_colorspace=form.matrix,
        src_color_range=FULL_RANGE,
        dst_color_range=form.range,
        interpolation=Interpolation.BICUBIC,
    )
    return levels_of(frame)


def put(levels: Sequence[Levels], picture: Picture, form: Form, mask: Plane | None = None) -> None:
    """
    A whole picture of coded RGB in the place of the levels; alpha stays.

    `mask` (height x width, 0 to 1): where it is 0 the levels stay as they are. A sample of colour
    that lies over any pixel outside is outside.
    """
    for old, new in zip(levels, coded(picture, form), strict=False):
        if mask is None:
            old[:] = new
        else:
            change = (new.astype(np.float32) - old) * over(mask, old.shape)
            cv2.add(old, change, dst=old, dtype=cv2.CV_16U)


def thinned(plane: Plane, shape: tuple[int, ...]) -> Plane:
    """For a plane of fewer samples: its mean."""
    if plane.shape == shape:
        return plane
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def over(mask: Plane, shape: tuple[int, ...]) -> Plane:
    """The mask for a plane of fewer samples: its mean, but 0 where it is 0 anywhere."""
    if mask.shape == shape:
        return mask
    outside = thinned((mask == 0).astype(np.float32), shape)
    return np.where(outside > 0, np.float32(0), thinned(mask, shape))


def add(levels: Levels, change: Plane, low: int, high: int) -> None:
    """Changes the levels to between `low` and `high`, or how far they reach already."""
    least, most = cv2.minMaxLoc(levels)[:2]
    total = cv2.add(levels, change, dtype=cv2.CV_16U)
    np.clip(total, min(low, int(least)), max(high, int(most)), out=levels)
