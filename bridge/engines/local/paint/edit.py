"""What was painted on one frame. In: the frame, its painted picture. Out: grade and paint, apart.

    painted = grade(frame) + paint

The paint is carried as this difference, so that grain and sharpness of the shot stay, and samples
that nobody painted stay equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bridge.engines.local.flow import Small, grid, strongest
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.paint.grade import Grade, grade_of
from bridge.engines.local.paint.table import Table, table_of
from bridge.engines.local.samples import Form, added
from bridge.engines.local.tracks import Look

# Coded values: less than the first is a picture's own rounding, more than the second is paint.
ROUNDING, PAINT = 0.7 / 255, 1.5 / 255
NEAR = 5  # pixels, odd; what lies so near to paint is painted
FIT_WIDTH = 112


@dataclass(frozen=True)
class Edit:
    """One painted frame; everything but its picture and the paint is at flow size."""

    frame: int
    before: Look  # what was there before
    painted: Picture  # without alpha
    paint: Sequence[Plane]  # levels: painted minus graded frame, 0 where nobody painted
    touched: Plane  # 0 to 1: where paint is
    grade: Grade
    table: Table


def edit_of(frame: int, source: Picture, painted: Picture, small: Small, form: Form) -> Edit:
    """
    `painted` has the size of `source` (coded values, 0 to 1); a fourth channel is its alpha, by
    which the others are multiplied already. `small` is the source at flow size; `form` is how the
    shot's samples are held.
    """
    if painted.shape[2] == 4:
        painted = painted[..., :3] + source * (1 - painted[..., 3:])
    before, after = (_shrunk(picture, FIT_WIDTH) for picture in (source, painted))
    grade = grade_of(before, after)
    paint = _cleaned(np.asarray(cv2.subtract(painted, grade.apply(source)), np.float32))
    size = (small.shape[1], small.shape[0])
    little = np.asarray(cv2.resize(paint, size, interpolation=cv2.INTER_AREA), np.float32)
    return Edit(
        frame,
        Look(small),
        painted,
        added(paint, form),
        np.clip(strongest(little) / PAINT, 0, 1),
        grade,
        table_of(small, little, grid(small.shape)),
    )


def _shrunk(picture: Picture, width: int) -> Picture:
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    if picture.shape[1] <= width:
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def _cleaned(paint: Picture) -> Picture:
    """Without what is only a picture written and read again: all that lies far from paint."""
    strength = cv2.dilate(cv2.blur(strongest(paint), (3, 3)), np.ones((NEAR, NEAR), np.uint8))
    share = np.clip((strength - ROUNDING) / (PAINT - ROUNDING), 0, 1).astype(np.float32)
    planes = [cv2.multiply(plane, share) for plane in cv2.split(paint)]
    return np.asarray(cv2.merge(planes), np.float32)
