"""Exact time: rates, ranges, maps and timecode, against naive reasoning over whole days."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bridge.errors import RangeError, UsageError
from bridge.frames import (
    FrameMap,
    FrameRange,
    Handles,
    Rate,
    exact,
    frames_per_day,
    position,
    timecode,
    timecode_frame,
)

NTSC = [Rate(Fraction(nominal * 1000, 1001)) for nominal in (24, 30, 48, 60, 120)]
WHOLE = [Rate(Fraction(fps)) for fps in (1, 12, 15, 24, 25, 30, 48, 50, 60, 72, 96, 100, 120, 240)]
ODD = [Rate(Fraction(25, 2)), Rate(Fraction(1, 2)), Rate(Fraction(15000, 1001))]
DROP = [rate for rate in NTSC if rate.can_drop]
CLOCKS = [(rate, False) for rate in NTSC + WHOLE + ODD] + [(rate, True) for rate in DROP]

rates = st.sampled_from(NTSC + WHOLE + ODD)
clocks = st.sampled_from(CLOCKS)
positions = st.fractions(-10_000, 10_000, max_denominator=2002)
steps = st.fractions(-8, 8, max_denominator=1001)
frames = st.integers(-1000, 1000)
ranges = st.builds(FrameRange, st.integers(-50, 50), st.integers(0, 50))


# ---- rates


@pytest.mark.parametrize(
    ("fps", "spellings"),
    [
        ("24000/1001", [23.976, "23.976", 23.98, "23.98", 23.97, 23.97602462, "23.976023976"]),
        ("24000/1001", ["24000/1001", "23.976 fps", " 23.98FPS ", "24000:1001", "23.976NDF"]),
        ("24000/1001", [Fraction(24000, 1001), 2997 / 125]),
        ("24/1", [24, 24.0, "24", "24.000", "24/1", "24.0fps", 24.0000001, 23.99999, Fraction(24)]),
        ("25/1", [25, 25.0, "25", "25/1", "25 fps", "50/2", "25e0", ".25e2"]),
        ("30000/1001", [29.97, "29.97", 29.970029, 29.97003, "29.97 DF", "29.97ndf"]),
        ("30000/1001", ["30000/1001", "29.970"]),
        ("30/1", [30, "30", 30.0, "30.00"]),
        ("48000/1001", [47.952, 47.95, 47.96, "47.952047952", "48000/1001"]),
        ("48/1", [48, 48.0]),
        ("50/1", [50, "50", "50.0"]),
        ("60000/1001", [59.94, "59.94", 59.9400599, 59.94006, "59.94DF", "60000/1001"]),
        ("60/1", [60, "60"]),
        ("120000/1001", [119.88, "119.88", 119.8801198, 119.880, "120000/1001"]),
        ("120/1", [120, 120.0]),
        ("25/2", [12.5, "12.5", "25/2"]),
        ("12/1", [12, 11.9999, "12.0"]),
        ("12000/1001", [11.988, 11.99, 11.98]),
        ("15000/1001", [14.985, 14.98, 14.99]),
        ("15/1", [15]),
        ("1/2", [0.5, "1/2"]),
        ("179/12", [Fraction(179, 12)]),
    ],
)  # fmt: skip
def test_every_way_of_writing_a_rate_is_one_rate(fps, spellings):
    for spelling in spellings:
        rate = Rate.of(spelling)
        assert str(rate) == fps, spelling
        assert Rate.of(rate) is rate
        assert Rate.of(str(rate)) == rate


@given(rates, st.integers(2, 9))
def test_a_rate_survives_being_printed_with_any_number_of_digits(rate, digits):
    assert Rate.of(f"{float(rate.fps):.{digits}f}") == rate
    cut = math.floor(float(rate.fps) * 10**digits) / 10**digits
    assert Rate.of(cut) == rate


@pytest.mark.parametrize(
    "bad",
    [
        *("", "fast", "24p", "1/0", "0", "-25", 0, -1, 0.0, float("nan"), float("inf"), "inf"),
        *("1e999999999", "1e-999999999", "9" * 5000, "1_000", "24//1", "24/", None, [], "²⁵"),
        *(1e-9, "1/1000000000", "+-3", "DF", "fps", "24000/1001/1", "0x18", "nan", 1e300),
    ],
)  # fmt: skip
def test_what_is_no_rate_is_refused(bad):
    with pytest.raises(UsageError):
        Rate.of(bad)


@given(st.text(max_size=20) | st.floats() | st.integers() | st.from_regex(r"[\d./:e+-]{1,12}"))
def test_anything_else_is_a_rate_or_a_usage_error(anything):
    try:
        rate = Rate.of(anything)
    except UsageError:
        return
    assert rate.fps > 0
    assert Rate.of(str(rate)) == rate


@given(rates, st.integers(0, 10**7))
def test_seconds_and_frames_are_exact_both_ways(rate, frame):
    seconds = rate.seconds(frame)
    assert rate.frames(seconds) == frame
    assert seconds == Fraction(frame) / rate.fps


@pytest.mark.parametrize(
    ("rate", "nominal", "can_drop"),
    [
        ("23.976", 24, False),
        ("24", 24, False),
        ("25", 25, False),
        ("29.97", 30, True),
        ("30", 30, False),
        ("47.952", 48, False),
        ("59.94", 60, True),
        ("60", 60, False),
        ("119.88", 120, True),
        ("12.5", 13, False),
    ],
)
def test_what_a_second_of_timecode_holds(rate, nominal, can_drop):
    assert (Rate.of(rate).nominal, Rate.of(rate).can_drop) == (nominal, can_drop)


# ---- numbers and positions


@pytest.mark.parametrize("bad", ["", "a", "1e400x", float("nan"), float("-inf"), None, "1/0", {}])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(UsageError, match="finite number"):
        exact(bad)


@given(st.integers(-(10**8), 10**8), rates)
def test_a_whole_position_survives_floats(frame, rate):
    assert position(float(frame)) == frame
    assert position(float(Fraction(frame) / rate.fps) * float(rate.fps)) == frame


@pytest.mark.parametrize(
    ("value", "frame"),
    [
        (10, Fraction(10)),
        (9.9999, Fraction(10)),
        (10.001, Fraction(10)),
        (10.5, Fraction(21, 2)),
        (Fraction(1, 3), Fraction(1, 3)),
        (-0.0004, Fraction(0)),
        (Fraction(1001, 1000), Fraction(1)),
        (Fraction(10011, 10000), Fraction(10011, 10000)),
    ],
)
def test_float_noise_goes_and_true_fractions_stay(value, frame):
    assert position(value) == frame


# ---- ranges


def _set(span: FrameRange) -> set[int]:
    return set(range(span.start, span.end))


@given(ranges, ranges)
@example(FrameRange(5, 0), FrameRange(0, 10))
def test_ranges_are_sets_of_frames(one, other):
    assert set(one) == _set(one)
    assert len(list(one)) == one.count
    assert one.overlaps(other) is bool(_set(one) & _set(other))
    assert one.overlaps(other) is other.overlaps(one)
    if other.count:
        assert one.covers(other) is (_set(other) <= _set(one))
    assert _set(one.clamped(other)) == _set(one) & _set(other)
    assert other.covers(one.clamped(other))
    assert all((frame in one) is (frame in _set(one)) for frame in range(-60, 110))


@given(ranges, frames, st.integers(0, 99), st.integers(0, 99))
def test_ranges_move_and_widen(span, by, head, tail):
    assert _set(span.moved(by)) == {frame + by for frame in span}
    assert span.moved(by).moved(-by) == span
    wide = span.widened(Handles(head, tail))
    assert (wide.start, wide.end) == (span.start - head, span.end + tail)
    assert FrameRange.between(span.start, span.end) == span


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(RangeError, match="ends at frame 4, before its start 5"):
        FrameRange.between(5, 4)
    with pytest.raises(RangeError, match="-1 frames"):
        FrameRange(0, -1)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_the_longer_handles_win(head, tail, other_head, other_tail):
    both = Handles(head, tail).at_least(Handles(other_head, other_tail))
    assert both == Handles(max(head, other_head), max(tail, other_tail))


@pytest.mark.parametrize("bad", [(-1, 0), (0, -1)])
def test_negative_handles_are_refused(bad):
    with pytest.raises(UsageError, match="negative"):
        Handles(*bad)


# ---- maps


def _on_screen(origin: Fraction, step: Fraction, frame: int) -> int:
    """The source frame that fills the first moment of the record frame, by counting."""
    place = origin + frame * step
    number = math.floor(place) - 3
    if step >= 0:  # frame n fills [n, n + 1)
        while not number <= place < number + 1:
            number += 1
    else:  # run backwards it fills (n, n + 1]
        while not number < place <= number + 1:
            number += 1
    return number


@given(positions, steps, frames)
def test_what_is_on_screen(origin, step, frame):
    assert FrameMap(origin, step).at(frame) == _on_screen(origin, step, frame)


@pytest.mark.parametrize(
    ("origin", "step", "shown"),
    [
        (10, 1, [10, 11, 12, 13]),
        (10, 2, [10, 12, 14, 16]),
        (10, Fraction(1, 2), [10, 10, 11, 11]),
        (20, -1, [19, 18, 17, 16]),
        (20, -2, [19, 17, 15, 13]),
        (20, Fraction(-1, 2), [19, 19, 18, 18]),
        (7, 0, [7, 7, 7, 7]),
        (Fraction(15, 2), 0, [7, 7, 7, 7]),
        (0, Fraction(25, 24), [0, 1, 2, 3]),
        (Fraction(1, 2), Fraction(24000, 25025), [0, 1, 2, 3]),
    ],
)
def test_forward_reverse_and_freeze_show_what_an_editor_would_count(origin, step, shown):
    map_ = FrameMap(Fraction(origin), Fraction(step))
    assert list(map_.frames(FrameRange(0, 4))) == shown


@given(st.integers(0, 1000), st.integers(1, 200))
def test_a_reversed_shot_shows_the_same_frames_backwards(first, count):
    forward = FrameMap(Fraction(first), Fraction(1)).frames(FrameRange(0, count))
    backward = FrameMap(Fraction(first + count), Fraction(-1)).frames(FrameRange(0, count))
    assert backward == tuple(reversed(forward))


@given(positions, steps, frames, frames)
def test_a_later_start_shows_the_same_pictures(origin, step, by, frame):
    map_ = FrameMap(origin, step)
    assert map_.moved(by).at(frame) == map_.at(frame + by)


@given(positions, steps, ranges, st.integers(0, 300))
@example(Fraction(0), Fraction(0), FrameRange(0, 10), 0)
@example(Fraction(10), Fraction(-1), FrameRange(0, 20), 10)
def test_the_part_inside_the_media_is_found(origin, step, span, limit):
    map_ = FrameMap(origin, step)
    inside = map_.inside(span, limit)
    wanted = [frame for frame in span if 0 <= map_.at(frame) < limit]
    assert list(inside) == wanted
    assert span.covers(inside)


def test_a_span_of_a_billion_frames_is_no_work():
    span = FrameRange(-(10**9), 2 * 10**9)
    assert FrameMap(Fraction(5), Fraction(1)).inside(span, 100) == FrameRange(-5, 100)
    assert FrameMap(Fraction(5), Fraction(-1)).inside(span, 100) == FrameRange(-95, 100)
    assert FrameMap(Fraction(500), Fraction(0)).inside(span, 100).count == 0


# ---- timecode


def _naive_drop(frame: int, rate: Rate) -> str:
    """Count as a clock does, minute by minute, leaving numbers out."""
    lost = rate.nominal // 15
    minute = 0
    while True:
        first = 0 if minute % 10 == 0 else lost
        length = 60 * rate.nominal - first
        if frame < length:
            break
        frame -= length
        minute += 1
    seconds, number = divmod(frame + first, rate.nominal)
    width = 3 if rate.nominal > 100 else 2
    return f"{minute // 60:02d}:{minute % 60:02d}:{seconds:02d};{number:0{width}d}"


@given(clocks, st.data())
def test_timecode_round_trips_over_the_day(clock, data):
    rate, drop = clock
    frame = data.draw(st.integers(0, frames_per_day(rate, drop=drop) - 1))
    text = timecode(frame, rate, drop=drop)
    assert timecode_frame(text, rate, drop=drop) == frame
    assert timecode_frame(text.replace(";", ","), rate) == frame
    if drop:
        assert text == _naive_drop(frame, rate)
        assert timecode_frame(text.replace(":", ";"), rate) == frame
        assert timecode_frame(text.replace(";", ":"), rate, drop=True) == frame


@pytest.mark.parametrize(("rate", "drop"), CLOCKS, ids=str)
def test_every_number_around_every_minute_comes_once_and_in_order(rate, drop):
    """Around each minute of the day, where numbers are left out, and over the day's end."""
    minute = 60 * rate.nominal - (rate.nominal // 15 if drop else 0)
    day = frames_per_day(rate, drop=drop)
    for number in (1, 2, 9, 10, 11, 59, 60, 61, 599, 600, 1439, 1440):
        near = range(max(0, number * minute - 20), min(day, number * minute + 20 * 24))
        texts = [timecode(frame, rate, drop=drop) for frame in near]
        assert texts == sorted(set(texts))
        assert [timecode_frame(text, rate, drop=drop) for text in texts] == list(near)


@pytest.mark.parametrize(
    ("frame", "rate", "drop", "text"),
    [
        (0, "24", False, "00:00:00:00"),
        (86400, "23.976", False, "01:00:00:00"),
        (90000, "25", False, "01:00:00:00"),
        (1799, "29.97", True, "00:00:59;29"),
        (1800, "29.97", True, "00:01:00;02"),
        (17981, "29.97", True, "00:09:59;29"),
        (17982, "29.97", True, "00:10:00;00"),
        (107892, "29.97", True, "01:00:00;00"),
        (3600, "59.94", True, "00:01:00;04"),
        (215784, "59.94", True, "01:00:00;00"),
        (7200, "119.88", True, "00:01:00;008"),
        (119, "120", False, "00:00:00:119"),
        (-1, "25", False, "23:59:59:24"),
        (-1, "29.97", True, "23:59:59;29"),
    ],
)
def test_known_timecodes(frame, rate, drop, text):
    assert timecode(frame, Rate.of(rate), drop=drop) == text


@given(clocks, st.integers(-(10**7), 10**7))
def test_the_clock_starts_again_after_a_day(clock, frame):
    rate, drop = clock
    day = frames_per_day(rate, drop=drop)
    assert timecode(frame, rate, drop=drop) == timecode(frame % day, rate, drop=drop)


def test_a_day_is_as_long_as_its_last_number_says():
    for rate, drop in CLOCKS:
        day = frames_per_day(rate, drop=drop)
        assert timecode(day - 1, rate, drop=drop).startswith("23:59:59")
        assert timecode(day, rate, drop=drop).startswith("00:00:00")
    assert frames_per_day(Rate.of(29.97), drop=True) == 2_589_408


@pytest.mark.parametrize("rate", DROP, ids=str)
def test_numbers_that_drop_frame_leaves_out_are_refused(rate):
    lost = rate.nominal // 15
    width = 3 if rate.nominal > 100 else 2
    for minute in range(60):
        for number in range(lost):
            text = f"01:{minute:02d}:00;{number:0{width}d}"
            if minute % 10:
                with pytest.raises(UsageError, match="leaves out"):
                    timecode_frame(text, rate)
            else:
                assert timecode(timecode_frame(text, rate), rate, drop=True) == text


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("", "25"),
        ("soon", "25"),
        ("1:2:3:4", "25"),
        ("00:00:00", "25"),
        ("00:00:00:25", "25"),
        ("00:00:60:00", "25"),
        ("00:60:00:00", "25"),
        ("24:00:00:00", "25"),
        ("-1:00:00:00", "25"),
        ("00:00:00:00:00", "25"),
        ("\u0660\u0660:00:00:00", "25"),
        ("00:00:00;00", "25"),
        ("00:00:00;00", "23.976"),
        ("00:00:00;00", "30"),
        ("00:00:00:0000", "120"),
    ],
)
def test_what_is_no_timecode_is_refused(text, rate):
    with pytest.raises(UsageError):
        timecode_frame(text, Rate.of(rate))


@given(st.text(max_size=14) | st.from_regex(r"\A\d{1,2}[:;]\d{2}[:;]\d{2}[:;.,]\d{2,3}\Z"), clocks)
def test_any_text_is_a_timecode_or_a_usage_error(text, clock):
    rate, drop = clock
    try:
        frame = timecode_frame(text, rate, drop=drop)
    except UsageError:
        return
    assert 0 <= frame < frames_per_day(rate, drop=drop)


@given(rates)
def test_only_the_rates_that_have_drop_frame_take_it(rate):
    assume(not rate.can_drop)
    with pytest.raises(UsageError, match="no drop frame"):
        timecode(0, rate, drop=True)
    with pytest.raises(UsageError, match="does not have"):
        timecode_frame("00:00:00:00", rate, drop=True)
