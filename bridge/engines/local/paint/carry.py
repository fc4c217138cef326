"""One frame of a shot with painted frames. In: its samples, the edits it sees. Out: they, edited.

Every edit is looked at along the tracks of the picture's pixels. What a track finds is believed as
far as the unpainted frames look alike there; between two edits the better one wins, then the
nearer one. Where nothing is believed, a table says what paint did to such a colour near by.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bridge.engines.local.flow import Flow, Small, inside, sampled
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.paint.edit import Edit
from bridge.engines.local.paint.lay import TOO_LITTLE, Canvas, Layer, lay, lay_whole
from bridge.engines.local.paint.table import SPARSE
from bridge.engines.local.tracks import Look, difference

WINDOW = 5  # pixels at flow size
ALIKE, UNLIKE = 1.5, 5.0  # levels of 255: believed up to here, and doubted by so much more
RIVAL = 3.0  # levels of 255 by which one edit may look worse than the other
LEAST = 1e-4  # weight that is left to what is not believed


@dataclass(frozen=True)
class Sight:
    """An edit as it is seen from a frame."""

    edit: Edit
    places: Flow  # where each pixel of the frame lies in the edit's, at flow size
    near: float  # 1 on the edit's own frame, 0 where another one takes over


@dataclass(frozen=True)
class _Mix:
    """What is laid on, at flow size."""

    layers: Sequence[Layer]
    rest: Picture | None  # sparse: what the tables add
    trust: Plane


def carried(canvas: Canvas, sights: Sequence[Sight]) -> float:
    """Edits the canvas, which stays as it is where no edit reaches; how sure it is, 0 to 1."""
    if not sights:
        return 0.0
    graded = _graded(canvas, sights)
    mix = _mixed(canvas.small, sights)
    lay(canvas, mix.layers, mix.rest)
    return _sureness(mix, graded=graded)


def _graded(canvas: Canvas, sights: Sequence[Sight]) -> bool:
    """Adds the edits' grades, mixed by nearness; whether there are any."""
    if not any(each.edit.grade.matrices for each in sights):
        return False
    source, total = canvas.picture(), sum(each.near for each in sights)
    change = np.zeros_like(source)
    for each in sights:
        change += (each.edit.grade.apply(source) - source) * np.float32(each.near / total)
    lay_whole(canvas, change)
    return True


def _mixed(here: Small, sights: Sequence[Sight]) -> _Mix:
    now = Look(here)
    misses = [difference(each.edit.before, now, each.places, WINDOW) for each in sights]
    weights, trust = [], np.zeros(here.shape[:2], np.float32)
    for each, miss in zip(sights, misses, strict=True):
        within = inside(each.places)
        doubt = np.maximum(miss - ALIKE, 0) * np.float32(1 / UNLIKE)
        trust = np.maximum(trust, _bell(doubt) * within)
        weight = (_bell(miss * np.float32(1 / RIVAL)) * within + LEAST) * np.float32(
            each.near + LEAST
        )
        weights.append(cv2.GaussianBlur(weight, (WINDOW, WINDOW), 0))
    kept = np.clip(cv2.GaussianBlur(trust, (WINDOW, WINDOW), 0) * 1.5, 0, 1)
    total = np.add.reduce(weights)
    shares = [np.asarray(weight / total * kept, np.float32) for weight in weights]
    layers = [
        Layer(each.edit.paint, each.places, share, sampled(each.edit.touched, each.places))
        for each, share in zip(sights, shares, strict=True)
    ]
    return _Mix(layers, _rest(here, sights, kept), trust)


def _bell(values: Plane) -> Plane:
    return np.asarray(cv2.exp(-(values * values)), np.float32)


def _rest(here: Small, sights: Sequence[Sight], kept: Plane) -> Picture | None:
    """What the tables add where the sights are not believed; None where that is nothing."""
    unsure = 1 - kept[::SPARSE, ::SPARSE]
    if float(unsure.max()) < TOO_LITTLE:
        return None
    total = sum(each.near + LEAST for each in sights)
    rest = np.asarray(
        sum(
            each.edit.table.at(here, each.places) * np.float32((each.near + LEAST) / total)
            for each in sights
        )
    )
    rest *= unsure[..., None]
    return rest if float(np.abs(rest).max()) > TOO_LITTLE else None


def _sureness(mix: _Mix, *, graded: bool) -> float:
    """How much of what changes is believed: the grade wholly, the paint as far as its tracks."""
    touched = np.maximum.reduce([layer.touched for layer in mix.layers])
    painted = float(touched.sum())
    whole = float(touched.size) if graded else 0.0
    if not painted + whole:
        return 1.0
    return (whole + float((touched * mix.trust).sum())) / (whole + painted)
