"""Records survive, and are bounded; a name in a request is never a path."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.daemon import records
from bridge.daemon.records import KEPT_DAYS, MOST_UPLOADS, Selections, Uploads, new_id
from bridge.errors import NotFound
from bridge.wire.base import FactsOut
from bridge.wire.selections import SelectionOut


def selection(selection_id: str) -> SelectionOut:
    facts = FactsOut(
        name="reel",
        rate="25/1",
        start_frame=0,
        start_timecode="00:00:00:00",
        drop_frame=False,
        frames=10,
        flavour="otio",
    )
    return SelectionOut(
        id=selection_id,
        host="file",
        created=datetime.now(UTC),
        timeline="/a.otio",
        clips=("all",),
        facts=facts,
        shots=(),
        left_out=(),
        warnings=(),
    )


def kept(folder: Path, *ids: str) -> Selections:
    selections = Selections(folder)
    for selection_id in ids:
        selections.timeline_of(selection_id).write_text("{}")
        selections.keep(selection(selection_id))
    return selections


def test_ids_sort_by_time_and_are_not_alike() -> None:
    ids = [new_id("s") for _ in range(100)]
    assert len(set(ids)) == 100
    assert [one[:12] for one in ids] == sorted(one[:12] for one in ids)


def test_newest_come_first(tmp_path: Path) -> None:
    selections = kept(tmp_path, "s1", "s3", "s2")
    assert [one.id for one in selections.newest(2)] == ["s3", "s2"]
    assert Selections(tmp_path).get("s1") == selection("s1").model_copy(
        update={"created": Selections(tmp_path).get("s1").created}
    )


@pytest.mark.parametrize("name", ["s9", "", ".", "..", "../s1", "s1/..", "S1", "s1.json", "s" * 99])
def test_unknown_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        kept(tmp_path, "s1").get(name)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": "s1"}', b"\xff\xfe", b"[" * 9999])
def test_broken_record_is_none(tmp_path: Path, content: bytes) -> None:
    selections = kept(tmp_path, "s1", "s2")
    (tmp_path / "selections" / "s1.json").write_bytes(content)
    with pytest.raises(NotFound):
        selections.get("s1")
    assert [one.id for one in selections.newest(9)] == ["s2"]


def test_old_ones_go_with_their_timelines(tmp_path: Path) -> None:
    selections = kept(tmp_path, "s1", "s2")
    path = tmp_path / "selections" / "s1.json"
    old = path.stat().st_mtime - (KEPT_DAYS * 24 * 3600 + 60)
    os.utime(path, (old, old))
    kept(tmp_path, "s3")
    assert [one.id for one in selections.newest(9)] == ["s3", "s2"]
    left = sorted(path.name for path in (tmp_path / "selections").iterdir())
    assert left == ["s2.json", "s2.otio", "s3.json", "s3.otio"]


def test_uploads_are_bounded(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    ids = [f"t{number:04d}" for number in range(MOST_UPLOADS + 3)]
    for upload_id in ids:
        uploads.keep(upload_id, "reel", b"{}")
    assert len(list((tmp_path / "uploads").iterdir())) == MOST_UPLOADS
    assert uploads.find(ids[0]) is None
    assert uploads.find(ids[-1]) is not None
    assert uploads.find("..") is None


def test_no_folder_yet(tmp_path: Path) -> None:
    assert Selections(tmp_path).newest(9) == ()
    assert Uploads(tmp_path).newest(9) == ()
    assert records.MOST_SELECTIONS > 1000
