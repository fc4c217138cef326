"""Strips cover every row once, on one thread or on several."""

import threading

import numpy as np
import pytest

from bridge.engines.local.strips import FEW_STRIPS, STRIP_ROWS, in_strips


@pytest.mark.parametrize(
    ("height", "rows"),
    [(1, STRIP_ROWS), (360, STRIP_ROWS), (1081, STRIP_ROWS), (100, 7), (64, 64)],
)
def test_every_row_is_filled_once(height, rows):
    filled = np.zeros(height, int)

    def fill(part):
        filled[part] += 1

    in_strips(height, fill, rows)
    assert (filled == 1).all()


@pytest.mark.parametrize(
    ("height", "heavy", "alone"),
    [
        (STRIP_ROWS * (FEW_STRIPS - 1), False, True),
        (STRIP_ROWS * FEW_STRIPS, False, False),
        (STRIP_ROWS * 2, True, False),
        (STRIP_ROWS, True, True),
    ],
)
def test_few_strips_of_plain_work_start_no_threads(height, heavy, alone):
    seen = set()
    in_strips(height, lambda _: seen.add(threading.current_thread()), heavy=heavy)
    assert (seen == {threading.current_thread()}) is alone


@pytest.mark.parametrize("height", [STRIP_ROWS * 2, STRIP_ROWS * FEW_STRIPS])
def test_what_a_strip_raises_is_raised(height):
    def fill(part):
        if part.start:
            raise MemoryError

    with pytest.raises(MemoryError):
        in_strips(height, fill)
