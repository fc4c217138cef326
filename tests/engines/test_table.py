"""A table gives what the looks give pixel by pixel, whatever the frames are coded in."""

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.look import looks
from bridge.engines.local.look.looks import LOOKS, Place
from bridge.engines.local.look.planar import picture_of
from bridge.engines.local.look.table import FINE, QUICK, Coding, Table, cube
from bridge.engines.local.look.vocabulary import LookStep
from bridge.engines.local.pictures import to_frame, to_picture
from bridge.media.colour import SCALER_MATRICES
from bridge.media.facts import Colour
from tests.engines.pictures import texture

STEP = 1 / 4095  # of 12 bits
ALONE = sorted(name for name, look in LOOKS.items() if look.alone)


def coded(picture, form, matrix, range_):
    return VideoReformatter().reformat(
        to_frame(picture),
        format=form,
        dst_colorspace=SCALER_MATRICES[matrix],
        src_color_range=2,
        dst_color_range=range_,
    )


def change(look, strength=1.0):
    return lambda picture: looks.apply([LookStep(look, strength)], picture, Place(0))


def through(frame, table, matrix="bt709", range_=1, *, final=False):
    coding = Coding(frame.width, frame.height, frame.format.name, matrix, range_)
    return Table(coding, FINE, changing=False, final=final)(frame, table)


@pytest.mark.parametrize("look", ALONE)
def test_every_look_that_is_alone_is_itself(look):
    frame = coded(texture(3, 192, 108), "yuv444p10le", "bt709", 1)
    source = to_picture(frame, Colour("bt709", "bt709", "bt709", "tv"), VideoReformatter())
    made = picture_of(through(frame, cube(change(look), FINE)))
    error = np.abs(made - change(look)(source))
    assert error.mean() < 0.5 * STEP
    assert np.percentile(error, 99) < 4 * STEP


@pytest.mark.parametrize("form", ["yuv420p", "yuvj420p", "yuv422p10le", "yuv444p12le"])
@pytest.mark.parametrize(("matrix", "range_"), [("bt709", 1), ("smpte170m", 1), ("bt2020nc", 2)])
def test_forms_matrices_and_ranges_are_read_as_pictures_are(form, matrix, range_):
    frame = coded(texture(5, 64, 36), form, matrix, range_)
    colour = Colour(matrix=matrix, range={1: "tv", 2: "pc"}[range_])
    source = to_picture(frame, colour, VideoReformatter())
    made = picture_of(through(frame, cube(lambda picture: picture, FINE), matrix, range_))
    assert np.abs(made - source).max() < 2 * STEP


def test_red_green_and_blue_are_not_mistaken_for_each_other():
    picture = np.tile(np.array([0.9, 0.5, 0.2], np.float32), (16, 32, 1))
    frame = coded(picture, "yuv444p10le", "bt709", 1)
    made = picture_of(through(frame, cube(lambda pixels: pixels[..., ::-1] * 0.5, FINE)))
    assert np.allclose(made, picture[..., ::-1] * 0.5, atol=0.004)


@pytest.mark.parametrize("look", ["dusk", "bright", "high contrast", "faded"])
def test_a_gradient_of_10_bits_has_no_bands(look):
    """A higher level never becomes a lower one, and no level that has one of its own loses it."""
    frame = VideoFrame(1024, 16, "yuv444p10le")
    ramp = np.linspace(64, 940, 1024).round().astype(np.uint16)
    for plane, level in zip(frame.planes, (ramp, 512, 512), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint16).reshape(16, -1)
        rows[:, :1024] = level
    grey = picture_of(through(frame, cube(change(look), FINE)))[8, :, 1]
    levels = np.linspace(64, 940, 1024).round()
    wanted = np.repeat(((levels - 64) / 876).astype(np.float32)[None, :, None], 3, axis=2)
    exact = change(look)(wanted)[0, :, 1]
    assert (np.diff(grey) >= 0).all()
    assert np.abs(grey - exact)[16:].max() < STEP
    assert len(np.unique(grey)) == len(np.unique(exact))


def test_a_final_frame_has_white_and_black_where_the_encoder_has_them():
    picture = np.zeros((16, 32, 3), np.float32)
    picture[:, 16:] = 1
    made = through(
        coded(picture, "yuv422p10le", "bt709", 1), cube(change("dark", 0.0), FINE), final=True
    )
    luma = np.frombuffer(memoryview(made.planes[0]), np.uint16).reshape(16, -1)
    assert (made.format.name, int(luma[8, 4]), int(luma[8, 28])) == ("yuv422p10le", 64, 940)


def test_each_frame_may_have_a_cube_of_its_own():
    frame = coded(texture(7, 64, 36), "yuv422p10le", "bt709", 1)
    coding = Coding(64, 36, "yuv422p10le", "bt709", 1)
    table = Table(coding, QUICK, changing=True, final=False)
    means = [
        picture_of(table(frame, cube(change("dark", strength), QUICK))).mean()
        for strength in (0.0, 0.5, 1.0, 0.5)
    ]
    assert means[0] > means[1] > means[2]
    assert means[1] == pytest.approx(means[3])
