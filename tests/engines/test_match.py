"""A colour match gives a shot the mean and spread of the reference, the same on every frame."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engines.local.look import grade_words
from bridge.engines.local.look.match import MOST_GAIN, colour_map, map_of, measure
from bridge.errors import EngineRefused
from tests.engines.pictures import texture


def graded(picture, gain, lift):
    return (picture * np.array(gain) * 0.5 + np.array(lift)).astype(np.float32)


SHOT = graded(texture(1, 200, 100), (0.8, 0.9, 1.0), (0.2, 0.25, 0.3))
REFERENCE = graded(texture(2, 200, 100), (1.0, 0.7, 0.4), (0.3, 0.2, 0.1))


def test_mean_and_covariance_become_the_references():
    made = colour_map(measure([SHOT]), measure([REFERENCE])).apply(SHOT)
    got, wanted = measure([made]), measure([REFERENCE])
    assert np.allclose(got.mean, wanted.mean, atol=2e-3)
    assert np.allclose(got.covariance, wanted.covariance, atol=2e-3)


def test_strength_goes_from_nothing_to_all():
    ours, theirs = measure([SHOT]), measure([REFERENCE])
    unchanged = colour_map(ours, theirs).at(0).apply(SHOT)
    assert np.allclose(unchanged, SHOT, atol=1e-6)
    far = [
        np.abs(measure([colour_map(ours, theirs).at(s).apply(SHOT)]).mean - theirs.mean).sum()
        for s in (0, 0.3, 0.6, 1)
    ]
    assert far == sorted(far, reverse=True)


def test_a_shot_that_matches_already_is_left_alone():
    same = colour_map(measure([SHOT]), measure([SHOT]))
    assert np.allclose(same.apply(SHOT), SHOT, atol=1e-5)


def test_statistics_are_of_all_frames_together():
    dark, light = SHOT * np.float32(0.5), np.clip(SHOT * np.float32(1.5), 0, 1)
    both = measure([dark, light])
    assert np.allclose(both.mean, (measure([dark]).mean + measure([light]).mean) / 2)


@pytest.mark.parametrize("flat", [0.0, 0.5, 1.0])
def test_flat_pictures_neither_divide_by_nothing_nor_explode(flat):
    grey = np.full((10, 10, 3), flat, np.float32)
    for one, other in ((grey, REFERENCE), (SHOT, grey), (grey, grey)):
        found = colour_map(measure([one]), measure([other]))
        assert np.linalg.eigvalsh(found.matrix).max() <= MOST_GAIN + 1e-9
        made = found.apply(one)
        assert np.isfinite(made).all()
        assert np.allclose(measure([made]).mean, measure([other]).mean, atol=0.02)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1))
def test_any_two_pictures_give_a_picture(one, other, strength):
    found = colour_map(measure([texture(one, 16, 9)]), measure([texture(other, 9, 16)]))
    made = found.at(strength).apply(texture(one, 16, 9))
    assert np.isfinite(made).all()
    assert 0 <= made.min() <= made.max() <= 1


def test_its_numbers_written_down_give_the_same_grade_again():
    found = colour_map(measure([SHOT]), measure([REFERENCE]))
    again = map_of(grade_words.parse(grade_words.written(found.rows)))
    assert np.allclose(again.apply(SHOT), found.apply(SHOT), atol=1e-4)
    assert grade_words.written(again.rows) == grade_words.written(found.rows)


@pytest.mark.parametrize(
    "text", ["", "warm", "1 0 0 0, 0 1 0 0", "1 0 0 0, 0 1 0 0, 0 0 nan 0", "1 0 0, 0 1 0, 0 0 1"]
)
def test_what_are_not_twelve_numbers_is_no_grade(text):
    with pytest.raises(EngineRefused, match="grade"):
        grade_words.parse(text)
