"""One picture with painted frames beside it: who is believed, and what is done where nobody is."""

import numpy as np
import pytest

from bridge.engines.local.flow import grid, small
from bridge.engines.local.paint.carry import Sight
from bridge.engines.local.paint.grade import Grade, grade_of
from tests.engines.canvases import carry, edit
from tests.engines.pictures import psnr, texture
from tests.engines.scenes import night

WIDTH, HEIGHT = 192, 108
GROUND = texture(3, WIDTH + 60, HEIGHT)
RED = np.array([0.9, 0.1, 0.1], np.float32)


def seen_at(left: int) -> np.ndarray:
    return GROUND[:, left : left + WIDTH].copy()


def signed(picture: np.ndarray, left: int = 80, colour=RED) -> np.ndarray:
    made = picture.copy()
    made[40:60, left : left + 30] = colour
    return made


def sight(source: np.ndarray, painted: np.ndarray, shift: float, near: float = 1.0) -> Sight:
    places = grid((HEIGHT, WIDTH)) + np.array([shift, 0], np.float32)
    return Sight(edit(source, painted), places, near)


def test_paint_is_found_along_the_track():
    here, there = seen_at(10), seen_at(0)
    made = carry(here, [sight(there, signed(there), 10)])
    assert psnr(made.picture, signed(here, 70)) > 45
    assert made.untouched[:30].all()
    assert made.sure > 0.98


def test_nothing_seen_is_the_shot_itself():
    here = seen_at(0)
    made = carry(here, [])
    assert made.untouched.all()
    assert made.sure == 0


def test_nothing_painted_is_the_shot_itself_and_sure():
    here = seen_at(0)
    made = carry(here, [sight(here, here, 0)])
    assert made.untouched.all()
    assert made.sure == 1


def test_a_track_that_finds_something_else_is_not_believed():
    here, other = seen_at(0), texture(8, WIDTH, HEIGHT)
    assert carry(here, [sight(other, signed(other), 0)]).sure < 0.4


def test_the_edit_that_looks_alike_wins_over_the_nearer_one():
    here, other = seen_at(0), texture(8, WIDTH, HEIGHT)
    blue = signed(here, colour=(0, 0, 1))
    made = carry(here, [sight(other, signed(other), 0, 0.9), sight(here, blue, 0, 0.1)]).picture
    assert np.abs(made[45:55, 85:105] - (0, 0, 1)).mean() < 0.08


@pytest.mark.parametrize("near", [0.25, 0.75])
def test_of_two_that_look_alike_each_counts_as_it_is_near(near):
    here = seen_at(0)
    sights = [
        sight(here, signed(here, colour=value), 0, part)
        for value, part in ((1, near), (0, 1 - near))
    ]
    made = carry(here, sights).picture
    assert made[45:55, 85:105].mean() == pytest.approx(near, abs=0.01)


def test_what_comes_into_view_gets_what_was_painted_on_such_colours():
    """The left half is grass and made blue; more grass comes into view there."""
    grass = np.array([0.2, 0.5, 0.1], np.float32)
    field = np.clip(0.2 * (texture(4, 260, HEIGHT) - 0.5) + grass, 0, 1)
    there, here = field[:, 30:222].copy(), field[:, :192].copy()
    painted = there.copy()
    painted[:, :96, 2] += 0.4
    made = carry(here, [sight(there, painted, -30)])
    new = (made.picture - here)[20:90, 2:26]
    assert new[..., 2].mean() == pytest.approx(0.4, abs=0.1)
    assert np.abs(new[..., :2]).max() < 0.1
    assert made.sure < 0.95


def test_a_relight_is_one_map_of_colours():
    source = texture(1, WIDTH, HEIGHT)
    grade = grade_of(source, night(source))
    other = texture(2, WIDTH, HEIGHT)
    assert psnr(grade.apply(other), night(other)) > 45


def test_a_relight_with_a_painted_sign_is_both():
    here, there = seen_at(10), seen_at(0)
    made = carry(here, [sight(there, signed(night(there)), 10)]).picture
    assert psnr(made, signed(night(here), 70)) > 38


def test_paint_alone_is_no_grade():
    source = texture(1, WIDTH, HEIGHT)
    assert grade_of(source, signed(source)) == Grade()
    assert grade_of(source, source) == Grade()
    assert Grade().apply(source) is source


def test_two_grades_are_mixed_by_nearness():
    here = seen_at(0)
    sights = [sight(here, here * 0.5, 0, 0.25), sight(here, here * 0.75, 0, 0.75)]
    made = carry(here, sights).picture
    assert psnr(made, here * (0.25 * 0.5 + 0.75 * 0.75)) > 45


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (40, 3), (700, 20)])
def test_odd_sizes_work(size):
    here = texture(1, *size)
    painted = np.clip(here + np.float32(0.2), 0, 1)
    sights = [Sight(edit(here, painted), grid(small(here).shape), 1.0)]
    made = carry(here, sights).picture
    assert made.shape == here.shape
    assert psnr(made, painted) > 25


def test_rounding_is_not_paint():
    here = seen_at(0)
    rounded = np.rint(here * 255) / np.float32(255)
    assert not any(plane.any() for plane in edit(here, rounded).paint)
