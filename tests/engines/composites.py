"""Generated composites whose alpha is known: a textured star, moving over a ground or a screen."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from bridge.engines.base import Footage, Kind, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.notes import Notes
from bridge.engines.local.render import work
from bridge.frames import Rate
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make
from tests.engines.pictures import texture

RATE = Rate.of(25)
SKIN, EARTH = np.float32([0.9, 0.5, 0.4]), np.float32([0.3, 0.75, 0.6])


@dataclass(frozen=True)
class Composite:
    """`behind`: screen, or a ground seen by a camera that moves `pan` pixels a frame."""

    behind: str = "ground"
    seed: int = 1
    width: int = 256
    height: int = 144
    frames: int = 9
    pan: float = 0.0
    step: float = 5.0  # pixels a frame by which the star moves
    green: tuple[float, float, float] = (0.15, 0.6, 0.2)

    def middle(self, frame: int) -> tuple[float, float]:
        return 90 + self.step * frame, 72 + 6 * float(np.sin(frame / 3))

    def alpha(self, frame: int) -> np.ndarray:
        y, x = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        left, top = self.middle(frame)
        spikes = 6 * np.sin(np.arctan2(y - top, x - left) * 5)
        return np.clip(34 + spikes - np.hypot(x - left, y - top), -1, 1) / 2 + 0.5

    def front(self, frame: int) -> np.ndarray:
        left, top = self.middle(frame)
        shift = np.float32([[1, 0, left - 90], [0, 1, top - 72]])
        size = (self.width, self.height)
        return cv2.warpAffine(self._skin, shift, size, borderMode=cv2.BORDER_REFLECT)

    def back(self, frame: int) -> np.ndarray:
        if self.behind == "screen":
            light = 0.8 + 0.3 * np.arange(self.width, dtype=np.float32) / self.width
            row = light[:, None] * np.float32(self.green)
            return np.broadcast_to(row, (self.height, self.width, 3))
        shift = np.float32([[1, 0, -60 - self.pan * frame], [0, 1, -40]])
        return cv2.warpAffine(self._ground, shift, (self.width, self.height))

    def picture(self, frame: int) -> np.ndarray:
        share = self.alpha(frame)[:, :, None]
        return self.front(frame) * share + self.back(frame) * (1 - share)

    @cached_property
    def _skin(self) -> np.ndarray:
        return texture(self.seed, self.width, self.height, 3) * SKIN + np.float32(0.05)

    @cached_property
    def _ground(self) -> np.ndarray:
        size = (2 * self.width, 2 * self.height)
        rough, fine = texture(self.seed + 50, *size, 8), texture(self.seed + 60, *size, 2)
        return (rough * 0.5 + fine * 0.3) * EARTH

    def footage(self, folder: Path) -> Footage:
        """With grain."""
        folder.mkdir(parents=True, exist_ok=True)
        grain = np.random.default_rng(self.seed)

        def paint(frame: int, _width: int, _height: int, _alpha: bool) -> np.ndarray:
            noise = grain.normal(0, 1.5, (self.height, self.width, 3))
            return np.clip(self.picture(frame) * 255 + noise, 0, 255).astype(np.uint8)

        slate = Slate(
            self.frames,
            RATE,
            self.width,
            self.height,
            codec="prores_ks",
            pixel_format="yuv422p10le",
            options=(("profile", "hq"),),
        )
        path = make(folder / "shot.mov", slate, paint)
        return Footage(path, self.frames, RATE, self.width, self.height)

    def request(self, folder: Path, model: str = "matte", **more: object) -> RenderRequest:
        values = {"key": "k", "kind": Kind.edit, "model": model, "prompt": "", **more}
        return RenderRequest(
            frames=self.frames,
            rate=RATE,
            width=self.width,
            height=self.height,
            folder=folder / "work",
            footage=self.footage(folder),
            **values,
        )


def written(path: Path, picture: np.ndarray) -> Path:
    """A picture, RGB 0 to 1, as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8)
    assert cv2.imwrite(str(path), whole[:, :, ::-1] if whole.ndim == 3 else whole)
    return path


def done(request: RenderRequest) -> tuple[list[np.ndarray], Notes]:
    """The pictures of a request that passes its check."""
    models.check(request)
    notes = Notes()
    return [np.asarray(picture) for picture in work(request, Guard(), notes).pictures], notes


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """What both cover, as a part of what either does."""
    both, either = (one > 0.5) & (other > 0.5), (one > 0.5) | (other > 0.5)
    return float(both.sum() / max(1, either.sum()))
