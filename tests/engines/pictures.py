"""Pictures for the tests of what is calculated: textured, seeded, height x width x 3, 0 to 1."""

import cv2
import numpy as np


def texture(seed: int, width: int = 96, height: int = 54, softness: float = 2.0) -> np.ndarray:
    noise = np.random.default_rng(seed).random((height, width, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), softness)
    return ((soft - soft.min()) / (soft.max() - soft.min())).astype(np.float32)


def scene(left: int, width: int = 192, height: int = 108) -> np.ndarray:
    """A textured square at `left` over a textured ground."""
    picture = texture(1, width, height)
    picture[30:78, left : left + 48] = texture(2, 48, 48)
    return picture


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Decibels; equal pictures have 200."""
    error = float(np.mean((one.astype(np.float64) - other) ** 2))
    return float(-10 * np.log10(max(error, 1e-20)))
