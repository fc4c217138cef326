"""Every timeline of real editors: it is read, listed, written back equal, and takes a take in all
modes.
"""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from opentimelineio import adapters, schema

from bridge.errors import RangeError, ShotRefused, TimelineUnreadable
from bridge.frames import FrameRange, Rate
from bridge.source import SourceKind
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode, Retime
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import save, write
from tests.corpus import corpus_files, corpus_folder, needs_corpus
from tests.timeline.making import difference, placement, source_frames, tree

FILES = corpus_files(".otio", ".json", ".xml")
UNREADABLE = {"avfoundation_23.98.otio": "24000"}  # a timescale, and nowhere a frame rate
LOWERED = {"premiere_example.otio", "screening_example.otio"}  # Marker.3
READABLE = [file for file in FILES if file.name not in UNREADABLE]
NOT_WHOLE = {"timecode_rates.otio"}  # cuts between two record frames, by six rates on six tracks

pytestmark = needs_corpus


def named(name):
    return next(file for file in FILES if file.name == name)


def ident(file):
    return str(file.relative_to(corpus_folder() or Path("/")))


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_not_read_says_why(name):
    with pytest.raises(TimelineUnreadable, match=UNREADABLE[name]):
        read(named(name))


@pytest.mark.parametrize("file", READABLE, ids=ident)
def test_a_timeline_that_nothing_was_done_to_is_written_back_equal(file, tmp_path):
    document = replace(read(file), folder=tmp_path)  # as if it had been there all along
    out = write(document, tmp_path / f"out{file.suffix}", document.facts.flavour)
    if file.suffix == ".xml":
        assert out.read_bytes() == file.read_bytes()
    elif file.name not in LOWERED:
        before = adapters.read_from_file(str(file), adapter_name="otio_json")
        expected = tmp_path / "bare.otio"
        adapters.write_to_file(before, str(expected), adapter_name="otio_json")
        mine = tree(out) if isinstance(before, schema.Timeline) else unwrapped(tree(out), before)
        assert difference(tree(expected), mine) == ""


def unwrapped(data, before):
    """A lone clip or track, out of the timeline that was made around it."""
    [row] = data["tracks"]["children"]
    return row if isinstance(before, schema.Track) else row["children"][0]


@pytest.mark.parametrize("file", READABLE, ids=ident)
def test_every_clip_has_a_place_of_its_own_and_a_source_or_a_reason(file):
    document = read(file)
    listed = clips(document)
    assert len({one.place for one in listed}) == len(listed)
    for one in listed:
        assert (one.source is None) == (one.refusal is not None)
        assert one.refusal is None or one.place in one.refusal.sentence
        assert 0 <= one.record.start <= one.record.end <= document.facts.frames


@pytest.mark.parametrize(
    "file", [f for f in READABLE if f.suffix != ".xml" and f.name not in NOT_WHOLE], ids=ident
)
def test_record_ranges_are_otios_own(file):
    """
    Against OTIO's `range_of_all_children`, for tracks without trims; it knows no source spans.
    """
    document = read(file)
    if document.facts.flavour is Flavour.premiere:
        pytest.skip("source spans: OTIO's own ranges are wrong here")
    rate = document.facts.rate
    found = {one.place.partition("/")[0]: one.record for one in clips(document)}
    rows = [t for t in document.timeline.tracks if t.kind == "Video" and t.source_range is None]
    for number, row in enumerate(rows, 1):
        ranges = row.range_of_all_children()
        items = [i for i in row if not isinstance(i, schema.Gap | schema.Transition)]
        for count, item in enumerate(items, 1):
            start = ranges[item].start_time.rescaled_to(float(rate.fps)).value
            assert found[f"V{number}:{count}"].start == pytest.approx(start, abs=0.501)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("file", [f for f in READABLE if f.suffix != ".xml"], ids=ident)
def test_a_take_of_every_clip_lies_exactly(file, mode, tmp_path):
    document = read(file)
    before = {one.place: one for one in clips(document)}
    placements = [fitting(one, document, mode) for one in before.values() if one.record.count]
    placements = [one for one in placements if accepted(file, one, mode)]
    edited = reinsert(document, placements, mode)
    after = save(edited, tmp_path / "out.otio", edited.facts.flavour)
    out = read(tmp_path / "out.otio")
    shown = {one.place: one for one in clips(out)}
    assert out.facts.frames == after.facts.frames
    for wanted, lies in zip(placements, after.placed, strict=True):
        one = shown[lies.place]
        assert one.record == lies.record
        assert one.record == wanted.record or mode is Mode.append
        assert one.source is not None
        assert one.source.path == wanted.media
        assert source_frames(one, out.facts.rate, 0) == [wanted.source_start]
    if mode is Mode.above:
        old = [t for t in tree(out.path)["tracks"]["children"] if not ours(t)]
        plain = write(read(file), tmp_path / "plain.otio", Flavour.otio)
        if not after.warnings:  # else titles were left out: see test_resolve_lane
            assert difference(tree(plain)["tracks"]["children"], old) == ""
    if mode in (Mode.take, Mode.replace):
        assert [one.record for one in shown.values()] == [one.record for one in before.values()]


