"""One picture of a shot with painted frames. In: the picture, the edits it sees. Out: it, edited.

Every edit is looked at along the tracks of the picture's pixels. What a track finds is believed as
far as the unpainted frames look alike there; between two edits the better one wins, then the
nearer one. Where nothing is believed, a table says what paint did to such a colour near by.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Flow, Small, inside, sampled, strongest
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.paint.edit import Edit
from bridge.engines.local.paint.table import SPARSE
from bridge.engines.local.strips import in_strips
from bridge.engines.local.tracks import Look, difference

Flags = npt.NDArray[np.bool_]

WINDOW = 5  # pixels at flow size
ALIKE, UNLIKE = 1.5, 5.0  # levels of 255: believed up to here, and doubted by so much more
RIVAL = 3.0  # levels of 255 by which one edit may look worse than the other
LEAST = 1e-4  # weight that is left to what is not believed
AT_ONCE = 12  # tiles in a row
TILE = (96, 192)  # so few pixels that OpenCV leaves them to one thread: ours are cheaper to call
MARGIN = np.ones((5, 5), np.uint8)  # pixels at flow size, for enlarging
TOO_LITTLE = 0.25 / 255  # of coded values: not worth adding


@dataclass(frozen=True)
class Sight:
    """An edit as it is seen from a frame."""

    edit: Edit
    places: Flow  # where each pixel of the frame lies in the edit's, at flow size
    near: float  # 1 on the edit's own frame, 0 where another one takes over


@dataclass(frozen=True)
class _Mix:
    """How the sights are added up, at flow size."""

    sights: Sequence[Sight]
    touched: Sequence[Plane]  # 0 to 1: where each sight has paint
    shares: Sequence[Plane]  # of each sight
    rest: Plane | None  # height x width x 3, sparse: what the table adds
    trust: Plane


def carried(source: Picture, here: Small, sights: Sequence[Sight]) -> tuple[Picture, float]:
    """
    The edited picture and how sure it is, 0 to 1; the source itself where no edit reaches.

    `here` is the source at flow size, in colour.
    """
    if not sights:
        return source, 0.0
    base = _graded(source, sights)
    mix = _mixed(here, sights)
    return _painted(base, mix), _sureness(base, source, mix)


def _graded(source: Picture, sights: Sequence[Sight]) -> Picture:
    """The edits' grades, mixed by nearness."""
    if not any(each.edit.grade.matrices for each in sights):
        return source
    total = sum(each.near for each in sights)
    made = np.zeros_like(source)
    for each in sights:
        made += each.edit.grade.apply(source) * np.float32(each.near / total)
    return made


def _mixed(here: Small, sights: Sequence[Sight]) -> _Mix:
    now = Look(here)
    misses = [difference(each.edit.before, now, each.places, WINDOW) for each in sights]
    weights, trust = [], np.zeros(here.shape[:2], np.float32)
    for each, miss in zip(sights, misses, strict=True):
        within = inside(each.places)
        doubt = np.maximum(miss - ALIKE, 0) / UNLIKE
        trust = np.maximum(trust, np.exp(-(doubt**2)) * within)
        weight = (np.exp(-((miss / RIVAL) ** 2)) * within + LEAST) * np.float32(each.near + LEAST)
        weights.append(cv2.GaussianBlur(weight, (WINDOW, WINDOW), 0))
    kept = np.clip(cv2.GaussianBlur(trust, (WINDOW, WINDOW), 0) * 1.5, 0, 1)
    total = np.add.reduce(weights)
    shares = [np.asarray(weight / total * kept, np.float32) for weight in weights]
    touched = [sampled(each.edit.touched, each.places) for each in sights]
    return _Mix(sights, touched, shares, _rest(here, sights, kept), trust)


def _rest(here: Small, sights: Sequence[Sight], kept: Plane) -> Plane | None:
    """What the tables add where the sights are not believed; None where that is nothing."""
    total = sum(each.near + LEAST for each in sights)
    rest = np.asarray(
        sum(
            each.edit.table.at(here, each.places) * np.float32((each.near + LEAST) / total)
            for each in sights
        )
    )
    rest *= (1 - kept[::SPARSE, ::SPARSE])[..., None]
    return rest if float(np.abs(rest).max()) > TOO_LITTLE else None


def _painted(base: Picture, mix: _Mix) -> Picture:
    """Tile by tile; most of a picture has no paint, and most paint is in one sight alone."""
    layers = [
        (sight.edit.paint, _enlarged(_full(sight.places, base), base), _enlarged(share, base))
        for sight, share in zip(mix.sights, mix.shares, strict=True)
    ]
    wanted = [_tiled(touched, base) for touched in mix.touched]
    rest = None if mix.rest is None else _enlarged(mix.rest, base)
    added = np.zeros_like(wanted[0]) if mix.rest is None else _tiled(strongest(mix.rest), base)
    tiles = np.argwhere(np.logical_or.reduce([*wanted, added]))
    if not len(tiles):
        return base
    made = base.copy()

    def fill(some: slice) -> None:
        for row, column in tiles[some]:
            top, left = row * TILE[0], column * TILE[1]
            where = slice(top, top + TILE[0]), slice(left, left + TILE[1])
            part = made[where]
            for (paint, places, share), has in zip(layers, wanted, strict=True):
                if has[row, column]:
                    seen = sampled(paint, places[where])
                    cv2.multiply(seen, cv2.merge([share[where]] * 4), dst=seen)
                    part += cv2.cvtColor(seen, cv2.COLOR_RGBA2RGB)
            if rest is not None and added[row, column]:
                part += rest[where]
            np.clip(part, 0, 1, out=part)

    in_strips(len(tiles), fill, AT_ONCE, heavy=True)
    return made


def _tiled(reach: Plane, base: Picture) -> Flags:
    """Which tiles of the full picture it reaches, down x across."""
    some = cv2.dilate((reach > TOO_LITTLE).astype(np.uint8), MARGIN)
    for axis, side in enumerate(TILE):
        starts = np.arange(0, base.shape[axis], side) * reach.shape[axis] // base.shape[axis]
        some = np.maximum.reduceat(some, starts, axis=axis)
    return some.astype(np.bool_)


def _full(places: Flow, base: Picture) -> Flow:
    """Places counted in pixels of the full picture."""
    height, width = places.shape[:2]
    right, down = cv2.split(places)
    right = (right + 0.5) * np.float32(base.shape[1] / width) - 0.5
    down = (down + 0.5) * np.float32(base.shape[0] / height) - 0.5
    return np.asarray(cv2.merge([right, down]), np.float32)


def _enlarged(values: Plane, base: Picture) -> Plane:
    size = (base.shape[1], base.shape[0])
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _sureness(base: Picture, source: Picture, mix: _Mix) -> float:
    """How much of what changes is believed: the grade wholly, the paint as far as its tracks."""
    touched = np.maximum.reduce(mix.touched)
    painted = float(touched.sum())
    graded = 0.0 if base is source else float(touched.size)
    if not painted + graded:
        return 1.0
    return (graded + float((touched * mix.trust).sum())) / (graded + painted)
