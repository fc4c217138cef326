"""Room is made of what nobody needs; what a take refers to stays."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.store.store import Store
from bridge.store.sweep import Swept
from tests.store.samples import files_under, lineage, media_file, take

WEEK = timedelta(days=7)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


def _age(folder: Path, days: int = 30) -> None:
    moment = time.time() - days * 24 * 3600
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (moment, moment), follow_symlinks=False)


def _put(store: Store, folder: Path, text: str) -> str:
    return store.put(media_file(folder / f"{text}.mov", text, 1000), move=True).sha256


def test_only_what_nothing_refers_to_goes(store: Store, tmp_path: Path):
    raw, media, kept, lost, young = (
        _put(store, tmp_path, text) for text in ("raw", "media", "kept", "lost", "young")
    )
    store.record(take(1, media, raws=(raw,)))
    (store.scratch("job-old") / "footage.mov").write_bytes(b"12345")
    (store.scratch("job-kept") / "footage.mov").write_bytes(b"12345")
    (store.root / "objects" / "0123.part").write_bytes(b"123")
    _age(store.root)
    os.utime(store.path_of(young))
    (store.scratch("job-young") / "deep").mkdir()
    before = files_under(store.root)
    would = store.sweep({kept, "job-kept"}, WEEK, dry_run=True)
    assert files_under(store.root) == before
    assert would == Swept(files=3, bytes=1000 + 5 + 3)
    assert store.sweep({kept, "job-kept"}, WEEK) == would
    for sha256 in (raw, media, kept, young):
        assert store.verify(sha256)
    assert lost not in "".join(files_under(store.root))
    assert not list(store.root.rglob("*.part"))
    assert sorted(path.name[:7] for path in (store.root / "scratch").iterdir()) == [
        "job-kep",
        "job-you",
    ]
    assert store.sweep({kept, "job-kept"}, WEEK) == Swept(0, 0)


@settings(max_examples=25, deadline=None)
@given(
    used=st.lists(st.tuples(st.integers(0, 7), st.sets(st.integers(0, 7), max_size=3)), max_size=4),
    keep=st.sets(st.integers(0, 7), max_size=3),
)
def test_a_sweep_never_takes_what_a_take_or_the_caller_needs(tmp_path_factory, used, keep):
    folder = tmp_path_factory.mktemp("sweep")
    store = Store(folder / "data")
    hashes = [_put(store, folder, str(number)) for number in range(8)]
    for number, (media, raws) in enumerate(used):
        store.record(take(number, hashes[media], raws=tuple(hashes[raw] for raw in raws)))
    _age(store.root)
    swept = store.sweep({hashes[number] for number in keep}, WEEK)
    needed = keep | {media for media, _ in used} | {raw for _, raws in used for raw in raws}
    left = {Path(name).stem for name in files_under(store.root / "objects")}
    assert left == {hashes[number] for number in needed}
    assert swept.files == 8 - len(needed)


def test_an_old_object_that_is_put_again_is_young_again(store: Store, tmp_path: Path):
    sha256 = _put(store, tmp_path, "again")
    _age(store.root)
    assert _put(store, tmp_path, "again") == sha256
    assert store.sweep((), WEEK) == Swept(0, 0)


def test_a_file_that_was_old_when_it_came_is_not_old_here(store: Store, tmp_path: Path):
    source = media_file(tmp_path / "a.mov")
    os.utime(source, (0, 0))
    assert store.sweep((), WEEK) == Swept(0, 0)
    sha256 = store.put(source, move=True).sha256
    store.sweep((), WEEK)
    assert store.verify(sha256)


def test_a_broken_take_file_keeps_all_media(store: Store, tmp_path: Path):
    """What it referred to cannot be known."""
    sha256 = _put(store, tmp_path, "perhaps")
    store.record(take(1))
    next((store.root / "takes").iterdir()).write_text("{")
    (store.scratch("old") / "a").touch()
    _age(store.root)
    swept = store.sweep((), WEEK)
    assert swept.files == 1
    assert "broken" in swept.warnings[0]
    assert store.verify(sha256)


def test_media_that_a_newer_version_refers_to_stays(store: Store, tmp_path: Path):
    sha256 = _put(store, tmp_path, "proxy")
    store.record(take(1))
    path = next((store.root / "takes").iterdir())
    path.write_text(path.read_text().replace("{", f'{{"proxy": {{"sha256": "{sha256}"}},', 1))
    _age(store.root)
    store.sweep((), WEEK)
    assert store.verify(sha256)


def test_delivered_files_stay_whatever_is_swept(store: Store, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    made = store.deliver(lineage(), stored, tmp_path / "out")
    next((store.root / "takes").iterdir()).unlink()
    _age(tmp_path)
    assert store.sweep((), WEEK).files == 1
    assert made.delivered.stat().st_size == 100_000


def test_links_in_work_folders_are_not_followed(store: Store, tmp_path: Path):
    outside = media_file(tmp_path / "outside" / "a.mov")
    (store.scratch("old") / "link").symlink_to(outside.parent)
    (store.root / "scratch" / "link").symlink_to(outside.parent)
    _age(store.root)
    store.sweep((), WEEK)
    assert list((store.root / "scratch").iterdir()) == []
    assert outside.exists()


def test_an_empty_data_folder_is_swept_clean_of_nothing(store: Store):
    assert store.sweep((), timedelta(0)) == Swept(0, 0)


# ---- work folders


def test_each_key_has_its_own_work_folder(store: Store):
    keys = ["job-V1:3-1", "job-V1:3-2", "JOB-v1:3-1", "../../up", "", "é", "e\u0301", "CON"]
    folders = [store.scratch(key) for key in keys]
    assert len({str(folder).lower() for folder in folders}) == len(keys)
    for key, folder in zip(keys, folders, strict=True):
        assert store.scratch(key) == folder
        assert folder.is_dir()
        assert folder.parent == store.root / "scratch"


def test_a_work_folder_is_dropped_whole_and_only_that(store: Store):
    kept = store.scratch("b")
    (store.scratch("a") / "deep" / "er").mkdir(parents=True)
    folder = store.scratch("a")
    store.drop_scratch("a")
    store.drop_scratch("a")
    assert (folder.exists(), kept.exists()) == (False, True)
