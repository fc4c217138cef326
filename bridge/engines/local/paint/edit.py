"""What was painted on one frame. In: the frame, its painted picture. Out: grade and paint, apart.

    painted = grade(frame) + paint

The paint is carried as this difference, so that grain and sharpness of the shot stay, and pixels
that nobody painted stay equal.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from bridge.engines.local.flow import Small, grid, strongest
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.paint.grade import Grade, grade_of
from bridge.engines.local.paint.table import Table, table_of
from bridge.engines.local.tracks import Look

# Coded values: less than the first is a picture's own rounding, more than the second is paint.
ROUNDING, PAINT = 0.7 / 255, 1.5 / 255
NEAR = 5  # pixels, odd; what lies so near to paint is painted
FIT_WIDTH = 160


@dataclass(frozen=True)
class Edit:
    """One painted frame; everything but the paint is at flow size."""

    frame: int
    before: Look  # what was there before
    painted: Picture  # full size, without alpha
    # Full size: painted minus graded frame, 0 where nobody painted; and 0: OpenCV samples four
    # channels faster than three (measured, 5.0).
    paint: Picture
    touched: Plane  # 0 to 1: where paint is
    grade: Grade
    table: Table


def edit_of(frame: int, source: Picture, painted: Picture, small: Small) -> Edit:
    """
    `painted` has the size of `source` (coded values, 0 to 1); a fourth channel is its alpha, by
    which the others are multiplied already. `small` is the source at flow size.
    """
    if painted.shape[2] == 4:
        painted = painted[..., :3] + source * (1 - painted[..., 3:])
    before, after = (_shrunk(picture, FIT_WIDTH) for picture in (source, painted))
    grade = grade_of(before, after)
    paint = painted - grade.apply(source)
    paint *= _sure(paint)[..., None]
    size = (small.shape[1], small.shape[0])
    little = np.asarray(cv2.resize(paint, size, interpolation=cv2.INTER_AREA), np.float32)
    touched = np.clip(strongest(little) / PAINT, 0, 1)
    four = cv2.merge([*cv2.split(paint), np.zeros(paint.shape[:2], np.float32)])
    table = table_of(small, little, grid(small.shape))
    return Edit(frame, Look(small), painted, np.asarray(four, np.float32), touched, grade, table)


def _shrunk(picture: Picture, width: int) -> Picture:
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    if picture.shape[1] <= width:
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def _sure(paint: Picture) -> Plane:
    """0 where a picture was only written and read again, 1 near paint."""
    strength = cv2.blur(strongest(paint), (3, 3))
    strength = cv2.dilate(strength, np.ones((NEAR, NEAR), np.uint8))
    share = np.clip((strength - ROUNDING) / (PAINT - ROUNDING), 0, 1)
    return np.asarray(share, np.float32)
