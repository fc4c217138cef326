"""Which reported items may be worked on: a case for every reason, with an export and without."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.frames import Rate
from bridge.hosts.premiere.judge import judge, judge_alone
from bridge.hosts.premiere.pictures import may_be_sequence
from bridge.source import Source, SourceKind
from bridge.timeline.facts import Refusal
from tests.hosts.premiere.said import (
    BOAT,
    FILM,
    HOUR,
    PAL,
    RATES,
    clip,
    item,
    report,
    ticks,
    timebase,
)


def alone_in_folder(path: str) -> bool:
    return False


def verdict(found, exported=None, rate=FILM, numbered=alone_in_folder):
    return judge(report(found, rate=rate), [exported or clip()], numbered)


def alone(*items, rate=FILM, numbered=alone_in_folder):
    return judge_alone(report(*items, rate=rate), numbered)


NO_CLIPS = [
    (item(adjustment=True), "adjustment"),
    (item(media=None), "no_media"),
    (item(media=replace(BOAT, multicam=True, sequence=True)), "multicam"),
    (item(media=replace(BOAT, sequence=True)), "nested"),
    (item(media=replace(BOAT, offline=True)), "offline"),
    (item(media=replace(BOAT, path="")), "no_file"),
    (item(media=replace(BOAT, proxy="/M/boat.mov")), "proxy"),
    (item(frames=0), "empty"),
    (replace(item(), start=ticks(48) + timebase(FILM) // 2), "unclear"),
    (replace(item(), end=ticks(96) + timebase(FILM) // 3), "unclear"),
]


@pytest.mark.parametrize(("found", "reason"), NO_CLIPS)
@pytest.mark.parametrize("exported", [True, False])
def test_what_is_no_plain_clip_is_left_out_by_name(found, reason, exported):
    made = report(found, zero_point=ticks(HOUR))
    kept, outs = judge_alone(made) if not exported else ((), judge(made, [clip()]).left_out)
    (out,) = outs
    assert (kept, out.reason) == ((), reason)
    assert out.place == "V1@01:00:02:00"
    assert out.sentence.startswith("V1@01:00:02:00 (boat) ")
    assert out.sentence.endswith(".")
    assert ".." not in out.sentence


# ---- with an exported sequence


def test_an_item_is_kept_with_the_clip_that_it_is():
    found = verdict(item())
    assert [(kept.clip, kept.item.id) for kept in found.kept] == [(clip(), "i1")]
    assert found.left_out == ()


def test_linked_rows_of_one_item_count_once():
    assert len(judge(report(item(), item()), [clip()]).kept) == 1


@pytest.mark.parametrize(
    ("found", "exported", "reason"),
    [
        (item(track=2), clip(), "unknown"),
        (item(49), clip(), "unknown"),
        (item(frames=47), clip(), "unclear"),
        (item(), clip(source=Source(Path("/m/pier.mov"))), "unclear"),
        (item(), clip(place="V1:2/V1:1"), "nested"),
        (item(), clip(refusal=Refusal("ramp", "V1:2 (boat) has a speed ramp.")), "ramp"),
        (item(), clip(source=None), "no_media"),
        (item(), clip(speed=2), "retime"),
        (item(reversed=True), clip(), "retime"),
        (item(speed=Fraction(50)), clip(), "retime"),
        (item(), clip(head=11), "unclear"),
        (item(), clip(media_in=None), "unclear"),
    ],
)
def test_what_the_export_tells_otherwise_is_left_out(found, exported, reason):
    (out,) = verdict(found, exported).left_out
    assert out.reason == reason
    assert "(boat) " in out.sentence


@pytest.mark.parametrize("unit", [1, 100])
@pytest.mark.parametrize("warped", [False, True])
@pytest.mark.parametrize("percent", [50, 200, 95, -100, -50])
def test_a_retime_is_kept_whatever_in_and_out_count(unit, warped, percent):
    """Frames 100 and what follows, at this speed; backwards it ends on frame 100."""
    speed = Fraction(abs(percent), 100)
    length = ticks(48)
    divisor = speed if warped else Fraction(1)
    first, last = ticks(100) / divisor, (ticks(100) + length * speed) / divisor
    found = item(
        speed=speed * unit,
        reversed=percent < 0,
        in_point=round(first),
        out_point=round(last),
    )
    head = 100 + (48 * speed if percent < 0 else 0)
    right = clip(head=head, speed=Fraction(percent, 100))
    assert verdict(found, right).left_out == ()
    wrong = clip(head=head + 200, speed=Fraction(percent, 100))
    assert [out.reason for out in verdict(found, wrong).left_out] == ["unclear"]


def test_in_and_out_of_a_reversed_item_may_be_the_other_way_round():
    found = item(reversed=True, in_point=ticks(148), out_point=ticks(100))
    assert verdict(found, clip(head=148, speed=-1)).left_out == ()


def test_media_at_another_rate_is_compared_in_time():
    fast = replace(BOAT, rate=Rate.of(50))
    found = item(head=21, rate=PAL, media=fast)
    exported = clip(head=21, media_rate=Rate.of(50))
    assert verdict(found, exported, PAL).left_out == ()
    assert verdict(found, clip(head=24, media_rate=Rate.of(50)), PAL).left_out != ()


def test_a_picture_runs_nowhere_unless_it_may_be_the_first_of_many():
    still = item(media=replace(BOAT, path="/m/boat.0001.exr", rate=None), in_point=ticks(86313))
    exported = clip(source=Source(Path("/m/boat.0001.exr"), SourceKind.still))
    assert verdict(still, exported).left_out == ()
    (out,) = verdict(still, exported, numbered=lambda path: True).left_out
    assert out.reason == "sequence"
    frames = clip(source=Source(Path("/m/boat.%04d.exr"), SourceKind.sequence))
    ran = replace(still, in_point=ticks(10), out_point=ticks(58))
    assert verdict(ran, frames, numbered=lambda path: True).left_out == ()


# ---- by the numbers alone


@given(st.integers(0, 10**6), st.integers(1, 10**5), st.integers(0, 10**6), st.sampled_from(RATES))
def test_a_plain_item_is_known_exactly_by_its_ticks(start, frames, head, rate):
    rate = Rate.of(rate)
    media = replace(BOAT, rate=rate)
    ((kept,), outs) = alone(item(start, frames, head, rate=rate, media=media), rate=rate)
    assert outs == ()
    assert (kept.record_start, kept.frames, kept.speed) == (start, frames, 1)
    assert rate.frames(kept.source_in) == head


@given(st.integers(0, 10**5), st.sampled_from(RATES), st.sampled_from(RATES))
def test_media_at_another_rate_keeps_its_part_of_a_frame(head, rate, other):
    """A cut lies on a frame of the sequence, and so in the middle of one of the media's."""
    rate, other = Rate.of(rate), Rate.of(other)
    media = replace(BOAT, rate=other)
    found = item(
        rate=rate, media=media, in_point=ticks(head, rate), out_point=ticks(head + 48, rate)
    )
    ((kept,), _) = alone(found, rate=rate)
    assert other.frames(kept.source_in) == head * other.fps / rate.fps


