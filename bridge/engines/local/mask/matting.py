"""Cutting out. In: a picture, what is surely inside and surely not. Out: it, with straight alpha.

A pixel on the edge shows a part alpha of the foreground's colour and for the rest the background's.
Both are known near by: alpha is where its colour lies on the way from the one to the other. The
foreground's own colours are then carried out over the edge, so that no fringe of the background
shows wherever the picture is laid.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import flow_size
from bridge.engines.local.look.looks import Picture, Plane

Flags = npt.NDArray[np.bool_]  # height x width

BLEED_WIDTH = 640  # pixels; what is carried outwards needs no detail
LEAST_CONTRAST = 0.02  # squared distance of colours below which an edge cannot be told from them
CLEAR = np.float32(0.02)  # alpha that close to 0 or 1 is noise
LEAST_SHARE = np.float32(0.35)  # alpha from which on a pixel's own colour is worked out of it


@dataclass(frozen=True)
class Trimap:
    """What is decided; between the two lies the edge. `rough` is the alpha that was guessed."""

    inside: Flags
    outside: Flags
    rough: Plane


def cut_out(picture: Picture, trimap: Trimap, background: Picture | None = None) -> Picture:
    """
    height x width x 4: the foreground's colours and alpha, straight.

    `background`: the picture without the foreground, where that is known; else it is carried in
    from outside.
    """
    behind = bled(picture, trimap.outside) if background is None else background
    front = bled(picture, trimap.inside)
    alpha = trimap.inside.astype(np.float32)
    edge = ~(trimap.inside | trimap.outside)
    shares = _shares(picture[edge], front[edge], behind[edge], trimap.rough[edge])
    alpha[edge] = shares
    front[edge] = _own(picture[edge], front[edge], behind[edge], shares[:, None])
    return with_alpha(front, alpha)


def with_alpha(colours: Picture, alpha: Plane) -> Picture:
    """As the fourth channel."""
    parts = [np.ascontiguousarray(part, np.float32) for part in (colours, alpha)]
    return np.asarray(cv2.merge(parts), np.float32)


def filled(inside: Flags, outside: Flags) -> Flags:
    """What is inside, and the holes in it: places that do not reach anything that is outside."""
    _, places = cv2.connectedComponents((~inside).astype(np.uint8), connectivity=4)
    open_places = np.zeros(int(places.max()) + 1, np.bool_)
    open_places[places[outside]] = True
    open_places[0] = False
    return np.asarray(~open_places[places], np.bool_)


def _shares(seen: Picture, front: Picture, behind: Picture, rough: Plane) -> Plane:
    """Alpha of pixels in a row: n x 3 and n in, n out."""
    way = front - behind
    length = np.einsum("ij,ij->i", way, way)
    along = np.einsum("ij,ij->i", seen - behind, way) / np.maximum(length, 1e-6)
    trust = np.clip(length / LEAST_CONTRAST, 0, 1)
    found = rough + trust * (along - rough)
    return np.asarray(np.clip((found - CLEAR) / (1 - 2 * CLEAR), 0, 1), np.float32)


def _own(seen: Picture, front: Picture, behind: Picture, share: Plane) -> Picture:
    """The foreground's colour in each pixel; where little of it is to be seen, that of near by."""
    own = np.clip((seen - (1 - share) * behind) / np.maximum(share, CLEAR), 0, 1)
    trust = np.clip((share - LEAST_SHARE) / (1 - LEAST_SHARE), 0, 1)
    return np.asarray(front + trust * (own - front), np.float32)


def bled(picture: Picture, known: Flags) -> Picture:
    """The picture where it is known, and its nearest known colours, softly, everywhere else."""
    height, width = known.shape
    size = flow_size(width, height, BLEED_WIDTH)
    weight = known.astype(np.float32)
    weighted = with_alpha(picture * weight[:, :, None], weight)
    small = np.asarray(cv2.resize(weighted, size, interpolation=cv2.INTER_AREA), np.float32)
    filled_in = _filled(*_certain(small))
    made = np.asarray(cv2.resize(filled_in, (width, height), interpolation=cv2.INTER_LINEAR))
    np.copyto(made, picture, where=known[:, :, None])
    return np.asarray(made, np.float32)


def _certain(weighted: Picture) -> tuple[Picture, Plane]:
    """A level that is known in part is known: colours are nobody's average with nothing."""
    known = weighted[:, :, 3]
    full = np.minimum(known * 4, 1).astype(np.float32)
    scale = full / np.maximum(known, np.float32(1e-6))
    return np.asarray(weighted[:, :, :3] * scale[:, :, None], np.float32), full


def _filled(colours: Picture, weight: Plane) -> Picture:
    """Colours that are weighted, each level of a pyramid filling the holes of the finer one."""
    height, width = weight.shape
    if height == 1 and width == 1:
        return colours / max(float(weight[0, 0]), 1e-6)
    size = ((width + 1) // 2, (height + 1) // 2)
    both = cv2.resize(with_alpha(colours, weight), size, interpolation=cv2.INTER_AREA)
    below = _filled(*_certain(np.asarray(both, np.float32)))
    above = np.asarray(cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR))
    return colours + above * (1 - weight)[:, :, None]


def softened(matte: Picture, soft: float) -> Picture:
    """Its edge wider by a part of the picture's width; colours stay."""
    radius = round(soft * matte.shape[1] / 2)
    if radius < 1:
        return matte
    alpha = cv2.blur(np.ascontiguousarray(matte[:, :, 3]), (2 * radius + 1, 2 * radius + 1))
    return with_alpha(matte[:, :, :3], np.clip(np.asarray(alpha, np.float32), 0, 1))


def despilled(matte: Picture, key: int, strength: float) -> Picture:
    """The screen's light taken off the foreground: of the key's channel no more than the others."""
    parts = list(cv2.split(matte))
    most = cv2.max(*(parts[channel] for channel in range(3) if channel != key))
    spill = np.maximum(cv2.subtract(parts[key], most), 0)
    parts[key] = cv2.addWeighted(parts[key], 1, spill, -strength, 0)
    return np.asarray(cv2.merge(parts), np.float32)
