"""What grain and a vignette lay over a picture. In: a size, the place. Out: planes of 16 bits.

Planes are height x width. They depend on nothing in the picture, and are kept for the next frame.
"""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]

CLUMP = 0.0008  # sigma of a grain, of the height
LEAST_CLUMP = 0.7  # pixels
SPREAD = 1 << 12  # the standard deviation of grain, as it is kept
SPARE = 512  # rows and columns by which the sheet of grain is larger than a picture
ALL = 65535  # of a picture's light, where a vignette leaves it
DARKENED = 0.85  # of the light in the corners
DISPLAY_GAMMA = 2.4  # ITU-R BT.1886
LEAST_GRAIN, MORE_GRAIN = 0.015, 0.14  # in black and white, and by how much it grows in between


def clumps(height: int, width: int, seed: int, frame: int) -> npt.NDArray[np.int16]:
    """Noise: a part of one sheet, at another place on every frame."""
    dice = np.random.default_rng((seed, frame))
    top, left = dice.integers(0, SPARE, 2, endpoint=True)
    return _sheet(height, width, seed)[top : top + height, left : left + width]


@lru_cache(1)
def _sheet(height: int, width: int, seed: int) -> npt.NDArray[np.int16]:
    """Of even noise, which is as good as any other once it is blurred."""
    size = (height + SPARE, width + SPARE)
    noise = np.random.default_rng(seed).integers(0, 1 << 16, size, np.uint16)
    sigma = max(LEAST_CLUMP, CLUMP * height)
    soft = cv2.GaussianBlur(noise, (0, 0), sigma)
    mean, spread = (float(found[0, 0]) for found in cv2.meanStdDev(soft))
    scale = SPREAD / spread
    made: Any = cv2.addWeighted(soft, scale, soft, 0, -mean * scale, dtype=cv2.CV_16S)
    return np.asarray(made, np.int16)


def grain_of(tones: Plane) -> Plane:
    """How much of it shows at tones of 0 to 1: most in the middle, as on film."""
    return np.float32(LEAST_GRAIN) + np.float32(MORE_GRAIN) * tones * (1 - tones)


@lru_cache(2)  # of luma and of colour
def falloff(height: int, width: int) -> npt.NDArray[np.uint16]:
    """
    What a vignette leaves of coded values: all in the middle, least in the corners.

    A factor on light is another one on values of gamma 2.4.
    """
    x = np.linspace(-1, 1, width, dtype=np.float32)[: (width + 1) // 2]
    y = np.linspace(-1, 1, height, dtype=np.float32)[: (height + 1) // 2]
    far = (x[None, :] ** 2 + y[:, None] ** 2) / 2
    left = cv2.pow(1 - np.float32(DARKENED) * far, 1 / DISPLAY_GAMMA)
    corner = cv2.addWeighted(left, ALL, left, 0, 0, dtype=cv2.CV_16U)
    upper = np.hstack([corner, corner[:, ::-1][:, width % 2 :]])
    return np.asarray(np.vstack([upper, upper[::-1][height % 2 :]]), np.uint16)
