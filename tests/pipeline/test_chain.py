"""A new shot as a chain: neighbours share one frame, every still has its place, nothing is lost."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.base import Kind, Limits, Model, Positions
from bridge.errors import PlanRefused
from bridge.frames import Rate
from bridge.pipeline.chain import Chain
from bridge.pipeline.pieces import Piece
from bridge.pipeline.segments import Segment
from tests.pipeline.test_pieces import facts

NTSC, PAL = Rate.of("24000/1001"), Rate.of(25)
Ends = list[tuple[int, int]]


def model(door: str = "images", **limits: object) -> Model:
    return Model("m", frozenset({Kind.generate}), Limits(**limits), door=door)  # type: ignore[arg-type]  # a table of limits


def chain(
    frames: int, stills: tuple[int, ...], way: Model, onward: Model | None = None, rate: Rate = PAL
) -> tuple[Segment, ...]:
    return Chain(frames, stills, rate, 1, way, onward or way, "frame {}".format).segments()


def ends(parts: tuple[Segment, ...]) -> Ends:
    return [(part.frames.start, part.frames.end - 1) for part in parts]


ENDS = model(keyframes=2, min_keyframes=1, positions=Positions.ends, durations=(5, 10))
FIRST = model(keyframes=1, positions=Positions.first, durations=(5, 10))
WORDS = model("words", durations=(4, 8))
ANY = model(keyframes=3, max_seconds=Fraction(10))
THIRDS = model(keyframes=3, positions=Positions.thirds, durations=(6,))


@given(
    frames=st.integers(2, 2000),
    more=st.sets(st.integers(1, 1999), max_size=6),
    way=st.sampled_from(
        [ENDS, ANY, model(keyframes=3, positions=Positions.thirds, durations=(6,))]
    ),
    rate=st.sampled_from([NTSC, PAL, Rate.of("60000/1001")]),
)
def test_a_chain_holds_every_frame_once_and_every_still(
    frames: int, more: set[int], way: Model, rate: Rate
) -> None:
    stills = (0, *sorted(still for still in more if still < frames))
    parts = chain(frames, stills, way, rate=rate)
    assert [frame for part in parts for frame in part.keep] == list(range(frames))
    for before, after in pairwise(parts):
        assert before.frames.end - 1 == after.frames.start
    for part in parts:
        inside = [still for still in stills if still in part.frames]
        assert len(inside) + part.follows <= way.limits.keyframes
        assert part.frames.covers(part.keep)
        assert part.follows != (part.frames.start in stills)
        assert part.sent >= part.frames.count - 1
        assert part.sent >= part.frames.count or part.spread
        if part.spread and part.sent > part.frames.count:
            assert inside[-1] > part.frames.start
        if way.limits.durations:
            assert part.seconds in way.limits.durations
        if way.limits.positions is Positions.ends:
            assert {still - part.frames.start for still in inside} <= {0, part.frames.count - 1}


@pytest.mark.parametrize(
    ("frames", "stills", "way", "expected"),
    [
        (100, (0, 99), ENDS, [(0, 99)]),
        (240, (0, 60, 239), ENDS, [(0, 60), (60, 239)]),  # three stills, two segments
        (240, (0, 60), ENDS, [(0, 60), (60, 239)]),  # from the last still on
        (400, (0, 399), ENDS, [(0, 149), (149, 399)]),  # what is over lies before the still
        (501, (0, 125, 250, 500), ENDS, [(0, 125), (125, 250), (250, 500)]),  # at whole seconds
        (501, (0,), FIRST, [(0, 250), (250, 500)]),  # 20 s and the first frame: two of 10 s
        (600, (0,), FIRST, [(0, 250), (250, 500), (500, 599)]),
        (300, (0, 100, 150, 290), ANY, [(0, 150), (150, 299)]),
        (101, (0, 50, 100), model(keyframes=3, positions=Positions.thirds), [(0, 100)]),
        (101, (0, 40, 100), model(keyframes=3, positions=Positions.thirds), [(0, 40), (40, 100)]),
        (48, (), WORDS, [(0, 47)]),
    ],
)
def test_where_the_segments_meet(
    frames: int, stills: tuple[int, ...], way: Model, expected: Ends
) -> None:
    assert ends(chain(frames, stills, way)) == expected


def test_words_alone_go_on_from_the_frame_before() -> None:
    parts = chain(450, (), WORDS, ENDS)
    assert ends(parts) == [(0, 200), (200, 449)]
    assert [part.follows for part in parts] == [False, True]
    assert [part.door for part in parts] == ["words", "images"]
    assert [part.seconds for part in parts] == [8, 10]


def test_ten_seconds_at_ntsc_are_one_request() -> None:
    (part,) = chain(240, (0,), FIRST, rate=NTSC)
    assert (part.sent, part.seconds, part.spread) == (240, 10, False)


@pytest.mark.parametrize(
    ("frames", "stills", "way", "spread"),
    [
        (100, (0, 99), ENDS, True),  # five seconds are made, four are shown from end to end
        (125, (0, 124), ENDS, True),  # whatever comes back, its last frame is the last one shown
        (100, (0,), ENDS, False),  # what is over is cut off
        (100, (0, 99), ANY, False),
    ],
)
def test_a_last_still_stands_on_the_last_frame_shown(
    frames: int, stills: tuple[int, ...], way: Model, spread: bool
) -> None:
    (part,) = chain(frames, stills, way)
    assert part.spread is spread


@pytest.mark.parametrize(
    ("frames", "stills", "way", "words"),
    [
        (100, (20,), ENDS, "needs a still at frame 0"),
        (100, (), ENDS, "needs a still at frame 0"),
        (100, (0, 50), FIRST, "the one at frame 50 has no place"),
        (600, (0, 500), FIRST, "the one at frame 500 has no place"),
        (100, (0,), model(keyframes=2, min_keyframes=2, positions=Positions.ends), "at frame 99"),
        (450, (), WORDS, "200 frames at most, and takes no still to go on from"),
        (100, (0, 9), model(keyframes=1, positions=Positions.ends), "1 stills of a part"),
    ],
)
def test_what_is_missing_is_named_by_its_frame(
    frames: int, stills: tuple[int, ...], way: Model, words: str
) -> None:
    with pytest.raises(PlanRefused, match=words):
        chain(frames, stills, way)


@pytest.mark.parametrize(
    ("found", "raw_rate"), [(125, "25"), (126, "25"), (121, "24"), (124, "25")]
)
def test_a_last_still_is_shown_last_whatever_comes_back(found: int, raw_rate: str) -> None:
    (part,) = chain(125, (0, 124), ENDS)
    piece = Piece(part, facts(found, Rate.of(raw_rate)), PAL, PAL)
    assert (piece.raw_frame(0), piece.raw_frame(124)) == (0, found - 1)
