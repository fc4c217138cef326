"""Which frames a clip lies on, and which frames of its media it shows there."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from opentimelineio import schema

from bridge.frames import FrameRange, Handles, Rate
from bridge.source import SourceKind
from bridge.timeline.clips import clips
from bridge.timeline.facts import Retime
from bridge.timeline.read import read
from tests.timeline.making import (
    clip,
    dissolve,
    flavoured,
    gap,
    saved,
    source_frames,
    span,
    timeline,
    track,
    warp,
)

R24, R25 = Rate.of(24), Rate.of(25)


def listed(tmp_path, *tracks, resolve=False, **more):
    made = timeline(*tracks, **more)
    return clips(read(saved(flavoured(made, "Resolve_OTIO") if resolve else made, tmp_path)))


def test_places_count_clips_and_leave_out_gaps_transitions_and_sound(tmp_path):
    found = listed(
        tmp_path,
        track(gap(5), clip("a", count=10), dissolve(2, 3), clip("b", count=20)),
        track(clip("sound"), kind="Audio"),
        track(gap(7), clip("c", count=3)),
    )
    assert [(c.place, c.name, c.record) for c in found] == [
        ("V1:1", "a", FrameRange(5, 10)),
        ("V1:2", "b", FrameRange(15, 20)),
        ("V2:1", "c", FrameRange(7, 3)),
    ]


def test_transitions_reach_over_the_cuts(tmp_path):
    a, b, c = listed(
        tmp_path, track(clip("a"), dissolve(2, 3), clip("b"), gap(9), dissolve(4, 0), clip("c"))
    )
    assert a.transitions == Handles(0, 3)
    assert b.transitions == Handles(2, 0)
    assert c.transitions == Handles(4, 0)


def test_the_source_counts_from_the_medias_timecode(tmp_path):
    [one] = listed(tmp_path, track(clip(start=86424, count=48, media=(86400, 500, 24.0))))
    assert (one.source_in, one.media_in) == (Fraction(3601), Fraction(3600))
    assert source_frames(one, R24, 0, 47) == [24, 71]


def test_media_at_another_rate_as_resolve_writes_it(tmp_path):
    """
    exr with a timecode at 24 in a sequence at 25; the first frame shown is the file numbered 1005.
    """
    one = clip(start=91046.625, count=74, rate=25.0, media=(87399, 101, 24.0))
    [one] = listed(tmp_path, track(one), rate=25.0, start=90000)
    assert one.media_rate == R24
    assert source_frames(one, R25, 0, 1, 73) == [5, 6, 75]


@pytest.mark.parametrize("noise", [0, 8e-6, -8e-6, 4e-4])
def test_float_noise_never_moves_a_frame(tmp_path, noise):
    one = clip(start=100 + noise, count=10, media=(0, 500, 24.0))
    [one] = listed(tmp_path, track(one))
    assert source_frames(one, R24, 0, 9) == [100, 109]


def test_two_spellings_of_one_rate_are_one_clock(tmp_path):
    float32 = 23.976024627685547
    converted = 86400 * float32 / 23.976  # as Hiero writes the frame 86400
    first = clip("a", converted, 24, rate=float32, media=(86400, 216, 23.976))
    second = clip("b", 86424, 24, rate=float32, media=(86400, 216, 23.976))
    found = listed(tmp_path, track(first, second), rate=23.976)
    rate = Rate.of(23.976)
    assert [source_frames(one, rate, 0, 23) for one in found] == [[0, 23], [24, 47]]


def test_a_start_from_zero_on_media_with_timecode_is_relative(tmp_path):
    [one] = listed(tmp_path, track(clip(start=88, count=11, media=(1000, 101, 24.0))))
    assert one.refusal is None
    assert source_frames(one, R24, 0) == [88]


def test_a_start_outside_of_the_media_is_refused_by_name(tmp_path):
    [one] = listed(tmp_path, track(clip("late", start=900000, media=(125, 159, 24.0))))
    assert one.refusal is not None
    assert one.refusal.reason == "outside_media"
    assert "V1:1 (late)" in one.refusal.sentence


def test_media_that_does_not_say_where_it_begins(tmp_path):
    [one] = listed(tmp_path, track(clip(start=48, media=None)))
    assert (one.media_in, one.media_rate, one.source_in) == (None, None, Fraction(2))


@pytest.mark.parametrize("raw", [29.0, 59.0, 14.0, 24000.0])
def test_rates_that_a_tool_has_lost_are_asked_of_the_media(tmp_path, raw):
    [one] = listed(tmp_path, track(clip(start=24, media=(0, 5000, raw))))
    assert one.media_rate is None
    assert (one.source_in, one.media_in) == (1, 0)


def test_clips_off_the_frame_grid_share_their_edges(tmp_path):
    """Three clips of 10 frames at 30 on a sequence at 24: 8 frames each, and of 5: 4 each."""
    items = [clip(str(n), count=5 if n % 2 else 10, rate=30.0) for n in range(6)]
    found = listed(tmp_path, track(*items, gap(1), clip("last", count=1)))
    assert [c.record.count for c in found] == [8, 4, 8, 4, 8, 4, 1]
    odd = listed(tmp_path, track(*[clip(count=1, rate=25.0) for _ in range(25)], clip("last")))
    assert [c.record.start for c in odd] == [*[round(n * 24 / 25 + 1e-9) for n in range(25)], 24]
    assert all(one.record.end == other.record.start for one, other in pairwise(odd))


def test_disabled_clips_and_tracks_are_listed_as_such(tmp_path):
    off = clip("off")
    off.enabled = False
    hidden = track(clip("hidden"))
    hidden.enabled = False
    found = listed(tmp_path, track(clip("on"), off), hidden)
    assert {c.name: c.enabled for c in found} == {"on": True, "off": False, "hidden": False}


def test_a_trimmed_track_shows_a_part(tmp_path):
    trimmed = track(clip("a", start=10, count=20), clip("b", count=20), clip("c", count=9))
    trimmed.source_range = span(5, 20)
    a, b = listed(tmp_path, trimmed)
    assert (a.record, source_frames(a, R24, 0)) == (FrameRange(0, 15), [15])
    assert (b.place, b.record, source_frames(b, R24, 0)) == ("V1:2", FrameRange(15, 5), [0])


def test_a_trim_that_holds_nothing_is_none(tmp_path):
    trimmed = track(clip("a", count=20))
    trimmed.source_range = span(-86243, 1049)
    [a] = listed(tmp_path, trimmed)
    assert a.record == FrameRange(0, 20)


def test_colours_and_markers(tmp_path):
    marker = schema.Marker("check", span(3, 1), color="ORANGE")
    [one] = listed(tmp_path, track(clip(markers=[marker, schema.Marker("", span(1, 1), "RED")])))
    assert (one.colours, one.markers) == (("orange", "red"), ("check", ""))


def test_sources_of_all_kinds(tmp_path):
    sequence = schema.ImageSequenceReference(
        "C:\\plates", "a.", ".exr", 1001, 1, 24.0, 4, available_range=span(86400, 99)
    )
    still = clip("still", count=444, media=(0, 1, 24.0), url="/a/b.PNG")
    found = listed(
        tmp_path,
        track(
            clip("movie", url="file://localhost/C%3a/m%20v.mov"),
            schema.Clip("sequence", sequence, span(86410, 24)),
            still,
            clip("bracket", url="/a/out.[1000-1099].exr", media=(0, 100, 24.0)),
            clip("near", url="sub/n.mov"),
        ),
    )
    movie, numbered, picture, bracket, near = [c.source for c in found]
    assert (str(movie.path), movie.kind) == ("C:/m v.mov", SourceKind.movie)
    assert (str(numbered.path), numbered.first_number) == ("C:\\plates\\a.%04d.exr", 1001)
    assert (numbered.count, numbered.rate) == (99, R24)
    assert source_frames(found[1], R24, 0) == [10]
    assert (picture.kind, found[2].speed, found[2].retime) == (SourceKind.still, 0, Retime.none)
    assert (bracket.first_number, bracket.count) == (1000, 100)
    assert near.path == tmp_path / "sub/n.mov"


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        (schema.MissingReference(), "missing_media"),
        (schema.GeneratorReference("x", "Solid Color", span(0, 9)), "generator"),
        (schema.ExternalReference("http://a/b.mov", span(0, 99)), "no_media"),
        (schema.ExternalReference("", span(0, 99)), "no_media"),
    ],
)
def test_clips_without_a_file_are_refused_by_reason(tmp_path, reference, reason):
    [one] = listed(tmp_path, track(schema.Clip("x", reference, span(0, 9))))
    assert one.refusal is not None
    assert (one.refusal.reason, one.source) == (reason, None)


def test_offline_media_of_resolve_is_relinked_and_titles_are_not(tmp_path):
    lost = schema.MissingReference("x", span(0, 500))
    lost.metadata["Resolve_OTIO"] = {"Media Url": "/proj/lost.mp4"}
    found = listed(
        tmp_path,
        track(schema.Clip("lost", lost, span(3, 9)), schema.Clip("Text+", None, span(0, 9))),
        resolve=True,
    )
    assert found[0].source.path == Path("/proj/lost.mp4")
    assert source_frames(found[0], R24, 0) == [3]
    assert found[1].refusal.reason == "title"


def test_another_reference_stands_in_for_a_lost_one(tmp_path):
    one = clip()
    references = {"hi": schema.MissingReference(), "proxy": clip(url="/p.mov").media_reference}
    one.set_media_references(references, "hi")
    [found] = listed(tmp_path, track(one))
    assert found.source.path == Path("/p.mov")


def test_an_active_key_that_is_not_there(tmp_path):
    path = saved(timeline(track(clip())), tmp_path)
    text = path.read_text().replace(
        '"active_media_reference_key": "DEFAULT_MEDIA"', '"active_media_reference_key": "gone"'
    )
    path.write_text(text)
    [found] = clips(read(path))
    assert found.source.path == Path("/media/a.mov")


def test_metadata_of_any_shape_is_no_error(tmp_path):
    lost = schema.MissingReference("x", span(0, 500))
    lost.metadata["Resolve_OTIO"] = ["not", "a", "dictionary"]
    ramp = schema.TimeEffect()
    ramp.metadata["Resolve_OTIO"] = {"Key Frames": [1, "x", {"a": 2}]}
    found = listed(tmp_path, track(schema.Clip("a", lost, span(0, 9)), clip(effects=[ramp])))
    assert [c.refusal.reason for c in found] == ["missing_media", "ramp"]


@pytest.mark.parametrize("media", [(0, 0, 0.0), (0, float("inf"), 24.0), (float("nan"), 9, 24.0)])
def test_media_ranges_that_say_nothing_are_asked_of_the_media(tmp_path, media):
    one, other = listed(tmp_path, track(clip("a", start=48, media=media), clip("b")))
    assert (one.media_in, one.media_rate, one.source_in) == (None, None, Fraction(2))
    assert other.record == FrameRange(24, 24)


def test_empty_items_at_the_rate_zero_take_no_time(tmp_path):
    nothing = schema.Gap(source_range=span(0, 0, 0.0))
    [one] = listed(tmp_path, track(nothing, clip("a")))
    assert one.record == FrameRange(0, 24)


def test_zero_length_clips_are_listed(tmp_path):
    found = listed(tmp_path, track(clip("a"), clip("none", count=0), clip("b")))
    assert [c.record.count for c in found] == [24, 0, 24]


def test_a_constant_retime_moves_nothing_after_it(tmp_path):
    found = listed(tmp_path, track(clip("fast", count=48, effects=[warp(2)]), clip("b")))
    assert [c.record for c in found] == [FrameRange(0, 48), FrameRange(48, 24)]
