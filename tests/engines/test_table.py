"""A table gives what the looks give pixel by pixel."""

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from bridge.engines.local.look import codes, looks
from bridge.engines.local.look.codes import Coding
from bridge.engines.local.look.looks import LOOKS, Place
from bridge.engines.local.look.planar import FORM, WHITE, planes_of
from bridge.engines.local.look.table import GOOD, QUICK, Table, blended, cube, level_for
from bridge.engines.local.look.vocabulary import LookStep

STEP = 64  # of 10 bits, in 16
VIDEO = Coding("bt709", 1, 10)
ALONE = sorted(name for name, look in LOOKS.items() if look.alone)
# in 10-bit steps, for each look: mean error, and what 99 of 100 stay within
ERRORS = {QUICK: (0.5, 6.0), GOOD: (0.25, 3.5)}


def change(look, strength=1.0):
    return lambda picture: looks.apply([LookStep(look, strength)], picture, Place(0))


def unchanged(picture):
    return picture


def colours():
    """Codes of 10 bits: all colours, dark ones, the most saturated ones."""
    dice = np.random.default_rng(4)
    rgb = dice.random((3, 200, 300, 3))
    rgb[1] = 0.3 * rgb[1] ** 3
    ends = dice.integers(0, 2, (200, 300, 1))
    np.put_along_axis(rgb[2], dice.integers(0, 3, (200, 300, 1)), ends, axis=2)
    return np.rint(of_rgb(rgb.reshape(600, 300, 3)) / STEP) * STEP


def of_rgb(rgb, coding=VIDEO):
    affine = codes.from_rgb(coding)
    return rgb @ affine[:, :3].T + affine[:, 3]


def exact(look, levels):
    affine = codes.to_rgb(VIDEO)
    rgb = np.clip(levels @ affine[:, :3].T + affine[:, 3], 0, 1).astype(np.float32)
    return of_rgb(change(look)(rgb).astype(np.float64))


def video_cube(what, level):
    return cube(what, codes.to_rgb(VIDEO), codes.from_rgb(VIDEO), level)


def through(levels, table, level):
    height, width = levels.shape[:2]
    return pixels(Table(width, height, level, changing=False)(frame_of(levels), table))


def frame_of(levels):
    frame = VideoFrame(levels.shape[1], levels.shape[0], FORM)
    for plane, channel in zip(planes_of(frame), cv2.split(levels), strict=True):
        plane[:] = channel
    return frame


def pixels(frame):
    return np.stack(planes_of(frame), axis=2).astype(np.float64)


@pytest.mark.parametrize("look", ALONE)
@pytest.mark.parametrize("level", [QUICK, GOOD])
def test_every_look_that_is_alone_is_itself(look, level):
    levels = colours()
    made = through(levels, video_cube(change(look), level), level)
    error = np.abs(made - exact(look, levels)) / STEP
    mean, most = ERRORS[level]
    assert error.mean() < mean
    assert np.percentile(error, 99) < most


@pytest.mark.parametrize("look", ["dusk", "vivid"])
def test_more_nodes_are_nearer(look):
    levels = colours()
    made = through(levels, video_cube(change(look), GOOD), GOOD)
    error = np.abs(made - exact(look, levels)) / STEP
    assert error.mean() < ERRORS[GOOD][0]
    assert np.percentile(error, 99) < ERRORS[GOOD][1]


@pytest.mark.parametrize("look", ["dusk", "bright", "high contrast", "faded"])
@pytest.mark.parametrize("level", [QUICK, GOOD])
def test_a_gradient_of_10_bits_has_no_bands(look, level):
    """A higher level never becomes a lower one, and levels that differ go on to differ."""
    levels = np.full((16, 877, 3), 512.0) * STEP
    levels[:, :, 0] = np.arange(64, 941) * STEP
    made = through(levels, video_cube(change(look), level), level)[8]
    wanted = exact(look, levels)[8]
    assert (np.diff(made[:, 0]) >= 0).all()
    assert np.abs(made - wanted).max() < 0.5 * STEP
    kinds = [len(np.unique(np.rint(luma / STEP))) for luma in (made[:, 0], wanted[:, 0])]
    assert abs(kinds[0] - kinds[1]) <= 0.01 * kinds[1]


def test_red_green_and_blue_are_not_mistaken_for_each_other():
    rgb = np.tile(np.array([0.9, 0.5, 0.2]), (16, 32, 1))
    table = cube(
        lambda picture: picture[..., ::-1] * np.float32(0.5),
        codes.to_rgb(VIDEO),
        np.eye(3, 4) * WHITE,
        QUICK,
    )
    made = through(of_rgb(rgb), table, QUICK) / WHITE
    assert np.allclose(made, rgb[..., ::-1] * 0.5, atol=1e-3)


def test_what_is_no_rgb_stays_beside_what_it_was():
    """Levels that no RGB has, as codecs make them at edges, are neither wrapped nor torn away."""
    levels = np.array([[[40, 512, 512], [1000, 512, 512], [500, 1000, 20], [20, 900, 900]]])
    made = through(levels * float(STEP), video_cube(unchanged, GOOD), GOOD)[0] / STEP
    assert np.allclose(made[:2, 1:], 512, atol=1)
    assert np.all((made >= 0) & (made <= 1023))
    assert made[0, 0] < 65
    assert made[1, 0] > 939


def test_each_frame_may_have_a_cube_of_its_own():
    frame = frame_of(colours()[:36, :64])
    table = Table(64, 36, QUICK, changing=True)
    means = [
        pixels(table(frame, video_cube(change("dark", strength), QUICK)))[..., 0].mean()
        for strength in (0.0, 0.5, 1.0, 0.5)
    ]
    assert means[0] > means[1] > means[2]
    assert means[1] == pytest.approx(means[3])


@pytest.mark.parametrize("look", ["dusk", "vivid", "negative"])
def test_a_part_of_a_look_is_a_part_of_its_table(look):
    levels = colours()
    whole = blended(video_cube(unchanged, QUICK), video_cube(change(look), QUICK), 0.3)
    part = video_cube(change(look, 0.3), QUICK)
    assert np.abs(through(levels, whole, QUICK) - through(levels, part, QUICK)).max() < 0.1 * STEP


def test_tables_grow_finer_with_what_goes_through_them():
    assert level_for(320 * 180) is None
    found = [level_for(pixels) for pixels in (640 * 360 * 8, 1920 * 1080 * 6)]
    assert found == [QUICK, GOOD]
