"""Tiles in which pixels move as their neighbours do. In: places, how they miss. Out: better ones.

Only the tiles that miss most are asked: they hold nearly all that is to be gained.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Flow, sampled
from bridge.engines.local.look.looks import Plane

Shifts = tuple[tuple[int, int], ...]  # right and down, in pixels
Tiles = npt.NDArray[np.intp]  # n x 2: row and column of each
Stack = npt.NDArray[np.float32]  # n x height x width (x channels)

WINDOW = 3  # pixels; pictures are compared over squares of this size
TILE = 40  # pixels
AT_ONCE = 12  # tiles; they fit the cache
FEW = 16  # tiles that are always asked: a tiny picture costs little
POOR = 2.0  # levels of 255; what misses less is left alone


@dataclass(frozen=True)
class Asked:
    """What a pixel may move like; all at flow size."""

    origin: Plane  # values of the picture in which the places lie
    here: Plane  # values of the picture that has them
    own: Flow  # each pixel's own place
    moves: Flow  # from there
    beside: Shifts  # the neighbours that are asked


def apart(origin: Plane, here: Plane, places: Flow, window: int) -> Plane:
    """Levels of 255 by which the origin, seen at those places, differs from here."""
    miss = cv2.absdiff(sampled(origin, places), here)
    if miss.ndim == 3:
        miss = cv2.cvtColor(miss, cv2.COLOR_RGBA2GRAY)
    return np.asarray(cv2.blur(miss, (window, window)), np.float32)


def settled(places: Flow, miss: Plane, asked: Asked, part: float) -> Flow:
    """Better places, written into `places`; `part` of the tiles, or a few, are asked."""
    tiles = _poorest(miss, part)
    reach = max(max(map(abs, shift)) for shift in asked.beside)
    apron = WINDOW // 2
    windows = [_windows(each, apron) for each in (places, miss, asked.here, asked.own)]
    moves = _windows(asked.moves, apron + reach)

    def fill(some: slice) -> None:
        rows, columns = tiles[some].T
        made, best, here, own = (each[rows, columns] for each in windows)
        around = moves[rows, columns]
        high, wide = best.shape[1:]
        for right, down in asked.beside:
            top, left = reach + down, reach + right
            offered = own + around[:, top : top + high, left : left + wide]
            found = apart(asked.origin, _stacked(here), _stacked(offered), WINDOW)
            cv2.copyTo(
                _stacked(offered), cv2.compare(found, _stacked(best), cv2.CMP_LT), _stacked(made)
            )
            np.minimum(best, found.reshape(best.shape), out=best)
        for row, column, tile in zip(rows * TILE, columns * TILE, made, strict=True):
            place = places[row : row + TILE, column : column + TILE]
            place[:] = tile[apron:, apron:][: place.shape[0], : place.shape[1]]

    for start in range(0, len(tiles), AT_ONCE):
        fill(slice(start, start + AT_ONCE))
    return places


def _poorest(miss: Plane, part: float) -> Tiles:
    """The tiles that miss most."""
    height, width = miss.shape
    poor = np.pad(np.maximum(miss - np.float32(POOR), 0), ((0, -height % TILE), (0, -width % TILE)))
    sums = poor.reshape(poor.shape[0] // TILE, TILE, -1, TILE).sum(axis=(1, 3))
    most = max(FEW, round(sums.size * part))
    order = np.argsort(-sums, axis=None, kind="stable")[:most]
    rows, columns = np.unravel_index(order[sums.ravel()[order] > 0], sums.shape)
    return np.stack([rows, columns], axis=1)


def _windows(values: Plane, apron: int) -> Stack:
    """Down x across x height x width (x channels): each tile with what lies around it."""
    height, width = values.shape[:2]
    below, beyond = apron + -height % TILE, apron + -width % TILE
    wide = cv2.copyMakeBorder(values, apron, below, apron, beyond, cv2.BORDER_REPLICATE)
    side, (down, across) = TILE + 2 * apron, wide.strides[:2]
    return np.lib.stride_tricks.as_strided(
        wide,
        (-(-height // TILE), -(-width // TILE), side, side, *wide.shape[2:]),
        (down * TILE, across * TILE, *wide.strides),
        writeable=False,
    )


def _stacked(tiles: Stack) -> Plane:
    return tiles.reshape(-1, *tiles.shape[2:])
