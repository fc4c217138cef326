"""Masks. In: what was typed, or drawn. Out: for each frame a plane: 1 inside, 0 outside.

Outside of a mask a picture stays as it came, bit for bit.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.mask.mask_words import Drawn, Key, Mask, Point, Polygon
from bridge.engines.local.pictures import fitted

MaskOf = Callable[[int, Picture], Plane]
"""Frame of the request and its picture as it came -> height x width, float32, 0 to 1."""

LINES = 16  # of each row of pixels on which a shape is measured
FINEST = 4096  # steps of what is covered: sums that should be 0 or 1 are
CLEAR = np.float32(1 / 128)  # so near to 0 or 1 it is one of them: blurs and stills have noise
KEY_EDGE = np.float32(0.75)  # of the tolerance, from where a colour is less and less inside
# What a difference counts: coded Y, Cb and Cr (BT.709). Light changes more than colour does.
KEY_AXES = np.array(
    [[0.1063, 0.3576, 0.0361], [-0.2292, -0.7708, 1.0], [1.0, -0.9084, -0.0916]], np.float32
)


def drawn(shape: Polygon | Drawn, width: int, height: int, still: Picture | None) -> Plane:
    """The shape as it was drawn, with hard edges; a drawn one is its still, fitted."""
    if isinstance(shape, Polygon):
        return polygon(shape.corners, width, height)
    assert still is not None  # noqa: S101 - a mask that is a picture has one
    return clear(fitted(still, width, height).mean(axis=2))


def polygon(corners: tuple[Point, ...], width: int, height: int) -> Plane:
    """
    How much of each pixel lies inside: no pixel beside the shape is touched. Corners may lie
    outside of the picture; a shape that crosses itself is inside where it winds around.
    """
    points = np.array(corners) * (width, height)
    first = np.clip(np.floor(points.min(axis=0)), 0, (width, height)).astype(int)
    last = np.clip(np.ceil(points.max(axis=0)), 0, (width, height)).astype(int)
    plane = np.zeros((height, width), np.float32)
    box = (slice(first[1], last[1]), slice(first[0], last[0]))
    plane[box] = _covered(points - first, *plane[box].shape)
    return plane


def _covered(points: npt.NDArray[np.float64], height: int, width: int) -> Plane:
    """Each edge covers what lies right of it, and takes away what the one before covered."""
    lines = (np.arange(height * LINES) + 0.5) / LINES
    places, shares = [np.zeros(0, np.int64)], [np.zeros(0)]
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        sign, (upper, lower) = (1, (start, end)) if start[1] < end[1] else (-1, (end, start))
        crossed = np.flatnonzero((lines >= upper[1]) & (lines < lower[1]))
        slope = (lower[0] - upper[0]) / max(lower[1] - upper[1], 1e-9)
        across = np.clip(upper[0] + (lines[crossed] - upper[1]) * slope, 0, width)
        pixel = np.floor(across).astype(np.int64)
        rest = across - pixel  # of the pixel, left of the edge
        place = crossed // LINES * (width + 2) + pixel
        places += [place, place + 1]
        shares += [sign * (1 - rest), sign * rest]
    edges = np.bincount(np.concatenate(places), np.concatenate(shares), height * (width + 2))
    inside = np.abs(np.cumsum(edges.reshape(height, width + 2), axis=1))[:, :width] / LINES
    return np.asarray(np.round(np.minimum(inside, 1) * FINEST) / FINEST, np.float32)


def keyed(key: Key, picture: Picture) -> Plane:
    """1 where the colour is near, with an edge as wide as a quarter of the tolerance."""
    axes = np.asarray(cv2.transform(picture, KEY_AXES), np.float32)
    target = KEY_AXES @ np.array(key.colour, np.float32)
    distance = np.sqrt(np.square(axes - target).sum(axis=2)) / np.float32(key.tolerance)
    return np.asarray(np.clip((1 - distance) / (1 - KEY_EDGE), 0, 1), np.float32)


def meant(mask: Mask, plane: Plane) -> Plane:
    """With its soft edge, and turned round where it was asked so."""
    radius = round(mask.soft * plane.shape[1] / 4)
    if radius:
        size = (2 * radius + 1, 2 * radius + 1)
        for _ in range(2):  # a ramp that begins and ends gently, and ends
            plane = np.asarray(cv2.blur(plane, size, borderType=cv2.BORDER_REPLICATE), np.float32)
        plane = clear(plane)
    return 1 - plane if mask.inverted else plane


def clear(plane: Plane) -> Plane:
    return np.asarray(np.clip((plane - CLEAR) / (1 - 2 * CLEAR), 0, 1), np.float32)


def mixed(picture: Picture, changed: Picture, plane: Plane) -> Picture:
    """The changed picture inside, the other, bit for bit, outside."""
    share = plane[:, :, None]
    mixture = picture + share * (changed - picture)
    inside = np.where(share == 1, changed, mixture)
    return np.asarray(np.where(share == 0, picture, inside), np.float32)
