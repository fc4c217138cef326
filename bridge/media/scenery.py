"""A harbour painted in code, for the demo. In: a frame number and a size. Out: the picture."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[Any]

HORIZON = 0.58  # of the height
DRIFT = 0.0022  # of the width a frame: how far the nearest layer moves; farther ones less
SKY_TOP, SKY_LOW = (58, 122, 196), (206, 226, 240)
SEA_FAR, SEA_NEAR = (92, 150, 178), (18, 62, 92)
HILLS = (  # depth (share of the drift), height over the horizon, waves, colour
    (0.15, 0.24, (1.1, 2.7, 6.1), (128, 152, 184)),
    (0.35, 0.15, (1.9, 4.3, 9.7), (84, 118, 128)),
    (0.60, 0.07, (3.1, 7.9, 17.0), (46, 84, 72)),
)


def harbour(number: int, width: int, height: int, alpha: bool = False) -> Picture:
    """`height` x `width` x 3 RGB, 8 bits (x 4 with alpha, opaque)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width, y / height
    picture = _sky(x, y)
    for depth, tall, waves, colour in HILLS:
        ridge = HORIZON - tall * _ridge(x + depth * DRIFT * number, waves)
        _lay(picture, (y > ridge) & (y <= HORIZON), colour)
    _sea(picture, x, y, number)
    _boat(picture, x, y, number, width / height)
    if alpha:
        picture = np.concatenate((picture, np.full_like(picture[..., :1], 255)), axis=-1)
    painted: Picture = np.clip(picture, 0, 255).astype(np.uint8)
    return painted


def _sky(x: Picture, y: Picture) -> Picture:
    picture = _between(SKY_TOP, SKY_LOW, np.clip(y / HORIZON, 0, 1))
    away = np.hypot((x - 0.72) * 1.78, y - 0.2)
    glow = np.clip(1 - away / 0.55, 0, 1)[..., None] ** 2
    picture += glow * (70, 58, 30)
    _lay(picture, away < 0.055, (255, 246, 214))
    return picture


def _ridge(x: Picture, waves: tuple[float, ...]) -> Picture:
    ridge: Picture = np.zeros_like(x)
    for place, wave in enumerate(waves):
        ridge += np.sin(x * 6.283 * wave + wave * 5) / (place + 1)
    return np.clip(0.55 + ridge * 0.28, 0, 1)


def _sea(picture: Picture, x: Picture, y: Picture, number: int) -> None:
    near = np.clip((y - HORIZON) / (1 - HORIZON), 0, 1)
    sea = _between(SEA_FAR, SEA_NEAR, near)
    waves = np.sin((x * 60 + DRIFT * 60 * number) / (0.15 + near) + y * 260 * (1.1 - near))
    sea += (waves * (4 + 7 * near))[..., None]
    glitter = np.exp(-(((x - 0.72) * (5 - 3 * near)) ** 2)) * (waves > 0.7)
    sea += glitter[..., None] * (120, 112, 84)
    below = y > HORIZON
    picture[below] = sea[below]


def _boat(picture: Picture, x: Picture, y: Picture, number: int, shape: float) -> None:
    centre, water = 0.22 + 0.0036 * number, 0.76 + 0.004 * np.sin(number / 7)
    across, up = (x - centre) * shape, water - y
    _lay(picture, (up > -0.035) & (up < 0) & (np.abs(across) < 0.13 + up), (92, 44, 32))
    _lay(picture, (np.abs(across) < 0.004) & (up >= 0) & (up < 0.34), (70, 50, 40))
    _lay(
        picture, (up > 0.02) & (across > 0.008) & (across < 0.15 * (1 - up / 0.33)), (250, 246, 236)
    )
    _lay(
        picture, (up > 0.04) & (across < -0.008) & (-across < 0.11 * (1 - up / 0.3)), (214, 84, 60)
    )


def _lay(picture: Picture, where: Picture, colour: tuple[int, int, int]) -> None:
    picture[where] = colour


def _between(first: tuple[int, int, int], last: tuple[int, int, int], share: Picture) -> Picture:
    blend: Picture = np.asarray(first, np.float32) * (1 - share[..., None])
    blend += np.asarray(last, np.float32) * share[..., None]
    return blend
