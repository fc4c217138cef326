"""Files that come out: whole or not at all, each editor's way, the input never touched."""

import json
import zipfile
from pathlib import Path

import pytest

from bridge.errors import DiskRefused, TimelineUnreadable, TimelineUnwritable
from bridge.timeline import bundles
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode
from bridge.timeline.flavours import losses
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.timeline.making import (
    clip,
    difference,
    flavoured,
    gap,
    placement,
    saved,
    timeline,
    track,
    tree,
    warp,
)


@pytest.fixture
def path(tmp_path):
    return saved(
        timeline(track(clip("a", url="C:\\old style\\a.mov"), gap(3), clip("b"))), tmp_path
    )


def with_take(path, media="/takes/a b#1.mov"):
    document = read(path)
    one = placement(clips(document)[0], document.facts, media=media)
    return reinsert(document, [one], Mode.above)


def urls(path):
    return [
        reference["target_url"]
        for row in tree(path)["tracks"]["children"]
        for item in row["children"]
        for reference in item.get("media_references", {}).values()
    ]


@pytest.mark.parametrize(
    ("flavour", "address"),
    [
        (Flavour.resolve, "/takes/a b#1.mov"),
        (Flavour.premiere, "file:///takes/a%20b%231.mov"),
        (Flavour.otio, "file:///takes/a%20b%231.mov"),
    ],
)
def test_only_new_media_is_spelled_the_flavours_way(path, flavour, address):
    out = write(with_take(path), path.with_name("out.otio"), flavour)
    assert urls(out) == ["C:\\old style\\a.mov", "/media/a.mov", address]
    assert clips(read(out))[2].source.path == Path("/takes/a b#1.mov")


def test_a_second_run_leaves_the_first_ones_media_as_it_was_written(path):
    first = write(with_take(path), path.with_name("one.otio"), Flavour.resolve)
    second = write(with_take(first, "/takes/2.mov"), path.with_name("two.otio"), Flavour.premiere)
    assert urls(second)[2:] == ["/takes/a b#1.mov", "file:///takes/2.mov"]


def test_no_schema_is_written_that_an_editor_does_not_know(path):
    out = write(with_take(path), path.with_name("out.otio"), Flavour.resolve)
    known = {"Timeline.1", "Stack.1", "Track.1", "Clip.2", "Gap.1", "ExternalReference.1"}
    known |= {"RationalTime.1", "TimeRange.1"}
    found = set()
    json.loads(out.read_text(), object_hook=lambda value: found.add(value.get("OTIO_SCHEMA")))
    assert found - {None} == known


@pytest.mark.parametrize("name", ["cut.otio", "./cut.otio", "sub/../cut.otio"])
def test_the_input_is_never_written_over(path, name):
    (path.parent / "sub").mkdir()
    before = path.read_bytes()
    with pytest.raises(TimelineUnwritable, match="never written over"):
        write(read(path), path.parent / name, Flavour.otio)
    assert path.read_bytes() == before


def test_nor_through_a_link(path):
    link = path.with_name("link.otio")
    link.symlink_to(path)
    with pytest.raises(TimelineUnwritable):
        write(read(path), link, Flavour.otio)


def test_another_file_is_replaced_whole(path):
    out = path.with_name("out.otio")
    out.write_text("something long that was here before" * 1000)
    write(read(path), out, Flavour.otio)
    assert difference(tree(path), tree(out)) == ""
    assert [file.name for file in path.parent.iterdir() if ".part" in file.name] == []


@pytest.mark.parametrize("name", ["out.edl", "out.aaf", "out", "out.fcpxml"])
def test_formats_that_cannot_be_written_say_which_can(path, name):
    with pytest.raises(TimelineUnwritable, match=r"\.otioz"):
        write(read(path), path.with_name(name), Flavour.otio)


def test_a_folder_that_is_not_there(path):
    with pytest.raises(DiskRefused):
        write(read(path), path.parent / "none" / "out.otio", Flavour.otio)
    folder = path.parent / "folder.otio"
    folder.mkdir()
    with pytest.raises(TimelineUnwritable, match="folder"):
        write(read(path), folder, Flavour.otio)


