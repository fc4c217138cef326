"""The looks themselves. In: one picture and a strength. Out: the picture, changed.

A picture is height x width x 3, RGB, float32, coded values 0 to 1. What a look does to light it
does in linear light, what it does to tones on the coded values that are seen; the table at the end
says which. Strength mixes coded values, so that half of a look looks like half. At strength 0 every
look gives its picture back.

Pictures are worked on by strips of a few rows. What a pixel needs of those around it (a blur, a
distance) is made before, from the whole picture.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import groupby
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.look import overlays
from bridge.engines.local.look.overlays import DISPLAY_GAMMA
from bridge.engines.local.look.vocabulary import LookStep
from bridge.engines.local.strips import in_strips

Picture = npt.NDArray[np.float32]
Plane = npt.NDArray[np.float32]

LEAST_SIGMA = 0.7  # pixels; less is no blur at all
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709


class Space(StrEnum):
    light = "light"  # linear
    tones = "tones"  # as coded, gamma 2.4


@dataclass(frozen=True)
class Place:
    """Where a picture stands; looks that change over time depend on nothing else."""

    frame: int
    seed: int = 0


Make = Callable[[Picture, Picture], Picture]  # a strip, what is around it -> the strip, changed
Around = Callable[[Picture, Place], Picture]  # a whole picture, coded -> what its strips need
NOTHING = np.empty((0, 0, 0), np.float32)


@dataclass(frozen=True)
class Look:
    space: Space
    make: Make  # the look at full strength
    around: Around | None = None

    @property
    def alone(self) -> bool:
        """Whether each pixel is changed for itself, wherever it stands."""
        return self.around is None


def apply(steps: Sequence[LookStep], picture: Picture, place: Place) -> Picture:
    """All looks in order on a picture of coded values; so is the answer, within 0 to 1."""
    seen = [step for step in steps if step.strength]
    for alone, group in groupby(seen, key=lambda step: LOOKS[step.look].alone):
        if alone:
            picture = _by_strips(partial(_chain, tuple(group)), picture)
        else:
            for step in group:
                picture = _with_around(step, picture, place)
    return picture


def _chain(steps: Sequence[LookStep], picture: Picture) -> Picture:
    for step in steps:
        picture = _made(step, picture, NOTHING)
    return picture


def _with_around(step: LookStep, picture: Picture, place: Place) -> Picture:
    look = LOOKS[step.look]
    assert look.around is not None  # noqa: S101 - asked of looks that have one
    around = look.around(picture, place)
    made = np.empty_like(picture)

    def fill(rows: slice) -> None:
        made[rows] = _made(step, picture[rows], around[rows])

    in_strips(picture.shape[0], fill)
    return made


def _made(step: LookStep, tones: Picture, around: Picture) -> Picture:
    look = LOOKS[step.look]
    if look.space is Space.tones:
        changed = look.make(tones, around)
    else:
        changed = to_tones(np.maximum(look.make(to_light(tones), around), 0))
    return mix(tones, changed, step.strength)


def _by_strips(change: Callable[[Picture], Picture], picture: Picture) -> Picture:
    made = np.empty_like(picture)

    def fill(rows: slice) -> None:
        made[rows] = change(picture[rows])

    in_strips(picture.shape[0], fill)
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


def _affine(picture: Picture, matrix: Any, offset: Sequence[float] = (0, 0, 0)) -> Picture:
    """Red, green and blue, each from all three. (Numpy is slow along an axis of three.)"""
    whole = np.hstack([np.asarray(matrix, np.float32), np.array([offset], np.float32).T])
    return _floats(cv2.transform(picture, whole))


def _luma(picture: Picture) -> Picture:
    """Height x width x 3, all alike."""
    return _affine(picture, [LUMA] * 3)


def _tinted(picture: Picture, red: float, green: float, blue: float) -> Picture:
    return _affine(picture, np.diag([red, green, blue]))


def _saturated(picture: Picture, amount: float, tint: Sequence[float] = (1, 1, 1)) -> Picture:
    """Then tinted: red, green and blue times so much."""
    colours = amount * np.eye(3) + (1 - amount) * np.tile(LUMA, (3, 1))
    return _affine(picture, np.diag(tint) @ colours)


def _thrice(plane: Plane) -> Picture:
    """The same for red, green and blue."""
    return _floats(cv2.merge([plane] * 3))


def _curve(picture: Picture, amount: float) -> Picture:
    """An S around the middle; never turns back, whatever the amount from 0 to 1."""
    clipped = np.clip(picture, 0, 1)
    bent = clipped * clipped * (3 - 2 * clipped)
    return clipped + (bent - clipped) * np.float32(amount)


def _blurred(picture: Picture, *parts_of_height: float) -> Picture:
    """Gaussians, added; wide ones show no detail and are made on a smaller picture."""
    height, width = picture.shape[:2]
    sigmas = [max(LEAST_SIGMA, part * height) for part in parts_of_height]
    smaller = max(1, int(min(sigmas) / 2))
    size = (max(1, width // smaller), max(1, height // smaller))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if smaller > 1 else picture
    soft, *wider = (
        cv2.GaussianBlur(small, (0, 0), sigma / smaller, borderType=cv2.BORDER_REPLICATE)
        for sigma in sigmas
    )
    for each in wider:
        soft = cv2.add(soft, each)
    if smaller == 1:
        return _floats(soft)
    return _floats(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR))


def _dusk(light: Picture, _: Picture) -> Picture:
    luma = np.clip(_luma(light), 0, 1)
    cold = _saturated(light, 0.7, (0.24, 0.30, 0.46))
    last_sun = _tinted(light, 0.62, 0.40, 0.26)
    return cold + (last_sun - cold) * luma


def _night(light: Picture, _: Picture) -> Picture:
    return _saturated(light, 0.25, (0.06, 0.09, 0.16))


def _golden_hour(light: Picture, glow: Picture) -> Picture:
    amber = _saturated(light, 1.1, (1.18, 0.93, 0.58))
    return np.maximum(amber, 0) + _tinted(glow, 0.10, 0.06, 0.02)


def _black_and_white(light: Picture, _: Picture) -> Picture:
    return _luma(light)


def _sepia(tones: Picture, _: Picture) -> Picture:
    return _affine(tones, np.outer([1.07, 0.94, 0.72], LUMA), (0.02, 0.02, 0.02))


def _bleach_bypass(tones: Picture, _: Picture) -> Picture:
    silver = _luma(tones)
    hard = np.where(silver < 0.5, 2 * silver * tones, 1 - 2 * (1 - silver) * (1 - tones))
    return _saturated(_floats(hard), 0.6)


def _teal_and_orange(tones: Picture, _: Picture) -> Picture:
    luma = _luma(tones)
    teal = _tinted(tones, 0.80, 1.02, 1.10)
    orange = _tinted(tones, 1.12, 1.0, 0.82)
    return _curve(teal + (orange - teal) * luma, 0.3)


def _warm(light: Picture, _: Picture) -> Picture:
    return _tinted(light, 1.15, 1.0, 0.75)


def _cool(light: Picture, _: Picture) -> Picture:
    return _tinted(light, 0.78, 0.98, 1.2)


def _bright(light: Picture, _: Picture) -> Picture:
    """One stop, rolled off so that highlights keep their drawing."""
    return 2 * light / (1 + light)


def _dark(light: Picture, _: Picture) -> Picture:
    return light * np.float32(0.5)


def _high_contrast(tones: Picture, _: Picture) -> Picture:
    return _saturated(_curve(tones, 0.9), 1.1)


def _faded(tones: Picture, _: Picture) -> Picture:
    return _affine(_saturated(tones, 0.65), np.diag([0.80, 0.79, 0.74]), (0.12, 0.11, 0.13))


def _vivid(tones: Picture, _: Picture) -> Picture:
    return _saturated(tones, 1.6)


def _muted(tones: Picture, _: Picture) -> Picture:
    return _saturated(tones, 0.4)


def _fog(_: Picture, soft: Picture) -> Picture:
    return to_tones(_affine(soft, 0.4 * np.eye(3), (0.372, 0.39, 0.408)))


def _bloom(light: Picture, glow: Picture) -> Picture:
    return _floats(1 - (1 - np.clip(light, 0, 1)) * (1 - np.clip(glow, 0, 1)))


def _glow(light: Picture, _: Place) -> Picture:
    bright = _by_strips(lambda strip: np.maximum(strip - np.float32(0.5), 0), light)
    return _blurred(bright, 0.02, 0.06)


def _blur(_: Picture, soft: Picture) -> Picture:
    return to_tones(soft)


def _sharpen(tones: Picture, soft: Picture) -> Picture:
    return tones + (tones - soft) * np.float32(1.5)


def _soft(part_of_height: float) -> Around:
    return lambda picture, _: _blurred(picture, part_of_height)


def _in_light(around: Around) -> Around:
    return lambda picture, place: around(_by_strips(to_light, picture), place)


def _vignette(tones: Picture, left: Plane) -> Picture:
    return tones * _thrice(left)


def _falloff(tones: Picture, _: Place) -> Plane:
    height, width = tones.shape[:2]
    return overlays.falloff(height, width) * np.float32(1 / overlays.ALL)


def _grain(tones: Picture, clumps: Plane) -> Picture:
    luma = np.clip(_luma(tones), 0, 1)
    return tones + _thrice(clumps) * overlays.grain_of(luma)


def _clumps(tones: Picture, place: Place) -> Plane:
    height, width = tones.shape[:2]
    clumps = overlays.clumps(height, width, place.seed, place.frame)
    return clumps * np.float32(1 / overlays.SPREAD)


def _negative(tones: Picture, _: Picture) -> Picture:
    return 1 - tones


LOOKS: Mapping[str, Look] = {
    "dusk": Look(Space.light, _dusk),
    "night": Look(Space.light, _night),
    "golden hour": Look(Space.light, _golden_hour, _in_light(_soft(0.04))),
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
    "fog": Look(Space.tones, _fog, _in_light(_soft(0.003))),
    "bloom": Look(Space.light, _bloom, _in_light(_glow)),
    "blur": Look(Space.tones, _blur, _in_light(_soft(0.012))),
    "sharpen": Look(Space.tones, _sharpen, _soft(0.0015)),
    "vignette": Look(Space.tones, _vignette, _falloff),
    "grain": Look(Space.tones, _grain, _clumps),
    "negative": Look(Space.tones, _negative),
}
