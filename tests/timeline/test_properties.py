"""Any timeline: clips lie where a naive sum says, and takes go exactly over them."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.frames import Rate
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.timeline.making import (
    clip,
    difference,
    gap,
    placement,
    saved,
    source_frames,
    timeline,
    track,
    tree,
)

RATES = st.sampled_from([24.0, 25.0, 23.976, 24000 / 1001, 29.97, 30000 / 1001, 50.0, 59.94])
ITEMS = st.lists(
    st.tuples(st.sampled_from(["clip", "gap"]), st.integers(0, 90), st.integers(0, 400)),
    max_size=12,
)


def rows_of(rows, rate):
    return [
        track(
            *[
                gap(count, rate)
                if kind == "gap"
                else clip(f"{at}", start, count, rate=rate, media=(0, 9999, rate))
                for at, (kind, count, start) in enumerate(row)
            ]
        )
        for row in rows
    ]


def naive(row):
    """Where each clip begins, and where in its media: sums from the start for every one."""
    return [
        (sum(count for _, count, _ in row[:at]), count, start)
        for at, (kind, count, start) in enumerate(row)
        if kind == "clip"
    ]


@given(st.lists(ITEMS, min_size=1, max_size=3), RATES)
def test_clips_lie_where_a_naive_sum_says(tmp_path_factory, rows, rate):
    path = saved(timeline(*rows_of(rows, rate), rate=rate), tmp_path_factory.mktemp("cut"))
    found = clips(read(path))
    wanted = [
        (f"V{number}:{count}", *facts)
        for number, row in enumerate(rows, 1)
        for count, facts in enumerate(naive(row), 1)
    ]
    shown = [
        (c.place, c.record.start, c.record.count, *source_frames(c, Rate.of(rate), 0))
        for c in found
    ]
    assert shown == wanted


@given(st.lists(st.tuples(st.integers(1, 60), RATES), min_size=1, max_size=15), RATES)
def test_mixed_rates_never_drift(tmp_path_factory, items, rate):
    """Each cut lies within half a record frame of its true time, however many lie before it."""
    row = track(*[clip(str(n), 0, count, rate=own) for n, (count, own) in enumerate(items)])
    path = saved(timeline(row, rate=rate), tmp_path_factory.mktemp("cut"))
    fps, true = Rate.of(rate).fps, Fraction(0)
    for one, (count, own) in zip(clips(read(path)), items, strict=True):
        assert abs(one.record.start - true) <= Fraction(501, 1000)
        true += count / Rate.of(own).fps * fps
        assert abs(one.record.end - true) <= Fraction(501, 1000)


@settings(max_examples=40)
@given(
    st.lists(ITEMS, min_size=1, max_size=3),
    RATES,
    st.sampled_from([Mode.above, Mode.replace, Mode.append]),
    st.data(),
)
def test_takes_lie_exactly_and_the_rest_stays(tmp_path_factory, rows, rate, mode, data):
    folder = tmp_path_factory.mktemp("cut")
    path = saved(timeline(*rows_of(rows, rate), rate=rate), folder)
    document = read(path)
    before = [one for one in clips(document) if one.record.count]
    chosen = data.draw(st.lists(st.sampled_from(before), unique=True)) if before else []
    placements = [placement(one, document.facts) for one in chosen]
    after = reinsert(document, placements, mode)
    out = write(after, folder / "out.otio", Flavour.otio)
    shown = {one.place: one for one in clips(read(out))}
    for wanted, lies in zip(placements, after.placed, strict=True):
        one = shown[lies.place]
        assert one.record == lies.record
        assert mode is Mode.append or one.record == wanted.record
        assert source_frames(one, Rate.of(rate), 0) == [2]
    old = [t for t in tree(out)["tracks"]["children"] if "nle_bridge" not in t["metadata"]]
    if mode is Mode.above:
        assert difference(tree(path)["tracks"]["children"], old) == ""
    if mode is Mode.append:
        kept = [row["children"][: len(items)] for row, items in zip(old, rows, strict=True)]
        was = [row["children"] for row in tree(path)["tracks"]["children"]]
        assert difference(was, kept) == ""
