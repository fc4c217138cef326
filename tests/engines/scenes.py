"""Scenes with a known edit. In: a seed, a kind, a size. Out: any frame, as shot and as edited.

Textured layers move over one another, each with its own path, turn and growth: a camera over a
ground, objects that hide it and each other. Paint lies on the layers (letters and a soft recoloured
patch on the ground, stripes or other colours on the objects), so that the edited frame is known
exactly. Both have the same grain. Written for 1280 x 720; other sizes show the same, scaled.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

Image = np.ndarray  # height x width x 3, float32, coded 0 to 1
WIDTH, HEIGHT = 1280, 720
GROUND = (1200, 1900)  # rows, columns
OBJECT = 420  # pixels, square
GRAIN = 0.006

# right and down a frame, growth a frame, turn a frame, objects
CAMERAS = {
    "A": ((3.0, 0.8), 0.001, 0.0004, 4),
    "B": ((2.4, -1.0), 0.002, 0.0, 2),
    "C": ((-4.0, 1.2), -0.001, 0.001, 4),
}


@dataclass(frozen=True)
class Layer:
    plain: Image
    painted: Image
    matte: np.ndarray
    lies: Callable[[float], np.ndarray]  # 2 x 3: from the layer to the picture, at a time


@dataclass(frozen=True)
class Scene:
    """`middle` is the frame on which the camera stands over the middle of the ground."""

    seed: int = 1
    kind: str = "A"
    width: int = WIDTH
    height: int = HEIGHT
    middle: int = 24
    grain: float = GRAIN
    layers: tuple[Layer, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        objects = (_object(rng, number) for number in range(CAMERAS[self.kind][3]))
        layers = (_softened(layer, self.width) for layer in (_ground(rng, self), *objects))
        object.__setattr__(self, "layers", tuple(layers))

    def frame(self, number: int, edited: bool = False) -> Image:
        picture = np.zeros((self.height, self.width, 3), np.float32)
        scale = np.diag([self.width / WIDTH, self.height / HEIGHT])
        for layer in self.layers:
            matrix = scale @ layer.lies(number)
            seen = self._seen(layer.painted if edited else layer.plain, matrix, cv2.BORDER_REFLECT)
            matte = self._seen(layer.matte, matrix, cv2.BORDER_CONSTANT)[..., None]
            picture += (seen - picture) * matte
        noise = np.random.default_rng(self.seed * 1000 + number).normal(0, 1, picture.shape)
        return np.clip(picture + (noise * self.grain).astype(np.float32), 0, 1)

    def _seen(self, values: Image, matrix: np.ndarray, border: int) -> Image:
        return cv2.warpAffine(values, matrix, (self.width, self.height), borderMode=border)


def night(picture: Image) -> Image:
    """A relight: another gain for each channel, and a bent curve."""
    dimmed = picture ** np.float32(1.35) * np.array([0.42, 0.5, 0.74], np.float32)
    return np.clip(dimmed + np.float32(0.01), 0, 1)


@dataclass(frozen=True)
class Cut:
    """One scene up to a frame, another one from there."""

    first: Scene
    second: Scene
    at: int

    def frame(self, number: int, edited: bool = False) -> Image:
        return (self.first if number < self.at else self.second).frame(number, edited)


def _softened(layer: Layer, width: int) -> Layer:
    """For small pictures, or the texture would flicker."""
    if width >= WIDTH:
        return layer
    plain, painted, matte = (
        cv2.GaussianBlur(values, (0, 0), 0.4 * WIDTH / width)
        for values in (layer.plain, layer.painted, layer.matte)
    )
    return Layer(plain, painted, matte, layer.lies)


def _ground(rng: np.random.Generator, scene: Scene) -> Layer:
    rows, columns = GROUND
    plain = texture(rng, columns, rows, (4, 9, 23, 61), np.array([0.9, 0.95, 0.8]))
    letters = np.zeros(GROUND, np.uint8)
    cv2.putText(letters, "PAINT", (700, 620), cv2.FONT_HERSHEY_DUPLEX, 5, 255, 22)
    painted = _over(plain, cv2.GaussianBlur(letters, (3, 3), 0), (0.9, 0.1, 0.15))
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    soft = 0.8 * np.exp(-(((x - 1250) / 160) ** 2 + ((y - 450) / 120) ** 2))[..., None]
    blue = np.array([0.1, 0.3, 0.9], np.float32) * painted.mean(axis=2, keepdims=True) * 1.6
    painted = np.clip(painted + (blue - painted) * soft, 0, 1).astype(np.float32)
    (right, down), growth, turn, _ = CAMERAS[scene.kind]

    def lies(time: float) -> np.ndarray:
        at = columns / 2 + right * (time - scene.middle), rows / 2 + down * (time - scene.middle)
        return _matrix(at, (WIDTH / 2, HEIGHT / 2), turn * time, 1 + growth * time)

    return Layer(plain, painted, np.ones(GROUND, np.float32), lies)


def _object(rng: np.random.Generator, number: int) -> Layer:
    radius = 90 + rng.random() * 70
    plain = texture(rng, OBJECT, OBJECT, (3, 7, 15, 40), rng.random(3) * 0.5 + 0.5)
    matte = _blob(rng, radius)
    if number % 2:
        painted = np.clip(plain[..., ::-1] * 1.2, 0, 1).astype(np.float32)
    else:
        stripes = np.zeros((OBJECT, OBJECT), np.uint8)
        for left in range(-100, OBJECT, 36):
            cv2.line(stripes, (left, 0), (left + 100, OBJECT), 255, 10, cv2.LINE_AA)
        painted = _over(plain, stripes, (0.95, 0.85, 0.1))
    start = np.array([250 + rng.random() * 800, 180 + rng.random() * 380])
    speed = (rng.random(2) - 0.5) * np.array([9, 5])
    turn, growth = (rng.random() - 0.5) * 0.02, 1 + (rng.random() - 0.5) * 0.006

    def lies(time: float) -> np.ndarray:
        place = start + speed * time + np.array([0, 18 * np.sin(time / 9)])
        return _matrix((OBJECT / 2, OBJECT / 2), place, turn * time, growth**time)

    return Layer(plain, painted, matte, lies)


def texture(rng, width: int, height: int, scales: tuple[int, ...], tint) -> Image:
    """Noise of several sizes, little of it coloured."""
    made = np.zeros((height, width, 3), np.float32)
    for scale in scales:
        noise = rng.random((height // scale + 2, width // scale + 2, 3)).astype(np.float32)
        made += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) * scale**0.5
    made -= made.min(axis=(0, 1))
    made /= made.max(axis=(0, 1))
    mixed = 0.5 * made + 0.5 * made.mean(axis=2, keepdims=True)
    return np.clip(mixed * np.asarray(tint, np.float32), 0, 1)


def _blob(rng: np.random.Generator, radius: float) -> np.ndarray:
    around = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    waves = 0.25 * np.sin(3 * around + rng.random() * 6) + 0.12 * np.sin(5 * around + rng.random())
    reach = radius * (1 + waves)
    points = OBJECT / 2 + reach[:, None] * np.stack([np.cos(around), np.sin(around)], axis=1)
    matte = np.zeros((OBJECT, OBJECT), np.uint8)
    cv2.fillPoly(matte, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return matte.astype(np.float32) / 255


def _over(plain: Image, matte: np.ndarray, colour: tuple[float, ...]) -> Image:
    share = matte.astype(np.float32)[..., None] / 255
    return plain + (np.array(colour, np.float32) - plain) * share


def _matrix(source, target, turn: float, scale: float) -> np.ndarray:
    """Turned and scaled about `source`, which comes to lie on `target`."""
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    turned = np.array([[cos, -sin], [sin, cos]])
    return np.hstack([turned, (np.asarray(target) - turned @ np.asarray(source))[:, None]])
