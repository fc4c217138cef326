"""Masks: their words, their planes, and how they follow what they cover."""

from fractions import Fraction

import numpy as np
import pytest

from bridge.engines.base import Footage
from bridge.engines.local.mask import mask_words, masks
from bridge.engines.local.mask.mask_words import Drawn, Key, Mask, Moment, Polygon
from bridge.engines.local.mask.masking import Masking
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import facts_of, shot
from bridge.errors import EngineRefused
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make
from tests.engines.composites import RATE, Composite, overlap, written
from tests.engines.pictures import texture

SQUARE = Polygon(((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))

# ---- words


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("rectangle 25% 25% 50% 50%", Mask(SQUARE)),
        ("  Rectangle 25%, 25%, 50%, 50% SOFT 2% ", Mask(SQUARE, 0.02)),
        (
            "polygon 10% 10%, 40% 10%, 30% 62.5% invert",
            Mask(Polygon(((0.1, 0.1), (0.4, 0.1), (0.3, 0.625))), inverted=True),
        ),
        ("colour #ff0033 20%", Mask(Key((1.0, 0.0, 0.2), 0.2))),
        ("color #FF0033", Mask(Key((1.0, 0.0, 0.2)))),
        ("picture follow", Mask(Drawn(), drawn_at=Moment())),
        (
            "picture invert follow from 40% soft 1%",
            Mask(Drawn(), 0.01, True, Moment(part=Fraction(2, 5))),
        ),
        ("picture follow from frame 12", Mask(Drawn(), drawn_at=Moment(12))),
    ],
)
def test_words_that_are_understood(text, mask):
    assert mask_words.parse(text) == mask


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("circle 10% 10% 5%", '"circle" is no shape'),
        ("rectangle 10% 20% 30%", "ends early"),
        ("rectangle 10 20 30 40", '"10" stands where'),
        ("rectangle 10% 20% 0% 40%", "covers nothing"),
        ("rectangle 10% 20% 130% 40%", "more than the whole"),
        ("polygon 10% 10%, 20% 20%", "three corners"),
        ("colour red", '"red" is no colour'),
        ("colour #ff0033 0%", "finds nothing"),
        ("colour #ff0033 follow", "needs no follow"),
        ("picture feather 3%", '"feather" was not understood'),
        ("picture follow from frame x", "no number of a frame"),
        ("picture soft", "ends early"),
    ],
)
def test_words_that_are_refused(text, said):
    with pytest.raises(EngineRefused, match=said) as caught:
        mask_words.parse(text)
    assert caught.value.hint


def test_moments_lie_in_the_shot():
    assert [Moment(part=Fraction(part, 100)).frame(11) for part in (0, 44, 46, 100)] == [
        0,
        4,
        5,
        10,
    ]
    assert Moment(10).frame(11) == 10
    with pytest.raises(EngineRefused, match="0 to 10"):
        Moment(11).frame(11)


# ---- planes


