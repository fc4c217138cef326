"""Colour match. In: the colours of a shot and of a reference still. Out: one map for the shot.

Mean and covariance of the coded values of the whole shot are carried onto those of the reference
by the linear map that moves colours the least (Monge-Kantorovich; Pitie and Kokaram 2007). It is
one map for the whole shot, so that nothing flickers. Its numbers can be written down and given to
other shots, which then get the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.look.grade_words import Rows
from bridge.engines.local.look.looks import Picture

Matrix = npt.NDArray[np.float64]

SAMPLE_WIDTH = 160  # pictures are measured at this width; statistics need no detail
LEAST_SPREAD = (2 / 255) ** 2  # variance; below it a picture is one flat colour
# A flat shot has nothing that could be spread as far as a rich reference: more is banding.
MOST_GAIN = 3.0


@dataclass(frozen=True)
class ColourFacts:
    mean: Matrix  # 3
    covariance: Matrix  # 3 x 3


@dataclass(frozen=True)
class ColourMap:
    """picture -> matrix * picture + offset, for each pixel."""

    matrix: Matrix  # 3 x 3
    offset: Matrix  # 3

    def at(self, strength: float) -> "ColourMap":
        """The part of the way, 0 to 1, that is gone."""
        unchanged = np.eye(3)
        matrix = unchanged + strength * (self.matrix - unchanged)
        return ColourMap(matrix, strength * self.offset)

    @property
    def rows(self) -> Rows:
        """The numbers of red, green and blue: of red, green, blue and white."""
        return [[float(x) for x in row] for row in np.hstack([self.matrix, self.offset[:, None]])]

    def apply(self, picture: Picture) -> Picture:
        affine = np.hstack([self.matrix, self.offset[:, None]]).astype(np.float32)
        return np.clip(np.asarray(cv2.transform(picture, affine), np.float32), 0, 1)


def measure(pictures: Iterable[Picture]) -> ColourFacts:
    """Mean and covariance over all pixels of all pictures (coded values, 0 to 1)."""
    count, total, products = 0, np.zeros(3), np.zeros((3, 3))
    for picture in pictures:
        pixels = _sampled(picture).reshape(-1, 3).astype(np.float64)
        count += len(pixels)
        total += pixels.sum(axis=0)
        products += pixels.T @ pixels
    mean = total / max(1, count)
    return ColourFacts(mean, products / max(1, count) - np.outer(mean, mean))


def colour_map(shot: ColourFacts, reference: ColourFacts) -> ColourMap:
    """The map from the shot's colours to the reference's."""
    root, unroot = _roots(_spread(shot))
    middle, _ = _roots(root @ _spread(reference) @ root)
    matrix = _held(unroot @ middle @ unroot)
    return ColourMap(matrix, reference.mean - matrix @ shot.mean)


def map_of(rows: Rows) -> ColourMap:
    numbers = np.array(rows, np.float64)
    return ColourMap(numbers[:, :3], numbers[:, 3])


def _sampled(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    if width <= SAMPLE_WIDTH:
        return picture
    size = (SAMPLE_WIDTH, max(1, round(height * SAMPLE_WIDTH / width)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def _spread(facts: ColourFacts) -> Matrix:
    return facts.covariance + LEAST_SPREAD * np.eye(3)


def _roots(spread: Matrix) -> tuple[Matrix, Matrix]:
    """The square root of a positive symmetric matrix, and that root's inverse."""
    values, vectors = np.linalg.eigh((spread + spread.T) / 2)
    values = np.sqrt(np.maximum(values, np.finfo(float).tiny))
    return (vectors * values) @ vectors.T, (vectors / values) @ vectors.T


def _held(matrix: Matrix) -> Matrix:
    """The same map with no colour direction spread more than `MOST_GAIN` times."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.clip(values, 0, MOST_GAIN)) @ vectors.T)
