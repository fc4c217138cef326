"""Work by strips of a few rows. In: a height, what to do with some rows. Out: nothing; it is done.

A strip fits the cache, and several go to several cores at once, where that is worth starting them.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

STRIP_ROWS = 16
MOST_THREADS = 8
# Threads that take turns at so few strips of plain work cost more than they save: 2 to 5 ms of a
# frame of 640 x 360, and more on a busy machine.
FEW_STRIPS = 32


def in_strips(
    height: int, fill: Callable[[slice], None], rows: int = STRIP_ROWS, *, heavy: bool = False
) -> None:
    """
    `fill` is called with each strip's rows, in any order; what it raises is raised.

    `heavy` work goes to all cores also where there are few strips.
    """
    strips = [slice(start, min(start + rows, height)) for start in range(0, height, rows)]
    if len(strips) < (2 if heavy else FEW_STRIPS):
        for strip in strips:
            fill(strip)
        return
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        for _ in pool.map(fill, strips):
            pass
