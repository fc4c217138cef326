"""Segments of footage: every frame is kept once, every length suits the model."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.base import Limits
from bridge.errors import PlanRefused
from bridge.frames import FrameRange, Handles, Rate
from bridge.pipeline.segments import OVERLAP, Lengths, Segment, segments

NTSC, PAL = Rate.of("24000/1001"), Rate.of(25)
RATES = [Rate.of(text) for text in ("24000/1001", "24", "25", "30000/1001", "50", "60000/1001")]
NO_ROOM = Handles()


@given(
    frames=st.integers(1, 5000),
    rate=st.sampled_from(RATES),
    step=st.integers(1, 3),
    longest=st.one_of(st.none(), st.integers(3, 30)),
    shortest=st.integers(0, 4),
    whole=st.booleans(),
    head=st.integers(0, 200),
    tail=st.integers(0, 200),
)
def test_every_frame_is_kept_exactly_once_within_the_limits(
    frames: int,
    rate: Rate,
    step: int,
    longest: int | None,
    shortest: int,
    whole: bool,
    head: int,
    tail: int,
) -> None:
    limits = Limits(
        min_seconds=Fraction(min(shortest, longest or shortest)),
        max_seconds=None if longest is None else Fraction(longest),
        whole_seconds=whole,
    )
    sent_at = Rate(rate.fps / step)
    parts = segments(frames, Lengths(limits, sent_at, step), Handles(head, tail))
    assert [frame for part in parts for frame in part.keep] == list(range(frames))
    assert len({part.frames.start % step for part in parts}) == 1  # the same frames are sent
    for part in parts:
        check_part(part, sent_at, step, FrameRange(-head, head + frames + tail))
        if longest is not None:
            assert sent_at.seconds(part.sent) <= longest
        assert (part.seconds is not None) == whole
        if whole:
            assert abs(sent_at.frames(Fraction(part.seconds or 0)) - part.sent) < 1


@given(
    frames=st.integers(1, 2000),
    rate=st.sampled_from(RATES),
    allowed=st.sets(st.integers(2, 15), min_size=1, max_size=4),
    room=st.integers(0, 400),
)
def test_allowed_lengths_are_kept_to(frames: int, rate: Rate, allowed: set[int], room: int) -> None:
    limits = Limits(durations=tuple(sorted(allowed)))
    parts = segments(frames, Lengths(limits, rate), Handles(room, room))
    assert [frame for part in parts for frame in part.keep] == list(range(frames))
    for part in parts:
        check_part(part, rate, 1, FrameRange(-room, frames + 2 * room))
        assert part.sent in {math.ceil(rate.frames(Fraction(seconds))) for seconds in allowed}


def check_part(part: Segment, rate: Rate, step: int, media: FrameRange) -> None:
    """All that is kept is rendered; real frames are used up before one is held."""
    assert part.frames.covers(part.keep)
    assert media.covers(part.frames)
    real = -(-part.frames.count // step)
    assert part.sent >= real
    if part.sent > real:
        assert part.frames == media


def test_neighbours_share_the_overlap() -> None:
    """47.3 s at 23.976 through a 30 s model: two parts that share at least the overlap."""
    parts = segments(1134, Lengths(Limits(max_seconds=Fraction(30)), NTSC), NO_ROOM)
    assert [(part.frames.start, part.frames.end) for part in parts] == [(0, 573), (561, 1134)]
    assert parts[0].frames.end - parts[1].frames.start >= OVERLAP
    assert parts[0].keep.end == parts[1].keep.start


def test_a_short_shot_is_padded_to_the_shortest_and_to_whole_seconds() -> None:
    least = Limits(min_seconds=Fraction(2), whole_seconds=True)
    (part,) = segments(30, Lengths(least, Rate.of(25)), NO_ROOM)
    assert (part.frames.count, part.sent, part.seconds) == (30, 50, 2)
    (part,) = segments(61, Lengths(Limits(whole_seconds=True), NTSC), NO_ROOM)
    assert (part.sent, part.seconds) == (72, 3)  # ceil(3 * 24000/1001)


@pytest.mark.parametrize(
    ("room", "frames"),
    [
        (Handles(0, 0), FrameRange(0, 30)),
        (Handles(8, 8), FrameRange(-8, 46)),
        (Handles(50, 14), FrameRange(-6, 50)),
        (Handles(50, 50), FrameRange(0, 50)),
    ],
)
def test_the_media_after_the_shot_pads_first_then_that_before_it(
    room: Handles, frames: FrameRange
) -> None:
    least = Lengths(Limits(min_seconds=Fraction(2)), Rate.of(25))
    (part,) = segments(30, least, room)
    assert (part.frames, part.keep, part.sent) == (frames, FrameRange(0, 30), 50)


def test_parts_of_a_long_shot_are_padded_with_its_own_frames() -> None:
    limits = Limits(max_seconds=Fraction(10), whole_seconds=True)
    first, last = segments(300, Lengths(limits, Rate.of(25)), NO_ROOM)
    assert (first.frames, first.sent) == (FrameRange(0, 175), 175)
    assert (last.frames, last.sent) == (FrameRange(125, 175), 175)


def test_every_second_frame_of_a_fast_shot_is_sent() -> None:
    limits = Limits(min_seconds=Fraction(2))
    (part,) = segments(75, Lengths(limits, Rate.of(25), 2), Handles(0, 10))
    assert (part.frames, part.sent) == (FrameRange(0, 85), 50)
    assert [part.sent_at(frame, 2) for frame in (0, 1, 2, 74)] == [0, 0, 1, 37]


def test_what_is_made_is_as_long_as_it_was_asked_for() -> None:
    """Ten seconds at 24000/1001 are 240 frames: one request, though they last 10.01 s."""
    ten = Limits(durations=(5, 10), max_seconds=Fraction(10))
    assert Lengths(ten, NTSC, made=True).fitted(240) == (240, 10)
    assert Lengths(ten, NTSC, made=True).fitted(120) == (120, 5)
    assert Lengths(ten, NTSC, made=True).fitted(122) == (240, 10)
    assert Lengths(ten, NTSC).longest == 239  # footage must not last longer


def test_from_still_to_still_lies_one_frame_more_than_the_seconds_have() -> None:
    ten = Limits(durations=(5, 10), max_seconds=Fraction(10))
    assert Lengths(ten, NTSC, made=True).longest == 241
    assert Lengths(ten, NTSC, made=True).fitted(241) == (240, 10)
    assert Lengths(ten, PAL, made=True).fitted(126) == (125, 5)
    assert Lengths(Limits(max_seconds=Fraction(2)), PAL, made=True).fitted(51) == (50, None)
    assert Lengths(Limits(max_seconds=Fraction(2)), PAL, made=True).fitted(50) == (50, None)


def test_what_is_made_may_be_spread_over_fewer_frames() -> None:
    part = Segment(FrameRange(10, 13), FrameRange(10, 13), 25, spread=True)
    assert [part.sent_at(frame, 1) for frame in (10, 16, 22)] == [0, 12, 24]


def test_a_model_too_short_to_join_is_refused() -> None:
    with pytest.raises(PlanRefused, match="12"):
        segments(100, Lengths(Limits(max_seconds=Fraction(1)), Rate.of(12)), NO_ROOM)
