"""Painted stills from their files. In: a keyframe, the shot's facts. Out: the picture that fits."""

from fractions import Fraction

import cv2
import numpy as np

from bridge.engines.base import Keyframe
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import fitted_still, layer, over_black
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard

LEAST = np.float32(1 / 65535)  # alpha


def painted_still(keyframe: Keyframe, facts: MediaFacts, guard: Guard, notes: Notes) -> Picture:
    """At the shot's size; with a fourth channel, alpha, multiplied in, where it is transparent."""
    picture = _multiplied(layer(keyframe.image, guard))
    size = (facts.width, facts.height)
    shown = _shown(picture, facts)
    fits = fitted_still(picture, keyframe.image.name, shown, notes)
    if shown == size:
        return fits
    how = cv2.INTER_AREA if shown > size else cv2.INTER_CUBIC
    squeezed = np.asarray(cv2.resize(fits, size, interpolation=how), np.float32)
    return np.clip(squeezed, 0, 1)


def covering(picture: Picture, own: Plane) -> Picture:
    """
    For a shot with alpha of its own: a frame of it that was saved and painted on has that alpha
    too. What is there as much as the shot is covers it wholly.
    """
    if picture.shape[2] == 3:
        return picture
    alpha = picture[:, :, 3]
    share = np.minimum(alpha / np.maximum(own, LEAST), 1)
    colours = picture[:, :, :3] * (share / np.maximum(alpha, LEAST))[:, :, None]
    return np.ascontiguousarray(np.dstack([colours, share]), np.float32)


def _multiplied(picture: Picture) -> Picture:
    if picture.shape[2] == 3:
        return picture
    alpha = picture[:, :, 3:]
    if alpha.min() == 1:
        return np.ascontiguousarray(picture[:, :, :3])
    return np.ascontiguousarray(np.concatenate([over_black(picture), alpha], axis=2))


def _shown(picture: Picture, facts: MediaFacts) -> tuple[int, int]:
    """
    The size that the still is a picture of: the shot's own, or, where its pixels are not square,
    the one at which it is looked at, whichever has more nearly the still's shape.
    """
    own = (facts.width, facts.height)
    looked_at = (max(1, round(facts.width * facts.pixel_aspect)), facts.height)
    height, width = picture.shape[:2]
    return min(own, looked_at, key=lambda size: _apart(Fraction(*size), Fraction(width, height)))


def _apart(one: Fraction, other: Fraction) -> Fraction:
    """How unlike two shapes are: 1 is the same."""
    return max(one / other, other / one)
