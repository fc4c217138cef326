"""Films that are made once. In: frames, a rate, a size. Out: a small valid movie, counted.

For tests of money and of load: every picture has its number in it (`bridge.media.slate`), and the
same film is not made twice.
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2

from bridge.frames import Rate
from bridge.media.encode import RECIPES
from bridge.media.facts import Codec
from bridge.media.slate import Slate, make, paint

SMALL = (96, 54)  # what is painted; larger pictures are that, enlarged, which is much faster


def canned(
    folder: Path, frames: int, rate: Rate, size: tuple[int, int], codec: Codec, *, sound: bool
) -> Path:
    """The film's place in the folder; it is to be copied or linked, never changed."""
    heard = "_sound" if sound else ""
    name = f"{codec}_{frames}_{str(rate).replace('/', '_')}_{size[0]}x{size[1]}{heard}"
    film = folder / f"{name}{codec.suffix}"
    if film.exists():
        return film
    folder.mkdir(parents=True, exist_ok=True)
    slate = _slate(Slate(frames, rate, *size, sound=sound), codec)
    # several tasks, or processes, may make the same
    making = folder / f"{os.urandom(4).hex()}_{film.name}"
    try:
        make(making, slate, _painted)
        making.replace(film)
    finally:
        making.unlink(missing_ok=True)
    return film


def _slate(plain: Slate, codec: Codec) -> Slate:
    """H.264 is written quickly rather than small; ProRes has its profile among the options."""
    recipe = RECIPES[codec]
    options = () if codec is Codec.h264 else tuple(recipe.options.items())
    return replace(plain, codec=recipe.encoder, pixel_format=recipe.pixel_format, options=options)


def _painted(number: int, width: int, height: int, alpha: bool) -> Any:
    if width <= SMALL[0]:
        return paint(number, width, height, alpha)
    small = paint(number, *SMALL, alpha)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def lent(film: Path, place: Path) -> None:
    """The film at another place: linked where the disk can, copied where it cannot."""
    try:
        os.link(film, place)
    except OSError:
        shutil.copyfile(film, place)
