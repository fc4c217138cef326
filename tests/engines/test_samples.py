"""A shot's own samples: what is not changed stays, and a change is what it would be in RGB."""

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.look.planar import frame_of, levels_of
from bridge.engines.local.pictures import to_picture
from bridge.engines.local.samples import add, added, form_of, opened, over, put
from bridge.media.facts import Colour
from tests.engines.pictures import psnr, texture

WIDTH, HEIGHT = 62, 34
FORMS = ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p12le"]
SCALER = {"bt709": 1, "smpte170m": 5, "bt2020nc": 9}


def filmed(form: str, range_: int = 1, matrix: str = "bt709") -> VideoFrame:
    picture = frame_of(texture(3, WIDTH, HEIGHT, 4.0) * np.float32(0.5) + np.float32(0.2))
    frame = VideoReformatter().reformat(
        picture, format=form, dst_colorspace=SCALER[matrix], dst_color_range=range_
    )
    frame.color_range = range_
    return frame


def colour(matrix: str = "bt709", range_: str = "tv") -> Colour:
    return Colour("bt709", "bt709", matrix, range_)


@pytest.mark.parametrize("form", FORMS)
def test_an_opened_frame_has_the_same_samples_and_is_no_part_of_the_other(form):
    frame = filmed(form)
    narrow = "le" not in form
    held = [np.frombuffer(plane, np.uint8 if narrow else np.uint16) for plane in frame.planes]
    before = [plane.copy() for plane in held]
    made = opened(frame, form_of(frame, colour()))
    for levels, plane, part in zip(levels_of(made), before, frame.planes, strict=True):
        rows = plane.reshape(part.height, -1)[:, : part.width]
        assert np.array_equal(levels, rows.astype(np.uint16) << (2 if narrow else 0))
        levels[:] = 1
    assert all(map(np.array_equal, held, before))


@pytest.mark.parametrize("matrix", SCALER)
@pytest.mark.parametrize("form", ["yuv444p12le", "yuv422p10le", "rgb24", "gbrp16le"])
def test_a_change_of_samples_is_that_change_of_colours(form, matrix):
    frame, meant = filmed(form, 2 if "b" in form else 1, matrix), colour(matrix)
    form_ = form_of(frame, meant)
    change = np.float32(0.2) * texture(5, WIDTH, HEIGHT, 6.0) - np.float32(0.1)
    made = opened(frame, form_)
    for levels, plane, low, high in zip(
        levels_of(made), added(change, form_), form_.low, form_.high, strict=True
    ):
        add(levels, plane, low, high)
    scaler = VideoReformatter()
    wanted = to_picture(frame, meant, scaler) + change
    assert psnr(to_picture(made, meant, scaler), wanted) > 48


@pytest.mark.parametrize("form", ["yuv444p12le", "yuv422p10le", "rgb24", "gbrp16le"])
def test_a_picture_put_in_their_place_is_that_picture(form):
    frame = filmed(form, 2 if "b" in form else 1)
    form_, scaler = form_of(frame, colour()), VideoReformatter()
    picture = texture(6, WIDTH, HEIGHT, 5.0) * np.float32(0.6) + np.float32(0.2)
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[:, 20:] = 1
    whole, part = opened(frame, form_), opened(frame, form_)
    before = [levels.copy() for levels in levels_of(part)]
    put(levels_of(whole), picture, form_)
    put(levels_of(part), picture, form_, mask)
    assert psnr(to_picture(whole, colour(), scaler), picture) > 45
    for old, new, all_ in zip(before, levels_of(part), levels_of(whole), strict=True):
        edge = 20 * old.shape[1] // WIDTH
        assert np.array_equal(new[:, :edge], old[:, :edge])
        assert np.array_equal(new[:, edge:], all_[:, edge:])


@pytest.mark.parametrize(
    ("form", "range_", "low", "high"),
    [
        ("yuv420p", 1, (64, 64, 64), (940, 960, 960)),
        ("yuv422p10le", 2, (0, 0, 0), (1023, 1023, 1023)),
        ("yuv444p12le", 1, (256, 256, 256), (3760, 3840, 3840)),
        ("rgb24", 2, (0, 0, 0), (65280, 65280, 65280)),
    ],
)
def test_colours_reach_from_the_least_level_to_the_most(form, range_, low, high):
    made = form_of(filmed(form, range_), colour(range_="pc" if range_ == 2 else "tv"))
    assert (made.low, made.high) == (low, high)


def test_levels_stay_in_their_range_or_where_they_were():
    levels = np.array([[100, 930, 960]], np.uint16)
    add(levels, np.array([[-90, 50, 50]], np.float32), 64, 940)
    assert levels.tolist() == [[64, 960, 960]]
    levels = np.array([[100, 930]], np.uint16)
    add(levels, np.array([[0, 50]], np.float32), 64, 940)
    assert levels.tolist() == [[100, 940]]


def test_a_sample_of_colour_over_any_pixel_outside_is_outside():
    mask = np.ones((4, 4), np.float32)
    mask[0, 0] = 0
    mask[2, 2] = 0.5
    assert over(mask, (4, 2)).tolist() == [[0, 1], [1, 1], [1, 0.75], [1, 1]]
    assert over(mask, (4, 4)) is mask
