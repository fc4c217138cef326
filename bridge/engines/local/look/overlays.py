"""What grain and a vignette lay over a picture. In: a size, the place. Out: planes of floats.

Planes are height x width. They depend on nothing in the picture, and are kept for the next frame.
"""

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]

CLUMP = 0.0008  # sigma of a grain, of the height
LEAST_CLUMP = 0.7  # pixels
SPARE = 512  # rows and columns by which the sheet of grain is larger than a picture
DARKENED = 0.85  # of the light in the corners
DISPLAY_GAMMA = 2.4  # ITU-R BT.1886


def clumps(height: int, width: int, seed: int, frame: int) -> Plane:
    """Noise of spread 1: a part of one sheet, at another place on every frame."""
    dice = np.random.default_rng((seed, frame))
    top, left = dice.integers(0, SPARE, 2, endpoint=True)
    return _sheet(height, width, seed)[top : top + height, left : left + width]


@lru_cache(1)
def _sheet(height: int, width: int, seed: int) -> Plane:
    size = (height + SPARE, width + SPARE)
    noise = np.random.default_rng(seed).standard_normal(size, np.float32)
    sigma = max(LEAST_CLUMP, CLUMP * height)
    soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigma), np.float32)
    soft /= soft.std()
    return soft


def grain_of(tones: Plane) -> Plane:
    """How much of it shows at tones of 0 to 1: most in the middle, as on film."""
    return np.float32(0.015) + np.float32(0.14) * tones * (1 - tones)


@lru_cache(2)  # of luma and of colour
def falloff(height: int, width: int) -> Plane:
    """
    What a vignette leaves of coded values: 1 in the middle, least in the corners.

    A factor on light is another one on values of gamma 2.4.
    """
    x = np.linspace(-1, 1, width, dtype=np.float32)
    y = np.linspace(-1, 1, height, dtype=np.float32)
    far = (x[None, :] ** 2 + y[:, None] ** 2) / 2
    left = 1 - np.float32(DARKENED) * far
    return np.asarray(cv2.pow(left, 1 / DISPLAY_GAMMA), np.float32)
