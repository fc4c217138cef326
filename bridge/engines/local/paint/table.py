"""What paint does to a colour at a place. In: a painted frame. Out: the same for what is new.

Where nothing can be followed back to the painted frame, grass that comes into view still gets what
was painted on the grass beside it. A coarse grid over place and colour holds the mean change.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.flow import Flow, Small
from bridge.engines.local.look.looks import Plane

Cells = npt.NDArray[np.float32]  # down x across x colours x 3
Index = npt.NDArray[np.intp]

DOWN, ACROSS, SHADES = 9, 16, 6
SPREADS = 2  # to the cells beside, so often
SCARCE = 0.5  # pixels; a cell that saw fewer says little
SPARSE = 2  # every second pixel at flow size is learnt and asked


@dataclass(frozen=True)
class Table:
    changes: Cells  # coded values, added

    def at(self, here: Small, places: Flow) -> Plane:
        """For `here`, of which each pixel lies about there in that frame: h x w x 3, sparse."""
        index = _index(here[::SPARSE, ::SPARSE], places[::SPARSE, ::SPARSE], here.shape[:2])
        return np.asarray(
            cv2.blur(self.changes.reshape(-1, 3).take(index, axis=0), (5, 5)), np.float32
        )


def table_of(source: Small, rest: Plane, own: Flow) -> Table:
    """`rest` is what paint added at flow size (h x w x 3), `own` each pixel's own place."""
    sparse = slice(None, None, SPARSE), slice(None, None, SPARSE)
    index = _index(source[sparse], own[sparse], source.shape[:2]).ravel()
    cells = DOWN * ACROSS * SHADES**3
    changes = np.ascontiguousarray(rest[sparse]).reshape(-1, 3)
    power = (changes**2).sum(axis=1)
    sums = [np.bincount(index, minlength=cells)]
    sums += [np.bincount(index, values, cells) for values in (*changes.T, power)]
    spread = np.stack(sums, axis=1).reshape(DOWN, ACROSS, -1, 5).astype(np.float32)
    for _ in range(SPREADS):
        spread = _beside(_beside(spread, 0), 1)
    return Table(_agreed(spread[..., 1:] / (spread[..., :1] + np.float32(SCARCE))))


def _agreed(means: Cells) -> Cells:
    """The mean change (all but the last) where a cell's pixels agree on it; on letters none do."""
    changes, power = means[..., :3], means[..., 3:]
    shared = (changes**2).sum(axis=3, keepdims=True) / np.maximum(power, np.float32(1e-9))
    return np.ascontiguousarray(changes * np.clip(2 * shared - 1, 0, 1), np.float32)


def _beside(cells: Cells, axis: int) -> Cells:
    made = np.swapaxes(cells.copy(), 0, axis)
    old = np.swapaxes(cells, 0, axis)
    made[1:] += 0.5 * old[:-1]
    made[:-1] += 0.5 * old[1:]
    return np.ascontiguousarray(np.swapaxes(made, 0, axis))


def _index(colours: Small, places: Flow, size: tuple[int, int]) -> Index:
    height, width = size
    across = np.clip(places[..., 0] * (ACROSS / width), 0, ACROSS - 1).astype(np.intp)
    down = np.clip(places[..., 1] * (DOWN / height), 0, DOWN - 1).astype(np.intp)
    red, green, blue = cv2.split(np.ascontiguousarray(colours // (255 // SHADES + 1)))
    shade = (red.astype(np.intp) * SHADES + green) * SHADES + blue
    return np.asarray((down * ACROSS + across) * SHADES**3 + shade, np.intp)
