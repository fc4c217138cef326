"""In-betweens move; they beat a dissolve where something moves and equal it where nothing can."""

import numpy as np
import pytest

from bridge.engines.local.between import measured
from bridge.engines.local.options import Easing
from tests.engines.pictures import psnr, scene, texture


@pytest.mark.parametrize("way", [4, 8, 20, 40])
def test_the_middle_of_a_movement_beats_the_dissolve(way):
    first, middle, last = (scene(left) for left in (60, 60 + way // 2, 60 + way))
    pair = measured(first, last)
    dissolve = (first + last) / 2
    assert pair.related
    assert psnr(pair.at(0.5), middle) > psnr(dissolve, middle) + 2


@pytest.mark.parametrize(("time", "left"), [(0.25, 62), (0.75, 66)])
def test_other_moments_lie_where_they_should(time, left):
    pair = measured(scene(60), scene(68))
    made = pair.at(time)
    nearest = max(range(56, 74, 2), key=lambda place: psnr(made, scene(place)))
    assert nearest == left


def test_the_ends_are_the_stills_themselves():
    first, last = scene(50), scene(58)
    pair = measured(first, last)
    assert pair.at(0) is first
    assert pair.at(1) is last


def test_what_does_not_move_stays_as_it_is():
    picture = scene(60)
    assert psnr(measured(picture, picture).at(0.5), picture) > 60


def test_stills_with_nothing_in_common_are_dissolved():
    first, last = texture(1, softness=0.5), 1 - texture(2, softness=0.5)
    pair = measured(first, last)
    assert not pair.related
    assert np.allclose(pair.at(0.25), first * 0.75 + last * 0.25, atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (15, 40), (16, 16), (17, 33), (300, 5)])
def test_small_and_narrow_pictures_work_too(size):
    first, last = texture(1, *size), texture(1, *size) * np.float32(0.9)
    made = measured(first, last).at(0.5)
    assert made.shape == first.shape
    assert np.isfinite(made).all()


def test_large_pictures_are_measured_small_and_made_large():
    wide = texture(5, 1400, 120, softness=8)
    first, middle, last = (wide[:, left : left + 1300].copy() for left in (0, 20, 40))
    pair = measured(first, last)
    assert pair.forward.shape[1] == 640
    assert psnr(pair.at(0.5), middle) > psnr((first + last) / 2, middle) + 3


@pytest.mark.parametrize("easing", list(Easing))
def test_easings_run_from_0_to_1_and_never_back(easing):
    way = [easing.at(step / 50) for step in range(51)]
    assert (way[0], way[-1]) == (0, 1)
    assert way == sorted(way)


def test_easings_differ_as_their_names_say():
    quarter = {easing: easing.at(0.25) for easing in Easing}
    assert quarter[Easing.ease_in] < quarter[Easing.linear] < quarter[Easing.ease_out]
    assert quarter[Easing.ease_in_out] < 0.25
    assert Easing.ease_in_out.at(0.75) > 0.75
    assert Easing.ease_in_out.at(0.5) == 0.5
