"""Parallax. In: a still and a matte of what is near. Out: two layers, seen by a camera.

The near layer moves and grows more than what lies behind it, and what it uncovers is filled from
around. At rest both together are the still, exactly.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.move import camera
from bridge.engines.local.move.holes import filled

NEARER = 1.5  # times as much movement as what lies behind
EDGE = 1 / 240  # of the width; what is so near to the near part is not believed to lie behind it
LEAST, MOST = 0.001, 0.98  # of the picture; less or more than that is no layer


@dataclass(frozen=True)
class Layers:
    behind: Picture  # whole
    near: Picture  # what the near part adds to what is left of the rest
    matte: Plane  # 1 where the near part hides everything

    def seen(self, view: camera.View, scale: float) -> Picture:
        """What a view shows; `scale` is the overscan."""
        far_matrix, near_matrix = (
            np.array(camera.affine(one, scale, *self.matte.shape[::-1]), np.float64)
            for one in (view, nearer(view))
        )
        left = 1 - warped(self.matte, near_matrix)
        far = warped(self.behind, far_matrix) * left[:, :, None]
        whole = far + warped(self.near, near_matrix)
        return np.asarray(np.clip(whole, 0, 1), np.float32)


def layers(still: Picture, matte: Picture) -> Layers | None:
    """Of pictures of one size; None where the matte parts nothing from nothing."""
    near = np.asarray(np.clip(matte.mean(axis=2), 0, 1), np.float32)
    if not LEAST <= float(near.mean()) <= MOST:
        return None
    side = 2 * max(1, round(EDGE * near.shape[1])) + 1
    wide = cv2.dilate(near, np.ones((side, side), np.uint8))
    behind = filled(still, np.asarray(1 - wide, np.float32))
    return Layers(behind, still - behind * (1 - near)[:, :, None], near)


def nearer(view: camera.View) -> camera.View:
    """The view as the near part sees it; a turn is the same for all."""
    return replace(
        view,
        zoom=1 + (view.zoom - 1) * NEARER,
        right=view.right * NEARER,
        down=view.down * NEARER,
    )


def warped(picture: Picture, matrix: np.ndarray) -> Picture:
    """What a matrix from the view to the picture shows of it."""
    seen = cv2.warpAffine(
        picture,
        matrix,
        (picture.shape[1], picture.shape[0]),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        # the view stays inside; the kernel's last pixel, and what is near, may not
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.float32)
