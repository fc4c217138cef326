"""Looks on frames as the encoder has them are the looks on pictures."""

import numpy as np
import pytest
from av.video.reformatter import VideoReformatter

from bridge.engines.local.look import overlays, yuv
from bridge.engines.local.look.looks import Place, apply
from bridge.engines.local.look.planar import levels_of
from bridge.engines.local.look.vocabulary import LookStep
from bridge.engines.local.pictures import to_frame, to_picture
from bridge.media.colour import SCALER_MATRICES
from bridge.media.facts import Colour
from tests.engines.pictures import texture

STEP = 1 / 1023  # of 10 bits
HERE = Place(5, 9)
EVERY_LOOK = pytest.mark.parametrize("look", sorted(yuv.LOOKS))


def coded(picture, form, matrix="bt709"):
    return VideoReformatter().reformat(
        to_frame(picture),
        format=form,
        dst_colorspace=SCALER_MATRICES[matrix],
        src_color_range=2,
        dst_color_range=1,
    )


def picture_of(frame, matrix):
    return to_picture(frame, Colour(matrix=matrix, range="tv"), VideoReformatter())


@EVERY_LOOK
@pytest.mark.parametrize("strength", [0.35, 1.0])
@pytest.mark.parametrize("form", ["yuv420p", "yuv422p10le", "yuv444p12le"])
@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", "bt2020nc"])
def test_they_are_what_floats_give(look, strength, form, matrix):
    frame = coded(0.1 + 0.8 * texture(3, 320, 180, 6.0), form, matrix)
    steps = [LookStep(look, strength)]
    exact = apply(steps, picture_of(frame, matrix), HERE)
    made = yuv.changed(steps, yuv.own(frame, matrix), HERE)
    error = np.abs(picture_of(made, matrix) - exact)
    assert error.mean() < STEP
    assert np.percentile(error, 99) < 5 * STEP


@EVERY_LOOK
def test_the_decoded_frame_is_never_written_to(look):
    frame = coded(texture(4, 64, 36), "yuv422p10le")
    before = [levels.copy() for levels in levels_of(frame)]
    made = yuv.changed([LookStep(look, 1.0)], yuv.own(frame, "bt709"), HERE)
    after = levels_of(frame)
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert not np.array_equal(levels_of(made)[0], before[0])


def test_grain_has_no_colour_and_a_vignette_leaves_the_middle():
    frame = coded(np.full((54, 96, 3), (0.6, 0.4, 0.3), np.float32), "yuv422p10le")
    source = levels_of(frame)
    grain = levels_of(yuv.changed([LookStep("grain", 1)], yuv.own(frame, "bt709"), HERE))
    assert all(np.array_equal(grain[plane], source[plane]) for plane in (1, 2))
    dark = levels_of(yuv.changed([LookStep("vignette", 1)], yuv.own(frame, "bt709"), HERE))
    middle = [
        abs(int(new[27, 24]) - int(old[27, 24])) for new, old in zip(dark, source, strict=True)
    ]
    assert max(middle[1:]) <= 3
    assert dark[0][0, 0] < source[0][0, 0] - 100


def test_the_extremes_stay_within_10_bits():
    for grey in (0.0, 1.0):
        frame = coded(np.full((54, 96, 3), grey, np.float32), "yuv422p10le")
        luma = levels_of(yuv.changed([LookStep("grain", 1)], yuv.own(frame, "bt709"), HERE))[0]
        assert luma.min() >= 64
        assert luma.max() <= 1023


@pytest.mark.parametrize(("height", "width"), [(54, 96), (1, 1)])
def test_grain_has_spread_1_and_another_place_on_each_frame(height, width):
    sheets = [overlays.clumps(height, width, 3, frame) for frame in range(40)]
    assert all(sheet.shape == (height, width) for sheet in sheets)
    assert np.std(sheets) / overlays.SPREAD == pytest.approx(1, abs=0.25)
    assert len({int(sheet[0, 0]) for sheet in sheets}) == len(sheets)
