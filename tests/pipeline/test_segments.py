"""Segments: every frame is kept once, and every length suits the model."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.base import Limits
from bridge.errors import PlanRefused
from bridge.frames import Rate
from bridge.pipeline.segments import OVERLAP, segments

RATES = [Rate.of(text) for text in ("24000/1001", "24", "25", "30000/1001", "50", "60000/1001")]


@given(
    frames=st.integers(1, 5000),
    rate=st.sampled_from(RATES),
    longest=st.one_of(st.none(), st.integers(1, 30)),
    shortest=st.integers(0, 4),
    whole=st.booleans(),
)
def test_every_frame_is_kept_exactly_once_within_the_limits(
    frames: int, rate: Rate, longest: int | None, shortest: int, whole: bool
) -> None:
    limits = Limits(
        min_seconds=Fraction(min(shortest, longest or shortest)),
        max_seconds=None if longest is None else Fraction(longest),
        whole_seconds=whole,
    )
    parts = segments(frames, rate, limits)
    assert [frame for part in parts for frame in part.keep] == list(range(frames))
    for part in parts:
        assert part.frames.start >= 0
        assert part.frames.end <= frames
        assert part.frames.covers(part.keep)
        assert part.sent >= part.frames.count
        if longest is not None:
            assert rate.seconds(part.sent) <= longest


def test_neighbours_share_the_overlap() -> None:
    """47.3 s at 23.976 through a 30 s model: two parts that share at least the overlap."""
    parts = segments(1134, Rate.of("24000/1001"), Limits(max_seconds=Fraction(30)))
    assert len(parts) == 2
    assert parts[0].frames.end - parts[1].frames.start >= OVERLAP
    assert parts[0].keep.end == parts[1].keep.start


def test_a_short_shot_is_padded_to_the_shortest_and_to_whole_seconds() -> None:
    (part,) = segments(30, Rate.of(25), Limits(min_seconds=Fraction(2), whole_seconds=True))
    assert (part.frames.count, part.sent) == (30, 50)
    (part,) = segments(61, Rate.of("24000/1001"), Limits(whole_seconds=True))
    assert part.sent == 72  # ceil(3 * 24000/1001)


def test_a_model_too_short_to_join_is_refused() -> None:
    with pytest.raises(PlanRefused, match="12"):
        segments(100, Rate.of(12), Limits(max_seconds=Fraction(1)))
