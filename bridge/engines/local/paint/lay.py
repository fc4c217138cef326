"""Paint laid on a frame. In: its samples, layers of paint. Out: nothing; the samples are changed.

Tile by tile: most of a picture has no paint, and most paint is in one layer alone. Where there is
none, samples stay as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Flow, Small, strongest
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.look.planar import Levels
from bridge.engines.local.samples import Form, add, added, leveled, over

Flags = npt.NDArray[np.bool_]  # of the tiles, down x across

# Pixels of luma. OpenCV goes row by row through a part of a picture, and each row costs as much as
# 300 pixels; whole pictures do not fit the cache. 64 x 1280 took 0.8 of the time of 32 x 640 and
# 0.6 of that of 720 x 1280 (measured, OpenCV 5.0).
TILE = (64, 1280)
MARGIN = np.ones((5, 5), np.uint8)  # pixels at flow size, for enlarging
TOO_LITTLE = 0.25 / 255  # of coded values: not worth adding


@dataclass(frozen=True)
class Canvas:
    """A frame that is worked on."""

    levels: Sequence[Levels]  # its samples, which are changed
    form: Form
    small: Small  # at flow size, in colour
    picture: Callable[[], Picture]  # as it came, coded RGB
    mask: Plane | None = None  # height x width, 0 to 1: how much of a change counts


@dataclass(frozen=True)
class Layer:
    """Paint as it is seen from a frame; all but the paint is at flow size."""

    paint: Sequence[Plane]  # levels, plane by plane
    places: Flow  # where each pixel lies in it
    share: Plane  # how much of it counts
    touched: Plane  # 0 to 1: where there is any


@dataclass(frozen=True)
class _Sheet:
    """Where and how much of each layer comes onto planes of one size."""

    maps: Sequence[tuple[Plane, Plane, Plane]]  # places right and down; the layer's share
    mask: Plane | None


@dataclass(frozen=True)
class _Laid:
    """What comes onto one plane."""

    sheet: _Sheet
    paints: Sequence[Plane]
    rest: Plane | None


@dataclass(frozen=True)
class _Tiles:
    """Which parts of a picture are worked on."""

    down: int
    across: int
    painted: Sequence[Flags]  # by each layer
    added: Flags  # what the rest reaches

    @cached_property
    def some(self) -> npt.NDArray[np.intp]:
        """Row and column of each that there is something to do in."""
        return np.argwhere(np.logical_or.reduce([*self.painted, self.added]))

    def part(self, tile: npt.NDArray[np.intp], shape: tuple[int, ...]) -> tuple[slice, slice]:
        """The tile in a plane of that shape."""
        (top, bottom), (left, right) = (
            (number * side // count, (number + 1) * side // count)
            for number, side, count in zip(tile, shape, (self.down, self.across), strict=True)
        )
        return slice(top, bottom), slice(left, right)


def lay_whole(canvas: Canvas, change: Picture) -> None:
    """A change of coded RGB, everywhere."""
    form = canvas.form
    for levels, plane, low, high in zip(
        canvas.levels, added(change, form), form.low, form.high, strict=False
    ):
        share = None if canvas.mask is None else over(canvas.mask, plane.shape)
        add(levels, plane if share is None else plane * share, low, high)


def lay(canvas: Canvas, layers: Sequence[Layer], rest: Picture | None) -> None:
    """The layers, each at its share, and a rest of coded RGB, of any size, that is added."""
    tiles = _tiles(canvas.levels[0].shape, layers, rest)
    if not len(tiles.some):
        return
    rests: Sequence[Plane | None] = [None] * len(canvas.form.axes)
    if rest is not None:
        rests = leveled(rest, canvas.form)
    sheets: dict[tuple[int, ...], _Sheet] = {}
    for number, more in enumerate(rests):
        shape = canvas.levels[number].shape
        if shape not in sheets:
            sheets[shape] = _sheet(shape, canvas.mask, layers)
        paints = [layer.paint[number] for layer in layers]
        wide = None if more is None else _enlarged(more, shape)
        _lay_plane(canvas, number, _Laid(sheets[shape], paints, wide), tiles)


def _lay_plane(canvas: Canvas, number: int, laid: _Laid, tiles: _Tiles) -> None:
    levels, form = canvas.levels[number], canvas.form
    for tile in tiles.some:
        place, where = tuple(tile), tiles.part(tile, levels.shape)
        changes = [
            _seen(paint, [each[where] for each in maps])
            for paint, maps, has in zip(laid.paints, laid.sheet.maps, tiles.painted, strict=True)
            if has[place]
        ]
        if laid.rest is not None and tiles.added[place]:
            changes.append(laid.rest[where])
        change = changes[0]
        for other in changes[1:]:
            change = np.asarray(cv2.add(change, other), np.float32)
        if laid.sheet.mask is not None:
            change = change * laid.sheet.mask[where]
        add(levels[where], change, form.low[number], form.high[number])


def _seen(paint: Plane, maps: Sequence[Plane]) -> Plane:
    right, down, share = maps
    seen = cv2.remap(paint, right, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.multiply(seen, share, dst=seen), np.float32)


def _tiles(shape: tuple[int, ...], layers: Sequence[Layer], rest: Picture | None) -> _Tiles:
    down, across = (max(1, side // most) for side, most in zip(shape, TILE, strict=True))
    none = np.zeros((down, across), np.bool_)
    painted = [_reached(layer.touched, none.shape) for layer in layers]
    return _Tiles(
        down, across, painted, none if rest is None else _reached(strongest(rest), none.shape)
    )


def _reached(reach: Plane, count: tuple[int, ...]) -> Flags:
    """Which of so many tiles it reaches."""
    some = cv2.dilate((reach > TOO_LITTLE).astype(np.uint8), MARGIN)
    for axis, number in enumerate(count):
        starts = np.arange(number) * reach.shape[axis] // number
        some = np.maximum.reduceat(some, starts, axis=axis)
    return some.astype(np.bool_)


def _sheet(shape: tuple[int, ...], mask: Plane | None, layers: Sequence[Layer]) -> _Sheet:
    maps = [(*_full(layer.places, shape), _enlarged(layer.share, shape)) for layer in layers]
    return _Sheet(maps, None if mask is None else over(mask, shape))


def _full(places: Flow, shape: tuple[int, ...]) -> tuple[Plane, Plane]:
    """Places right and down, counted in samples of a plane of that shape."""
    right, down = (
        (each + 0.5) * np.float32(side / small) - 0.5
        for each, side, small in zip(
            cv2.split(places), shape[1::-1], places.shape[1::-1], strict=True
        )
    )
    return _enlarged(right, shape), _enlarged(down, shape)


def _enlarged(values: Plane, shape: tuple[int, ...]) -> Plane:
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)
