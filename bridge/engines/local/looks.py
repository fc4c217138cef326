"""The looks themselves. In: one picture and a strength. Out: the picture, changed.

A picture is height x width x 3, RGB, float32, coded values 0 to 1. What a look does to light it
does in linear light, what it does to tones on the coded values that are seen; the table at the end
says which. Strength mixes coded values, so that half of a look looks like half. At strength 0 every
look gives its picture back.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import groupby
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.vocabulary import LookStep

Picture = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]

DISPLAY_GAMMA = 2.4  # ITU-R BT.1886
LEAST_SIGMA = 0.7  # pixels; less is no blur at all
STRIP_ROWS = 32
MOST_THREADS = 8
LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32)  # ITU-R BT.709


class Space(StrEnum):
    light = "light"  # linear
    tones = "tones"  # as coded, gamma 2.4


@dataclass(frozen=True)
class Place:
    """Where a picture stands; looks that change over time depend on nothing else."""

    frame: int
    seed: int = 0


Make = Callable[[Picture, Place], Picture]


@dataclass(frozen=True)
class Look:
    space: Space
    make: Make  # the look at full strength
    alone: bool = True  # each pixel is changed for itself: strips may be worked on side by side


def apply(steps: Sequence[LookStep], picture: Picture, place: Place) -> Picture:
    """All looks in order on a picture of coded values; so is the answer, within 0 to 1."""
    seen = [step for step in steps if step.strength]
    for alone, group in groupby(seen, key=lambda step: LOOKS[step.look].alone):
        chain = partial(_chain, tuple(group), place)
        picture = _in_strips(chain, picture) if alone else chain(picture)
    return picture


def _chain(steps: Sequence[LookStep], place: Place, picture: Picture) -> Picture:
    for step in steps:
        picture = mix(picture, _made(LOOKS[step.look], picture, place), step.strength)
    return picture


def _made(look: Look, tones: Picture, place: Place) -> Picture:
    if look.space is Space.tones:
        return look.make(tones, place)
    return to_tones(np.maximum(look.make(to_light(tones), place), 0))


def _in_strips(chain: Callable[[Picture], Picture], picture: Picture) -> Picture:
    """The same for every strip of a few rows: they fit the cache, and go to several cores."""
    starts = range(0, picture.shape[0], STRIP_ROWS)
    made = np.empty_like(picture)

    def fill(start: int) -> None:
        made[start : start + STRIP_ROWS] = chain(picture[start : start + STRIP_ROWS])

    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        for _ in pool.map(fill, starts):
            pass
    return made


def mix(before: Picture, after: Picture, strength: float) -> Picture:
    """`after` at `strength`, 0 to 1, within 0 to 1."""
    after = np.clip(after, 0, 1)
    return (
        after
        if strength == 1
        else _floats(cv2.addWeighted(before, 1 - strength, after, strength, 0))
    )


def to_light(picture: Picture) -> Picture:
    return _floats(cv2.pow(picture, DISPLAY_GAMMA))


def to_tones(picture: Picture) -> Picture:
    return _floats(cv2.pow(picture, 1 / DISPLAY_GAMMA))


def _floats(values: Any) -> Picture:
    return np.asarray(values, np.float32)


def _luma(picture: Picture) -> Plane:
    """Height x width x 1."""
    return _floats(cv2.transform(picture, LUMA)).reshape(*picture.shape[:2], 1)


def _tinted(picture: Picture, red: float, green: float, blue: float) -> Picture:
    return picture * np.array([red, green, blue], np.float32)


def _saturated(picture: Picture, amount: float) -> Picture:
    luma = _luma(picture)
    return luma + (picture - luma) * np.float32(amount)


def _curve(picture: Picture, amount: float) -> Picture:
    """An S around the middle; never turns back, whatever the amount from 0 to 1."""
    clipped = np.clip(picture, 0, 1)
    bent = clipped * clipped * (3 - 2 * clipped)
    return clipped + (bent - clipped) * np.float32(amount)


def _blurred(picture: Picture, part_of_height: float) -> Picture:
    """A Gaussian; a wide one shows no detail and is made on a smaller picture."""
    height, width = picture.shape[:2]
    sigma = max(LEAST_SIGMA, part_of_height * height)
    smaller = max(1, int(sigma / 2))
    size = (max(1, width // smaller), max(1, height // smaller))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if smaller > 1 else picture
    soft = cv2.GaussianBlur(small, (0, 0), sigma / smaller, borderType=cv2.BORDER_REPLICATE)
    if smaller == 1:
        return _floats(soft)
    return _floats(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR))


def _from_middle(picture: Picture) -> Plane:
    """Distance from the middle, squared: 0 there, 1 in the corners; height x width x 1."""
    height, width = picture.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)
    y = np.linspace(-1, 1, height, dtype=np.float32)
    return _floats((x[None, :, None] ** 2 + y[:, None, None] ** 2) / 2)


def _dusk(light: Picture, _: Place) -> Picture:
    luma = np.clip(_luma(light), 0, 1)
    cold = _tinted(_saturated(light, 0.7), 0.24, 0.30, 0.46)
    last_sun = _tinted(light, 0.62, 0.40, 0.26)
    return cold + (last_sun - cold) * luma


def _night(light: Picture, _: Place) -> Picture:
    return _tinted(_saturated(light, 0.25), 0.06, 0.09, 0.16)


def _golden_hour(light: Picture, _: Place) -> Picture:
    amber = _tinted(_saturated(light, 1.1), 1.18, 0.93, 0.58)
    return np.maximum(amber, 0) + _blurred(light, 0.04) * np.array([0.10, 0.06, 0.02], np.float32)


def _black_and_white(light: Picture, _: Place) -> Picture:
    return np.repeat(_luma(light), 3, axis=2)


def _sepia(tones: Picture, _: Place) -> Picture:
    return _luma(tones) * np.array([1.07, 0.94, 0.72], np.float32) + np.float32(0.02)


def _bleach_bypass(tones: Picture, _: Place) -> Picture:
    silver = _luma(tones)
    hard = np.where(silver < 0.5, 2 * silver * tones, 1 - 2 * (1 - silver) * (1 - tones))
    return _saturated(_floats(hard), 0.6)


def _teal_and_orange(tones: Picture, _: Place) -> Picture:
    luma = _luma(tones)
    teal = _tinted(tones, 0.80, 1.02, 1.10)
    orange = _tinted(tones, 1.12, 1.0, 0.82)
    return _curve(teal + (orange - teal) * luma, 0.3)


def _warm(light: Picture, _: Place) -> Picture:
    return _tinted(light, 1.15, 1.0, 0.75)


def _cool(light: Picture, _: Place) -> Picture:
    return _tinted(light, 0.78, 0.98, 1.2)


def _bright(light: Picture, _: Place) -> Picture:
    """One stop, rolled off so that highlights keep their drawing."""
    return 2 * light / (1 + light)


def _dark(light: Picture, _: Place) -> Picture:
    return light * np.float32(0.5)


def _high_contrast(tones: Picture, _: Place) -> Picture:
    return _saturated(_curve(tones, 0.9), 1.1)


def _faded(tones: Picture, _: Place) -> Picture:
    return _tinted(_saturated(tones, 0.65), 0.80, 0.79, 0.74) + np.array(
        [0.12, 0.11, 0.13], np.float32
    )


def _vivid(tones: Picture, _: Place) -> Picture:
    return _saturated(tones, 1.6)


def _muted(tones: Picture, _: Place) -> Picture:
    return _saturated(tones, 0.4)


def _fog(light: Picture, _: Place) -> Picture:
    veil = np.array([0.62, 0.65, 0.68], np.float32)
    return _blurred(light, 0.003) * np.float32(0.4) + veil * np.float32(0.6)


def _bloom(light: Picture, _: Place) -> Picture:
    bright = np.clip(light - np.float32(0.5), 0, None)
    glow = _blurred(bright, 0.02) + _blurred(bright, 0.06)
    return _floats(1 - (1 - np.clip(light, 0, 1)) * (1 - np.clip(glow, 0, 1)))


def _blur(light: Picture, _: Place) -> Picture:
    return _blurred(light, 0.012)


def _sharpen(tones: Picture, _: Place) -> Picture:
    return tones + (tones - _blurred(tones, 0.0015)) * np.float32(1.5)


def _vignette(light: Picture, _: Place) -> Picture:
    return light * (1 - np.float32(0.85) * _from_middle(light))


def _grain(tones: Picture, place: Place) -> Picture:
    """The same seed and frame give the same grain; strongest in the mid tones, as on film."""
    height, width = tones.shape[:2]
    dice = np.random.default_rng((place.seed, place.frame))
    noise = dice.standard_normal((height, width), np.float32)
    clumps = _blurred(noise, 0.0008)
    clumps = clumps / max(float(clumps.std()), 1e-6)
    luma = np.clip(_luma(tones), 0, 1)
    return tones + clumps[:, :, None] * (np.float32(0.015) + np.float32(0.14) * luma * (1 - luma))


def _negative(tones: Picture, _: Place) -> Picture:
    return 1 - tones


LOOKS: Mapping[str, Look] = {
    "dusk": Look(Space.light, _dusk),
    "night": Look(Space.light, _night),
    "golden hour": Look(Space.light, _golden_hour, alone=False),
    "black and white": Look(Space.light, _black_and_white),
    "sepia": Look(Space.tones, _sepia),
    "bleach bypass": Look(Space.tones, _bleach_bypass),
    "teal and orange": Look(Space.tones, _teal_and_orange),
    "warm": Look(Space.light, _warm),
    "cool": Look(Space.light, _cool),
    "bright": Look(Space.light, _bright),
    "dark": Look(Space.light, _dark),
    "high contrast": Look(Space.tones, _high_contrast),
    "faded": Look(Space.tones, _faded),
    "vivid": Look(Space.tones, _vivid),
    "muted": Look(Space.tones, _muted),
    "fog": Look(Space.light, _fog, alone=False),
    "bloom": Look(Space.light, _bloom, alone=False),
    "blur": Look(Space.light, _blur, alone=False),
    "sharpen": Look(Space.tones, _sharpen, alone=False),
    "vignette": Look(Space.light, _vignette, alone=False),
    "grain": Look(Space.tones, _grain, alone=False),
    "negative": Look(Space.tones, _negative),
}
