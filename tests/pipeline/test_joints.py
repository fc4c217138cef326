"""Joints lie where two results are most alike, every frame is shown once, equal results are cut."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engines.base import Limits
from bridge.frames import FrameRange, Handles, Rate
from bridge.media.facts import Compared, Levels, MediaFacts
from bridge.pipeline.joints import DISSOLVE, EVEN, Joint, dissolves, joint, parts, shared, trims
from bridge.pipeline.pieces import Piece
from bridge.pipeline.segments import Lengths, Segment, segments
from bridge.source import Source

FILM = Rate.of("24000/1001")


def pieces_of(found: Sequence[Segment], missing: int = 0) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            segment,
            MediaFacts(
                Source(Path(f"/store/{number}.mov")), "h264", "yuv420p", 8, 64, 36, Fraction(1),
                FILM, segment.sent - missing,
            ),
            FILM,
            FILM,
        )
        for number, segment in enumerate(found)
    )  # fmt: skip


@settings(deadline=None)
@given(
    frames=st.integers(1, 3000),
    longest=st.integers(1, 30),
    missing=st.integers(0, 1),
    levels=st.lists(st.integers(0, 3), min_size=1, max_size=9),
)
def test_every_frame_is_shown_once_and_is_itself(
    frames: int, longest: int, missing: int, levels: list[int]
) -> None:
    lengths = Lengths(Limits(max_seconds=Fraction(longest)), FILM)
    pieces = pieces_of(segments(frames, lengths, Handles()), missing)
    joints: list[Joint] = []
    for before, after in pairwise(pieces):
        both = shared(before, after, joints[-1].at if joints else 0)
        assert both.count > 1
        found = [levels[number % len(levels)] for number in both]
        joints.append(joint(both, Compared(tuple(found)), after.segment.keep.start))
    shown = parts(pieces, joints, frames)
    assert sum(len(part.numbers) for part in shown) == frames
    at = 0
    for piece, part in zip(pieces, shown, strict=True):
        last = piece.facts.frames - 1
        expected = [
            min(at + n - piece.segment.frames.start, last) for n in range(len(part.numbers))
        ]
        assert list(part.numbers) == expected
        at += len(part.numbers)
    done = 0
    for dissolve in dissolves(pieces, joints):
        assert dissolve.start >= done
        done = dissolve.end
    assert done <= frames


def test_the_quietest_place_is_taken() -> None:
    both = FrameRange(100, 12)
    found = Compared((9, 9, 9, 1, 1, 1, 1, 9, 9, 9, 9, 9))
    assert joint(both, found, 106) == Joint(107, DISSOLVE)
    assert joint(both, Compared((5,) * 12), 106) == Joint(
        108, DISSOLVE
    )  # all the same: around the plan


def test_equal_results_are_cut_where_it_was_planned() -> None:
    assert joint(FrameRange(100, 12), Compared((0,) * 12), 106) == Joint(106)
    found = Compared((7,) * 4 + (0,) * 4 + (7,) * 4, (300, 0, 0))
    assert joint(FrameRange(100, 12), found, 111) == Joint(106)


def test_few_shared_frames_make_a_short_dissolve() -> None:
    assert joint(FrameRange(100, 2), Compared((3, 3)), 101) == Joint(102, 2)
    assert joint(FrameRange(100, 3), Compared((3, 3, 3)), 101) == Joint(103, 3)


def test_a_chain_that_shares_one_frame_is_cut() -> None:
    one = Segment(FrameRange(0, 49), FrameRange(0, 49), 49)
    other = Segment(FrameRange(48, 49), FrameRange(49, 48), 49)
    assert shared(*pieces_of([one, other]), 0) == FrameRange(49, 0)


def test_what_one_of_them_lacks_is_not_shared() -> None:
    """The first result ends a frame early: the other's frame is shown and not its last one held."""
    one = Segment(FrameRange(0, 30), FrameRange(0, 30), 30)
    other = Segment(FrameRange(20, 30), FrameRange(30, 20), 30)
    first, second = pieces_of([one, other], missing=1)
    both = shared(first, second, 0)
    assert both == FrameRange(20, 9)
    assert joint(both, Compared((5,) * 9), 30).at == 29


@pytest.mark.parametrize(("missing", "at"), [(4, 296), (5, 295), (6, 295)])
def test_a_cut_lies_where_the_earlier_one_ends_and_not_where_it_was_planned(
    missing: int, at: int
) -> None:
    """Frames 295 to 299 are shared; of those that the earlier one lacks none is shown twice."""
    one = Segment(FrameRange(0, 300), FrameRange(0, 298), 300)
    other = Segment(FrameRange(295, 300), FrameRange(298, 297), 300)
    assert shared(*pieces_of([one, other], missing=missing), 0) == FrameRange(at, 0)


def test_real_media_beyond_the_shot_is_not_shown() -> None:
    one = Segment(FrameRange(-10, 60), FrameRange(0, 40), 60)
    other = Segment(FrameRange(30, 60), FrameRange(40, 30), 60)
    both = shared(*pieces_of([one, other]), 0)
    assert both == FrameRange(30, 20)
    shown = parts(pieces_of([one, other]), [Joint(44, 4)], 70)
    assert shown[0].numbers == tuple(range(10, 54))
    assert shown[1].numbers == tuple(range(14, 40))


@pytest.mark.parametrize(
    ("levels", "kept"),
    [
        ((512, 0, -100), True),
        ((0, -64, 0), True),
        ((63, -63, 10), False),  # nobody sees a quarter of a level
        ((24 * 256 + 1, 0, 0), False),  # another picture
    ],
)
def test_levels_are_evened_out_where_they_are_levels(levels: Levels, kept: bool) -> None:
    found = joint(FrameRange(100, 12), Compared((5,) * 12, levels), 106)
    assert found.levels == (levels if kept else EVEN)


@given(
    middles=st.lists(st.integers(10, 900), min_size=1, max_size=5, unique=True),
    level=st.integers(-5000, 5000),
    dissolve=st.sampled_from([2, 3, 4]),
)
def test_levels_go_over_in_a_straight_line(middles: list[int], level: int, dissolve: int) -> None:
    """What is shown is the line: what the frame has by the dissolve, and its trim."""
    joints = [Joint(m + 5, dissolve, (level, 0, -level)) for m in sorted(middles)]
    spans = trims(joints, FILM, 1000)
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), 1000]
    assert edges == sorted(edges)
    for span in spans:
        (own,) = (j for j in joints if span.start < j.middle < span.end)
        count = len(span.levels)
        for place, (luma, blue, red) in enumerate(span.levels):
            step = min(max(0, span.start + place - own.start + 1), dissolve + 1)
            shown = Fraction(level * step, dissolve + 1) + luma
            assert abs(shown - Fraction(level * (2 * place + 1), 2 * count)) <= Fraction(1, 2)
            assert blue == 0
            assert red == -luma


def test_equal_levels_are_not_touched() -> None:
    assert trims([Joint(100, 4), Joint(300)], FILM, 500) == ()
