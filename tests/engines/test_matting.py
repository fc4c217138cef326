"""Cutting out, pixel by pixel: alpha, the foreground's colours, what is carried over the edge."""

import numpy as np
import pytest

from bridge.engines.local.mask import matting, plates, screens
from bridge.engines.local.mask.matting import Trimap
from tests.engines.pictures import texture

WIDTH, HEIGHT = 64, 36


def ramp(front: np.ndarray, back: np.ndarray) -> tuple[np.ndarray, np.ndarray, Trimap]:
    """One colour goes over into another between columns 24 and 40."""
    share = np.clip((np.arange(WIDTH) - 23.5) / 16, 0, 1).astype(np.float32)
    alpha = np.broadcast_to(share, (HEIGHT, WIDTH)).copy()
    picture = front * alpha[:, :, None] + back * (1 - alpha[:, :, None])
    rough = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    return picture.astype(np.float32), alpha, Trimap(alpha == 1, alpha == 0, rough)


@pytest.mark.parametrize(
    ("front", "back"),
    [([0.8, 0.5, 0.4], [0.1, 0.6, 0.2]), ([0.1, 0.1, 0.15], [0.7, 0.7, 0.9])],
    ids=["skin before green", "dark before sky"],
)
def test_alpha_is_how_far_a_colour_has_come(front, back):
    picture, alpha, trimap = ramp(np.float32(front), np.float32(back))
    made = matting.cut_out(picture, trimap)
    assert np.abs(made[:, :, 3] - alpha).max() < 0.03
    assert np.abs(made[:, :, :3] - np.float32(front)).max() < 0.03  # everywhere: edges are bled
    assert (made[:, :, 3][trimap.inside] == 1).all()
    assert (made[:, :, 3][trimap.outside] == 0).all()


def test_colours_that_do_not_differ_leave_alpha_as_it_was_guessed():
    picture, _, trimap = ramp(np.float32([0.5, 0.5, 0.5]), np.float32([0.5, 0.51, 0.5]))
    made = matting.cut_out(picture, trimap)
    edge = ~(trimap.inside | trimap.outside)
    assert np.abs(made[:, :, 3][edge] - 0.5).max() < 0.05


def test_what_is_known_is_bled_over_the_rest():
    picture = texture(1, WIDTH, HEIGHT)
    known = np.zeros((HEIGHT, WIDTH), bool)
    known[:, :20] = True
    made = matting.bled(picture, known)
    assert np.array_equal(made[known], picture[known])
    assert np.abs(made[:, 20] - picture[:, 19]).max() < 0.2
    assert np.abs(made[:, -1].mean(axis=0) - picture[:, :20].mean(axis=(0, 1))).max() < 0.15
    assert np.isfinite(matting.bled(picture, np.zeros_like(known))).all()


def test_holes_are_filled_and_bays_are_not():
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[8:28, 10:50] = True
    inside[12:16, 20:24] = False  # a hole
    inside[20:28, 30:34] = False  # a bay
    outside = np.zeros_like(inside)
    outside[:6] = outside[30:] = True
    made = matting.filled(inside, outside)
    assert made[12:16, 20:24].all()
    assert not made[20:28, 30:34].any()
    assert not made[outside].any()


def test_a_soft_edge_is_as_wide_as_was_asked():
    picture, _, _ = ramp(np.float32([1, 0, 0]), np.float32([0, 0, 1]))
    hard = matting.with_alpha(
        picture, np.broadcast_to(np.arange(WIDTH) > 31, (HEIGHT, WIDTH)) * np.float32(1)
    )
    made = matting.softened(hard, 0.25)
    between = (made[10, :, 3] > 0) & (made[10, :, 3] < 1)
    assert between.sum() == pytest.approx(16, abs=1)
    assert np.array_equal(made[:, :, :3], hard[:, :, :3])
    assert matting.softened(hard, 0) is hard


def test_spill_is_taken_off_the_screens_channel_alone():
    picture = np.float32([[[0.5, 0.7, 0.4, 1], [0.5, 0.3, 0.4, 1]]])
    made = matting.despilled(picture, 1, 1.0)
    assert made[0, 0].tolist() == pytest.approx([0.5, 0.5, 0.4, 1])
    assert np.array_equal(made[0, 1], picture[0, 1])
    assert np.array_equal(matting.despilled(picture, 1, 0.0), picture)


@pytest.mark.parametrize("key", [(0.1, 0.6, 0.2), (0.1, 0.2, 0.7)], ids=["green", "blue"])
def test_the_screens_colour_is_found_along_the_border(key):
    picture = np.broadcast_to(np.float32(key), (HEIGHT, WIDTH, 3)).copy()
    picture[10:, 20:44] = [0.9, 0.1, 0.1]  # larger than the border, and as strong
    assert screens.screen_colour([picture]) == pytest.approx(key)
    assert screens.screen_colour([np.full_like(picture, 0.5)]) is None


def test_a_screen_need_not_be_lit_evenly():
    key = np.float32([0.1, 0.6, 0.2])
    picture = np.broadcast_to(key, (HEIGHT, WIDTH, 3)).copy()
    picture *= np.linspace(0.7, 1.2, WIDTH, dtype=np.float32)[:, None]
    picture[5:25, 40:60] = [0.7, 0.5, 0.5]
    trimap, _ = screens.keyed(picture, tuple(map(float, key)), 0.35)
    assert trimap.outside[28:, 2:-2].all()
    assert trimap.inside[7:23, 42:58].all()


def test_a_plate_in_another_exposure_is_still_the_plate():
    plate = texture(3, 256, 144, 3) * 0.7 + 0.1
    picture = (plate * 1.08).astype(np.float32)
    picture[40:90, 100:150] = [0.9, 0.2, 0.1]
    trimap, _ = plates.compared(picture, plates.laid(plates.plate_of(plate), picture), 1.0)
    assert trimap.inside[46:84, 106:144].all()
    assert trimap.outside.mean() > 0.85
