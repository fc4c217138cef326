"""Sound that came with takes lies on tracks of its own, under them, and nothing else moves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import ShotRefused
from bridge.frames import FrameRange
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode
from bridge.timeline.read import read
from bridge.timeline.references import choose
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.timeline.making import (
    clip,
    difference,
    flavoured,
    gap,
    generated,
    placement,
    saved,
    timeline,
    track,
    tree,
    warp,
)


def edited(path, mode, *refs, out="out.otio", flavour=Flavour.otio, sound="/takes/a b.sound.wav"):
    document = read(path)
    chosen = choose(document, clips(document), refs)
    takes = [
        replace(placement(one, document.facts), sound=Path(sound) if sound else None)
        for one in chosen
    ]
    after = reinsert(document, takes, mode)
    return write(after, path.with_name(out), flavour), after


def sounds(path):
    return [t for t in tree(path)["tracks"]["children"] if t["kind"] == "Audio"]


def lengths(found):
    return [
        (c["OTIO_SCHEMA"].split(".")[0], c["source_range"]["duration"]["value"])
        for c in found["children"]
    ]


@pytest.fixture
def cut(tmp_path):
    made = timeline(
        track(clip("a", start=10), clip("b", start=100), clip("c"), name="Picture"),
        track(clip("sound", count=72), kind="Audio", name="Sync"),
    )
    return saved(made, tmp_path)


def test_it_lies_under_its_take_with_the_same_frames(cut):
    out, _ = edited(cut, Mode.above, "V1:2")
    before, new = sounds(out)
    assert difference(sounds(cut)[0], before) == ""
    assert new["name"] == "AI sound"
    assert lengths(new) == [("Gap", 24.0), ("Clip", 24.0), ("Gap", 24.0)]
    heard = new["children"][1]
    media = heard["media_references"]["DEFAULT_MEDIA"]
    assert media["target_url"] == "file:///takes/a%20b.sound.wav"
    assert media["available_range"]["start_time"]["value"] == 86400
    assert media["available_range"]["duration"]["value"] == 29
    assert heard["source_range"]["start_time"]["value"] == 86402
    assert heard["metadata"]["nle_bridge"]["take"] == "take-V1:2"
    shown = next(
        c
        for t in tree(out)["tracks"]["children"]
        if t["name"] == "AI takes"
        for c in t["children"]
        if c["OTIO_SCHEMA"].startswith("Clip")
    )
    assert difference(shown["source_range"], heard["source_range"]) == ""


def test_without_sound_there_is_no_track(cut):
    out, _ = edited(cut, Mode.above, "V1:2", sound=None)
    assert [t["name"] for t in sounds(out)] == ["Sync"]


@pytest.mark.parametrize("mode", list(Mode))
def test_in_every_mode_it_begins_with_the_take(cut, mode):
    out, after = edited(cut, mode, "V1:3")
    (placed,) = after.placed
    start = sum(length for kind, length in lengths(sounds(out)[1])[:-1] if kind == "Gap")
    assert start == placed.record.start
    assert len(sounds(out)) == 2


def test_a_second_run_uses_the_free_part_of_our_track_and_else_a_further_one(cut):
    first, _ = edited(cut, Mode.above, "V1:1", out="one.otio")
    second, _ = edited(first, Mode.above, "V1:3", out="two.otio", sound="/takes/2.sound.wav")
    assert [t["name"] for t in sounds(second)] == ["Sync", "AI sound"]
    assert lengths(sounds(second)[1]) == [("Clip", 24.0), ("Gap", 24.0), ("Clip", 24.0)]
    third, _ = edited(second, Mode.above, "V1:1", out="three.otio", sound="/takes/3.sound.wav")
    assert [t["name"] for t in sounds(third)] == ["Sync", "AI sound", "AI sound 2"]
    assert difference(sounds(second)[1], sounds(third)[1]) == ""


def test_takes_that_lie_over_each_other_are_heard_on_two_tracks(tmp_path):
    made = timeline(track(clip("a")), track(gap(12), clip("b")))
    out, _ = edited(saved(made, tmp_path), Mode.above, "V1:1", "V2:1")
    assert [t["name"] for t in sounds(out)] == ["AI sound", "AI sound 2"]


def test_resolves_track_names_go_on_counting_and_its_paths_are_bare(tmp_path):
    made = timeline(
        track(clip("a"), name="Video 1"), track(clip("s"), kind="Audio", name="Audio 1")
    )
    path = saved(flavoured(made, "Resolve_OTIO"), tmp_path)
    out, _ = edited(path, Mode.above, "V1:1", flavour=Flavour.resolve)
    assert [t["name"] for t in sounds(out)] == ["Audio 1", "Audio 2"]
    (heard,) = (c for c in sounds(out)[1]["children"] if c["OTIO_SCHEMA"].startswith("Clip"))
    assert heard["media_references"]["DEFAULT_MEDIA"]["target_url"] == "/takes/a b.sound.wav"


def test_a_track_that_somebody_has_worked_on_is_left_as_it_is(cut):
    first, _ = edited(cut, Mode.above, "V1:1", out="one.otio")
    data = tree(first)
    ours = next(t for t in data["tracks"]["children"] if t["name"] == "AI sound")
    ours["source_range"] = ours["children"][0]["source_range"]
    first.write_text(json.dumps(data))
    second, _ = edited(first, Mode.above, "V1:3", out="two.otio")
    assert [t["name"] for t in sounds(second)] == ["Sync", "AI sound", "AI sound 2"]
    assert difference(sounds(first)[1], sounds(second)[1]) == ""


def test_a_refused_take_leaves_no_sound(tmp_path):
    path = saved(timeline(track(clip("a"), clip("b", effects=[warp(2)]))), tmp_path)
    document = read(path)
    chosen = choose(document, clips(document), ["V1:2"])
    take = replace(placement(chosen[0], document.facts), sound=Path("/takes/a.sound.wav"))
    with pytest.raises(ShotRefused):
        reinsert(document, [take], Mode.take)
    assert not list(document.timeline.audio_tracks())


def test_a_generated_shot_past_the_end_is_heard_there(cut):
    document = read(cut)
    take = generated(80, 10, document.facts.rate, sound=Path("/takes/g.sound.wav"))
    out = write(reinsert(document, [take], Mode.above), cut.with_name("out.otio"), Flavour.otio)
    assert lengths(sounds(out)[1]) == [("Gap", 80.0), ("Clip", 10.0)]
    assert read(out).facts.frames == 90
    found = {one.place: one.record for one in clips(read(out))}
    assert found["V2:1"] == FrameRange(80, 10)