@pytest.mark.parametrize(("width", "height"), [(64, 36), (100, 40)])
def test_a_shape_covers_its_part_of_a_picture_of_any_size(width, height):
    plane = masks.polygon(SQUARE.corners, width, height)
    assert plane.mean() == 0.25
    assert (plane[height // 4 : -height // 4, width // 4 : -width // 4] == 1).all()


def test_a_pixel_on_the_edge_is_covered_in_part():
    triangle = masks.polygon(((-0.5, 0.0), (0.5, 0.0), (0.5, 1.0)), 40, 40)
    assert triangle.sum() == pytest.approx(40 * 40 * (1 - 0.25) / 2, abs=2)
    assert (np.diff(triangle[:, 19]) <= 0).all()
    edge = masks.polygon(((0.26, 0.1), (0.74, 0.1), (0.74, 0.9), (0.26, 0.9)), 10, 10)
    assert edge[5].tolist() == pytest.approx([0, 0, 0.4, 1, 1, 1, 1, 0.4, 0, 0], abs=1e-3)


def test_a_soft_edge_begins_and_ends():
    hard = masks.polygon(SQUARE.corners, 200, 100)
    soft = masks.meant(Mask(SQUARE, 0.1), hard)
    row = soft[50, :100]
    assert (np.diff(row) >= 0).all()
    assert not row[:38].any()
    assert (row[62:] == 1).all()
    assert row[50] == pytest.approx(0.5, abs=0.06)
    assert np.array_equal(masks.meant(Mask(SQUARE, 0.1, inverted=True), hard), 1 - soft)


def test_a_colour_is_found_where_it_is():
    picture = texture(1, 64, 36) * 0.2
    picture[10:20, 10:20] = [0.2, 0.5, 0.2]
    picture[10:20, 30:40] = [0.16, 0.42, 0.16]  # in the shade
    plane = masks.keyed(Key((0.2, 0.5, 0.2), 0.15), picture)
    assert (plane[10:20, 10:20] == 1).all()
    assert (plane[10:20, 30:40] > 0.5).all()
    assert not plane[25:].any()


def test_outside_of_a_mask_every_bit_stays():
    picture, changed = texture(2, 64, 36), 1 - texture(3, 64, 36)
    plane = masks.meant(Mask(SQUARE, 0.2), masks.polygon(SQUARE.corners, 64, 36))
    made = masks.mixed(picture, changed, plane)
    assert np.array_equal(made[plane == 0], picture[plane == 0])
    assert np.array_equal(made[plane == 1], changed[plane == 1])
    between = (plane > 0) & (plane < 1)
    assert between.any()
    assert (np.abs(made - picture)[between] <= np.abs(changed - picture)[between] + 1e-6).all()


# ---- following


def planes(scene: Composite, folder, text, still=None, footage: Footage | None = None):
    request = scene.request(folder, "looks")
    facts = facts_of(footage or request.footage, Guard())
    notes = Notes()
    masking = Masking(mask_words.parse(text), still, request, facts, Guard(), notes)
    frames = shot(facts, range(facts.frames), Guard())
    return [masking(number, picture) for number, picture in enumerate(frames)], notes


@pytest.mark.parametrize(
    "scene", [Composite(pan=1.5), Composite(seed=7, step=-5)], ids=["pan", "to the left"]
)
def test_a_painted_mask_follows_the_object(tmp_path, scene):
    middle = scene.frames // 2
    still = written(tmp_path / "mask.png", scene.alpha(middle))
    made, notes = planes(scene, tmp_path, "picture follow from 50%", still)
    for frame, plane in enumerate(made):
        assert overlap(plane, scene.alpha(frame)) > 0.93
    assert "bit for bit" in notes.facts["outside the mask"]
    assert not notes.warnings


@pytest.mark.parametrize(
    "scene", [Composite(pan=2, step=6), Composite(seed=8, step=-5)], ids=["pan", "to the left"]
)
def test_a_drawn_shape_moves_with_the_object_however_loosely_drawn(tmp_path, scene):
    left, top = scene.middle(0)
    x, y = (left - 55) / 256, (top - 52) / 144
    text = f"rectangle {x:.4%} {y:.4%} {110 / 256:.4%} {104 / 144:.4%} follow"
    made, _ = planes(scene, tmp_path, text)
    rows, columns = np.mgrid[0 : scene.height, 0 : scene.width]
    for frame, plane in enumerate(made):
        left, top = scene.middle(frame)
        wanted = (abs(columns - left) <= 55) & (abs(rows - top) <= 52)
        assert overlap(plane, wanted) > 0.9


def test_a_mask_that_does_not_follow_stays(tmp_path):
    made, _ = planes(Composite(frames=3), tmp_path, "rectangle 25% 25% 50% 50%")
    assert all(np.array_equal(plane, made[0]) for plane in made)


def test_behind_a_cut_a_mask_is_not_found(tmp_path):
    first, other = Composite(frames=6), Composite("screen", seed=9, frames=6)

    def paint(frame: int, _width: int, _height: int, _alpha: bool) -> np.ndarray:
        return ((first if frame < 3 else other).picture(frame) * 255).astype(np.uint8)

    slate = Slate(6, RATE, 256, 144, codec="prores_ks", pixel_format="yuv422p10le")
    footage = Footage(make(tmp_path / "cut.mov", slate, paint), 6, RATE, 256, 144)
    made, notes = planes(first, tmp_path, "rectangle 20% 20% 40% 60% follow", footage=footage)
    assert [bool(plane.any()) for plane in made] == [True] * 3 + [False] * 3
    assert "On 3 frames, the first of them frame 3" in notes.warnings[0]
