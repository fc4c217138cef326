"""Canvases, for the tests of paint. In: pictures. Out: canvases, and pictures again."""

from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.flow import small
from bridge.engines.local.look.planar import frame_of, levels_of
from bridge.engines.local.paint.carry import Sight, carried
from bridge.engines.local.paint.edit import Edit, edit_of
from bridge.engines.local.paint.lay import Canvas
from bridge.engines.local.pictures import HD, to_picture
from bridge.engines.local.samples import Form, form_of, opened


@dataclass(frozen=True)
class Made:
    picture: np.ndarray
    sure: float
    untouched: np.ndarray  # height x width: whether the samples are the source's


def edit(source: np.ndarray, painted: np.ndarray, frame: int = 0) -> Edit:
    return edit_of(frame, source, painted, small(source), _form(source))


def carry(source: np.ndarray, sights: list[Sight], mask: np.ndarray | None = None) -> Made:
    decoded = _filmed(source)
    made = opened(decoded, _form(source))
    canvas = Canvas(levels_of(made), _form(source), small(source), lambda: source, mask)
    sure = carried(canvas, sights)
    same = [new == old for new, old in zip(levels_of(made), levels_of(decoded), strict=True)]
    picture = to_picture(made, HD, VideoReformatter())
    return Made(picture, sure, np.logical_and.reduce(same))


def _form(picture: np.ndarray) -> Form:
    return form_of(_filmed(picture), HD)


def _filmed(picture: np.ndarray) -> VideoFrame:
    """With samples of 16 bits for every pixel."""
    form = {"format": "yuv444p16le", "dst_colorspace": 1, "dst_color_range": 1}
    return VideoReformatter().reformat(frame_of(picture), **form)
