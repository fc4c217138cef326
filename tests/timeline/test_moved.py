"""Media paths of a timeline that moves to another folder, or out of a bundle and into one."""

import zipfile
from pathlib import Path

import opentimelineio as otio
import pytest

from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode, Placement
from bridge.timeline.memory import Timelines
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write

AT = otio.opentime.RationalTime


def timeline_of(*addresses: str) -> otio.schema.Timeline:
    span = otio.opentime.TimeRange(AT(0, 25), AT(10, 25))
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for address in addresses:
        reference = otio.schema.ExternalReference(address, span)
        track.append(otio.schema.Clip(Path(address).stem, reference, span))
    return otio.schema.Timeline("cut", [track])


def written(path: Path, *addresses: str) -> Path:
    otio.adapters.write_to_file(timeline_of(*addresses), str(path))
    return path


def bundle(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("version.txt", "1.0.0")
        archive.writestr("content.otio", timeline_of("media/a%20b.mov").to_json_string())
        archive.writestr("media/a b.mov", b"picture")
    return path


def sources(path: Path, unpacked: Path | None = None) -> list[str]:
    return [str(clip.source.path) for clip in clips(read(path, unpacked)) if clip.source]


@pytest.mark.parametrize("address", ["A.mov", "sub/B.mov", "../C.mov"])
def test_relative_media_is_still_found_from_another_folder(address: str, tmp_path: Path) -> None:
    old, new = tmp_path / "old" / "cut.otio", tmp_path / "new" / "cut.otio"
    for file in (old, new):
        file.parent.mkdir()
    before = sources(written(old, address))
    assert sources(write(read(old), new, Flavour.otio)) == before


def test_what_is_absolute_or_stays_is_not_touched(tmp_path: Path) -> None:
    addresses = ("rel.mov", "/abs/A.mov", "file:///abs/B%20b.mov", "C:\\c\\d.mov")
    old = written(tmp_path / "cut.otio", *addresses)
    (tmp_path / "new").mkdir()
    beside = write(read(old), tmp_path / "beside.otio", Flavour.otio)
    away = write(read(old), tmp_path / "new" / "away.otio", Flavour.otio)
    for address in addresses[1:]:
        assert f'"{address}"'.replace("\\", "\\\\") in away.read_text()
    assert '"rel.mov"' in beside.read_text()
    assert f'"{tmp_path}/rel.mov"' in away.read_text()


def test_a_bundle_keeps_its_media(tmp_path: Path) -> None:
    old = bundle(tmp_path / "cut.otioz")
    new = write(read(old, tmp_path / "unpacked"), tmp_path / "new.otioz", Flavour.otio)
    (found,) = sources(new, tmp_path / "again")
    assert Path(found).read_bytes() == b"picture"


def test_a_bundle_with_a_take_of_the_same_name_keeps_both(tmp_path: Path) -> None:
    old = bundle(tmp_path / "cut.otioz")
    document = read(old, tmp_path / "unpacked")
    take = tmp_path / "a b.mov"
    take.write_bytes(b"take")
    (clip,) = clips(document)
    placement = Placement("t1", "take", clip.place, clip.record, take, document.facts.rate, 10)
    new = write(reinsert(document, [placement], Mode.above), tmp_path / "new.otioz", Flavour.otio)
    contents = [Path(path).read_bytes() for path in sources(new, tmp_path / "again")]
    assert sorted(contents) == [b"picture", b"take"]


def test_out_of_a_bundle_the_media_is_where_it_was_unpacked(tmp_path: Path) -> None:
    old = bundle(tmp_path / "cut.otioz")
    new = write(read(old, tmp_path / "unpacked"), tmp_path / "new.otio", Flavour.otio)
    (found,) = sources(new)
    assert Path(found).read_bytes() == b"picture"


def test_a_timeline_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    import os

    path = written(tmp_path / "cut.otio", "A.mov")
    timelines = Timelines()
    os.utime(path, (1_000_000_000, 1_000_000_000))
    first, _ = timelines.read(path)
    assert timelines.read(path)[0] is first
    written(path, "A.mov", "B.mov")
    assert len(timelines.read(path)[1]) == 2
    assert timelines.read(path)[0] is not timelines.read(path)[0]  # too fresh to be trusted
