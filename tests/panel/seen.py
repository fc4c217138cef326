"""What a canvas shows. In: its picture as the page gives it. Out: an array, a slate's number."""

import base64
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator

from bridge.media.slate import read_number

TOLD = '(canvas) => canvas.toDataURL("image/png")'


def pixels(told: str) -> NDArray[Any]:
    """Height x width x 3 of a canvas's data URL."""
    data = base64.b64decode(told.partition(",")[2])
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def number(canvas: Locator) -> int:
    """The slate's number in the pixels of a canvas; `MediaDamaged` where it shows none."""
    return read_number(pixels(canvas.evaluate(TOLD)))
