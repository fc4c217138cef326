"""Speed's unit and what In and Out count are found out, for whatever Premiere turns out to do."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.hosts.premiere.speeds import fits, plain_speed, unit_of
from tests.hosts.premiere.said import FILM, item, ticks, timebase

BASE = timebase(FILM)
percents = st.integers(5, 2000).filter(lambda percent: abs(percent - 100) > 5)


def retimed(percent, unit, *, frames=480, warped=False, head=100):
    """An item at this speed; `warped`: In and Out are divided by the speed."""
    speed = Fraction(percent, 100)
    length = ticks(frames)
    first = ticks(head) / (speed if warped else 1)
    points = {
        "in_point": int(first),
        "out_point": int(first + (length if warped else length * speed)),
    }
    return item(0, frames, speed=Fraction(float(speed * unit)), **points)


@given(st.sampled_from((1, 100)), percents)
def test_the_unit_is_found_beside_a_plain_item_and_alone(unit, percent):
    plain = item(speed=Fraction(unit))
    fast = retimed(percent, unit)
    assert unit_of([plain, fast], BASE) == unit
    assert unit_of([fast], BASE) in (unit, None)
    assert plain_speed(fast, unit, BASE) == Fraction(percent, 100)


@given(st.sampled_from((1, 100)), percents)
def test_in_and_out_that_are_divided_by_the_speed_are_not_taken_for_source_time(unit, percent):
    assert plain_speed(retimed(percent, unit, warped=True), unit, BASE) is None


@pytest.mark.parametrize("unit", [1, 100])
def test_a_plain_item_is_plain_in_both_units(unit):
    plain = item(speed=Fraction(unit))
    assert unit_of([plain], BASE) == unit
    assert plain_speed(plain, unit, BASE) == 1


@pytest.mark.parametrize(("more", "expected"), [(0, 1), (1, 1), (-1, 1), (2, None), (-2, None)])
def test_at_normal_speed_no_more_than_a_frame_is_rounding(more, expected):
    found = item(out_point=ticks(58 + more))
    assert plain_speed(found, 1, BASE) == expected


@pytest.mark.parametrize(
    "items",
    [
        [],
        [item(speed=None)],
        [item(speed=Fraction(1)), item(speed=Fraction(100))],  # one of them runs at 1 or 10000 %
        [item(speed=Fraction(1), in_point=None)],
        [retimed(50, 100, warped=True)],
    ],
)
def test_where_the_items_do_not_tell_the_unit_is_not_known(items):
    assert unit_of(items, BASE) is None
    assert [plain_speed(one, None, BASE) for one in items] == [None] * len(items)


@pytest.mark.parametrize(
    "odd",
    [
        item(reversed=True),
        item(speed=Fraction(0)),
        item(out_point=None),
        replace(item(), out_point=ticks(10 + 96)),  # says normal speed and spans twice its length
        retimed(110, 1, frames=5),  # half a frame more: nobody can tell
    ],
)
def test_what_is_not_clear_has_no_plain_speed(odd):
    assert plain_speed(odd, 1, BASE) is None


@given(st.sampled_from((1, 100)), percents, st.booleans(), st.booleans())
def test_an_export_that_is_right_is_never_contradicted(unit, percent, warped, backwards):
    found = replace(retimed(percent, unit, warped=warped), reversed=backwards)
    told = Fraction(percent, 100) * (-1 if backwards else 1)
    assert fits(found, told, BASE)
    assert not fits(found, -told, BASE)


@given(st.sampled_from((1, 100)), percents, percents)
def test_an_export_with_another_speed_is_contradicted(unit, percent, other):
    if abs(percent - other) <= max(percent, other) // 50:
        return
    if Fraction(other, percent) in (Fraction(1, 100), 100):
        return  # the same number in the other unit
    assert not fits(retimed(percent, unit), Fraction(other, 100), BASE)


def test_a_freeze_is_contradicted_by_no_number():
    assert fits(item(), Fraction(0), BASE)
    assert not fits(item(reversed=True), Fraction(0), BASE)
