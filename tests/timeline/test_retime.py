"""Speeds: what is on screen at each record frame of a retimed clip, in both editors' writing."""

from fractions import Fraction

import pytest
from opentimelineio import schema

from bridge.frames import FrameRange, Rate
from bridge.timeline.clips import clips
from bridge.timeline.facts import Retime
from bridge.timeline.read import read
from bridge.timeline.retime import speed_of
from tests.timeline.making import clip, flavoured, saved, source_frames, timeline, track, warp

R24 = Rate.of(24)


def listed(folder, *items, key="Resolve_OTIO"):
    return clips(read(saved(flavoured(timeline(track(*items)), key), folder)))


@pytest.mark.parametrize(
    ("scalar", "retime", "first", "last"),
    [
        (1, Retime.none, 100, 147),
        (2, Retime.constant, 100, 194),
        (0.5, Retime.constant, 100, 123),
        (-1, Retime.reverse, 147, 100),
        (-2, Retime.reverse, 195, 101),
        (0, Retime.freeze, 100, 100),
    ],
)
def test_resolves_duration_is_the_record_span(tmp_path, scalar, retime, first, last):
    [one] = listed(tmp_path, clip(start=100, count=48, effects=[warp(scalar)]))
    assert (one.record.count, one.retime, one.speed) == (48, retime, scalar)
    assert source_frames(one, R24, 0, 47) == [first, last]


@pytest.mark.parametrize(
    ("scalar", "count", "first", "last"),
    [(2, 24, 100, 146), (0.5, 96, 100, 147), (-1, 48, 147, 100), (-2, 24, 147, 101)],
)
def test_premieres_duration_is_the_source_span(tmp_path, scalar, count, first, last):
    one = clip(start=100, count=48, effects=[warp(scalar)])
    one, after = listed(tmp_path, one, clip("after"), key="PremierePro_OTIO")
    assert one.record.count == count
    assert source_frames(one, R24, 0, count - 1) == [first, last]
    assert after.record == FrameRange(count, 24)


def test_the_same_clip_lies_otherwise_in_the_two_editors(tmp_path):
    items = clip(count=48, effects=[warp(2)]), clip("after")
    in_resolve = listed(tmp_path, *items)[1].record.start
    items = clip(count=48, effects=[warp(2)]), clip("after")
    in_premiere = listed(tmp_path, *items, key="PremierePro_OTIO")[1].record.start
    assert (in_resolve, in_premiere) == (48, 24)


def test_a_freeze_frame_shows_the_frame_it_starts_at(tmp_path):
    [one] = listed(tmp_path, clip(start=30, count=48, effects=[schema.FreezeFrame()]))
    assert (one.retime, source_frames(one, R24, 0, 47)) == (Retime.freeze, [30, 30])


def test_time_effects_compose_and_picture_effects_do_not_count(tmp_path):
    effects = [warp(2), schema.Effect("grade", "Resolve Effect"), warp(-0.5)]
    [one] = listed(tmp_path, clip(start=100, count=48, effects=effects))
    assert (one.speed, source_frames(one, R24, 0)) == (-1, [147])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (0.8545454551724138, Fraction(47, 55)),
        (-0.699999988079071, Fraction(-7, 10)),
        (2.5, Fraction(5, 2)),
        (1 / 3, Fraction(1, 3)),
        (0.9505999684, Fraction(9506, 10000)),
        (0.0, Fraction(0)),
    ],
)
def test_speeds_are_snapped_to_what_was_meant(written, meant):
    assert speed_of(written) == meant


def ramp(*keys):
    made = schema.TimeEffect()
    rows = [[time, source, False, 0.0, 0.0, 0.0, 0.0] for time, source in keys]
    made.metadata["Resolve_OTIO"] = {"Key Frames": rows, "Speed Ratio": 0.5}
    return made


def test_a_ramp_is_refused_by_name(tmp_path):
    keys = (0.0, 0.0), (10.32, 10.32), (49.2, 20.04), (59.14, 29.98)
    [one] = listed(tmp_path, clip("fast", count=24, effects=[ramp(*keys)]))
    assert one.refusal.reason == "ramp"
    assert "V1:1 (fast)" in one.refusal.sentence


def test_a_ramp_on_a_straight_line_is_a_constant_speed(tmp_path):
    [one] = listed(tmp_path, clip(count=24, effects=[ramp((0.0, 0.0), (1.0, 2.0), (2.5, 5.0))]))
    assert (one.refusal, one.speed) == (None, 2)


def test_a_lookup_table_is_refused(tmp_path):
    effect = schema.TimeEffect("TimeWarp3", "TimeWarp")
    effect.metadata["lookup"] = [-5.0, -3.9, 0.0]
    [one] = listed(tmp_path, clip(effects=[effect]))
    assert one.refusal.reason == "ramp"


def test_retimed_media_at_another_rate(tmp_path):
    """200 % of 48 fps media on a sequence at 24: four media frames for each record frame."""
    [one] = listed(tmp_path, clip(start=24, count=10, media=(0, 999, 48.0), effects=[warp(2)]))
    assert source_frames(one, R24, 0, 1, 9) == [48, 52, 84]