def ours(track):
    return track["metadata"].get("nle_bridge", {}).get("role") == "takes"


def fitting(one, document, mode):
    """A take whose file lies on the clip's own clock, as the conform stage writes it for a take."""
    made = placement(one, document.facts)
    if mode is not Mode.take:
        return made
    start = int(one.source_in * document.facts.rate.fps)
    return replace(made, media_start_frame=start - made.source_start)


def accepted(file, one, mode):
    """Whether this clip alone can take the mode; refusals must say why."""
    try:
        reinsert(read(file), [one], mode)
    except (ShotRefused, RangeError) as error:
        reason = error.detail.get("reason", type(error).__name__)
    else:
        return True
    allowed = {Mode.take: {"nested", "retimed", "source_range"}, Mode.replace: {"nested"}}
    # a track that is trimmed has no end to append behind
    assert reason in allowed.get(mode, {"RangeError"} if mode is Mode.append else set())
    return False


def test_the_same_edit_in_two_formats_lies_the_same():
    """
    E120: Resolve's OTIO and XML of one timeline. The XML flattens the compound to a lost clip.
    """
    otio = clips(read(named("E120_resolve_nested_export.otio")))
    xml = clips(read(named("E120_resolve_nested_export.xml")))
    assert [(c.place, c.record) for c in otio] == [(c.place, c.record) for c in xml]
    assert otio[0].source == xml[0].source
    assert (otio[0].source_in, otio[0].media_in) == (xml[0].source_in, xml[0].media_in)
    assert (otio[1].refusal.reason, xml[1].refusal.reason) == ("nested", "missing_media")


def test_one_premiere_sample_in_two_formats_lies_the_same():
    otio = clips(read(named("premiere_example.otio")))
    xml = clips(read(named("premiere_example.xml")))
    assert [(c.place, c.record, c.enabled) for c in otio] == [
        (c.place, c.record, c.enabled) for c in xml
    ]


@pytest.mark.parametrize(
    ("name", "first", "numbers"),
    [
        # what AYON's publisher, which is in production, takes of these clips (first frame shown)
        ("img_seq_embedded_tc.json", 5, 1000),
        ("img_seq_2x_speed_resolve.json", 39, 1001),
        ("img_seq_with_handles.json", 34, 1000),
        ("img_seq_24_to_23.976_no_legacy.json", 884043 - 883750, 883750),
        ("img_seq_23.976_metadata.json", 0, 997),
        ("legacy_img_sequence.json", None, None),
    ],
)
def test_first_frames_of_image_sequences(name, first, numbers):
    document = read(named(name))
    [one] = clips(document)
    if first is None:
        assert one.refusal is None
        return
    assert source_frames(one, document.facts.rate, 0) == [first]
    assert one.source.kind is SourceKind.sequence
    assert one.source.first_number == numbers


def test_premieres_500_per_cent_clip():
    """kdenlive's sample of Premiere: in point 20 on the warped clock, frame 100 in truth."""
    found = {one.place: one for one in clips(read(named("kdenlive_example_from_fcp.xml")))}
    fast = found["V1:18"]
    assert (fast.record, fast.speed, fast.retime) == (FrameRange(2953, 158), 5, Retime.constant)
    assert fast.source_in * Rate.of("29.97").fps == 100
    assert fast.media_rate is None  # Premiere says 29 for media of variable rate


def test_resolves_stills_offline_clips_and_disabled_clips():
    found = clips(read(named("effects.otio")))
    assert sum(not one.enabled for one in found) == 2
    stills = [one for one in found if one.source.kind is SourceKind.still]
    assert (len(stills), {one.speed for one in stills}) == (16, {Fraction(0)})
    offline = [one for one in found if one.place.startswith("V5:")]
    assert [one.source.path.suffix for one in offline] == [".mp4"] * 4


def test_resolves_titles_are_named_as_such():
    found = clips(read(named("torture_ref.otio")))
    assert [one.refusal.reason for one in found if one.refusal] == ["title"]
