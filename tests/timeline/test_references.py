"""What a person types to say which clip."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentimelineio import schema

from bridge.errors import ClipAmbiguous, ClipNotFound, RangeError, UsageError
from bridge.frames import FrameRange, Rate
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, TimelineFacts
from bridge.timeline.read import read
from bridge.timeline.references import choose, record_frame
from tests.timeline.making import clip, gap, saved, source_frames, span, stack, timeline, track

R24 = Rate.of(24)


def facts(rate="24", start=86400, frames=1000, *, drop=False):
    return TimelineFacts("x", Rate.of(rate), start, drop, frames, Flavour.otio)


@pytest.fixture
def cut(tmp_path):
    """V1: a 0-24, b 24-48, B 48-72 · V2: gap 0-30, top 30-40 · V3: off 0-72, disabled."""
    off = clip("off", count=72)
    off.enabled = False
    flag = schema.Marker("Fix me", span(3, 1), "ORANGE")
    made = timeline(
        track(clip("a", start=10), clip("b", start=100, markers=[flag]), clip("B")),
        track(gap(30), clip("top", count=10)),
        track(off),
    )
    made.tracks.markers.append(schema.Marker("here", span(50, 0), "CYAN"))
    document = read(saved(made, tmp_path))

    def chosen(*refs):
        return choose(document, clips(document), refs)

    return chosen


def places(found):
    return [one.place for one in found]


@pytest.mark.parametrize(
    ("ref", "wanted"),
    [
        ("V1:2", ["V1:2"]),
        ("v2:1", ["V2:1"]),
        ("V1:*", ["V1:1", "V1:2", "V1:3"]),
        ("all", ["V1:1", "V1:2", "V1:3", "V2:1"]),
        ("V3:1", ["V3:1"]),
        ("01:00:00:00", ["V1:1"]),
        ("01:00:01:08", ["V2:1"]),
        ("V1@01:00:01:08", ["V1:2"]),
        ("V1@24", ["V1:2"]),
        ("47", ["V1:2"]),
        ("a", ["V1:1"]),
        ("b", ["V1:2"]),
        ("name:TOP", ["V2:1"]),
        ("marker:fix me", ["V1:2"]),
        ("marker:here", ["V1:3"]),
        ("colour:orange", ["V1:2"]),
        ("color:CYAN", ["V1:3"]),
    ],
)
def test_each_way_of_naming_a_clip(cut, ref, wanted):
    assert places(cut(ref)) == wanted


def test_what_is_named_twice_is_chosen_once_in_order(cut):
    assert places(cut("V2:1", "b", "V1:2", "01:00:01:08")) == ["V1:2", "V2:1"]


def test_a_range_on_a_track_cuts_its_clips(cut):
    a, b = cut("V1@01:00:00:12-01:00:01:12")
    assert (a.record, b.record) == (FrameRange(12, 12), FrameRange(24, 12))
    assert source_frames(a, R24, 0, 11) == [22, 33]
    assert source_frames(b, R24, 0) == [100]


def test_a_range_takes_what_is_on_top(cut):
    found = cut("20-50")
    parts = [(one.place, one.record.start, one.record.end) for one in found]
    assert parts == [
        ("V1:1", 20, 24),
        ("V1:2", 24, 30),
        ("V1:2", 40, 48),
        ("V1:3", 48, 50),
        ("V2:1", 30, 40),
    ]
    assert source_frames(found[2], R24, 0) == [116]


def test_parts_lose_the_transitions_of_the_cut_that_they_lost(tmp_path):
    made = timeline(
        track(
            clip("a"),
            schema.Transition("", "SMPTE_Dissolve", span(3, 0).start_time, span(2, 0).start_time),
            clip("b"),
        )
    )
    document = read(saved(made, tmp_path))
    [part] = choose(document, clips(document), ["V1@30-48"])
    assert part.transitions.head == 0


@pytest.mark.parametrize(
    "refs", [("V1@10-20", "V1@15-24"), ("V1:1", "V1@0-5"), ("V1@0-24", "10-20")]
)
def test_ranges_that_share_a_part_are_refused(cut, refs):
    with pytest.raises(RangeError, match="V1:1"):
        cut(*refs)


@pytest.mark.parametrize("ref", ["10-10", "20-10", "V1@01:00:00:12-01:00:00:12"])
def test_empty_ranges_are_refused(cut, ref):
    with pytest.raises(RangeError):
        cut(ref)


@pytest.mark.parametrize(
    "ref",
    ["V1:9", "V9:1", "V3:*", "01:00:09:00", "V2@0", "marker:x", "colour:blue", "nobody", "900-950"],
)
def test_what_names_nothing_is_not_found(cut, ref):
    with pytest.raises(ClipNotFound):
        cut(ref)


@pytest.mark.parametrize("ref", ["", "  ", "marker:", "name:"])
def test_empty_references_are_refused(cut, ref):
    with pytest.raises(UsageError):
        cut(ref)


def test_near_names_are_offered(cut):
    with pytest.raises(ClipNotFound) as caught:
        cut("topp")
    assert caught.value.detail["near"] == ["top"]


def test_several_of_one_name_list_their_places(tmp_path):
    document = read(saved(timeline(track(clip("Same"), clip("same"), clip("same"))), tmp_path))
    listed = clips(document)
    assert places(choose(document, listed, ["Same"])) == ["V1:1"]
    with pytest.raises(ClipAmbiguous, match="V1:2, V1:3"):
        choose(document, listed, ["same"])
    with pytest.raises(ClipAmbiguous) as caught:
        choose(document, listed, ["SAME"])
    assert caught.value.detail["places"] == ["V1:1", "V1:2", "V1:3"]


def test_a_name_that_looks_like_a_position_is_a_name(tmp_path):
    document = read(saved(timeline(track(clip("x", count=90), clip("010-020"))), tmp_path))
    assert places(choose(document, clips(document), ["010-020"])) == ["V1:2"]


def test_a_nests_place_names_its_leaf(tmp_path):
    made = timeline(track(stack(track(clip("leaf", count=40)), source=span(0, 9))))
    document = read(saved(made, tmp_path))
    assert places(choose(document, clips(document), ["V1:1"])) == ["V1:1/V1:1"]


@pytest.mark.parametrize(
    ("text", "given", "frame"),
    [
        ("01:00:04:12", facts(), 108),
        ("48", facts(), 48),
        ("+48", facts(), 48),
        ("00:00:01:00", facts(start=0), 24),
        ("01:00:04:12", facts("23.976"), 108),
        ("01:00:00;02", facts("29.97", 107892, drop=True), 2),
        ("01:00:00:02", facts("29.97", 107892, drop=True), 2),
        ("01:01:00;02", facts("29.97", 107892, drop=True), 1800),
        ("01:01:00:02", facts("29.97", 108000), 1802),
        ("00:00:01:00", facts(start=24 * 3600 * 24 - 24, frames=100), 48),
    ],
)
def test_positions(text, given, frame):
    assert record_frame(text, given) == frame


@pytest.mark.parametrize(
    "text", ["", "-5", "1:2", "01:00:00:24", "99:00:00:00", "1.5", "x" * 5000, "²"]
)
def test_what_is_no_position(text):
    with pytest.raises(UsageError):
        record_frame(text, facts())


def test_a_position_before_the_start_names_the_start():
    with pytest.raises(RangeError) as caught:
        record_frame("00:00:04:12", facts())
    assert "01:00:00:00" in caught.value.hint


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 8)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 8)), min_size=1, max_size=6),
    st.integers(0, 60),
    st.integers(1, 40),
)
def test_a_range_is_what_one_sees_frame_by_frame(tmp_path_factory, low, high, start, count):
    rows = [
        track(*[item for g, n in row for item in (gap(g), clip(f"c{n}", count=n))])
        for row in (low, high)
    ]
    document = read(saved(timeline(*rows), tmp_path_factory.mktemp("cut")))
    listed = clips(document)

    def seen(frame):
        there = [one for one in listed if frame in one.record]
        return max(there, key=lambda one: one.place).place if there else None

    wanted = {f: seen(f) for f in range(start, start + count) if seen(f)}
    try:
        parts = choose(document, listed, [f"{start}-{start + count}"])
    except ClipNotFound:
        parts = ()
    assert {f: one.place for one in parts for f in one.record} == wanted
    for one in parts:
        whole = next(c for c in listed if c.place == one.place)
        moved = Fraction(one.record.start - whole.record.start, 24)
        assert one.source_in - whole.source_in == moved
