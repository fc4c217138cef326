"""What was changed on purpose stays; all else becomes the shot."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.engines.base import Change
from bridge.frames import Rate
from bridge.media.facts import Codec, Colour, MediaFacts
from bridge.pipeline.finishing import Look, look
from bridge.source import Source
from tests.fakes.stages import planned_shot

HD = Colour("bt709", "bt709", "bt709", "tv")
PQ = Colour("bt2020", "smpte2084", "bt2020nc", "tv")
SHOT = replace(planned_shot(1, "a", price=str(Decimal(1))), colour=HD)  # 64 x 36
RAW = MediaFacts(
    Source(Path("/store/raw.mov")), "h264", "yuv420p", 8, 256, 144, Fraction(1), SHOT.rate, 24,
    colour=Colour("bt709", "bt709", "smpte170m", "pc"),
)  # fmt: skip
PLAIN = Look(64, 36, Fraction(1), HD, Codec.prores_hq)


@pytest.mark.parametrize("codec", Codec)
def test_an_ordinary_result_becomes_the_shot(codec: Codec) -> None:
    assert look(SHOT, codec, [RAW], ()) == replace(PLAIN, codec=codec)
    deep = replace(RAW, bits=10, rate=Rate.of(60), pixel_aspect=Fraction(2))
    assert look(SHOT, codec, [deep], ()) == replace(PLAIN, codec=codec)


def test_another_size_stays_with_even_sides() -> None:
    odd = replace(RAW, width=257, height=145)
    assert look(SHOT, Codec.h264, [odd], {Change.size}) == replace(
        PLAIN, width=256, height=144, codec=Codec.h264
    )


@pytest.mark.parametrize(
    ("width", "height", "own", "expected"),
    [
        (256, 144, Fraction(1), Fraction(2)),  # the same shape, twice as large: its tag was lost
        (512, 144, Fraction(1), Fraction(1)),  # made wide as it is seen
        (256, 144, Fraction(4, 3), Fraction(4, 3)),
    ],
)
def test_an_enlarged_anamorphic_picture_keeps_its_shape(
    width: int, height: int, own: Fraction, expected: Fraction
) -> None:
    wide = replace(SHOT, pixel_aspect=Fraction(2))
    raw = replace(RAW, width=width, height=height, pixel_aspect=own)
    assert look(wide, Codec.prores_hq, [raw], {Change.size}).pixel_aspect == expected


def test_another_colour_stays_and_is_never_squeezed_into_eight_bits() -> None:
    hdr = replace(RAW, bits=10, colour=PQ)
    for codec in (Codec.prores_hq, Codec.prores_4444):
        assert look(SHOT, codec, [hdr], {Change.colour}) == replace(PLAIN, colour=PQ, codec=codec)
    made = look(SHOT, Codec.h264, [hdr], {Change.colour})
    assert (made.colour, made.codec, len(made.warnings)) == (PQ, Codec.prores_hq, 1)
    shallow = look(SHOT, Codec.h264, [RAW], {Change.colour})
    assert (shallow.colour, shallow.codec, shallow.warnings) == (RAW.colour, Codec.h264, ())


def test_a_curve_for_hdr_is_never_called_another() -> None:
    """Also of a model that only has the format as an option, and back."""
    made = look(SHOT, Codec.h264, [replace(RAW, bits=10, colour=PQ)], ())
    assert (made.colour, made.codec) == (PQ, Codec.prores_hq)
    assert look(replace(SHOT, colour=PQ), Codec.prores_hq, [RAW], ()).colour == RAW.colour


def test_more_pictures_a_second_are_told_of() -> None:
    fast = replace(RAW, rate=Rate.of(60), frames=60)
    made = look(SHOT, Codec.prores_hq, [fast], {Change.rate})
    assert made.warnings
    assert "60/1" in made.warnings[0]
    assert "/store/raw.mov" in made.warnings[0]
    assert replace(made, warnings=()) == PLAIN
    assert look(SHOT, Codec.prores_hq, [RAW], {Change.rate}).warnings == ()
