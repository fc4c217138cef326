"""Ways that bend. In: what moves before, in and after a segment. Out: how its ways are curved.

Between two stills alone everything goes straight and evenly. Where stills lie before or after them
a thing that is swung does not: its way is laid through three stills as a parabola (as far as its
flow is trusted), and the middle of it lies beside the straight one. That is worth 1 to 3 dB on
things moved by hand.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from bridge.engines.local.flow import Flow, grid, sampled
from bridge.engines.local.look.looks import Plane
from bridge.engines.local.move.flow_to import Movement, length

SMOOTH = 31 / 400  # of the width; ways are bent together
# Of the way itself. With 2 what bends most stands still for a moment and never goes back.
MOST_BEND = 2.0
LEAST_TRUST = 0.5  # of what lies around; less of it bends less


@dataclass(frozen=True)
class Neighbour:
    movement: Movement
    length: float  # in parts of this segment's


def bend(this: Movement, before: Neighbour | None, after: Neighbour | None) -> Flow | None:
    """
    How fast each pixel's speed changes: one of the first still lies at time t on

        place + t * forward - t * (1 - t) / 2 * bend

    None where no neighbour knows anything.
    """
    known = [_before(this, before)] if before and before.movement.related else []
    known += [_after(this, after)] if after and after.movement.related else []
    if not known:
        return None
    side = max(3, round(SMOOTH * this.first.shape[1])) | 1
    total = sum((bent * trust[:, :, None] for bent, trust in known), np.zeros_like(this.forward))
    trust = sum((trust for _, trust in known), np.zeros_like(this.trust_first))
    around = cv2.blur(trust, (side, side))
    share = np.maximum(around, LEAST_TRUST)[:, :, None]
    way = np.sqrt(cv2.blur(length(this.forward) ** 2, (side, side)))
    bent = np.asarray(cv2.blur(total, (side, side)) / share, np.float32)
    return _limited(bent, np.asarray(MOST_BEND * way, np.float32))


def _before(this: Movement, before: Neighbour) -> tuple[Flow, Plane]:
    """Through the still before: at the first still one looks back and on."""
    back, long = before.movement.backward, before.length
    bent = (this.forward + back / long) * (2 / (1 + long))
    return np.asarray(bent, np.float32), this.trust_first * before.movement.trust_last


def _after(this: Movement, after: Neighbour) -> tuple[Flow, Plane]:
    """Through the still after: as at the last still, found from the first."""
    on, long = after.movement.forward, after.length
    bent = (this.backward + on / long) * (2 / (1 + long))
    trust = this.trust_last * after.movement.trust_first
    there = grid(this.forward.shape) + this.forward
    return sampled(np.asarray(bent, np.float32), there), sampled(trust, there) * this.trust_first


def _limited(bent: Flow, most: Plane) -> Flow:
    share = np.minimum(1, most / np.maximum(length(bent), 1e-3))
    return np.asarray(bent * share[:, :, None], np.float32)
