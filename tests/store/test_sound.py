"""The sound that came with a take lies beside it, under its name, and goes where it goes."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.errors import DeliveryError, DiskFull
from bridge.store.files import Disk
from bridge.store.objects import StoredObject
from bridge.store.store import Store
from bridge.store.takes import Take, as_data, from_data
from tests.store.children import killed_everywhere
from tests.store.samples import files_under, hash_of, lineage, media_file, no_links, take

NAME = "A001_C003_take01_looks_7"
FILES = [f"{NAME}.mov", f"{NAME}.mov.json", f"{NAME}.sound.wav"]


@pytest.fixture(params=["links", "copies"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(tmp_path / "data", Disk() if request.param == "links" else Disk(link=no_links))


@pytest.fixture
def stored(store: Store, tmp_path: Path) -> StoredObject:
    return store.put(media_file(tmp_path / "a.mov"))


@pytest.fixture
def sound(store: Store, tmp_path: Path) -> StoredObject:
    return store.put(media_file(tmp_path / "a.wav", "a voice"))


def lying(made: Take) -> list[str]:
    return files_under(made.delivered.parent)


def test_it_lies_beside_the_take_and_both_name_it(
    store: Store, stored: StoredObject, sound: StoredObject, tmp_path: Path
) -> None:
    made = store.deliver(lineage(), stored, tmp_path / "out", sound)
    assert lying(made) == FILES
    assert made.sound == sound.sha256
    assert made.sound_path == tmp_path / "out" / FILES[2]
    assert hash_of(made.sound_path.read_bytes()) == sound.sha256
    assert store.takes() == (made,)
    sidecar = json.loads((tmp_path / "out" / FILES[1]).read_bytes())
    assert sidecar["sound"] == FILES[2]
    assert from_data(sidecar["take"]) == made
    silent = store.deliver(lineage(id="again"), stored, tmp_path / "out")
    assert silent.sound_path is None
    assert lying(silent)[3:] == [f"A001_C003_take02_looks_7{end}" for end in (".mov", ".mov.json")]


def test_the_same_take_again_brings_back_what_is_gone(
    store: Store, stored: StoredObject, sound: StoredObject, tmp_path: Path
) -> None:
    made = store.deliver(lineage(), stored, tmp_path / "out", sound)
    (tmp_path / "out" / FILES[2]).unlink()
    assert store.deliver(lineage(), stored, tmp_path / "out", sound) == made
    assert lying(made) == FILES
    shutil.rmtree(tmp_path / "out")
    assert store.deliver(lineage(), stored, tmp_path / "out", sound) == made
    assert lying(made) == FILES


def test_nobody_elses_sound_is_written_over(
    store: Store, stored: StoredObject, sound: StoredObject, tmp_path: Path
) -> None:
    theirs = media_file(tmp_path / "out" / FILES[2], "somebody else's")
    before = theirs.read_bytes()
    made = store.deliver(lineage(), stored, tmp_path / "out", sound)
    assert theirs.read_bytes() == before
    assert made.delivered.name == f"{NAME}-2.mov"
    assert lying(made) == [
        f"{NAME}-2.mov", f"{NAME}-2.mov.json", f"{NAME}-2.sound.wav", FILES[2]
    ]  # fmt: skip


def test_damaged_sound_is_not_delivered(
    store: Store, stored: StoredObject, sound: StoredObject, tmp_path: Path
) -> None:
    sound.path.chmod(0o644)
    sound.path.write_bytes(b"half")
    with pytest.raises(DeliveryError):
        store.deliver(lineage(), stored, tmp_path / "out", sound)
    assert files_under(tmp_path / "out") == []


def test_a_full_disk_is_taken_up_where_it_stood(tmp_path: Path) -> None:
    full = [True]

    def link(source: Path, target: Path) -> None:
        no_links(source, target)

    def replace(part: Path, final: Path) -> None:
        if final.name.endswith(".sound.wav") and full[0]:
            raise OSError(28, "No space left on device")
        part.replace(final)

    store = Store(tmp_path / "data", Disk(link=link, replace=replace))
    stored = store.put(media_file(tmp_path / "a.mov"))
    sound = store.put(media_file(tmp_path / "a.wav", "a voice"))
    with pytest.raises(DiskFull):
        store.deliver(lineage(), stored, tmp_path / "out", sound)
    full[0] = False
    assert lying(store.deliver(lineage(), stored, tmp_path / "out", sound)) == FILES


def test_the_sweep_keeps_it(
    store: Store, stored: StoredObject, sound: StoredObject, tmp_path: Path
):
    store.deliver(lineage(), stored, tmp_path / "out", sound)
    store.put(media_file(tmp_path / "b.wav", "nobody's"))
    assert store.sweep((), timedelta(seconds=-60)).files == 1
    assert store.path_of(sound.sha256).exists()


def test_takes_that_were_written_before_there_was_sound_are_read() -> None:
    data = as_data(take())
    del data["sound"]
    assert from_data(data) == take()
    del data["media"]
    with pytest.raises(KeyError):
        from_data(data)


def test_stopped_anywhere_it_is_whole_after_the_next_try(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from bridge.store.store import Store
from tests.store.samples import lineage
store = Store(Path(sys.argv[2]))
sound = store.put(Path(sys.argv[4]))
store.deliver(lineage(), store.put(Path(sys.argv[3])), Path(sys.argv[1]) / "out", sound)
"""
    watched = tmp_path / "there"
    source = media_file(tmp_path / "a.mov", size=2000)
    voice = media_file(tmp_path / "a.wav", "a voice", size=2000)
    root, out = watched / "data", watched / "out"
    for _ in killed_everywhere(code, watched, root, source, voice):
        store = Store(root)
        made = store.deliver(lineage(), store.put(source), out, store.put(voice))
        assert lying(made) == FILES
        assert hash_of((out / FILES[2]).read_bytes()) == hash_of(voice.read_bytes())
        assert store.takes() == (made,)
        shutil.rmtree(watched)
