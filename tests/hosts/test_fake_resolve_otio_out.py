"""The fake Resolve's OTIO export: written as Resolve writes it."""

import json
from pathlib import Path

import pytest

from bridge.frames import FrameRange
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Retime
from bridge.timeline.read import read
from tests.corpus import corpus_files, needs_corpus
from tests.fakes.resolve import opened, reel

FLOAT_23976 = 23.976024627685547  # as in Resolve's files
RAMP = ((0.0, 0.0), (0.5, 0.25), (1.0, 1.0))


@pytest.fixture
def film(tmp_path):
    return reel(
        tmp_path / "film #1%20.mov", rate="24", frames=100, start_timecode=86400, sound=True
    )


@pytest.fixture
def here(tmp_path):
    return opened(tmp_path)


def exported(here):
    path = here.fake.folder / "cut.otio"
    assert here.timeline.Export(str(path), here.resolve.EXPORT_OTIO, here.resolve.EXPORT_NONE)
    return path


def tree(path):
    return json.loads(path.read_text(encoding="utf-8"))


def children(data, track=0):
    return data["tracks"]["children"][track]["children"]


def value(time):
    return time["value"], time["rate"]


def test_names_are_empty_paths_are_bare_and_tracks_are_padded(here, film):
    here.cut.put(film, record=24, source=10, frames=48, sound=True)
    here.cut.put(film, track=2, frames=12)
    data = tree(exported(here))
    assert (data["name"], data["tracks"]["name"]) == ("", "")
    assert data["metadata"] == {"Resolve_OTIO": {"Resolve OTIO Meta Version": "1.0"}}
    assert value(data["global_start_time"]) == (86400, 24)
    tracks = data["tracks"]["children"]
    assert [track["name"] for track in tracks] == ["Video 1", "Video 2", "Audio 1"]
    lengths = [
        sum(child["source_range"]["duration"]["value"] for child in track["children"])
        for track in tracks
    ]
    assert lengths == [72, 72, 72]
    gap, clip = children(data)
    assert (gap["OTIO_SCHEMA"], clip["OTIO_SCHEMA"]) == ("Gap.1", "Clip.2")
    assert value(clip["source_range"]["start_time"]) == (86410, 24)
    reference = clip["media_references"]["DEFAULT_MEDIA"]
    assert reference["target_url"] == film
    assert value(reference["available_range"]["start_time"]) == (86400, 24)
    assert clip["metadata"]["Resolve_OTIO"] == {"Link Group ID": 1}
    assert "enabled" not in clip["effects"][0]


def test_rates_that_differ_leave_fractions(tmp_path):
    here = opened(tmp_path, rate="23.976")
    here.cut.put(reel(tmp_path / "a.mov", rate="25", start_timecode=90000), source=7, frames=20)
    [clip] = children(tree(exported(here)))
    start, rate = value(clip["source_range"]["start_time"])
    assert rate == FLOAT_23976
    assert start == pytest.approx((3600 + 7 / 25) * 24000 / 1001)
    assert start != round(start)
    available = clip["media_references"]["DEFAULT_MEDIA"]["available_range"]["start_time"]
    assert value(available) == (90000, 25)


def test_what_is_not_plain_has_the_shape_that_resolve_gives_it(here, film):
    for record, speed in ((0, 2), (20, -1), (40, 0)):
        here.cut.put(film, record=record, source=10, frames=20, speed=speed)
    here.cut.put(film, record=60, frames=24, ramp=RAMP, enabled=False)
    here.cut.put_title(record=84, frames=10)
    here.cut.put_generator(record=94, frames=10)
    here.cut.put_compound([film], record=104, frames=24)
    here.cut.put_offline("/lost/shot.mov", record=128, frames=10, source=5)
    here.cut.put_transition(at=20, frames=8)
    here.cut.add_marker(30, "Cyan", "look", "here")
    data = tree(exported(here))
    rows = children(data)
    schemas = [row["OTIO_SCHEMA"] for row in rows]
    assert schemas == ["Clip.2", "Transition.1", *["Clip.2"] * 5, "Stack.1", "Clip.2"]
    warps = [row["effects"][0]["OTIO_SCHEMA"] for row in (rows[0], *rows[2:5])]
    assert warps == ["LinearTimeWarp.1", "LinearTimeWarp.1", "FreezeFrame.1", "TimeEffect.1"]
    assert rows[0]["effects"][0]["time_scalar"] == 2.0
    assert rows[0]["source_range"]["duration"]["value"] == 20  # the record span
    ramp = rows[4]["effects"][0]["metadata"]["Resolve_OTIO"]
    assert [tuple(key[:2]) for key in ramp["Key Frames"]] == list(RAMP)
    assert not rows[4]["enabled"]
    references = [row["media_references"]["DEFAULT_MEDIA"] for row in (*rows[5:7], rows[8])]
    title, generator, lost = references
    assert (title["OTIO_SCHEMA"], title["available_range"]) == ("MissingReference.1", None)
    assert generator["generator_kind"] == "Solid Color"
    assert lost["metadata"]["Resolve_OTIO"] == {"Media Url": "/lost/shot.mov"}
    assert lost["available_range"] is not None
    assert rows[7]["metadata"]["Resolve_OTIO"]["Sequence Type"] == "Compound Clip"
    [marker] = data["tracks"]["markers"]
    assert marker["marked_range"]["start_time"]["value"] == 30
    assert (marker["color"], marker["metadata"]["Resolve_OTIO"]["Note"]) == ("CYAN", "here")


