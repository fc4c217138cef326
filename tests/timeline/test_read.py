"""What is known of a timeline once it was read."""

import json
from fractions import Fraction

import pytest
from opentimelineio import opentime, schema

from bridge.errors import TimelineUnreadable
from bridge.frames import Rate
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour
from bridge.timeline.read import read
from tests.timeline.making import clip, flavoured, gap, saved, span, timeline, track, tree

NTSC = Fraction(24000, 1001)


def test_facts_of_a_resolve_timeline(tmp_path):
    made = flavoured(timeline(track(clip(count=48), gap(12)), name="", start=86400), "Resolve_OTIO")
    facts = read(saved(made, tmp_path, "reel 3.otio")).facts
    assert (facts.name, facts.flavour) == ("reel 3", Flavour.resolve)
    assert (facts.rate, facts.start_frame, facts.frames) == (Rate.of(24), 86400, 60)


def test_facts_of_a_premiere_timeline(tmp_path):
    made = flavoured(
        timeline(track(clip(count=10, rate=25.0)), name="", start=None), "PremierePro_OTIO"
    )
    made.tracks.name = "Sequence 01"
    facts = read(saved(made, tmp_path)).facts
    assert (facts.name, facts.flavour) == ("Sequence 01", Flavour.premiere)
    assert (facts.rate, facts.start_frame) == (Rate.of(25), 0)


@pytest.mark.parametrize("spelled", [23.976, 23.98, 23.976024627685547, 24000 / 1001])
def test_all_spellings_of_a_rate_are_one(tmp_path, spelled):
    made = timeline(track(clip(count=48, rate=spelled)), start=86400, rate=spelled)
    facts = read(saved(made, tmp_path)).facts
    assert facts.rate.fps == NTSC
    assert (facts.start_frame, facts.frames) == (86400, 48)


def test_a_start_of_zero_at_a_rate_that_no_clip_has_says_nothing(tmp_path):
    made = timeline(track(clip(count=10, rate=25.0)), start=0, rate=24.0)
    assert read(saved(made, tmp_path)).facts.rate == Rate.of(25)


def test_a_start_that_counts_keeps_its_rate(tmp_path):
    made = timeline(track(clip(count=50, rate=25.0)), start=86400, rate=24.0)
    facts = read(saved(made, tmp_path)).facts
    assert (facts.rate, facts.frames) == (Rate.of(24), 48)


def test_a_timescale_is_no_frame_rate(tmp_path):
    made = timeline(track(clip(count=10, rate=24000.0)), start=0, rate=1.0)
    with pytest.raises(TimelineUnreadable, match="24000"):
        read(saved(made, tmp_path))


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_times_that_are_no_numbers_are_refused(tmp_path, value):
    path = saved(timeline(track(clip(count=12345))), tmp_path)
    path.write_text(path.read_text().replace("12345.0", value))
    with pytest.raises(TimelineUnreadable):
        clips(read(path))


@pytest.mark.parametrize("rate", [0.0, -24.0])
def test_rates_that_are_none_are_refused(tmp_path, rate):
    made = timeline(track(clip(count=10)), track(clip(count=10, rate=rate)))
    with pytest.raises(TimelineUnreadable):
        clips(read(saved(made, tmp_path)))


def test_a_negative_length_is_refused_by_name(tmp_path):
    with pytest.raises(TimelineUnreadable, match="'bad'"):
        read(saved(timeline(track(clip("bad", count=-5))), tmp_path))


def test_a_clip_without_any_length_is_refused_by_name(tmp_path):
    with pytest.raises(TimelineUnreadable, match="'endless'"):
        read(saved(timeline(track(clip(count=9), schema.Clip("endless"))), tmp_path))


def test_a_clip_without_a_range_shows_all_of_its_media(tmp_path):
    one = clip(media=(100, 40, 24.0))
    one.source_range = None
    document = read(saved(timeline(track(one)), tmp_path))
    [found] = clips(document)
    assert found.record.count == 40
    assert found.source_in == found.media_in == Fraction(100, 24)


def test_a_lone_clip_becomes_a_timeline_with_a_warning(tmp_path):
    document = read(saved(clip("alone", count=7), tmp_path, "alone.json"))
    assert [c.name for c in clips(document)] == ["alone"]
    assert "single Clip" in document.warnings[0]


def test_one_timeline_in_a_collection(tmp_path):
    both = schema.SerializableCollection("bin", [timeline(track(clip("in"))), clip("beside")])
    document = read(saved(both, tmp_path))
    assert [c.name for c in clips(document)] == ["in"]
    assert "1 other" in document.warnings[0]


def test_several_timelines_are_named(tmp_path):
    both = schema.SerializableCollection("bin", [timeline(name="one"), timeline(name="two")])
    with pytest.raises(TimelineUnreadable, match=r"'one', 'two'"):
        read(saved(both, tmp_path))


def test_an_empty_timeline_is_read(tmp_path):
    document = read(saved(timeline(), tmp_path))
    assert clips(document) == ()
    assert document.facts.frames == 0


def test_newer_schemas_are_lowered_with_a_warning(tmp_path):
    marker = schema.Marker("look", span(3, 1), color="ORANGE")
    path = saved(timeline(track(clip("a", markers=[marker]))), tmp_path)
    data = tree(path)
    found = data["tracks"]["children"][0]["children"][0]["markers"][0]
    colour = {"OTIO_SCHEMA": "Color.1", "r": 1.0, "g": 0.5, "b": 0.0, "a": 1.0, "name": "ORANGE"}
    found |= {"OTIO_SCHEMA": "Marker.3", "color": colour}
    path.write_text(json.dumps(data))
    document = read(path)
    assert document.warnings == ("Marker.3 is newer than this reader; what it adds is lost.",)
    [one] = clips(document)
    assert (one.markers, one.colours) == (("look",), ("orange",))


def test_a_byte_order_mark_is_no_error(tmp_path):
    path = saved(timeline(track(clip())), tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(clips(read(path))) == 1


def test_reading_never_changes_the_file(tmp_path):
    path = saved(timeline(track(clip())), tmp_path)
    before = path.read_bytes()
    clips(read(path))
    assert path.read_bytes() == before


def test_start_times_at_another_rate_are_converted(tmp_path):
    made = timeline(track(clip(count=25, rate=25.0)), start=0, rate=25.0)
    made.global_start_time = opentime.RationalTime(3600, 1)
    assert read(saved(made, tmp_path)).facts.start_frame == 90000
