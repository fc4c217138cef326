"""Timelines that a host pushed: the same clips come out as went in."""

from fractions import Fraction
from pathlib import Path

import pytest

from bridge.errors import RangeError
from bridge.frames import FrameRange, Rate
from bridge.source import Source, SourceKind
from bridge.timeline.build import build
from bridge.timeline.clips import clips
from bridge.timeline.facts import BuiltClip, Flavour, Mode, Retime
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.timeline.making import placement, source_frames

R24, R30 = Rate.of(24), Rate.of("29.97")
MEDIA = Source(Path("/m/a b.mov"))


def built(*some, rate=R24, start=86400, **more):
    return build("pushed", rate, start, some, **more)


def pushed(name="a", start=0, count=24, track=1, **more):
    return BuiltClip(name, track, FrameRange(start, count), more.pop("source", MEDIA), **more)


def test_facts_and_places():
    document = built(pushed("b", 48), pushed("a", 10), pushed("top", 5, 9, track=3))
    assert (document.facts.name, document.facts.rate) == ("pushed", R24)
    assert (document.facts.start_frame, document.facts.frames) == (86400, 72)
    assert [(c.place, c.name, c.record) for c in clips(document)] == [
        ("V1:1", "a", FrameRange(10, 24)),
        ("V1:2", "b", FrameRange(48, 24)),
        ("V3:1", "top", FrameRange(5, 9)),
    ]


@pytest.mark.parametrize("drop", [True, False])
def test_drop_frame_is_kept(drop):
    document = built(pushed(), rate=R30, start=107892, drop=drop, flavour=Flavour.premiere)
    assert (document.facts.drop, document.facts.flavour) == (drop, Flavour.premiere)


@pytest.mark.parametrize(
    ("more", "first", "last"),
    [
        ({"source_in": Fraction(100)}, 100, 123),
        ({"source_in": Fraction(100), "media_start_frame": 86400}, 100, 123),
        ({"source_in": Fraction(201, 2), "media_rate": Rate.of(48)}, 100, 146),
        ({"source_in": Fraction(100), "speed": Fraction(2)}, 100, 146),
        ({"source_in": Fraction(100), "speed": Fraction(-1)}, 99, 76),
        ({"source_in": Fraction(148), "speed": Fraction(-2), "media_start_frame": 90}, 147, 101),
        ({"source_in": Fraction(100), "speed": Fraction(0)}, 100, 100),
    ],
)
def test_the_source_comes_out_as_it_was_pushed(more, first, last):
    rate = more.get("media_rate", R24)
    [one] = clips(built(pushed(media_frames=500, **{"media_rate": rate, **more})))
    assert source_frames(one, R24, 0, 23) == [first, last]


def test_media_whose_length_the_host_does_not_say():
    [one] = clips(built(pushed(source_in=Fraction(48), media_rate=R24)))
    assert (one.source_in, one.media_in) == (2, None)


def test_stills_sequences_and_titles():
    sequence = Source(Path("/m/a.%04d.exr"), SourceKind.sequence, 1001, 50, R24)
    still, numbered, title = clips(
        built(
            pushed(source=Source(Path("/m/a.png"), SourceKind.still)),
            pushed("seq", 24, source=sequence, media_frames=50, source_in=Fraction(7)),
            pushed("title", 48, source=None),
        )
    )
    assert still.source.kind is SourceKind.still
    assert (str(numbered.source.path), numbered.source.first_number) == ("/m/a.%04d.exr", 1001)
    assert source_frames(numbered, R24, 0) == [7]
    assert title.refusal.reason == "missing_media"


@pytest.mark.parametrize("bad", [pushed("b", 10), pushed("b", -5), pushed("b", 50, track=0)])
def test_clips_that_cannot_lie_so_are_refused(bad):
    with pytest.raises(RangeError, match="'b'"):
        built(pushed("a", 0, 24), bad)


def test_a_pushed_timeline_goes_the_same_way_as_a_file(tmp_path):
    document = built(
        pushed("a", 10, media_frames=100, speed=Fraction(1, 2)), flavour=Flavour.resolve
    )
    listed = clips(document)
    path = write(document, tmp_path / "pushed.otio", Flavour.resolve)
    again = read(path)
    assert clips(again) == listed
    after = reinsert(again, [placement(listed[0], again.facts)], Mode.above)
    back = clips(read(write(after, tmp_path / "out.otio", Flavour.premiere)))
    assert [(c.record, c.retime) for c in back] == [
        (FrameRange(10, 24), Retime.constant),
        (FrameRange(10, 24), Retime.none),
    ]
