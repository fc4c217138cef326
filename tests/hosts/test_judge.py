"""Which reported items may be worked on: a case for every reason and every odd number known."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.frames import FrameRange, Rate
from bridge.hosts.resolve.judge import judge, judge_alone
from bridge.hosts.resolve.report import Item, Media, Report, TimelineSaid
from bridge.source import Source, SourceKind
from bridge.timeline.facts import Clip, Refusal, Retime

FILM = Rate.of("23.976")
HOUR = 86400
BOAT = Media(
    "boat.mov",
    {"File Path": "/m/boat.mov", "FPS": "23.976", "Frames": "200", "Start": "0"},
)
ITEM = Item("i1", "boat", 1, HOUR + 48, HOUR + 96, 48, media=BOAT)
CLIP = Clip(
    place="V1:2",
    name="boat",
    record=FrameRange(48, 48),
    source=Source(Path("/m/boat.mov")),
    media_rate=FILM,
    source_in=FILM.seconds(1010),
    media_in=FILM.seconds(1000),
    speed=Fraction(1),
)


def report(*items, pool=(), rate="23.976", drop="", start=HOUR, marks=(None, None)):
    said = TimelineSaid("Cut", rate, drop, start, start + 960, "01:00:00:00", "1920", "1080")
    return Report("edit", "Film", said, None, "selected", "", *marks, items, pool)


def verdict(item, clip=CLIP, rate=FILM):
    return judge(report(item), rate, [clip])


def numbers(left=10, start=10, end=58, **more):
    values = {"left_offset": left, "source_start": start, "source_end": end}
    exact = {name: None if v is None else Fraction(v) for name, v in values.items()}
    return replace(ITEM, **exact, **more)


def test_a_plain_clip_is_kept_with_the_clip_that_it_is():
    found = verdict(numbers())
    assert [(kept.clip, kept.item.id) for kept in found.kept] == [(CLIP, "i1")]
    assert found.left_out == ()


def test_linked_rows_of_one_item_count_once():
    assert len(judge(report(ITEM, ITEM), FILM, [CLIP]).kept) == 1


@pytest.mark.parametrize(
    "item",
    [
        numbers(left=None, start=None, end=None),
        numbers(start=9, end=57),  # one low, as reported
        numbers(end=57),  # inclusive, where rates differ
        numbers(left=86313),  # a getter on a clock of its own
        numbers(start=0, end=0),  # says nothing
        numbers(
            start=1010,
            end=1058,
            media=replace(BOAT, properties={**BOAT.properties, "Start": "1000"}),
        ),
        numbers(speed=Fraction(100)),
    ],
)
def test_numbers_known_to_be_off_are_no_contradiction(item):
    assert len(verdict(item).kept) == 1


@pytest.mark.parametrize(
    ("item", "clip", "reason"),
    [
        (replace(ITEM, kind="transition", media=None), CLIP, "transition"),
        (replace(ITEM, media=None), CLIP, "no_media"),
        (replace(ITEM, media=Media("compound", {"Type": "Compound"})), CLIP, "no_file"),
        (
            replace(ITEM, media=Media("boat", {**BOAT.properties, "Online Status": "Offline"})),
            CLIP,
            "offline",
        ),
        (replace(ITEM, duration=0), CLIP, "empty"),
        (replace(ITEM, track=2), CLIP, "unknown"),
        (replace(ITEM, start=HOUR + 49), CLIP, "unknown"),
        (replace(ITEM, duration=47), CLIP, "unclear"),
        (ITEM, replace(CLIP, source=Source(Path("/m/pier.mov"))), "unclear"),
        (ITEM, replace(CLIP, place="V1:2/V1:1"), "nested"),
        (
            ITEM,
            replace(CLIP, refusal=Refusal("ramp", "V1:2 (boat) has a speed ramp.")),
            "ramp",
        ),
        (numbers(end=106), CLIP, "retime"),  # 96 source frames in 48: twice as fast
        (numbers(start=58, end=10), CLIP, "retime"),  # reversed
        (numbers(speed=Fraction(50)), CLIP, "retime"),
        (numbers(), replace(CLIP, speed=Fraction(2), retime=Retime.constant), "retime"),
        (numbers(left=20, start=20, end=68), CLIP, "unclear"),
    ],
)
def test_what_is_no_plain_clip_is_left_out_by_name(item, clip, reason):
    found = verdict(item, clip)
    (out,) = found.left_out
    assert found.kept == ()
    assert out.reason == reason
    at = {HOUR + 48: "01:00:02:00", HOUR + 49: "01:00:02:01"}[item.start]
    assert out.sentence.startswith(f"V{item.track}@{at} (boat) ")
    assert out.sentence.endswith(".")
    assert ".." not in out.sentence


@pytest.mark.parametrize(
    ("speed", "retime", "start", "end"),
    [
        (Fraction(2), Retime.constant, 10, 106),
        (Fraction(1, 2), Retime.constant, 10, 34),
        (Fraction(-1), Retime.reverse, 58, 10),
        (Fraction(0), Retime.freeze, 10, 11),
    ],
)
def test_a_retime_that_both_accounts_tell_is_kept(speed, retime, start, end):
    clip = replace(CLIP, speed=speed, retime=retime)
    assert len(verdict(numbers(left=5, start=start, end=end), clip).kept) == 1
    other = replace(clip, speed=speed + Fraction(1, 2) if speed else Fraction(3))
    assert len(verdict(numbers(left=5, start=start, end=end), other).left_out) == 1


@pytest.mark.parametrize(("left", "start", "end"), [(10, 20, 116), (10, 19, 115), (20, 20, 116)])
def test_media_at_twice_the_rate_counts_at_either(left, start, end):
    """50p in a timeline of 25: LeftOffset was measured at the timeline's rate."""
    rate, media_rate = Rate.of(25), Rate.of(50)
    clip = replace(
        CLIP,
        media_rate=media_rate,
        source_in=media_rate.seconds(1020),
        media_in=media_rate.seconds(1000),
    )
    assert len(verdict(numbers(left, start, end), clip, rate).kept) == 1


