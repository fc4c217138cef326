"""Nested stacks: the one clip that fills the visible part, at its exact offset, or a refusal."""

import pytest
from opentimelineio import schema

from bridge.frames import FrameRange, Rate
from bridge.timeline.clips import clips
from bridge.timeline.read import read
from tests.timeline.making import (
    clip,
    dissolve,
    gap,
    saved,
    source_frames,
    span,
    stack,
    timeline,
    track,
    warp,
)

R24 = Rate.of(24)


def listed(folder, *items):
    return clips(read(saved(timeline(track(*items)), folder)))


def test_the_leaf_stands_for_the_nest(tmp_path):
    nest = stack(track(clip("x", count=10), clip("leaf", start=100, count=50)), source=span(20, 24))
    before, leaf, after = listed(tmp_path, clip("a", count=7), nest, clip("b"))
    assert (leaf.place, leaf.name) == ("V1:2/V1:2", "leaf")
    assert leaf.record == FrameRange(7, 24)
    assert source_frames(leaf, R24, 0, 23) == [110, 133]
    assert (before.place, after.place, after.record.start) == ("V1:1", "V1:3", 31)


def test_two_levels_add_up(tmp_path):
    inner = stack(track(gap(5), clip("leaf", start=100, count=80)), source=span(15, 60))
    outer = stack(track(clip("x", count=8), inner), source=span(18, 24))
    [leaf] = listed(tmp_path, outer)
    assert leaf.place == "V1:1/V1:2/V1:1"
    # 18 into the outer is 10 into the inner, whose window begins 10 into the leaf: 100 + 10 + 10
    assert source_frames(leaf, R24, 0) == [120]


def test_the_topmost_that_covers_wins(tmp_path):
    nest = stack(
        track(clip("low", count=50)), track(clip("high", start=7, count=50)), source=span(3, 9)
    )
    [leaf] = listed(tmp_path, nest)
    assert (leaf.place, leaf.name) == ("V1:1/V2:1", "high")
    assert source_frames(leaf, R24, 0) == [10]


def test_what_lies_above_only_outside_of_the_window_does_not_count(tmp_path):
    nest = stack(
        track(clip("low", count=50)), track(gap(30), clip("late", count=9)), source=span(0, 30)
    )
    [leaf] = listed(tmp_path, nest)
    assert leaf.name == "low"


def test_disabled_items_and_sound_are_not_seen(tmp_path):
    off = clip("off", count=50)
    off.enabled = False
    sound = track(clip("sound", count=50), kind="Audio")
    [leaf] = listed(
        tmp_path, stack(track(clip("low", count=50)), track(off), sound, source=span(0, 9))
    )
    assert leaf.name == "low"


@pytest.mark.parametrize(
    "inner",
    [
        [track(clip("one", count=10), clip("two", count=10))],
        [track(clip("low", count=20)), track(gap(15), clip("partly", count=5))],
        [track(clip("short", count=10))],
        [track(gap(20))],
        [track(clip("one", count=10), dissolve(3, 3), clip("two", count=10))],
    ],
)
def test_anything_else_is_one_refused_clip(tmp_path, inner):
    [one] = listed(tmp_path, stack(*inner, name="comp", source=span(0, 20)))
    assert (one.place, one.refusal.reason) == ("V1:1", "nested")
    assert "V1:1 (comp)" in one.refusal.sentence
    assert one.record == FrameRange(0, 20)


def test_a_dissolve_that_reaches_into_the_window_is_refused(tmp_path):
    inner = track(clip("one", count=10), dissolve(3, 3), clip("two", count=30))
    [into] = listed(tmp_path, stack(inner, source=span(11, 9)))
    assert into.refusal.reason == "nested"
    inner = track(clip("one", count=10), dissolve(3, 3), clip("two", count=30))
    [past] = listed(tmp_path, stack(inner, source=span(13, 9)))
    assert past.refusal is None


def test_a_retimed_nest_composes_with_its_leaf(tmp_path):
    nest = stack(track(clip("leaf", start=100, count=200, effects=[warp(3)])), source=span(10, 24))
    nest.effects.append(warp(2))
    [leaf] = listed(tmp_path, nest)
    assert leaf.speed == 6
    assert source_frames(leaf, R24, 0, 1) == [130, 136]


@pytest.mark.parametrize("scalar", [-1, 0])
def test_a_reversed_or_frozen_nest_is_refused(tmp_path, scalar):
    nest = stack(track(clip("leaf", count=200)), source=span(10, 24))
    nest.effects.append(warp(scalar))
    [one] = listed(tmp_path, nest)
    assert one.refusal.reason == "nested"


def test_clips_directly_in_a_stack_and_tracks_in_tracks(tmp_path):
    bare = stack(clip("bare", start=5, count=40), source=span(2, 9))
    inner = track(clip("x", count=3), clip("in track", start=50, count=40))
    inner.source_range = span(4, 9)
    first, second = listed(tmp_path, bare, inner)
    assert (first.place, source_frames(first, R24, 0)) == ("V1:1/V1:1", [7])
    assert (second.place, source_frames(second, R24, 0)) == ("V1:2/V1:2", [51])


def test_a_nest_without_a_range_is_as_long_as_its_longest_track(tmp_path):
    nest = stack(track(clip("a", count=30)), track(clip("m", count=3), kind="Audio"))
    leaf, after = listed(tmp_path, nest, clip("after"))
    assert (leaf.name, leaf.record.count, after.record.start) == ("a", 30, 30)


def test_a_nests_unknown_item_is_refused(tmp_path):
    made = track(clip("a", count=5))
    made.append(schema.Gap(source_range=span(0, 2)))
    found = listed(tmp_path, stack(made, source=span(0, 7)))
    assert found[0].refusal.reason == "nested"