@pytest.mark.parametrize("unit", [1, 100])
def test_a_speed_that_in_and_out_confirm_is_kept(unit):
    plain = item(0, speed=Fraction(unit))
    slow = item(48, 96, speed=Fraction(unit, 2), in_point=ticks(100), out_point=ticks(148))
    kept, outs = alone(plain, slow)
    assert [(one.speed, FILM.frames(one.source_in)) for one in kept] == [
        (1, 10),
        (Fraction(1, 2), 100),
    ]
    assert outs == ()


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (item(in_point=None), "unclear"),
        (item(out_point=None), "unclear"),
        (item(reversed=True), "retime"),
        (item(speed=None), "retime"),
        (item(out_point=ticks(106)), "retime"),
        (item(speed=Fraction(50), out_point=ticks(58)), "retime"),
    ],
)
def test_what_may_be_retimed_is_left_out(found, reason):
    (kept, (out,)) = alone(found)
    assert (kept, out.reason) == ((), reason)


def test_a_picture_begins_with_itself():
    still = item(media=replace(BOAT, path="/m/boat.png", rate=None), in_point=ticks(86313))
    ((kept,), _) = alone(still)
    assert (kept.source_in, kept.speed) == (0, 1)
    assert alone(still, numbered=lambda path: True)[0] == ()


# ---- pictures on the disk


@pytest.mark.parametrize(
    ("name", "beside", "expected"),
    [
        ("a.0001.exr", "a.0002.exr", True),
        ("DSC_0009.jpg", "DSC_0010.jpg", True),
        ("a9.png", "a10.png", True),
        ("a.0001.exr", "a.0003.exr", False),
        ("a.0001.exr", "a.0002.png", False),
        ("poster.png", "poster2.png", False),
    ],
)
def test_numbered_pictures_are_known_by_their_neighbour(tmp_path, name, beside, expected):
    (tmp_path / name).touch()
    (tmp_path / beside).touch()
    assert may_be_sequence(str(tmp_path / name)) is expected


@pytest.mark.parametrize("path", ["//server/share/a1.png", "http://x/a1.png", "", "/dev/a1.png"])
def test_nothing_elsewhere_is_looked_at(path):
    assert not may_be_sequence(path)
