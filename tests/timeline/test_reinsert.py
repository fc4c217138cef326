"""Takes put into timelines: at their exact place, and nothing else moves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from opentimelineio import schema

from bridge.errors import ClipNotFound, InternalError, RangeError, ShotRefused
from bridge.frames import FrameRange, Rate
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode
from bridge.timeline.read import read
from bridge.timeline.references import choose
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.timeline.making import (
    clip,
    difference,
    dissolve,
    flavoured,
    gap,
    generated,
    placement,
    saved,
    source_frames,
    span,
    stack,
    timeline,
    track,
    tree,
    warp,
)

R24 = Rate.of(24)


def edited(path, mode, *refs, out="out.otio", flavour=Flavour.otio, **more):
    """The timeline with a take of each named clip, as it is read back; and the edited document."""
    document = read(path)
    chosen = choose(document, clips(document), refs)
    placements = [placement(one, document.facts, **more) for one in chosen]
    after = reinsert(document, placements, mode)
    target = write(after, path.with_name(out), flavour)
    return read(target), after


def tracks_of(path):
    return [t for t in tree(path)["tracks"]["children"] if t["kind"] == "Video"]


@pytest.fixture
def cut(tmp_path):
    made = timeline(
        track(clip("a", start=10), dissolve(2, 3), clip("b", start=100), clip("c"), name="Picture"),
        track(gap(30), clip("top", count=10), name="Graphics"),
        track(clip("sound", count=72), kind="Audio"),
    )
    return saved(made, tmp_path)


def test_above_lies_on_a_new_track_over_the_original(cut):
    back, after = edited(cut, Mode.above, "V1:2")
    found = {one.place: one for one in clips(back)}
    take = found["V2:1"]
    assert (take.record, take.name) == (FrameRange(24, 24), "b dusk")
    assert source_frames(take, R24, 0, 23) == [2, 25]
    assert take.source.path == Path("/takes/a b.mov")
    assert [(p.take, p.place, p.record) for p in after.placed] == [
        ("take-V1:2", "V2:1", FrameRange(24, 24))
    ]
    assert found["V3:1"].name == "top"


def test_above_changes_no_other_track(cut):
    back, _ = edited(cut, Mode.above, "V1:1", "V1:3", "V2:1")
    before, after = tracks_of(cut), tracks_of(back.path)
    assert [t["name"] for t in after] == ["Picture", "AI takes", "Graphics", "AI takes 2"]
    assert difference([before[0], before[1]], [after[0], after[2]]) == ""
    assert difference(tree(cut)["global_start_time"], tree(back.path)["global_start_time"]) == ""


def test_new_tracks_are_padded_to_the_timelines_length(cut):
    back, _ = edited(cut, Mode.above, "V1:1", "V1:3")
    [new] = [t for t in tracks_of(back.path) if t["name"] == "AI takes"]
    lengths = [(c["OTIO_SCHEMA"], c["source_range"]["duration"]["value"]) for c in new["children"]]
    assert lengths == [("Clip.2", 24.0), ("Gap.1", 24.0), ("Clip.2", 24.0)]
    back, _ = edited(cut, Mode.above, "V1:2")
    [new] = [t for t in tracks_of(back.path) if t["name"] == "AI takes"]
    assert [c["source_range"]["duration"]["value"] for c in new["children"]] == [24.0, 24.0, 24.0]


def test_takes_are_plain_clips_on_the_medias_timecode(cut):
    back, _ = edited(cut, Mode.above, "V1:2")
    [new] = [t for t in tracks_of(back.path) if t["name"] == "AI takes"]
    take = new["children"][1]
    assert take["effects"] == []
    assert take["source_range"]["start_time"]["value"] == 86402
    media = take["media_references"]["DEFAULT_MEDIA"]
    assert media["OTIO_SCHEMA"] == "ExternalReference.1"
    assert media["available_range"]["start_time"]["value"] == 86400
    assert media["available_range"]["duration"]["value"] == 29
    assert take["metadata"]["nle_bridge"] == {
        "take": "take-V1:2",
        "engine": "local",
        "prompt": "dusk",
    }


def test_resolves_track_names_go_on_counting(tmp_path):
    made = timeline(track(clip("a"), name="Video 1"), track(clip("b"), name="Video 2"), name="")
    path = saved(flavoured(made, "Resolve_OTIO"), tmp_path)
    back, _ = edited(path, Mode.above, "V1:1", flavour=Flavour.resolve)
    assert [t["name"] for t in tracks_of(back.path)] == ["Video 1", "Video 3", "Video 2"]


def test_a_second_run_uses_the_free_part_of_our_track_and_else_a_further_one(cut):
    first, _ = edited(cut, Mode.above, "V1:1", out="one.otio")
    second, after = edited(first.path, Mode.above, "V1:3", out="two.otio", media="/takes/2.mov")
    assert [p.place for p in after.placed] == ["V2:2"]
    third, after = edited(second.path, Mode.above, "V1:3", out="three.otio", media="/takes/3.mov")
    assert [p.place for p in after.placed] == ["V3:1"]
    found = {one.place: one for one in clips(third)}
    assert [found[p].source.path.name for p in ("V2:1", "V2:2", "V3:1")] == [
        "a b.mov",
        "2.mov",
        "3.mov",
    ]
    assert {found[p].record for p in ("V2:2", "V3:1")} == {FrameRange(48, 24)}
    assert [t["name"] for t in tracks_of(third.path)] == [
        "Picture",
        "AI takes",
        "AI takes 2",
        "Graphics",
    ]


def test_a_track_of_ours_with_transitions_is_left_alone(cut, tmp_path):
    first, _ = edited(cut, Mode.above, "V1:1", out="one.otio")
    data = tree(first.path)
    ours = data["tracks"]["children"][1]
    ours["children"].insert(1, data["tracks"]["children"][0]["children"][1])
    first.path.write_text(json.dumps(data))
    _, after = edited(first.path, Mode.above, "V1:3", out="two.otio")
    assert [p.place for p in after.placed] == ["V3:1"]


def test_takes_over_each_other_get_tracks_of_their_own(cut):
    document = read(cut)
    one = clips(document)[0]
    both = [placement(one, document.facts), placement(one, document.facts, media="/takes/2.mov")]
    after = reinsert(document, [both[0], replace(both[1], take="second")], Mode.above)
    assert [p.place for p in after.placed] == ["V2:1", "V3:1"]


def test_a_nests_leaf_is_taken_on_the_outer_track(tmp_path):
    nest = stack(track(clip("leaf", start=100, count=50)), source=span(20, 24))
    path = saved(timeline(track(clip("a", count=7), nest)), tmp_path)
    back, after = edited(path, Mode.above, "V1:2")
    assert [(p.place, p.record) for p in after.placed] == [("V2:1", FrameRange(7, 24))]
    assert difference(tracks_of(path)[0], tracks_of(back.path)[0]) == ""


def test_generated_clips_go_over_all_or_over_their_track(cut):
    document = read(cut)
    rate = document.facts.rate
    after = reinsert(
        document, [generated(60, 48, rate), generated(5, 10, rate, track=1)], Mode.above
    )
    assert [(p.place, p.record) for p in after.placed] == [
        ("V4:1", FrameRange(60, 48)),
        ("V2:1", FrameRange(5, 10)),
    ]
    assert after.facts.frames == 108


def test_a_generated_clip_on_an_empty_timeline(tmp_path):
    document = read(saved(timeline(), tmp_path))
    after = reinsert(document, [generated(0, 48, document.facts.rate)], Mode.above)
    back = read(write(after, tmp_path / "out.otio", Flavour.premiere))
    assert [one.record for one in clips(back)] == [FrameRange(0, 48)]


@pytest.mark.parametrize("mode", [Mode.take, Mode.replace])
def test_generated_clips_have_no_slot(cut, mode):
    document = read(cut)
    with pytest.raises(ShotRefused) as caught:
        reinsert(document, [generated(0, 5, document.facts.rate)], mode)
    assert caught.value.detail["reason"] == "generated"


def test_a_take_is_a_further_reference_that_is_active(cut):
    back, after = edited(cut, Mode.take, "V1:2")
    one = tracks_of(back.path)[0]["children"][2]
    before = tracks_of(cut)[0]["children"][2]
    assert one["active_media_reference_key"] == "take 01"
    assert one["media_references"]["DEFAULT_MEDIA"] == before["media_references"]["DEFAULT_MEDIA"]
    assert one["source_range"] == before["source_range"]
    shown = {c.place: c for c in clips(back)}["V1:2"]
    assert (shown.record, source_frames(shown, R24, 0)) == (FrameRange(24, 24), [2])
    again, _ = edited(back.path, Mode.take, "V1:2", out="two.otio")
    assert tracks_of(again.path)[0]["children"][2]["active_media_reference_key"] == "take 02"
    assert [p.place for p in after.placed] == ["V1:2"]


@pytest.mark.parametrize(
    ("items", "ref", "reason"),
    [
        ([clip("x", effects=[warp(2)])], "V1:1", "retimed"),
        ([clip("x", effects=[schema.TimeEffect()])], "V1:1", "retimed"),
        ([clip("x", start=10.5)], "V1:1", "source_range"),
        ([clip("x")], "V1@0-5", "partial"),
        ([stack(track(clip("x", count=50)), source=span(0, 9))], "V1:1", "nested"),
    ],
)
def test_takes_that_cannot_be_are_refused_by_reason(tmp_path, items, ref, reason):
    path = saved(timeline(track(*items)), tmp_path)
    with pytest.raises(ShotRefused) as caught:
        edited(path, Mode.take, ref)
    assert caught.value.detail["reason"] == reason
    assert caught.value.detail["clip"].startswith("V1:1")


def test_in_resolve_a_take_must_lie_on_the_clips_own_timecode(tmp_path):
    one = clip("x", start=86402, media=(86400, 500, 24.0))
    path = saved(flavoured(timeline(track(one)), "Resolve_OTIO"), tmp_path)
    back, _ = edited(path, Mode.take, "V1:1", flavour=Flavour.resolve)
    assert source_frames(clips(back)[0], R24, 0) == [2]
    with pytest.raises(ShotRefused) as caught:
        edited(path, Mode.take, "V1:1", head=1, out="two.otio")
    assert caught.value.detail["reason"] == "source_range"


def test_replace_bakes_the_retime_and_keeps_the_original(tmp_path):
    flag = schema.Marker("m", span(3, 1))
    grade = schema.Effect("grade", "Resolve Effect")
    slow = clip("slow", start=100, count=48, effects=[warp(0.5), grade], markers=[flag])
    path = saved(timeline(track(clip("a"), slow, clip("z"))), tmp_path)
    back, after = edited(path, Mode.replace, "V1:2")
    shown = clips(back)
    assert [c.record for c in shown] == [FrameRange(0, 24), FrameRange(24, 48), FrameRange(72, 24)]
    assert (shown[1].retime.value, source_frames(shown[1], R24, 0, 47)) == ("none", [2, 49])
    new = tracks_of(back.path)[0]["children"][1]
    assert [e["effect_name"] for e in new["effects"]] == ["Resolve Effect"]
    assert [m["name"] for m in new["markers"]] == ["m"]
    assert set(new["media_references"]) == {"DEFAULT_MEDIA", "original"}
    kept = json.loads(new["metadata"]["nle_bridge"]["original"])
    assert difference(kept, tracks_of(path)[0]["children"][1]) == ""
    assert (
        difference(tracks_of(back.path)[0]["children"][0], tracks_of(path)[0]["children"][0]) == ""
    )
    assert [p.place for p in after.placed] == ["V1:2"]


def test_replacing_parts_splits_the_original(cut):
    back, after = edited(cut, Mode.replace, "V1@28-32", "V1@40-48", "V1:1")
    shown = [c for c in clips(back) if c.place.startswith("V1")]
    assert [(c.name, c.record.start, c.record.end) for c in shown] == [
        ("a dusk", 0, 24),
        ("b", 24, 28),
        ("b dusk", 28, 32),
        ("b", 32, 40),
        ("b dusk", 40, 48),
        ("c", 48, 72),
    ]
    assert [source_frames(c, R24, 0)[0] for c in shown] == [2, 100, 2, 108, 2, 0]
    assert [p.place for p in after.placed] == ["V1:1", "V1:3", "V1:5"]
    assert shown[1].transitions.head == 2


@pytest.mark.parametrize(
    ("item", "ref", "reason"),
    [
        (clip("x", count=48, effects=[warp(2)]), "V1@0-5", "partial"),
        (stack(track(clip("x", count=50)), source=span(0, 9)), "V1:1", "nested"),
        (stack(track(clip("x", count=5)), source=span(0, 9)), "V1:1", "nested"),
    ],
)
def test_what_cannot_be_replaced_is_refused_by_reason(tmp_path, item, ref, reason):
    path = saved(timeline(track(item)), tmp_path)
    with pytest.raises(ShotRefused) as caught:
        edited(path, Mode.replace, ref)
    assert caught.value.detail["reason"] == reason


def test_a_replacement_with_too_few_handles_for_its_transition_is_said(cut):
    _, after = edited(cut, Mode.replace, "V1:1", tail=1)
    assert "transition" in after.warnings[0]
    _, after = edited(cut, Mode.replace, "V1:1", tail=3, out="two.otio")
    assert after.warnings == ()


def test_append_goes_behind_the_end_on_the_originals_track(cut):
    back, after = edited(cut, Mode.append, "V2:1", "V1:2")
    assert [(p.take, p.place, p.record) for p in after.placed] == [
        ("take-V1:2", "V1:4", FrameRange(72, 24)),
        ("take-V2:1", "V2:2", FrameRange(96, 10)),
    ]
    found = {one.place: one for one in clips(back)}
    assert (found["V1:4"].record, found["V2:2"].record) == (FrameRange(72, 24), FrameRange(96, 10))
    assert back.facts.frames == after.facts.frames == 106


def test_nothing_is_behind_the_end_of_a_trimmed_timeline(tmp_path):
    made = timeline(track(clip("a", count=50)))
    made.tracks.source_range = span(10, 20)
    path = saved(made, tmp_path)
    with pytest.raises(RangeError):
        edited(path, Mode.append, "V1:1")
    back, _ = edited(path, Mode.above, "V1:1")
    shown = {one.place: one.record for one in clips(back)}
    assert shown == {"V1:1": FrameRange(0, 20), "V2:1": FrameRange(0, 20)}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"source_start": 6}, RangeError),
        ({"frames": 10}, RangeError),
        ({"record": FrameRange(24, 0)}, RangeError),
        ({"record": FrameRange(-1, 24)}, RangeError),
        ({"rate": Rate.of(25)}, RangeError),
        ({"place": "V7:1"}, ClipNotFound),
        ({"place": "V1:x"}, ClipNotFound),
        ({"place": "nonsense"}, ClipNotFound),
    ],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_placements_that_do_not_fit_change_nothing(cut, change, error, mode):
    document = read(cut)
    one = replace(placement(clips(document)[1], document.facts), **change)
    with pytest.raises(error):
        reinsert(document, [one], mode)
    out = write(document, cut.with_name("out.otio"), Flavour.otio)
    assert difference(tree(cut), tree(out)) == ""


@pytest.mark.parametrize("mode", [Mode.take, Mode.replace])
def test_a_place_that_is_not_there(cut, mode):
    document = read(cut)
    one = replace(placement(clips(document)[0], document.facts), place="V1:9")
    with pytest.raises(ClipNotFound):
        reinsert(document, [one], mode)


def test_takes_that_overlap_in_one_slot_are_refused(cut):
    document = read(cut)
    whole = clips(document)[1]
    one = replace(placement(whole, document.facts), record=FrameRange(24, 10))
    other = replace(one, take="other", record=FrameRange(30, 10))
    with pytest.raises(RangeError):
        reinsert(document, [one, other], Mode.replace)
    with pytest.raises(RangeError, match="out of"):
        reinsert(document, [replace(one, record=FrameRange(40, 10))], Mode.replace)


def test_an_edited_document_owns_the_objects(cut):
    document = read(cut)
    reinsert(document, [], Mode.above)
    with pytest.raises(InternalError, match="edited"):
        clips(document)


@pytest.mark.parametrize("mode", list(Mode))
def test_with_nothing_to_place_nothing_changes(cut, mode):
    document = read(cut)
    out = write(reinsert(document, [], mode), cut.with_name("out.otio"), Flavour.premiere)
    assert difference(tree(cut), tree(out)) == ""


@pytest.mark.parametrize("spelled", [23.976, 23.976024627685547])
def test_new_clips_spell_the_rate_as_the_file_does(tmp_path, spelled):
    made = timeline(track(clip("a", rate=spelled, media=(0, 500, spelled))), rate=spelled)
    back, _ = edited(saved(made, tmp_path), Mode.above, "V1:1")
    new = tracks_of(back.path)[1]["children"][0]
    assert new["source_range"]["duration"]["rate"] == spelled
    assert clips(back)[1].record == FrameRange(0, 24)
