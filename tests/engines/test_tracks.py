"""Pixels are followed both ways, do not drift, and end at a cut."""

import numpy as np
import pytest

from bridge.engines.local.flow import flowing, grey, grid, small
from bridge.engines.local.tracks import BEST, QUICKLY, followed, is_cut, marched
from tests.engines.pictures import scene, texture

FRAMES = 21


def panned(frame: int, width: int = 192, height: int = 108) -> np.ndarray:
    """A camera that moves three pixels a frame to the right and one down."""
    ground = texture(5, width + 80, height + 40, softness=2.5)
    left, top = 3 * frame, frame
    return ground[top : top + height, left : left + width]


@pytest.fixture(scope="module")
def pan():
    return [small(panned(frame)) for frame in range(FRAMES)]


@pytest.mark.parametrize("care", [BEST, QUICKLY])
def test_what_is_followed_does_not_drift(pan, care):
    found = dict(marched(pan, 0, FRAMES, care))
    assert list(found) == list(range(1, FRAMES))
    for frame in (1, 10, 20):
        shift = (found[frame] - grid(pan[0].shape))[20:-20, 20:-70]
        assert np.abs(shift - (3 * frame, frame)).mean() < 0.15


def test_it_goes_both_ways_from_the_start(pan):
    found = {frame: (places, trust) for frame, places, trust in followed(pan, 8)}
    assert list(found) == [8, *range(7, -1, -1), *range(9, FRAMES)]
    assert np.array_equal(found[8][0], grid(pan[0].shape))
    assert (found[8][1] == 1).all()
    shift = (found[0][0] - grid(pan[0].shape))[30:-10, 30:-10]
    assert np.abs(shift - (-24, -8)).mean() < 0.15


def test_what_comes_into_view_is_not_believed(pan):
    *_, (frame, _, trust) = followed(pan, 0)
    assert frame == 20
    assert trust[10:70, 10:100].mean() > 0.95
    assert trust[:, -55:].mean() < 0.2


def test_greys_can_be_followed_as_well():
    greys = [grey(panned(frame)) for frame in range(4)]
    *_, (_, places, trust) = followed(greys, 0)
    assert np.abs((places - grid(greys[0].shape))[20:-20, 20:-40] - (9, 3)).mean() < 0.15
    assert trust.shape == greys[0].shape


@pytest.mark.parametrize("step", [2, 6])
def test_the_edge_of_what_moves_is_sharp(step):
    pictures = [small(scene(40 + step * frame)) for frame in range(9)]
    found = dict(marched(pictures, 0, 9))
    shift = found[8][..., 0] - grid(pictures[0].shape)[..., 0]
    left = 40 + 8 * step
    within, beside = shift[34:74, left + 3 : left + 45], shift[34:74, left + 52 : left + 80]
    assert np.abs(within + 8 * step).mean() < 0.6
    assert np.abs(beside).mean() < 0.6


def test_a_cut_ends_it_from_both_sides(pan):
    other = [
        small(texture(9 + frame // 9, softness=2, width=192, height=108)) for frame in range(3)
    ]
    both = [*pan[:5], *other]
    assert [frame for frame, _ in marched(both, 2, len(both))] == [3, 4]
    assert [frame for frame, _ in marched(both, 6, -1)] == [5]


@pytest.mark.parametrize("gain", [0.3, 0.7, 1.3])
def test_a_flash_or_a_fade_is_no_cut(pan, gain):
    changed = small(np.clip(panned(1) * np.float32(gain), 0, 1))
    assert not is_cut(changed, pan[0], flowing(grey_of(changed), grey_of(pan[0])))


def test_grain_over_nothing_is_no_cut():
    noise = [small(0.5 + 0.01 * np.float32(texture(seed, softness=0.3) - 0.5)) for seed in (1, 2)]
    assert not is_cut(*noise, flowing(*map(grey_of, noise)))


def grey_of(picture):
    return grey(picture.astype(np.float32) / 255)


@pytest.mark.parametrize("size", [(1, 1), (5, 60), (60, 5), (17, 16)])
def test_tiny_pictures_work_too(size):
    pictures = [small(texture(1, *size)) for _ in range(3)]
    for _, places in marched(pictures, 0, 3):
        assert np.isfinite(places).all()
