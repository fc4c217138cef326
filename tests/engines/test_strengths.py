"""Strengths over time are read as they are typed, ease from one to the next, or are refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.local.look.strengths import Curve, moment_of, parse
from bridge.errors import EngineRefused


@pytest.mark.parametrize(
    ("text", "moment", "strength"),
    [
        ("", 0, 1),
        ("0% at 0%, 100% at 50%", 0, 0),
        ("0% at 0%, 100% at 50%", Fraction(1, 4), 0.5),
        ("0% at 0%, 100% at 50%", Fraction(3, 4), 1),
        ("100% at start; 20% at the end", 1, 0.2),
        ("30% at middle", 0, 0.3),
        ("0 % AT 25 %, 80% at 75%.", Fraction(1, 2), 0.4),
    ],
)
def test_what_is_typed(text, moment, strength):
    assert parse(text).at(Fraction(moment)) == pytest.approx(strength)


@pytest.mark.parametrize(
    "text",
    [
        "dusk",
        "50%",
        "50% at noon",
        "120% at 50%",
        "50% at 120%",
        "50% at 20%, 10% at 20%",
        "50% at 60%, 10% at 20%",
        "0% at 0%,, 5% at 1%",
        ", ".join(f"1% at {part / 2}%" for part in range(150)),
    ],
)
def test_nonsense_is_refused_with_an_example(text):
    with pytest.raises(EngineRefused) as caught:
        parse(text)
    assert "at start" in caught.value.hint


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 1000))
def test_between_two_keys_it_never_leaves_them(first, last, part):
    curve = parse(f"{first}% at start, {last}% at end")
    low, high = sorted((first / 100, last / 100))
    assert low - 1e-9 <= curve.at(Fraction(part, 1000)) <= high + 1e-9


def test_what_never_changes_and_what_does_nothing_is_known():
    assert parse("").steady
    assert parse("40% at 10%, 40% at 90%").steady
    assert not parse("0% at start, 1% at end").steady
    assert parse("0% at start").nothing
    assert Curve() == parse(" , ")


def test_the_first_frame_is_0_and_the_last_is_1():
    assert [moment_of(number, 5) for number in (0, 2, 4)] == [0, Fraction(1, 2), 1]
    assert moment_of(0, 1) == 0
