"""Work by strips of a few rows. In: a height, what to do with some rows. Out: nothing; it is done.

A strip fits the cache, and several go to several cores at once.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

STRIP_ROWS = 16
MOST_THREADS = 8


def in_strips(height: int, fill: Callable[[slice], None], rows: int = STRIP_ROWS) -> None:
    """`fill` is called with each strip's rows, in any order; what it raises is raised."""
    strips = [slice(start, min(start + rows, height)) for start in range(0, height, rows)]
    if len(strips) == 1:
        return fill(strips[0])
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        for _ in pool.map(fill, strips):
            pass
    return None
