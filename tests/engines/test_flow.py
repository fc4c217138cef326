"""Flow says where pixels went, at reduced size, the same on every machine."""

import cv2
import numpy as np
import pytest

from bridge.engines.local import flow
from tests.engines.pictures import texture


def moved(right: int, down: int, width: int = 192, height: int = 108):
    wide = texture(3, width + 40, height + 40, softness=3)
    ours = (slice(20, 20 + height), slice(20, 20 + width))
    there = (slice(20 - down, 20 - down + height), slice(20 - right, 20 - right + width))
    return flow.grey(wide[ours]), flow.grey(wide[there])


@pytest.mark.parametrize(("right", "down"), [(0, 0), (3, 0), (0, -4), (7, 5)])
def test_a_movement_is_found_both_ways(right, down):
    forward, backward = flow.neighbours(*moved(right, down))
    middle = (slice(20, -20), slice(20, -20))
    assert np.allclose(np.median(forward[middle], axis=(0, 1)), (right, down), atol=0.2)
    assert np.allclose(np.median(backward[middle], axis=(0, 1)), (-right, -down), atol=0.2)


def test_a_guess_helps_where_something_moves_far():
    first, last = moved(18, 0)
    guess = np.zeros((*first.shape, 2), np.float32)
    guess[..., 0] = 18
    found = flow.flowing(first, last, guess)
    assert np.abs(np.median(found[30:-30, 30:-30], axis=(0, 1)) - (18, 0)).max() < 0.2
    assert guess[0, 0, 0] == 18


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_the_number_of_threads_of_the_machine_does_not_matter(threads):
    first, last = moved(4, 2, 320, 180)
    before = flow.flowing(first, last)
    cv2.setNumThreads(threads)
    assert np.array_equal(flow.flowing(first, last), before)


@pytest.mark.parametrize("size", [(1, 1), (300, 5), (5, 300), (15, 40)])
def test_in_tiny_pictures_nothing_moves(size):
    tiny = flow.grey(texture(1, *size))
    assert not flow.flowing(tiny, tiny).any()


@pytest.mark.parametrize(
    ("size", "expected"),
    [((640, 360), (640, 360)), ((1920, 1080), (640, 360)), ((9000, 10), (640, 1))],
)
def test_large_pictures_are_measured_small(size, expected):
    assert flow.flow_size(*size) == expected


def test_small_pictures_keep_their_colours():
    picture = np.full((90, 1280, 3), (0.2, 0.4, 0.6), np.float32)
    little = flow.small(picture)
    assert little.shape == (45, 640, 3)
    assert (little == (51, 102, 153)).all()
    assert flow.greyed(flow.grey(picture)).shape == (45, 640)


def test_places_beyond_the_edge_show_the_edge():
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    places = flow.grid((3, 4)) + np.array([-9, 0.5], np.float32)
    assert np.allclose(flow.sampled(values, places), [[2] * 4, [6] * 4, [8] * 4])
    assert not flow.inside(places).any()
    assert flow.inside(flow.grid((3, 4))).all()
