"""Tracks of both directions, made ahead and kept on the disk."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bridge.engines.local.flow import grid
from bridge.engines.local.paint.track_file import FINE, TrackFile

SHAPE = (20, 30)


def tracks(*shifts):
    for shift in shifts:
        yield grid(SHAPE) + np.float32(shift)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as made:
        yield made


@pytest.mark.parametrize("way", [1, -1])
def test_what_was_found_comes_back_in_any_order(tmp_path, pool, way):
    file = TrackFile(tmp_path, 10, SHAPE)
    file.begin(tracks(1.25, -3, 400), pool)
    for far, shift in ((3, 400), (1, 1.25), (2, -3)):
        found = file.get(10 + way * far)
        assert found is not None
        assert np.abs(found - grid(SHAPE) - shift).max() <= 0.5 / FINE
    assert file.get(10 + way * 4) is None
    file.close()
    assert list(tmp_path.iterdir()) == []


def test_who_asks_early_waits(tmp_path, pool):
    let_go = threading.Event()

    def later():
        assert let_go.wait(20)
        yield from tracks(2)

    file = TrackFile(tmp_path, 0, SHAPE)
    file.begin(later(), pool)
    with ThreadPoolExecutor(1) as asking:
        asked = asking.submit(file.get, 1)
        assert not asked.done()
        let_go.set()
        found = asked.result(20)
    assert found is not None
    assert np.abs(found - grid(SHAPE) - 2).max() < 0.02
    file.close()


def test_what_ends_the_march_ends_the_walk(tmp_path, pool):
    def stopped():
        yield from tracks(1)
        raise SystemExit(3)

    file = TrackFile(tmp_path, 0, SHAPE)
    file.begin(stopped(), pool)
    assert file.get(1) is not None
    with pytest.raises(SystemExit):
        file.get(2)
    file.close()
