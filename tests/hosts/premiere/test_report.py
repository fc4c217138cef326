"""Ticks as frames and back; drop frame, marks and the playhead as Premiere leaves them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.frames import Rate, timecode, timecode_frame
from bridge.hosts.premiere.report import TICKS, SequenceSaid, frame_at, frames_in, seconds_in
from tests.hosts.premiere.said import FILM, PAL, RATES, ticks, timebase

rates = st.sampled_from(RATES).map(Rate.of)
DAY = 24 * 3600 * 60  # frames at the fastest of them


@given(st.integers(-DAY, DAY), rates)
def test_every_frame_is_whole_ticks_and_comes_back(frame, rate):
    base = timebase(rate)
    assert frame_at(frame * base, base) == frame
    assert frames_in(frame * base, base) == frame
    assert seconds_in(frame * base) == rate.seconds(frame)


@given(st.integers(0, DAY), rates, st.data())
def test_what_lies_between_two_frames_is_no_frame(frame, rate, data):
    base = timebase(rate)
    part = data.draw(st.integers(base // 500, base - base // 500))
    assert frame_at(frame * base + part, base) is None
    assert frame < frames_in(frame * base + part, base) < frame + 1


@given(st.integers(0, DAY), rates, st.integers(-1000, 1000))
def test_float_noise_is_no_place_between_frames(frame, rate, noise):
    """A number of seconds as a double is off by far less than a thousandth of a frame."""
    base = timebase(rate)
    assert frame_at(frame * base + noise, base) == frame


@given(rates)
def test_a_timebase_is_exactly_one_rate(rate):
    assert SequenceSaid("Cut", timebase(rate)).rate == rate


@given(rates, st.integers(0, DAY), rates)
def test_ticks_carry_positions_over_to_another_rate(rate, frame, other):
    seconds = seconds_in(ticks(frame, rate))
    assert other.frames(seconds) == Fraction(frame) * other.fps / rate.fps


@pytest.mark.parametrize(
    ("base", "rate"), [(10594584000, "24000/1001"), (8475667200, "30000/1001"), (10160640000, "25")]
)
def test_the_timebases_that_adobe_names(base, rate):
    assert SequenceSaid("Cut", base).rate == Rate.of(rate)
    assert TICKS % base == 0 or "/" in rate


@pytest.mark.parametrize(
    ("rate", "zero", "said", "drop"),
    [
        ("30000/1001", 107892, None, True),  # 01:00:00;00
        ("30000/1001", 108000, None, False),  # 01:00:00:00
        ("30000/1001", 0, None, True),
        ("60000/1001", 215784, None, True),
        ("60000/1001", 216000, None, False),
        ("30000/1001", 107892, False, False),
        ("30000/1001", 108000, True, True),
        ("24000/1001", 86400, None, False),
        ("25", 90000, True, False),  # there is none at this rate
        ("30", 108000, None, False),
    ],
)
def test_drop_frame_is_told_by_the_zero_point(rate, zero, said, drop):
    rate = Rate.of(rate)
    sequence = SequenceSaid("Cut", timebase(rate), ticks(zero, rate), drop=said)
    assert sequence.is_drop is drop
    assert sequence.start_frame == zero
    if zero and said is None and rate.can_drop:
        assert timecode(zero, rate, drop=drop).replace(";", ":") == "01:00:00:00"


@given(
    st.sampled_from(("30000/1001", "60000/1001")),
    st.integers(0, 23),
    st.integers(0, 5),
    st.booleans(),
)
def test_any_ten_minutes_that_were_typed_are_known_again(rate, hour, tens, drop):
    rate = Rate.of(rate)
    zero = timecode_frame(f"{hour:02d}:{tens}0:00:00", rate, drop=drop)
    found = SequenceSaid("Cut", timebase(rate), ticks(zero, rate))
    assert found.is_drop is (drop or zero == 0)


@pytest.mark.parametrize("rate", [FILM, PAL])
@pytest.mark.parametrize(
    ("first", "end", "expected"),
    [
        (24, 72, (24, 71)),
        (24, 25, (24, 24)),
        (0, 48, (0, 47)),
        (24, 960, (24, 959)),  # In alone: Out is the end
        (0, 960, None),  # nothing is marked
        (-400000, -400000, None),
        (72, 24, None),
        (None, 24, None),
        (24, None, None),
    ],
)
def test_marks_are_the_first_and_the_last_frame(rate, first, end, expected):
    points = [None if point is None else ticks(point, rate) for point in (first, end)]
    said = SequenceSaid("Cut", timebase(rate), 0, ticks(960, rate), 0, 0, 0, *points)
    assert said.marked == expected


def test_the_playhead_is_the_frame_on_screen():
    said = SequenceSaid("Cut", timebase(FILM), ticks(86400))
    assert said.timecode(ticks(10)) == "01:00:00:10"
    assert said.timecode(ticks(11) - 1_000_000_000) == "01:00:00:10"
    assert said.timecode(-5) == "01:00:00:00"
