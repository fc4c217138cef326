"""The grade in a painted frame. In: a frame and the same frame painted. Out: one map of colours.

A relight changes every pixel by its colour; a painted sign changes some pixels by their place. A
grade is what the first does: a cubic in each channel, mixed by a matrix. It is found where it
explains most of the picture, and is no grade at all otherwise.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import strongest
from bridge.engines.local.look.looks import Picture, Plane

Matrix = npt.NDArray[np.float32]

ROUNDS = 6  # of the fit; each believes less in what the one before did not explain
TOLERANCE = 1 / 255  # of coded values: less is explained
EXPLAINED = 3 / 255
LEAST_PART = 0.5  # of the picture that a grade explains
LEAST_GAIN = 0.2  # by which it explains more than no grade
TAME = 1e-3  # how strongly the fit holds to no grade where the picture has no such colours
POWERS = 3


@dataclass(frozen=True)
class Grade:
    """Coded colours to coded colours; without matrices everything stays as it is."""

    matrices: tuple[Matrix, ...] = ()  # 3 x 4 for the colour with its offset, 3 x 3 for its powers

    def apply(self, picture: Picture) -> Picture:
        """The picture itself where there is no grade."""
        if not self.matrices:
            return picture
        made = np.asarray(cv2.transform(picture, self.matrices[0]), np.float32)
        power = picture
        for matrix in self.matrices[1:]:
            power = power * picture
            made += np.asarray(cv2.transform(power, matrix), np.float32)
        return np.asarray(np.clip(made, 0, 1, out=made), np.float32)


def grade_of(source: Picture, painted: Picture) -> Grade:
    """From small pictures, height x width x 3, coded values 0 to 1."""
    grade = _fitted(source.reshape(-1, 3), painted.reshape(-1, 3))
    explained = _explained(grade.apply(source), painted)
    untouched = _explained(source, painted)
    return grade if explained > max(LEAST_PART, untouched + LEAST_GAIN) else Grade()


def _explained(one: Picture, other: Picture) -> float:
    return float((strongest(one - other) < EXPLAINED).mean())


def _fitted(source: Plane, painted: Plane) -> Grade:
    """Least squares over pixels (n x 3), again and again with less weight for what is far off."""
    powers = [source.astype(np.float64) ** power for power in range(1, POWERS + 1)]
    terms = np.hstack([*powers, np.ones((len(source), 1))])
    changes = painted.astype(np.float64) - source
    tame = np.eye(terms.shape[1]) * (TAME * len(source) / 100)
    weights = np.ones((len(source), 1))
    for _ in range(ROUNDS):
        weighted = terms * weights
        solved = np.linalg.solve(terms.T @ weighted + tame, weighted.T @ changes)
        missed = np.abs(changes - terms @ solved).max(axis=1, keepdims=True)
        scale = max(TOLERANCE, float(np.median(missed)))
        weights = 1 / (1 + (missed / scale) ** 2)
    matrices = [solved[3 * power : 3 * power + 3].T for power in range(POWERS)]
    matrices[0] = np.hstack([matrices[0] + np.eye(3), solved[-1:].T])
    return Grade(tuple(np.ascontiguousarray(matrix, np.float32) for matrix in matrices))
