"""Green screens, and those of any other colour. In: pictures. Out: the screen's colour; trimaps.

How much of a pixel is screen is told by its colour difference (as Vlahos and his analogue keyers
did it): how far its chroma goes towards the screen's, less how far it goes to the side. A mixture
of screen and foreground lies in proportion. The screen may be lit unevenly: what is measured is its
own difference near by.
"""

from collections.abc import Iterable

import cv2
import numpy as np

from bridge.engines.local.flow import flow_size
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.mask.mask_words import Rgb
from bridge.engines.local.mask.matting import Flags, Trimap, bled, filled, with_alpha

BORDER = 0.06  # of the height: where the screen is looked for
LEAST_CHROMA = 0.08  # below it a colour has no hue to speak of
LEAST_BORDER = 0.25  # part of the border that a screen has to fill
HUES = 36
SIDE = 1.0  # chroma to the side counts so much against the screen
# Of the screen's own difference: more is surely screen, less is surely none.
SCREEN, NO_SCREEN = 0.8, 0.1
SMALL = 480  # pixels of width at which the screen's light is measured
TO_CHROMA = np.array([[-0.1146, -0.3854, 0.5], [0.5, -0.4542, -0.0458]], np.float32)  # BT.709


def screen_colour(samples: Iterable[Picture]) -> Rgb | None:
    """The colour of which most of the border is; None where it has no strong colour."""
    pixels = np.concatenate([_border(picture) for picture in samples])
    chroma = pixels @ TO_CHROMA.T
    strong = np.hypot(chroma[:, 0], chroma[:, 1]) > LEAST_CHROMA
    if not strong.any():
        return None
    turn = np.arctan2(chroma[:, 1], chroma[:, 0]) / (2 * np.pi) + 0.5
    hue = np.minimum((turn * HUES).astype(np.int64), HUES - 1)
    count = np.bincount(hue[strong], minlength=HUES)
    # a hue on the border of two of these is in both
    wide = count + np.roll(count, 1) + np.roll(count, -1)
    best = int(np.argmax(wide))
    if wide[best] < LEAST_BORDER * len(pixels):
        return None
    near = (np.abs((hue - best + HUES // 2) % HUES - HUES // 2) <= 1) & strong
    red, green, blue = (float(value) for value in np.median(pixels[near], axis=0))
    return red, green, blue


def _border(picture: Picture) -> Picture:
    """The pixels along all edges but the lower one, where the ground is: n x 3."""
    height, width = picture.shape[:2]
    wide = max(1, round(BORDER * height))
    sides = [picture[:wide], picture[:, :wide], picture[:, width - wide :]]
    return np.concatenate([side.reshape(-1, 3) for side in sides])


def keyed(picture: Picture, key: Rgb, tolerance: float) -> tuple[Trimap, Picture]:
    """What is screen and what is not, and the screen alone as if nothing stood before it."""
    difference = _difference(picture, key)
    most = float(_difference(np.array([[key]], np.float32), key)[0, 0])
    small = _screen(picture, difference > most * np.float32(1 - tolerance))
    size = (picture.shape[1], picture.shape[0])
    light = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.float32)
    near_by = np.maximum(_difference(small, key), np.float32(most / 4))
    local = np.asarray(cv2.resize(near_by, size, interpolation=cv2.INTER_LINEAR), np.float32)
    share = difference / local  # of screen
    outside = _whole(share > SCREEN)
    inside = _whole(share < NO_SCREEN)
    rough = np.clip((SCREEN - share) / (SCREEN - NO_SCREEN), 0, 1).astype(np.float32)
    return Trimap(_shrunk(filled(inside, outside)), _shrunk(outside), rough), light


def _difference(picture: Picture, key: Rgb) -> Plane:
    """How far each pixel goes towards the key's chroma; 0 where it does not."""
    blue, red = (float(value) for value in TO_CHROMA @ np.array(key, np.float32))
    length = float(np.hypot(blue, red)) or 1.0
    turned = np.array([[blue, red], [-red, blue]], np.float32) / np.float32(length)
    axes = np.asarray(cv2.transform(picture, turned @ TO_CHROMA), np.float32)
    towards = axes[:, :, 0] - np.float32(SIDE) * np.abs(axes[:, :, 1])
    return np.maximum(towards, 0)


def _screen(picture: Picture, sure: Flags) -> Picture:
    """Its light changes slowly: measured small, and carried in under the foreground."""
    size = flow_size(picture.shape[1], picture.shape[0], SMALL)
    share = sure.astype(np.float32)
    weighted = with_alpha(picture * share[:, :, None], share)
    small = np.asarray(cv2.resize(weighted, size, interpolation=cv2.INTER_AREA), np.float32)
    known = small[:, :, 3] > 0.9
    colours = np.asarray(small[:, :, :3] / np.maximum(small[:, :, 3:], 1e-6), np.float32)
    return bled(colours, known)


def _whole(flags: Flags) -> Flags:
    """Without single pixels, which are noise."""
    return cv2.medianBlur(flags.astype(np.uint8), 3) > 0


def _shrunk(flags: Flags) -> Flags:
    """A pixel less all around: the outermost ones of both sides are mixed."""
    return cv2.erode(flags.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
