"""Camera words are parsed or refused; views never look past the edge of the still."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engines.local.move import camera
from bridge.engines.local.move.camera import DIRECTIONS, MOST, Move, parse, parse_all
from bridge.engines.local.move.moving import seen
from bridge.engines.local.options import Easing
from bridge.errors import EngineRefused
from tests.engines.pictures import psnr, texture


@st.composite
def moves(draw):
    move = draw(st.sampled_from(sorted(DIRECTIONS)))
    amount = draw(st.decimals(0, MOST[move], places=2))
    easing = draw(st.sampled_from(list(Easing)))
    return Move(move, draw(st.sampled_from(DIRECTIONS[move])), amount, easing)


@pytest.mark.parametrize(
    ("words", "move"),
    [
        ("zoom in 10% ease-in-out", Move("zoom", "in", Decimal(10), Easing.ease_in_out)),
        ("Pan  Left 5 %", Move("pan", "left", Decimal(5))),
        ("tilt up 8percent ease in", Move("tilt", "up", Decimal(8), Easing.ease_in)),
        ("roll 3deg", Move("roll", "cw", Decimal(3))),
        ("roll ccw 2.5", Move("roll", "ccw", Decimal("2.5"))),
        ("roll left 2.5\N{DEGREE SIGN}", Move("roll", "ccw", Decimal("2.5"))),
        ("dolly in 12% smooth", Move("dolly", "in", Decimal(12), Easing.ease_in_out)),
        ("push in 12%", Move("dolly", "in", Decimal(12))),
        ("zoom out 0%", Move("zoom", "out", Decimal(0))),
    ],
)
def test_what_is_understood(words, move):
    assert parse(words) == move


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("zoom in", "MOVE DIRECTION AMOUNT"),
        ("zoom in -10%", "MOVE DIRECTION AMOUNT"),
        ("zoom 10%", "in or out"),
        ("zoom left 10%", "in or out"),
        ("pan in 5%", "left or right"),
        ("crane up 5%", "not a move"),
        ("zoom in 10", "needs its %"),
        ("zoom in 10deg", "measured in %"),
        ("roll cw 10%", "measured in degrees"),
        ("zoom in 10% bouncy", "not an easing"),
        ("zoom in 10% then pan left 5%", "not understood"),
        ("zoom in 500%", "up to 200"),
        ("pan left 99999999999%", "MOVE DIRECTION AMOUNT"),
        ("make it nice", "MOVE DIRECTION AMOUNT"),
        ("zoom in nan%", "MOVE DIRECTION AMOUNT"),
    ],
)
def test_what_is_refused_and_why(words, reason):
    with pytest.raises(EngineRefused) as caught:
        parse(words)
    assert reason in caught.value.message
    assert "zoom in 10%" in caught.value.hint


@given(moves())
def test_a_move_is_read_back_from_its_own_words(move):
    assert parse(str(move)) == move


def test_several_moves_come_together():
    assert parse_all(["zoom in 10%, pan left 5%", "roll cw 2deg and tilt up 1%"]) == tuple(
        parse(words) for words in ("zoom in 10%", "pan left 5%", "roll cw 2deg", "tilt up 1%")
    )
    assert parse_all([" ", ""]) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(moves(), min_size=1, max_size=4), st.integers(2, 60), st.integers(2, 60), st.data())
def test_no_view_looks_past_the_edge(made, width, height, data):
    frames = data.draw(st.integers(1, 12))
    scale = camera.overscan(made, frames, width, height)
    corners = np.array([(x, y, 1) for x in (0, width - 1) for y in (0, height - 1)], float).T
    assert scale >= 1
    for time in camera.times(frames):
        matrix = np.array(camera.affine(camera.view(made, time), scale, width, height))
        x, y = matrix @ corners
        assert x.min() >= -0.5 - 1e-6
        assert x.max() <= width - 0.5 + 1e-6
        assert y.min() >= -0.5 - 1e-6
        assert y.max() <= height - 0.5 + 1e-6


@pytest.mark.parametrize("words", ["zoom in 0%", "pan left 0%", "roll cw 0", "tilt up 0%"])
def test_a_move_by_nothing_changes_nothing(words):
    picture, made = texture(1), [parse(words)]
    scale = camera.overscan(made, 5, 96, 54)
    for time in camera.times(5):
        assert np.array_equal(seen(picture, camera.view(made, time), scale), picture)


def test_there_is_no_black_border():
    white = np.ones((54, 96, 3), np.float32)
    made = parse_all(["roll cw 20deg, pan left 10%, tilt down 5%, zoom out 15%"])
    scale = camera.overscan(made, 9, 96, 54)
    for time in camera.times(9):
        assert seen(white, camera.view(made, time), scale).min() > 0.999


def place(picture):
    """Where the light lies: x, y."""
    light = picture.sum(axis=2)
    y, x = np.mgrid[0 : light.shape[0], 0 : light.shape[1]]
    return float((x * light).sum() / light.sum()), float((y * light).sum() / light.sum())


def spot(x, y):
    picture = np.zeros((54, 96, 3), np.float32)
    picture[y - 1 : y + 2, x - 1 : x + 2] = 1
    return picture


@pytest.mark.parametrize(
    ("words", "axis", "sign"),
    [
        ("pan right 20%", 0, -1),
        ("pan left 20%", 0, 1),
        ("tilt up 20%", 1, 1),
        ("tilt down 20%", 1, -1),
    ],
)
def test_what_is_seen_goes_against_the_camera(words, axis, sign):
    made = [parse(words)]
    scale = camera.overscan(made, 2, 96, 54)
    start, end = (seen(spot(48, 27), camera.view(made, time), scale) for time in (0, 1))
    assert sign * (place(end)[axis] - place(start)[axis]) > 5


def test_a_zoom_in_begins_with_the_still_and_brings_things_apart():
    made = [parse("zoom in 50%")]
    picture = spot(72, 27)
    start, end = (seen(picture, camera.view(made, time), 1.0) for time in (0, 1))
    assert np.array_equal(start, picture)
    assert place(end)[0] == pytest.approx(47.5 + (72 - 47.5) * 1.5, abs=0.2)


def test_a_zoom_out_ends_with_the_still():
    made, picture = [parse("zoom out 30%")], texture(3)
    assert np.array_equal(seen(picture, camera.view(made, 1), 1.0), picture)
    assert psnr(seen(picture, camera.view(made, 0), 1.0), picture) < 40


def test_a_clockwise_roll_brings_the_right_side_down():
    made = [parse("roll cw 30deg")]
    scale = camera.overscan(made, 2, 96, 54)
    end = seen(spot(60, 27), camera.view(made, 1), scale)
    assert place(end)[1] > 30


def test_the_middle_of_an_eased_move_is_the_middle():
    eased, even = parse("pan left 10% ease-in-out"), parse("pan left 10%")
    assert camera.view([eased], 0.5) == camera.view([even], 0.5)
    assert camera.view([eased], 0.1).right > camera.view([even], 0.1).right
