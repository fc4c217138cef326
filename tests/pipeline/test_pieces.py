"""Which raw picture is shown: frame for frame where that can be, else by time, and never none."""

import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bridge.errors import FrameCountWrong
from bridge.frames import FrameRange, Rate
from bridge.media.facts import MediaFacts
from bridge.pipeline.pieces import Piece
from bridge.pipeline.segments import Segment
from bridge.source import Source

FILM = Rate.of("24000/1001")
RATES = [Rate.of(text) for text in ("24000/1001", "24", "25", "30000/1001", "50", "60000/1001")]


def facts(frames: int, rate: Rate = FILM) -> MediaFacts:
    source = Source(Path("/store/raw.mp4"))
    return MediaFacts(source, "h264", "yuv420p", 8, 64, 36, Fraction(1), rate, frames)


def segment(frames: int, sent: int | None = None, start: int = 0, spread: bool = False) -> Segment:
    span = FrameRange(start, frames)
    return Segment(span, span, sent or frames, spread=spread)


def shown(piece: Piece) -> list[int]:
    return list(piece.frames(piece.segment.frames).numbers)


@given(
    frames=st.integers(1, 600),
    padding=st.integers(0, 60),
    start=st.integers(-50, 500),
    rate=st.sampled_from(RATES),
    raw_rate=st.sampled_from(RATES),
    step=st.integers(1, 3),
    off=st.integers(-20, 40),
    spread=st.booleans(),
)
def test_the_pictures_run_forwards_inside_the_raw_and_there_is_one_for_each(
    frames: int,
    padding: int,
    start: int,
    rate: Rate,
    raw_rate: Rate,
    step: int,
    off: int,
    spread: bool,
) -> None:
    render_rate = Rate(rate.fps / step)
    sent = -(-frames // step) + padding
    found = max(1, round(raw_rate.frames(render_rate.seconds(sent))) + off)
    try:
        part = segment(frames, sent, start, spread)
        piece = Piece(part, facts(found, raw_rate), rate, render_rate)
    except FrameCountWrong:
        assume(False)
    numbers = shown(piece)
    assert len(numbers) == frames
    assert min(numbers) >= 0
    assert max(numbers) < found
    assert all(before <= after for before, after in pairwise(numbers))
    assert piece.segment.frames.covers(piece.has)
    assert numbers[piece.has.count :] == [found - 1] * (frames - piece.has.count)


@given(
    frames=st.integers(1, 600),
    padding=st.integers(0, 60),
    start=st.integers(-50, 500),
    rate=st.sampled_from(RATES),
    raw_rate=st.sampled_from(RATES),
)
def test_as_many_frames_as_were_sent_stand_for_themselves(
    frames: int, padding: int, start: int, rate: Rate, raw_rate: Rate
) -> None:
    part = segment(frames, frames + padding, start)
    piece = Piece(part, facts(frames + padding, raw_rate), rate, rate)
    assert shown(piece) == list(range(frames))
    assert piece.has == piece.segment.frames


@pytest.mark.parametrize("rate", ["24", "24000/1001", "23.95"])
@pytest.mark.parametrize(("found", "last"), [(121, 119), (120, 119), (119, 118), (118, 117)])
def test_a_frame_more_or_less_moves_no_other(rate: str, found: int, last: int) -> None:
    piece = Piece(segment(120), facts(found, Rate.of(rate)), FILM, FILM)
    assert shown(piece) == [min(frame, last) for frame in range(120)]
    assert piece.has.count == min(found, 120)


def test_what_is_missing_of_the_padding_is_not_missed() -> None:
    """Two seconds were sent for thirty frames: what lies behind these is not shown."""
    for found in (48, 40, 31, 30):
        assert shown(Piece(segment(30, 48), facts(found), FILM, FILM)) == list(range(30))
    assert shown(Piece(segment(30, 48), facts(29), FILM, FILM))[-2:] == [28, 28]
    with pytest.raises(FrameCountWrong, match="28"):
        Piece(segment(30, 48), facts(28), FILM, FILM)


@pytest.mark.parametrize(
    ("found", "rate"),
    [
        (117, "24000/1001"),
        (123, "24000/1001"),
        (60, "24000/1001"),
        (240, "24"),
        (140, "25"),
        (1, "24"),
    ],
)
def test_other_lengths_are_not_the_shot(found: int, rate: str) -> None:
    with pytest.raises(FrameCountWrong) as caught:
        Piece(segment(120), facts(found, Rate.of(rate)), FILM, FILM)
    assert caught.value.detail == {"planned": 120, "found": found}


@pytest.mark.parametrize(("rate", "found", "raw_rate"), [("30000/1001", 47, 24), ("60", 31, 16)])
def test_a_frame_of_its_own_may_be_missing_at_another_rate(
    rate: str, found: int, raw_rate: int
) -> None:
    """Two seconds are made at 24, or 16, and one frame less comes back."""
    ours = Rate.of(rate)
    sent = math.ceil(ours.frames(Fraction(2)))
    piece = Piece(segment(sent, spread=True), facts(found, Rate.of(raw_rate)), ours, ours)
    assert (shown(piece)[0], shown(piece)[-1]) == (0, found - 1)


def test_a_little_off_a_long_one_is_held_at_its_end() -> None:
    piece = Piece(segment(700), facts(690), FILM, FILM)
    assert shown(piece)[685:] == [685, 686, 687, 688, *[689] * 11]
    assert piece.has == FrameRange(0, 690)


def test_another_rate_shows_what_is_on_screen_at_the_middle() -> None:
    """The raw frame k is on screen from k/30 to (k+1)/30 s; ours has its middle at (i+1/2)/24 s."""
    piece = Piece(segment(24), facts(30, Rate.of(30)), Rate.of(24), Rate.of(24))
    expected = [int((frame + Fraction(1, 2)) / 24 * 30) for frame in range(24)]
    assert shown(piece) == expected
    assert expected[:5] == [0, 1, 3, 4, 5]
    slower = Piece(segment(24), facts(12, Rate.of(12)), Rate.of(24), Rate.of(24))
    assert shown(slower) == [frame // 2 for frame in range(24)]


@pytest.mark.parametrize("step", [2, 3])
def test_a_frame_sent_serves_its_whole_part(step: int) -> None:
    rate = Rate.of(60)
    piece = Piece(segment(61, 21 * 3 // step + 1), facts(21 * 3 // step + 1, Rate(rate.fps / step)),
                  rate, Rate(rate.fps / step))  # fmt: skip
    assert shown(piece) == [frame // step for frame in range(61)]


def test_pictures_between_those_sent_are_taken_where_the_raw_has_them() -> None:
    """25 a second were sent of a shot at 50, and 50 came back."""
    piece = Piece(segment(50, 25), facts(50, Rate.of(50)), Rate.of(50), Rate.of(25))
    assert shown(piece) == list(range(50))


def test_media_before_the_shot_comes_first_in_the_raw() -> None:
    span = FrameRange(-12, 72)
    piece = Piece(Segment(span, FrameRange(0, 48), 72), facts(72), FILM, FILM)
    assert piece.frames(FrameRange(0, 3)).numbers == (12, 13, 14)
    # the last 12 frames are not shown either
    short = replace(piece, facts=facts(60))
    assert short.raw_frame(47) == 59
    assert short.has == FrameRange(-12, 60)


@pytest.mark.parametrize("found", [239, 240, 241])
def test_a_spread_piece_begins_and_ends_where_its_stills_are(found: int) -> None:
    piece = Piece(segment(200, 240, spread=True), facts(found, Rate.of(24)), FILM, Rate.of(24))
    numbers = shown(piece)
    assert (numbers[0], numbers[-1]) == (0, found - 1)
    assert piece.has.count == 200
