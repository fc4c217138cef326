"""In-betweens move; they beat a dissolve where something moves and equal it where nothing can."""

import numpy as np
import pytest

from bridge.engines.local.move.bend import Neighbour, bend
from bridge.engines.local.move.between import measured
from bridge.engines.local.move.flow_to import BETWEEN_WIDTH
from bridge.engines.local.move.holes import filled
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
    assert pair.movement.forward.shape[1] == BETWEEN_WIDTH
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


def test_a_bend_goes_through_the_still_before_and_the_one_after():
    """The square stands at 40, 52, 60 and 64 at even times: it slows down evenly."""
    before, this, after = (
        measured(scene(first), scene(last)).movement
        for first, last in ((40, 52), (52, 60), (60, 64))
    )
    middle = (slice(40, 68), slice(60, 90))
    for sides in ((Neighbour(before, 1), None), (None, Neighbour(after, 1))):
        bent = bend(this, *sides)
        assert bent[middle][..., 0].mean() == pytest.approx(-4, abs=1)
        assert abs(bent[middle][..., 1].mean()) < 0.5


def test_a_bend_minds_how_long_its_neighbour_is():
    """At an even speed nothing bends: 40, 60, 70 at times 0, 2, 3."""
    before, this = (
        measured(scene(first), scene(last)).movement for first, last in ((40, 60), (60, 70))
    )
    middle = (slice(40, 68), slice(70, 98))
    assert abs(bend(this, Neighbour(before, 2.0), None)[middle][..., 0].mean()) < 0.5
    assert bend(this, Neighbour(before, 1.0), None)[middle][..., 0].mean() < -5


def test_without_related_neighbours_nothing_bends():
    this = measured(scene(60), scene(66)).movement
    strange = measured(texture(1, 192, 108, 0.5), 1 - texture(2, 192, 108, 0.5)).movement
    assert not strange.related
    assert bend(this, Neighbour(strange, 1), None) is None
    assert bend(this, None, None) is None


def test_a_fade_is_no_movement():
    first = scene(60)
    last = first * np.float32(0.8)
    pair = measured(first, last)
    assert psnr(pair.at(0.5), (first + last) / 2) > 45


def test_what_moves_in_a_fade_moves():
    first, middle, last = scene(60), scene(66) * np.float32(0.9), scene(72) * np.float32(0.8)
    assert psnr(measured(first, last).at(0.5), middle) > psnr((first + last) / 2, middle) + 2


def test_holes_take_what_lies_around_them():
    values = np.dstack([np.full((40, 60), 0.25), np.full((40, 60), 0.75)]).astype(np.float32)
    known = np.ones((40, 60), np.float32)
    known[10:30, 20:40] = 0
    assert np.abs(filled(values * known[:, :, None], known) - values).max() < 0.01
    assert np.isfinite(filled(values, np.zeros_like(known))).all()


def test_two_measurements_give_the_same_bytes():
    made = [measured(scene(60), scene(70)).at(0.3) for _ in range(2)]
    assert np.array_equal(*made)