def test_an_edited_resolve_timeline_without_a_name_gets_one(tmp_path):
    path = saved(flavoured(timeline(track(clip("a")), name=""), "Resolve_OTIO"), tmp_path)
    untouched = write(read(path), tmp_path / "same.otio", Flavour.resolve)
    assert tree(untouched)["name"] == ""
    assert (
        tree(write(with_take(path), tmp_path / "reel 2.otio", Flavour.resolve))["name"] == "reel 2"
    )


def test_a_long_timeline_is_written_without_indentation(tmp_path):
    path = saved(timeline(track(*[clip(str(n)) for n in range(5001)])), tmp_path)
    out = write(read(path), tmp_path / "out.otio", Flavour.otio)
    assert out.stat().st_size < 0.7 * path.stat().st_size
    assert difference(tree(path), tree(out)) == ""


def test_a_bundle_holds_the_takes_and_nothing_of_the_machine(path, tmp_path):
    secret = tmp_path / "secret.mov"
    secret.write_bytes(b"not yours")
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "take 1.mov").write_bytes(folder.encode() * 9)
    source = saved(timeline(track(clip("a", url=str(secret)), clip("b"))), tmp_path, "secret.otio")
    document = read(source)
    placements = [
        placement(one, document.facts, media=str(tmp_path / folder / "take 1.mov"))
        for one, folder in zip(clips(document), "xy", strict=True)
    ]
    out = write(reinsert(document, placements, Mode.above), tmp_path / "out.otioz", Flavour.otio)
    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == [
            "content.otio",
            "media/take 1.mov",
            "media/take 1_2.mov",
            "version.txt",
        ]
    back = read(out, tmp_path / "unpacked")
    found = {one.place: one.source.path for one in clips(back)}
    assert found["V2:1"].read_bytes() == b"x" * 9
    assert found["V2:2"].read_bytes() == b"y" * 9
    assert found["V1:1"] == secret


def bundle(tmp_path, *entries, content=True):
    made = tmp_path / "in.otioz"
    cut = saved(timeline(track(clip("a", url="media/a.mov"))), tmp_path, "inside.otio")
    with zipfile.ZipFile(made, "w") as archive:
        if content:
            archive.write(cut, bundles.CONTENT)
        for name, data in entries:
            archive.writestr(name, data)
    return made


def test_a_bundles_media_is_unpacked_where_it_was_asked_for(tmp_path):
    made = bundle(tmp_path, ("media/a.mov", b"film"), ("elsewhere/b.mov", b"no"))
    [one] = clips(read(made, tmp_path / "out"))
    assert one.source.path.read_bytes() == b"film"
    assert not (tmp_path / "out" / "elsewhere").exists()
    [one] = clips(read(made))
    assert not one.source.path.exists()


@pytest.mark.parametrize("name", ["media/../../evil", "media/..\\evil", "media/C:evil"])
def test_names_that_lead_out_of_a_bundle_are_refused(tmp_path, name):
    made = bundle(tmp_path, (name, b"x"))
    with pytest.raises(TimelineUnreadable, match="out of it"):
        read(made, tmp_path / "out")
    assert not (tmp_path / "evil").exists()


def test_links_in_a_bundle_are_refused(tmp_path):
    link = zipfile.ZipInfo("media/link")
    link.external_attr = 0o120777 << 16
    with pytest.raises(TimelineUnreadable, match="out of it"):
        read(bundle(tmp_path, (link, "/etc/passwd")), tmp_path / "out")


def test_bundles_that_are_none(tmp_path):
    with pytest.raises(TimelineUnreadable, match="content"):
        read(bundle(tmp_path, content=False))
    (tmp_path / "bad.otioz").write_bytes(b"PK nonsense")
    with pytest.raises(TimelineUnreadable):
        read(tmp_path / "bad.otioz")


def test_an_unpacked_bundle_is_read(tmp_path):
    folder = tmp_path / "cut.otiod"
    folder.mkdir()
    saved(timeline(track(clip("a", url="media/a.mov"))), folder, bundles.CONTENT)
    [one] = clips(read(folder))
    assert one.source.path == folder / "media/a.mov"


def test_what_an_editor_will_misread_is_said(tmp_path):
    path = saved(timeline(track(clip("fast", effects=[warp(2)]), clip("b"))), tmp_path)
    document = read(path)
    assert losses(document, clips(document), Flavour.resolve) == ()
    [said] = losses(document, clips(document), Flavour.premiere)
    assert "V1:1" in said
