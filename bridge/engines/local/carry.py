"""One picture of a shot with painted frames. In: the picture, the edits it sees. Out: it, edited.

Every edit is looked at along the tracks of the picture's pixels. What a track finds is believed as
far as the unpainted frames look alike there; between two edits the better one wins, then the
nearer one. Where nothing is believed, a table says what paint did to such a colour near by.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bridge.engines.local.flow import Flow, Small, inside, sampled, strongest
from bridge.engines.local.looks import Picture, Plane
from bridge.engines.local.paint_edit import Edit
from bridge.engines.local.strips import in_strips
from bridge.engines.local.tracks import Look, difference

WINDOW = 5  # pixels at flow size
ALIKE, UNLIKE = 1.5, 5.0  # levels of 255: believed up to here, and doubted by so much more
RIVAL = 3.0  # levels of 255 by which one edit may look worse than the other
LEAST = 1e-4  # weight that is left to what is not believed
STRIP_PIXELS = 1 << 16  # so few that OpenCV leaves them to one thread: ours are cheaper to call
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
    shares: Sequence[Plane]  # of each sight
    rest: Plane | None  # height x width x 3: what the table adds
    trust: Plane


def carried(source: Picture, here: Small, sights: Sequence[Sight]) -> tuple[Picture, float]:
    """
    The edited picture and how sure it is, 0 to 1; the source itself where no edit reaches.

    `here` is the source at flow size, in colour.
    """
    if not sights:
        return source, 0.0
    base = _graded(source, sights)
    touched = np.maximum.reduce([sampled(each.edit.touched, each.places) for each in sights])
    mix = _mixed(here, sights)
    reach = touched if mix.rest is None else np.maximum(touched, strongest(mix.rest))
    box = _box(reach, source.shape)
    made = base if box is None else _painted(base, mix, box)
    return made, _sureness(base, source, touched, mix.trust)


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
    return _Mix(sights, shares, _rest(here, sights, kept), trust)


def _rest(here: Small, sights: Sequence[Sight], kept: Plane) -> Plane | None:
    """What the tables add where the sights are not believed; None where that is nothing."""
    rest = np.zeros(here.shape, np.float32)
    total = sum(each.near + LEAST for each in sights)
    for each in sights:
        rest += each.edit.table.at(here, each.places) * np.float32((each.near + LEAST) / total)
    rest *= (1 - kept)[..., None]
    return rest if float(strongest(rest).max()) > TOO_LITTLE else None


def _box(reach: Plane, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """Rows and columns of the full picture in which something is added."""
    some = (reach > TOO_LITTLE).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(some)
    if not width:
        return None
    down, across = shape[0] / reach.shape[0], shape[1] / reach.shape[1]
    rows = slice(max(0, int((top - 2) * down)), min(shape[0], int((top + height + 2) * down)))
    columns = slice(
        max(0, int((left - 2) * across)), min(shape[1], int((left + width + 2) * across))
    )
    return rows, columns


def _painted(base: Picture, mix: _Mix, box: tuple[slice, slice]) -> Picture:
    rows, columns = box
    made = base.copy()
    rest = None if mix.rest is None else _enlarged(mix.rest, base)
    layers = [
        (sight.edit.paint, _enlarged(_full(sight.places, base), base), _enlarged(share, base))
        for sight, share in zip(mix.sights, mix.shares, strict=True)
    ]

    def fill(strip: slice) -> None:
        where = slice(rows.start + strip.start, rows.start + strip.stop), columns
        part = made[where]
        for paint, places, share in layers:
            seen = sampled(paint, places[where])
            part += cv2.multiply(seen, cv2.merge([share[where]] * 3), dst=seen)
        if rest is not None:
            part += rest[where]
        np.clip(part, 0, 1, out=part)

    width = columns.stop - columns.start
    in_strips(rows.stop - rows.start, fill, max(1, STRIP_PIXELS // width))
    return made


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


def _sureness(base: Picture, source: Picture, touched: Plane, trust: Plane) -> float:
    """How much of what changes is believed: the grade wholly, the paint as far as its tracks."""
    painted = float(touched.sum())
    graded = 0.0 if base is source else float(touched.size)
    if not painted + graded:
        return 1.0
    return (graded + float((touched * trust).sum())) / (graded + painted)
