"""Holes. In: values, and where they are known. Out: the same, the unknown filled from around."""

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.look.looks import Plane

SMALLEST = 4  # pixels; the coarsest step

Values = npt.NDArray[np.float32]  # height x width x channels


def filled(values: Values, known: Plane) -> Values:
    """Holes (`known` 0 to 1) take what lies around them, from coarse steps to fine ones."""
    weights = [known]
    parts = [values * known[:, :, None]]
    while min(weights[-1].shape) > SMALLEST:
        height, width = weights[-1].shape
        size = ((width + 1) // 2, (height + 1) // 2)
        weights.append(_resized(weights[-1], size, cv2.INTER_AREA))
        parts.append(_resized(parts[-1], size, cv2.INTER_AREA))
    whole = np.asarray(parts[-1] / np.maximum(weights[-1], 1e-4)[:, :, None], np.float32)
    for part, weight in zip(parts[-2::-1], weights[-2::-1], strict=True):
        height, width = weight.shape
        coarse = _resized(whole, (width, height), cv2.INTER_LINEAR)
        whole = np.asarray(part + coarse * (1 - weight)[:, :, None], np.float32)
    return whole


def _resized(values: Values, size: tuple[int, int], how: int) -> Values:
    return np.asarray(cv2.resize(values, size, interpolation=how), np.float32)