def test_the_bridge_reads_from_it_what_lies_on_the_timeline(here, film):
    here.cut.put(film, record=24, source=10, frames=20)
    here.cut.put(film, record=44, source=10, frames=20, speed=-2)
    here.cut.put_title(record=64, frames=10)
    document = read(exported(here))
    assert document.facts.flavour is Flavour.resolve
    found = list(clips(document))
    assert [one.record for one in found] == [
        FrameRange(24, 20), FrameRange(44, 20), FrameRange(64, 10)
    ]  # fmt: skip
    assert [(one.retime, one.speed) for one in found[:2]] == [
        (Retime.none, 1), (Retime.reverse, -2)
    ]  # fmt: skip
    assert [one.refusal and one.refusal.reason for one in found] == [None, None, "title"]
    assert found[0].source is not None
    assert str(found[0].source.path) == film


def test_the_selected_take_is_what_is_written(here, film, tmp_path):
    here.cut.put(film, source=10, frames=24)
    [item] = here.items()
    [take] = here.pool.ImportMedia([reel(tmp_path / "take.mov", frames=30)])
    item.AddTake(take, 3, 27)
    item.SelectTakeByIndex(2)
    [clip] = children(tree(exported(here)))
    assert clip["media_references"]["DEFAULT_MEDIA"]["target_url"].endswith("take.mov")
    assert clip["source_range"]["start_time"]["value"] == 3


def test_nothing_is_exported_where_there_is_no_folder(here):
    nowhere = str(here.fake.folder / "none" / "cut.otio")
    assert not here.timeline.Export(nowhere, here.resolve.EXPORT_OTIO)
    edl = str(here.fake.folder / "cut.edl")
    assert not here.timeline.Export(edl, here.resolve.EXPORT_EDL, here.resolve.EXPORT_NONE)
    assert not Path(edl).exists()


def keys(data, found=None):
    """Which keys objects of a schema have."""
    found = {} if found is None else found
    if isinstance(data, dict):
        if "OTIO_SCHEMA" in data:
            found.setdefault(data["OTIO_SCHEMA"], set()).update(data)
        for inner in data.values():
            keys(inner, found)
    elif isinstance(data, list):
        for inner in data:
            keys(inner, found)
    return found


@needs_corpus
@pytest.mark.parametrize("name", ["torture_ref.otio", "E117_resolve_ftw_export.otio"])
def test_objects_have_the_keys_that_resolves_have(here, film, name):
    """But for `color`, which OTIO adds."""
    [real] = [file for file in corpus_files(".otio") if file.name == name]
    here.cut.put(film, frames=20, sound=True)
    here.cut.put(film, record=20, frames=10, source=40)
    here.cut.put_transition(at=20, frames=8)
    here.cut.put_title(record=64, frames=10)
    here.cut.put_generator(record=74)
    here.cut.add_marker(3)
    mine, theirs = keys(tree(exported(here))), keys(tree(real))
    both = set(mine) & set(theirs)
    assert both >= {"Clip.2", "Track.1", "Gap.1", "ExternalReference.1", "Timeline.1", "Stack.1"}
    assert {kind: mine[kind] for kind in both} == {kind: theirs[kind] for kind in both}
