"""What is done to each pixel for itself, as one table. In: decoded frames. Out: frames, changed.

FFmpeg's `haldclut` finds a colour's place in a cube of red, green and blue, and what it becomes,
between the cube's nodes by tetrahedra: 16 bits in and out, on all cores. A frame comes as it was
decoded and goes out as the encoder wants it; no picture of floats is made on the way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from bridge.engines.local.look.looks import Picture
from bridge.engines.local.look.planar import (
    FINAL,
    FORM,
    FULL_RANGE,
    MOST,
    TV_RANGE,
    WHITE,
    planes_of,
)
from bridge.media.colour import MATRICES, UNSPECIFIED

Cube = VideoFrame  # as haldclut has it: a picture whose pixels are the nodes, red runs fastest

# haldclut's levels. Off by how much of a 12-bit step, measured over all colours for each look: in
# the mean 0.2 and 0.4; where a look clips colours, and just above black, up to 13 and 25.
FINE = 11  # 121 nodes a side
QUICK = 8  # 64 nodes a side
TICK = Fraction(1, 1000)
# The scaler's names for matrices, where they are others than ours (libavfilter/vf_scale.c).
SCALE_NAMES = {"bt470bg": "smpte170m", "bt2020nc": "bt2020", "bt2020c": "bt2020"}
RANGES = {TV_RANGE: "tv", FULL_RANGE: "pc"}


def nodes(level: int) -> int:
    """How many colours a cube holds."""
    return level**6


def cube(change: Callable[[Picture], Picture], level: int) -> Cube:
    """The table of what `change` does to coded RGB."""
    axis = np.linspace(0, MOST / WHITE, level**2, dtype=np.float32)
    # the last nodes lie beyond white: changes are asked for at white, and their lines drawn on
    beyond = np.float32((axis[-1] - axis[-2]) / (1 - axis[-2]))
    colours = _grid(np.minimum(axis, 1))
    flat = colours.reshape(level**3, level**3, 3)
    changed = change(flat).reshape(colours.shape)
    for way in range(3):
        last = np.moveaxis(changed, way, 0)
        last[-1] = last[-2] + (last[-1] - last[-2]) * beyond
    return _cube(changed.reshape(flat.shape) * np.float32(WHITE), _order())


def _grid(axis: npt.NDArray[np.float32]) -> Picture:
    """All colours of the axis, by blue, green and red."""
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.stack([red, green, blue], axis=3)


@dataclass(frozen=True)
class Coding:
    """What the frames of a shot are: YUV of that matrix (its name) and range."""

    width: int
    height: int
    form: str
    matrix: str
    range: int


class Table:
    """
    Frames of one coding through cubes of one level.

    `changing`: each frame has a cube of its own; else the first one is for all. `final`: nothing
    more is done to them, so they go out as YUV of 10 bits with the matrix that they had.
    """

    def __init__(self, coding: Coding, level: int, *, changing: bool, final: bool) -> None:
        graph = self._graph = Graph()  # its filters do not keep it
        self._source = _buffer(graph, coding.width, coding.height, coding.form)
        rgb = graph.add("format", FORM)
        graph.link_nodes(self._source, graph.add("scale", _to_rgb(coding)), rgb)
        out = [graph.add("scale", _from_rgb(coding)), graph.add("format", FINAL)] if final else []
        self._cubes, self._sink = _looked_up(graph, rgb, out, level, changing=changing)
        self._tags = (MATRICES[coding.matrix], TV_RANGE) if final else (UNSPECIFIED, FULL_RANGE)
        self._changing = changing
        self._count = 0

    def __call__(self, frame: VideoFrame, table: Cube) -> VideoFrame:
        """The frame, changed; as RGB it has 16 bits, white at 65280."""
        for each in (frame, table):
            each.pts, each.time_base = self._count, TICK
        self._source.push(frame)
        if self._changing or not self._count:
            self._cubes.push(table)
        if not self._changing and not self._count:
            self._cubes.push(None)  # no other will come
        self._count += 1
        made = self._sink.pull()
        assert isinstance(made, VideoFrame)  # noqa: S101 - a graph of pictures gives no sound
        made.colorspace, made.color_range = self._tags
        return made


def _to_rgb(coding: Coding) -> str:
    return (
        f"in_color_matrix={_scale_name(coding.matrix)}:in_range={RANGES[coding.range]}:"
        "out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
    )


def _from_rgb(coding: Coding) -> str:
    matrix = _scale_name(coding.matrix)
    return f"in_range=pc:out_color_matrix={matrix}:out_range=tv:flags=bicubic"


def _scale_name(matrix: str) -> str:
    return SCALE_NAMES.get(matrix, matrix)


def _buffer(graph: Graph, width: int, height: int, form: str) -> FilterContext:
    form_ = VideoFormat(form)
    return graph.add_buffer(width=width, height=height, format=form_, time_base=TICK)


def _looked_up(
    graph: Graph,
    colours: FilterContext,
    then: Sequence[FilterContext],
    level: int,
    *,
    changing: bool,
) -> tuple[FilterContext, FilterContext]:
    """Where cubes go in, and where the colours come out that were looked up in them."""
    cubes = _buffer(graph, level**3, level**3, FORM)
    look = graph.add("haldclut", f"interp=tetrahedral:clut={'all' if changing else 'first'}")
    sink = graph.add("buffersink")
    colours.link_to(look, 0, 0)
    cubes.link_to(look, 0, 1)
    graph.link_nodes(look, *then, sink)
    graph.configure()
    return cubes, sink


def _cube(levels: Picture, order: tuple[int, ...]) -> Cube:
    frame = VideoFrame(levels.shape[1], levels.shape[0], FORM)
    planes = planes_of(frame)
    whole = np.clip(levels + np.float32(0.5), 0, MOST).astype(np.uint16)
    for channel, place in enumerate(order):
        planes[place][:] = whole[:, :, channel]
    return frame


@cache
def _order() -> tuple[int, ...]:
    """
    Which of a cube's planes haldclut takes for red, green and blue.

    Not those that its pixel format says (FFmpeg 8): so one colour is sent through a cube of two
    nodes and more a side that changes nothing, and looked at.
    """
    same = _cube(_grid(np.linspace(0, MOST, 4, dtype=np.float32)).reshape(8, 8, 3), (0, 1, 2))
    colour = VideoFrame(8, 8, FORM)
    sent = (0, MOST // 3, MOST)
    for plane, level in zip(planes_of(colour), sent, strict=True):
        plane[:] = level
    graph = Graph()
    source = _buffer(graph, 8, 8, FORM)
    cubes, sink = _looked_up(graph, source, (), 2, changing=False)
    for each in (colour, same):
        each.pts, each.time_base = 0, TICK
    source.push(colour)
    cubes.push(same)
    cubes.push(None)
    made = sink.pull()
    assert isinstance(made, VideoFrame)  # noqa: S101 - a graph of pictures gives no sound
    return tuple(sent.index(int(plane[0, 0])) for plane in planes_of(made))