def test_stills_and_sequences_are_not_held_to_their_numbers():
    still = replace(CLIP, source=Source(Path("/m/boat.mov"), SourceKind.still))
    assert len(verdict(numbers(left=86313, start=0, end=1), still).kept) == 1
    frames = replace(CLIP, source=Source(Path("/m/boat_%04d.exr"), SourceKind.sequence))
    item = numbers(media=Media("b", {**BOAT.properties, "File Path": "/m/boat_[0001-0200].exr"}))
    assert len(verdict(item, frames).kept) == 1


def test_paths_are_one_however_the_machine_spells_them():
    media = Media("boat", {**BOAT.properties, "File Path": "E:\\Film\\Boat.MOV"})
    clip = replace(CLIP, source=Source(Path("e:/film/boat.mov")))
    assert len(verdict(numbers(media=media), clip).kept) == 1


# ---- without an export


def alone(item, rate=FILM):
    return judge_alone(report(item), rate)


def test_a_clip_at_normal_speed_is_known_by_its_numbers():
    ((kept,), left_out) = alone(numbers())
    assert (kept.record_start, kept.source_start, left_out) == (48, 10, ())


def test_media_at_another_rate_counts_its_own_frames():
    fast = Media("b", {**BOAT.properties, "FPS": "50"})
    ((kept,), _) = alone(numbers(left=10, start=20, end=116, media=fast), Rate.of(25))
    assert kept.source_start == 20


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (numbers(start=0, end=0), "retime"),
        (numbers(end=106), "retime"),
        (numbers(left=None), "unclear"),
        (numbers(media=Media("b", {"File Path": "/m/b.mov"})), "unclear"),
        (replace(numbers(), media=None), "no_media"),
    ],
)
def test_what_may_be_retimed_is_left_out_without_an_export(item, reason):
    (kept, (out,)) = alone(item)
    assert (kept, out.reason) == ((), reason)


# ---- the report


@pytest.mark.parametrize(
    ("start", "marks", "expected"),
    [
        (HOUR, (48, 95), (48, 95)),
        (HOUR, (HOUR + 48, HOUR + 95), (48, 95)),
        (0, (48, 95), (48, 95)),
        (HOUR, (48, None), None),
        (HOUR, (48, 40), None),
        (HOUR, (None, 40), None),
    ],
)
def test_marks_count_from_the_start_whichever_way_they_are_said(start, marks, expected):
    assert report(start=start, marks=marks).marked == expected


@pytest.mark.parametrize(
    ("rate", "drop", "expected"),
    [("29.97 DF", "", True), ("29.97", "1", True), ("29.97", "0", False), ("23.976", "", False)],
)
def test_drop_frame_is_said_in_two_ways(rate, drop, expected):
    said = report(rate=rate, drop=drop).timeline
    assert said.is_drop is expected
    assert said.exact_rate == Rate.of(rate.split()[0])
    assert said.size == (1920, 1080)
