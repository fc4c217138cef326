"""What is done to each pixel for itself, as one table. In: frames of levels. Out: others.

FFmpeg's `haldclut` finds a colour's place in a cube of three levels, and what it becomes, between
the cube's nodes by tetrahedra: 16 bits in and out, on all cores. The levels that go in are luma and
both colour differences, as they were decoded: matrix and range are part of the table.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from bridge.engines.local.look.codes import Affine
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.look.planar import FORM, MOST, planes_of
from bridge.engines.local.strips import in_strips

Cube = VideoFrame  # as haldclut has it: a picture whose pixels are the nodes, red runs fastest

# haldclut's levels: 49 and 81 nodes a side; an odd number, so that there are nodes without colour.
# Off by how much of a 10-bit step, over all colours: in the mean 0.10 and 0.05 (0.45 and 0.20 for
# the look that clips most), and 99 of 100 colours by less than 1.0 and 0.6.
QUICK, GOOD = 7, 9
# From how many pixels that go through it a table is worth its making: 20 and 80 ms.
WORTH = ((10_000_000, GOOD), (1_500_000, QUICK))
TICK = Fraction(1, 1000)
HALF = np.float32(0.5)


def level_for(pixels: int) -> int | None:
    """How fine a table for so many pixels is; None where none is worth it."""
    return next((level for least, level in WORTH if pixels >= least), None)


def cube(
    change: Callable[[Picture], Picture], to_rgb: Affine, from_rgb: Affine, level: int
) -> Cube:
    """
    The table of what `change` does to coded RGB, for levels that stand for RGB by `to_rgb`.

    What comes out stands for it by `from_rgb`. Most nodes are no RGB within 0 and 1. Those beside
    it go on as the last ones within do, or the colours in between would be wrong; those farther
    out get what the nearest colour within gets.
    """
    frame = VideoFrame(level**3, level**3, FORM)
    planes = [planes_of(frame)[place] for place in _order()]
    axis = np.linspace(0, MOST, level**2, dtype=np.float32)
    places = _grid(axis).reshape(level**3, level**3, 3)
    beside = np.abs(to_rgb[:, :3]).sum(axis=1).max() * axis[1]

    def fill(rows: slice) -> None:
        made = _continued(change, _affine(places[rows], to_rgb), np.float32(beside))
        levels = np.clip(_affine(made, from_rgb) + HALF, 0, MOST).astype(np.uint16)
        for plane, channel in zip(planes, cv2.split(levels), strict=True):
            plane[rows] = channel

    in_strips(level**3, fill)
    return frame


def _grid(axis: npt.NDArray[np.float32]) -> Picture:
    """All colours of the axis, by blue, green and red."""
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.stack([red, green, blue], axis=3)


def _affine(picture: Picture, matrix: Affine) -> Picture:
    return np.asarray(cv2.transform(picture, matrix.astype(np.float32)), np.float32)


def _continued(change: Callable[[Picture], Picture], rgb: Picture, beside: np.float32) -> Picture:
    held = np.clip(rgb, 0, 1)
    made = change(held)
    red, green, blue = cv2.split(cv2.absdiff(rgb, held))
    off = cv2.max(cv2.max(red, green), blue)
    near = (off > 0) & (off <= beside)
    if near.any():
        edge = held[near][None]
        inside = np.clip(2 * edge - rgb[near], 0, 1)
        made[near] = (2 * change(edge) - change(inside))[0]
    return made


def blended(before: Cube, after: Cube, share: float) -> Cube:
    """The way from one table to another, `share` (0 to 1) of it gone."""
    made = VideoFrame(before.width, before.height, FORM)
    for new, old, other in zip(*map(planes_of, (made, before, after)), strict=True):
        new[:] = cv2.addWeighted(old, 1 - share, other, share, 0)
    return made


class Table:
    """
    Frames of one size, of 16 bits and three planes, through cubes of one level.

    `changing`: each frame has a cube of its own; else the first one is for all.
    """

    def __init__(self, width: int, height: int, level: int, *, changing: bool) -> None:
        graph = self._graph = Graph()  # its filters do not keep it
        self._levels = _buffer(graph, width, height)
        self._cubes = _buffer(graph, level**3, level**3)
        how = f"interp=tetrahedral:clut={'all' if changing else 'first'}"
        look = graph.add("haldclut", how)
        self._sink = graph.add("buffersink")
        self._levels.link_to(look, 0, 0)
        self._cubes.link_to(look, 0, 1)
        look.link_to(self._sink)
        graph.configure()
        self._changing = changing
        self._count = 0

    def __call__(self, levels: VideoFrame, table: Cube) -> VideoFrame:
        for each in (levels, table):
            each.pts, each.time_base = self._count, TICK
        self._levels.push(levels)
        if self._changing or not self._count:
            self._cubes.push(table)
        if not self._changing and not self._count:
            self._cubes.push(None)  # no other will come
        self._count += 1
        made = self._sink.pull()
        assert isinstance(made, VideoFrame)  # noqa: S101 - a graph of pictures gives no sound
        return made


def _buffer(graph: Graph, width: int, height: int) -> FilterContext:
    form = VideoFormat(FORM)
    return graph.add_buffer(width=width, height=height, format=form, time_base=TICK)


@cache
def _order() -> tuple[int, ...]:
    """
    Which of a cube's planes haldclut takes for red, green and blue.

    Not those that its pixel format says (FFmpeg 8): so one colour is sent through a cube of two
    nodes and more a side that changes nothing, and looked at.
    """
    same = VideoFrame(8, 8, FORM)
    grid = _grid(np.linspace(0, MOST, 4, dtype=np.float32)).reshape(8, 8, 3)
    for plane, channel in zip(planes_of(same), cv2.split(grid), strict=True):
        plane[:] = channel
    colour = VideoFrame(8, 8, FORM)
    sent = (0, MOST // 3, MOST)
    for plane, level in zip(planes_of(colour), sent, strict=True):
        plane[:] = level
    made = Table(8, 8, 2, changing=False)(colour, same)
    return tuple(sent.index(int(plane[0, 0])) for plane in planes_of(made))
