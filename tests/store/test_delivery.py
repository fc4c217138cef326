"""A delivered file stands under its name, whole, once, with its lineage beside it."""

import errno
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import DeliveryError, DiskFull, DiskRefused
from bridge.frames import FrameRange
from bridge.store.files import Disk
from bridge.store.sidecar import LONGEST
from bridge.store.store import Store
from bridge.store.takes import from_data, runs
from tests.store.children import killed_everywhere, race
from tests.store.samples import content, files_under, hash_of, lineage, media_file, no_links, take


@pytest.fixture(params=["links", "copies"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(tmp_path / "data", Disk() if request.param == "links" else Disk(link=no_links))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "reel" / "takes"


def test_a_result_is_numbered_named_placed_and_recorded(store: Store, folder: Path, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "conformed.mov"), move=True)
    made = store.deliver(lineage(), stored, folder)
    assert made.delivered == folder / "A001_C003_take01_looks_7.mov"
    assert made.delivered.read_bytes() == content("moving pictures", 100_000)
    assert store.takes() == (made,)
    assert (made.number, made.media) == (1, stored.sha256)
    beside = folder / "A001_C003_take01_looks_7.mov.json"
    assert from_data(json.loads(beside.read_bytes())["take"]) == made
    assert files_under(folder) == [made.delivered.name, beside.name]
    second = store.deliver(lineage(id="again"), stored, folder)
    assert second.delivered.name == "A001_C003_take02_looks_7.mov"


def test_new_shots_are_counted_among_those_of_their_name(
    store: Store, folder: Path, tmp_path: Path
):
    stored = store.put(media_file(tmp_path / "a.mov"))
    names = ("a harbour at dawn", "fog", "a harbour at dawn")
    made = [
        store.deliver(lineage(id=str(place), place=None, clip=name), stored, folder)
        for place, name in enumerate(names)
    ]
    assert [take.number for take in made] == [1, 1, 2]


def test_the_same_result_delivered_again_is_the_same_take(store: Store, folder: Path, tmp_path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    first = store.deliver(lineage(), stored, folder)
    before = files_under(tmp_path)
    assert Store(store.root).deliver(lineage(), stored, folder) == first
    assert store.deliver(lineage(prompt="later"), stored, tmp_path / "elsewhere") == first
    assert files_under(tmp_path) == before


def test_a_take_knows_its_whole_path(store: Store, tmp_path: Path, monkeypatch):
    stored = store.put(media_file(tmp_path / "a.mov"))
    monkeypatch.chdir(tmp_path)
    made = store.deliver(lineage(), stored, Path("out"))
    assert made.delivered == tmp_path / "out" / "A001_C003_take01_looks_7.mov"


def test_a_delivered_file_that_was_removed_comes_back(store: Store, folder: Path, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    first = store.deliver(lineage(), stored, folder)
    shutil.rmtree(folder)
    assert store.deliver(lineage(), stored, folder) == first
    assert hash_of(first.delivered.read_bytes()) == stored.sha256


def test_no_file_is_ever_written_over(store: Store, folder: Path, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    theirs = media_file(folder / "shot.mov", "somebody's own")
    (folder / "shot-2.mov").mkdir()
    (folder / "shot-3.mov").symlink_to(folder / "nowhere.mov")
    (folder / "shot-4.mov.json").write_text("their notes")
    (folder / "shot-5.mov.json").symlink_to(folder / "nowhere.json")
    same_size = media_file(folder / "shot-6.mov", "another", 100_000)
    before = {path: path.lstat().st_mtime_ns for path in folder.iterdir()}
    path = store.place(stored, folder, "shot", take(1))
    assert path == folder / "shot-7.mov"
    assert theirs.read_bytes() == content("somebody's own", 100_000)
    assert same_size.read_bytes() == content("another", 100_000)
    assert {path: path.lstat().st_mtime_ns for path in before} == before
    assert {path.name for path in set(folder.iterdir()) - set(before)} == {
        "shot-7.mov",
        "shot-7.mov.json",
    }
    assert not (folder / "nowhere.mov").exists()


def test_the_same_content_under_the_name_is_taken_for_delivered(
    store: Store, folder: Path, tmp_path
):
    stored = store.put(media_file(tmp_path / "a.mov"))
    media_file(folder / "shot.mov")
    assert store.place(stored, folder, "shot", take(1)) == folder / "shot.mov"
    assert (folder / "shot.mov.json").exists()


def test_different_takes_never_share_a_file(store: Store, folder: Path, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    paths = [store.place(stored, folder, "shot", take(number)) for number in (1, 2, 3)]
    assert [path.name for path in paths] == ["shot.mov", "shot-2.mov", "shot-3.mov"]
    assert store.place(stored, folder, "shot", take(2)) == paths[1]


def test_a_file_changed_by_an_editor_is_left_and_the_take_comes_beside_it(
    store: Store, folder: Path, tmp_path: Path
):
    """Premiere writes XMP into media it imports, where it may."""
    stored = store.put(media_file(tmp_path / "a.mov"))
    path = store.place(stored, folder, "shot", take(1))
    path.unlink()
    media_file(path, "with XMP")
    assert store.place(stored, folder, "shot", take(1)) == folder / "shot-2.mov"
    assert path.read_bytes() == content("with XMP", 100_000)
    assert store.verify(stored.sha256)


def test_a_damaged_object_is_not_delivered(store: Store, folder: Path, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    stored.path.chmod(0o644)
    stored.path.write_bytes(content("damaged", 100_000))
    with pytest.raises(DeliveryError, match="changed since"):
        store.place(stored, folder, "shot", take(1))
    assert files_under(folder) == []


def test_a_name_made_for_trouble_stays_in_the_folder(store: Store, folder: Path, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    for number, clip in enumerate(["../../up", "/etc/passwd", "C:\\x", "CON", "\0", "x" * 500], 1):
        made = store.deliver(lineage(id=str(number), clip=clip), stored, folder)
        assert made.delivered.parent == folder
        assert made.clip == clip
    assert len(files_under(folder)) == 12


def test_a_delivery_cut_short_by_a_full_disk_leaves_nothing_and_can_be_repeated(
    folder: Path, tmp_path: Path
):
    def full(part: Path, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    source = media_file(tmp_path / "a.mov")
    stored = Store(tmp_path / "data").put(source)
    with pytest.raises(DiskFull):
        Store(tmp_path / "data", Disk(replace=full, link=no_links)).place(
            stored, folder, "shot", take(1)
        )
    assert files_under(folder) == []
    path = Store(tmp_path / "data").place(stored, folder, "shot", take(1))
    assert path == folder / "shot.mov"


def test_a_folder_that_cannot_be_is_refused_by_name(store: Store, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    with pytest.raises(DiskRefused, match=r"a\.mov"):
        store.place(stored, tmp_path / "a.mov" / "takes", "shot", take(1))


def test_a_hard_link_is_used_where_the_disk_has_them(tmp_path: Path, folder: Path):
    store = Store(tmp_path / "data")
    stored = store.put(media_file(tmp_path / "a.mov"))
    path = store.place(stored, folder, "shot", take(1))
    assert path.samefile(stored.path)
    assert path.stat().st_mode & 0o222 == 0, "a write through the link would harm the stored file"


def test_two_processes_delivering_two_takes_under_one_name_get_two_files(
    tmp_path: Path, folder: Path
):
    stored = Store(tmp_path / "data").put(media_file(tmp_path / "a.mov"))
    code = """
from bridge.store.store import Store
from tests.store.samples import take
wait()
store = Store(Path(sys.argv[1]))
stored = store.verify(sys.argv[3])
for number in range(10):
    path = store.place(stored, Path(sys.argv[2]), "shot", take(1, id=f"{sys.argv[4]}-{number}"))
    print(path)
"""
    children = [[tmp_path / "data", folder, stored.sha256, child] for child in range(2)]
    paths = "".join(race(code, tmp_path, children)).split()
    assert len(set(paths)) == 20
    assert len(files_under(folder)) == 40


@pytest.mark.parametrize("links", [True, False])
def test_a_kill_while_delivering_leaves_no_half_file_and_ends_the_same(tmp_path: Path, links):
    code = """
from bridge.store.files import Disk
from bridge.store.store import Store
from tests.store.samples import lineage, no_links
disk = Disk() if sys.argv[4] == "True" else Disk(link=no_links)
store = Store(Path(sys.argv[2]), disk)
store.deliver(lineage(), store.put(Path(sys.argv[3])), Path(sys.argv[1]) / "out")
"""
    watched, source = tmp_path / "there", media_file(tmp_path / "a.mov")
    wanted = hash_of(source.read_bytes())
    name = "A001_C003_take01_looks_7.mov"
    root, out = watched / "data", watched / "out"
    for _ in killed_everywhere(code, watched, root, source, links):
        if (out / name).exists():
            assert hash_of((out / name).read_bytes()) == wanted
        store = Store(root)
        made = store.deliver(lineage(), store.put(source), out)
        assert made.delivered == out / name
        assert files_under(out) == [name, f"{name}.json"]
        assert store.takes() == (made,)
        shutil.rmtree(watched)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["1001 to 1056", "24000/1001", "86 to 133", "V1:3", "make it dusk", "1920 x 1080"]),
        (
            {"source_frames": runs([7] * 24), "record": FrameRange(0, 24), "place": None},
            ["7 held for 24 frames", "0 to 23"],
        ),
        ({"source_frames": runs(range(60, 12, -2)), "source": None}, ["60 to 14 in steps of -2"]),
    ],
)
def test_the_sidecar_speaks_plainly(store: Store, folder: Path, tmp_path: Path, changes, words):
    stored = store.put(media_file(tmp_path / "a.mov"))
    made = store.deliver(lineage(**changes), stored, folder)
    text = Path(f"{made.delivered}.json").read_text()
    assert [word for word in words if word not in text] == []
    assert "with local / looks; the original media was not changed." in text


def test_a_sidecar_that_is_none_is_somebody_elses(store: Store, folder: Path, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    folder.mkdir(parents=True)
    made = replace(take(1), id="None")
    for number, data in enumerate([b"", b"null", b"[]", b"{", b"[" * LONGEST, b'{"take": {}}'], 1):
        name = "shot.mov.json" if number == 1 else f"shot-{number}.mov.json"
        (folder / name).write_bytes(data)
    assert store.place(stored, folder, "shot", made) == folder / "shot-7.mov"
