"""Looks change pictures as their words say, by as much as their strength says."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engines.local.look.looks import LOOKS, Place, apply
from bridge.engines.local.look.vocabulary import LookStep
from tests.engines.pictures import texture

PICTURES = [
    texture(3),
    texture(4, 33, 17),
    np.zeros((8, 8, 3), np.float32),
    np.ones((5, 9, 3), np.float32),
    np.full((1, 1, 3), 0.5, np.float32),
]
EVERY_LOOK = pytest.mark.parametrize("look", sorted(LOOKS))
HERE = Place(7, 11)


def look_at(picture, look, strength=1.0, place=HERE):
    return apply([LookStep(look, strength)], picture, place)


def grey(picture):
    return float((picture @ np.array([0.2126, 0.7152, 0.0722])).mean())


@EVERY_LOOK
def test_at_strength_0_the_picture_is_unchanged(look):
    for picture in PICTURES:
        assert np.array_equal(look_at(picture, look, 0.0), picture)


@EVERY_LOOK
def test_the_picture_given_is_never_written_to(look):
    for picture in PICTURES:
        before = picture.copy()
        look_at(picture, look, 0.6)
        assert np.array_equal(picture, before)


@EVERY_LOOK
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), strength=st.floats(0, 1, width=32), place=st.integers(0, 9))
def test_what_comes_out_is_a_picture(look, seed, strength, place):
    made = look_at(texture(seed, 24, 16), look, strength, Place(place, seed))
    assert made.dtype == np.float32
    assert made.shape == (16, 24, 3)
    assert np.isfinite(made).all()
    assert made.min() >= 0
    assert made.max() <= 1


@EVERY_LOOK
def test_it_changes_a_picture_and_more_strength_changes_it_more(look):
    picture = texture(5)
    changes = [np.abs(look_at(picture, look, s) - picture).mean() for s in (0.25, 0.5, 0.75, 1.0)]
    assert changes[0] > 0.0005
    assert changes == sorted(changes)


@EVERY_LOOK
def test_the_same_place_gives_the_same_picture(look):
    picture = texture(6)
    assert np.array_equal(look_at(picture, look), look_at(picture, look))


def test_grain_is_new_on_every_frame_and_with_every_seed():
    picture = texture(7)
    made = [look_at(picture, "grain", 1, Place(*place)) for place in ((0, 0), (1, 0), (0, 1))]
    assert not np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_several_looks_are_done_in_order():
    picture = texture(8)
    first, second = LookStep("negative", 1), LookStep("dark", 1)
    together = apply([first, second], picture, HERE)
    one_by_one = apply([second], apply([first], picture, HERE), HERE)
    assert np.allclose(together, one_by_one, atol=1e-5)
    assert not np.allclose(together, apply([second, first], picture, HERE), atol=0.05)


@pytest.mark.parametrize("look", ["dusk", "night", "dark", "vignette"])
def test_these_darken(look):
    picture = texture(9)
    assert grey(look_at(picture, look)) < grey(picture) - 0.02


def test_night_is_darker_than_dusk_and_bright_is_brighter():
    picture = texture(9)
    assert grey(look_at(picture, "night")) < grey(look_at(picture, "dusk"))
    assert grey(look_at(picture, "bright")) > grey(picture)


@pytest.mark.parametrize(
    ("look", "sign"),
    [("warm", 1), ("golden hour", 1), ("sepia", 1), ("cool", -1), ("dusk", -1), ("night", -1)],
)
def test_the_light_turns_warm_or_cold(look, sign):
    picture = np.repeat(texture(10).mean(axis=2, keepdims=True), 3, axis=2).astype(np.float32)
    made = look_at(picture, look)
    assert sign * float((made[..., 0] - made[..., 2]).mean()) > 0.02


def test_black_and_white_has_no_colour():
    made = look_at(texture(11), "black and white")
    assert np.allclose(made[..., 0], made[..., 1], atol=1e-6)
    assert np.allclose(made[..., 0], made[..., 2], atol=1e-6)


def test_negative_twice_is_the_picture():
    picture = texture(12)
    assert np.allclose(look_at(look_at(picture, "negative"), "negative"), picture, atol=1e-6)


@pytest.mark.parametrize(("look", "sharper"), [("blur", False), ("fog", False), ("sharpen", True)])
def test_detail(look, sharper):
    picture = texture(13, 320, 180, softness=1.0)

    def detail(image):
        return float(np.abs(cv2.Laplacian(image, cv2.CV_32F)).mean())

    assert (detail(look_at(picture, look)) > detail(picture)) is sharper


@pytest.mark.parametrize(("look", "wider"), [("high contrast", True), ("faded", False)])
def test_contrast(look, wider):
    picture = texture(14)
    assert bool(look_at(picture, look).std() > picture.std()) is wider


def test_a_vignette_leaves_the_middle():
    picture = np.full((55, 97, 3), 0.6, np.float32)
    made = look_at(picture, "vignette")
    assert np.allclose(made[27, 48], 0.6, atol=1e-3)
    assert made[0, 0, 0] < 0.4


def test_a_ramp_stays_a_ramp():
    """Tone curves never turn back: a brighter grey stays the brighter one."""
    ramp = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[None, :, None], 3, axis=2)
    for look in sorted(set(LOOKS) - {"negative", "grain", "vignette", "blur", "fog", "sharpen"}):
        luma = look_at(ramp, look) @ np.array([0.2126, 0.7152, 0.0722])
        assert (np.diff(luma[0]) >= -2e-3).all(), look
