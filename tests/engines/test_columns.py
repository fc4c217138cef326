"""Frames part into columns and come together again, whatever they are coded in."""

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.look import codes, columns
from bridge.engines.local.look.codes import Coding
from bridge.engines.local.look.planar import (
    FINAL,
    TV_RANGE,
    WHITE,
    levels_of,
    picture_of,
    planes_of,
)
from bridge.engines.local.look.table import QUICK, Table, cube
from bridge.engines.local.pictures import to_frame, to_picture
from bridge.media.colour import SCALER_MATRICES
from bridge.media.facts import Colour
from tests.engines.pictures import texture

STEP = 1 / 1023  # of 10 bits
FORMS = ["yuv420p", "yuv420p10le", "yuv422p10le", "yuv422p12le", "yuv444p12le"]
CODINGS = [("bt709", 1), ("smpte170m", 1), ("bt2020nc", 2)]


def coded(picture, form, matrix, range_):
    return VideoReformatter().reformat(
        to_frame(picture),
        format=form,
        dst_colorspace=SCALER_MATRICES[matrix],
        src_color_range=2,
        dst_color_range=range_,
    )


def noise(form, width, height):
    frame = VideoFrame(width, height, form)
    dice = np.random.default_rng(width)
    for levels in levels_of(frame):
        levels[:] = dice.integers(64, 941, levels.shape)
    return frame


@pytest.mark.parametrize("size", [(2, 2), (70, 38), (1918, 300)])
def test_columns_are_where_they_were(size):
    frame = noise(FINAL, *size)
    parted = [plane.astype(np.int64) / 64 for plane in planes_of(columns.parted(frame))]
    luma, *colours = (levels.astype(np.int64) for levels in levels_of(frame))
    height = size[1]
    assert np.array_equal(parted[0][:height], luma[:, ::2])
    assert np.array_equal(parted[0][height:], luma[:, 1::2])
    for plane, levels in zip(parted[1:], colours, strict=True):
        following = np.hstack([levels[:, 1:], levels[:, -1:]])
        assert np.array_equal(plane[:height], levels)
        assert np.array_equal(plane[height:], (levels + following) / 2)


def test_luma_comes_together_as_it_was_and_smooth_colour_too():
    frame = noise(FINAL, 320, 64)
    for levels in levels_of(frame)[1:]:
        levels[:] = np.linspace(100, 900, 160)
    luma, *colours = levels_of(columns.whole(columns.parted(frame), 1))
    old_luma, *old_colours = levels_of(frame)
    assert np.array_equal(luma, old_luma)
    for new, old in zip(colours, old_colours, strict=True):
        assert np.abs(new.astype(np.int64) - old).max() <= 1


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("matrix", "range_"), CODINGS)
def test_forms_matrices_and_ranges_are_read_as_pictures_are(form, matrix, range_):
    frame = coded(0.1 + 0.8 * texture(5, 320, 180, 12.0), form, matrix, range_)
    colour = Colour(matrix=matrix, range={1: "tv", 2: "pc"}[range_])
    source = to_picture(frame, colour, VideoReformatter())
    to_rgb = codes.to_rgb(Coding(matrix, range_, columns.bits_of(frame)))
    rgb = through(frame, cube(unchanged, to_rgb, np.eye(3, 4) * WHITE, QUICK), between=True)
    error = np.abs(picture_of(columns.whole_rgb(rgb)) - source)
    # the scaler reads full range by more than a step wrong (measured, FFmpeg 8)
    assert error.mean() < (1.5 if range_ == TV_RANGE else 2) * STEP
    assert np.percentile(error, 99) < 7 * STEP


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("matrix", "range_"), CODINGS)
def test_a_table_without_a_look_gives_the_same_levels_in_the_final_form(form, matrix, range_):
    frame = coded(0.1 + 0.8 * texture(5, 320, 180, 12.0), form, matrix, range_)
    bits = columns.bits_of(frame)
    source = codes.from_rgb(Coding(matrix, range_, bits))
    back = codes.to_rgb(Coding(matrix, range_, bits))
    video = codes.from_rgb(Coding(matrix, TV_RANGE, 16))
    made = columns.whole(through(frame, cube(unchanged, back, video, QUICK)), 1)
    assert (made.format.name, made.color_range) == (FINAL, TV_RANGE)
    for place, (new, old) in enumerate(zip(levels_of(made), samples_of(frame), strict=True)):
        black, span = source[place, 3], np.abs(source[place, :3]).sum()
        wide = (old * 2.0 ** (16 - bits) - black) / span * np.abs(video[place, :3]).sum()
        error = np.abs(new - (wide + video[place, 3]) / 64)
        assert error.mean() < 1
        assert error.max() < (1.5 if place == 0 else 8)


def samples_of(frame):
    """With a sample of colour for each row and every other column."""
    kind = np.uint8 if columns.bits_of(frame) == 8 else np.uint16
    for place, plane in enumerate(frame.planes):
        samples = np.frombuffer(memoryview(plane), kind).reshape(plane.height, -1)
        samples = samples[:, : plane.width].astype(np.float64)
        if len(samples) < frame.height:
            rows = np.arange(frame.height) / 2 - 0.25
            low = np.clip(np.floor(rows).astype(int), 0, len(samples) - 1)
            high = np.clip(low + 1, 0, len(samples) - 1)
            part = np.clip(rows - low, 0, 1)[:, None]
            samples = (1 - part) * samples[low] + part * samples[high]
        wide = place > 0 and samples.shape[1] == frame.width
        yield samples[:, ::2] if wide else samples


def unchanged(picture):
    return picture


def through(frame, table, **how):
    parted = columns.parted(frame, **how)
    return Table(parted.width, parted.height, QUICK, changing=False)(parted, table)


@pytest.mark.parametrize("matrix", sorted(codes.WEIGHTS))
@pytest.mark.parametrize("range_", [1, 2])
def test_levels_are_those_of_the_scaler(matrix, range_):
    colours = np.array([[0.2, 0.5, 0.9], [1, 1, 1], [0, 0, 0], [0.8, 0.1, 0.3]])
    for colour in colours:
        picture = np.tile(colour.astype(np.float32), (16, 16, 1))
        frame = coded(picture, "yuv444p12le", matrix, range_)
        found = [int(levels[8, 8]) for levels in levels_of(frame)]
        affine = codes.from_rgb(Coding(matrix, range_, 12))
        assert np.allclose(found, (affine[:, :3] @ colour + affine[:, 3]) / 16, atol=4)


def test_white_and_black_are_where_the_encoder_has_them():
    picture = np.zeros((16, 32, 3), np.float32)
    picture[:, 16:] = 1
    frame = coded(picture, "yuv420p", "bt709", 1)
    video = codes.from_rgb(Coding("bt709", TV_RANGE, 16))
    table = cube(unchanged, codes.to_rgb(Coding("bt709", 1, 8)), video, QUICK)
    luma = levels_of(columns.whole(through(frame, table), 1))[0]
    assert (int(luma[8, 4]), int(luma[8, 28])) == (64, 940)
