"""Media is kept once, whole, under its hash; whatever happens in the middle."""

import errno
import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import (
    DeliveryError,
    DiskFull,
    DiskRefused,
    MediaForbidden,
    MediaMissing,
    NotFound,
)
from bridge.store.files import RETRY_DELAYS, Disk
from bridge.store.store import Store
from tests.store.children import killed_everywhere, race, run, start
from tests.store.samples import content, files_under, hash_of, media_file


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


@settings(max_examples=30, deadline=None)
@given(contents=st.lists(st.binary(max_size=300), min_size=1, max_size=5), move=st.booleans())
def test_what_was_put_is_found_under_its_hash(tmp_path_factory, contents, move):
    folder = tmp_path_factory.mktemp("put")
    store = Store(folder / "data")
    for number, data in enumerate(contents):
        source = folder / f"{number}.mov"
        source.write_bytes(data)
        stored = store.put(source, move=move)
        assert stored.sha256 == hash_of(data)
        assert store.path_of(stored.sha256) == stored.path
        assert store.verify(stored.sha256) == stored
        assert (stored.path.read_bytes(), stored.size) == (data, len(data))
        assert source.exists() is not move
    assert len(files_under(store.root)) == len(set(contents))


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.MOV", ".mov"),
        ("b", ""),
        ("c.tar.gz", ".gz"),
        ("d.part", ""),
        ("e.mo v", ""),
        (".mp4", ""),
    ],
)
def test_the_suffix_is_kept_where_it_is_one(store: Store, tmp_path: Path, name, suffix):
    stored = store.put(media_file(tmp_path / name))
    assert stored.suffix == suffix
    assert stored.path.name == stored.sha256 + suffix


def test_the_same_content_is_one_file_whatever_it_was_called(store: Store, tmp_path: Path):
    first = store.put(media_file(tmp_path / "a.mov"))
    again = store.put(media_file(tmp_path / "b.mp4"), move=True)
    assert again == first
    assert not (tmp_path / "b.mp4").exists()
    assert len(files_under(store.root)) == 1


def test_an_object_is_read_only(store: Store, tmp_path: Path):
    for name, move in (("a.mov", True), ("b.mov", False)):
        stored = store.put(media_file(tmp_path / name, text=name), move=move)
        assert stored.path.stat().st_mode & 0o222 == 0


def test_another_content_than_announced_is_refused_and_the_file_stays(store: Store, tmp_path: Path):
    source = media_file(tmp_path / "a.mov")
    with pytest.raises(DeliveryError) as caught:
        store.put(source, move=True, sha256="0" * 64)
    assert caught.value.detail["found"] == hash_of(source.read_bytes())
    assert files_under(store.root) == []
    upper = hash_of(source.read_bytes()).upper()
    assert store.put(source, sha256=upper).sha256 == upper.lower()


def test_a_move_that_was_stopped_afterwards_may_be_repeated(store: Store, tmp_path: Path):
    source = media_file(tmp_path / "a.mov")
    stored = store.put(source, move=True)
    assert store.put(source, move=True, sha256=stored.sha256) == stored
    with pytest.raises(MediaMissing):
        store.put(source, move=True)
    with pytest.raises(MediaMissing):
        store.put(source, move=True, sha256="0" * 64)


def test_a_damaged_object_is_told_of_and_mended_by_the_next_put(store: Store, tmp_path: Path):
    source = media_file(tmp_path / "a.mov")
    stored = store.put(source)
    stored.path.chmod(0o644)
    stored.path.write_bytes(source.read_bytes()[:1000])
    with pytest.raises(DeliveryError, match="changed since"):
        store.verify(stored.sha256)
    assert store.put(source) == stored
    assert store.verify(stored.sha256) == stored


@pytest.mark.parametrize("sha256", ["0" * 64, "", "../../etc/passwd", "0" * 63 + "*", "G" * 64])
def test_what_was_never_stored_is_not_found(store: Store, sha256):
    for look in (store.path_of, store.verify):
        with pytest.raises(NotFound):
            look(sha256)


def test_only_plain_files_are_stored(store: Store, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.mov")  # opening it would wait for ever
    for path in (tmp_path / "pipe.mov", tmp_path, Path("/dev/zero")):
        with pytest.raises(MediaForbidden):
            store.put(path)


def test_a_link_is_stored_as_what_it_points_to(store: Store, tmp_path: Path):
    source = media_file(tmp_path / "a.mov")
    (tmp_path / "link.mov").symlink_to(source)
    stored = store.put(tmp_path / "link.mov", move=True)
    assert not stored.path.is_symlink()
    assert source.exists()
    assert not (tmp_path / "link.mov").is_symlink()


def test_a_stored_file_that_is_put_again_by_its_own_name_stays(store: Store, tmp_path: Path):
    stored = store.put(media_file(tmp_path / "a.mov"))
    (tmp_path / "link").symlink_to(store.root)
    for path in (stored.path, tmp_path / "link" / stored.path.relative_to(store.root)):
        assert store.put(path, move=True) == stored
        assert store.verify(stored.sha256) == stored
    (tmp_path / "hard.mov").hardlink_to(stored.path)
    assert store.put(tmp_path / "hard.mov", move=True) == stored
    assert not (tmp_path / "hard.mov").exists()


def test_a_name_held_by_another_program_is_waited_for(tmp_path: Path):
    slept: list[float] = []
    tries: list[Path] = []

    def replace(part: Path, final: Path) -> None:
        tries.append(final)
        if len(tries) < 4:
            raise PermissionError(errno.EACCES, "The file is used by another process")
        part.replace(final)

    store = Store(tmp_path / "data", Disk(replace=replace, sleep=slept.append))
    stored = store.put(media_file(tmp_path / "a.mov"), move=True)
    assert stored.path.exists()
    assert slept == list(RETRY_DELAYS[:3])


def test_a_name_held_for_good_is_an_error_and_loses_nothing(tmp_path: Path):
    slept: list[float] = []

    def replace(part: Path, final: Path) -> None:
        raise PermissionError(errno.EACCES, "The file is used by another process")

    store = Store(tmp_path / "data", Disk(replace=replace, sleep=slept.append))
    for move in (False, True):
        source = media_file(tmp_path / "a.mov")
        with pytest.raises(DiskRefused, match="used by another process"):
            store.put(source, move=move)
        assert source.exists()
        assert files_under(store.root) == []
    assert sum(slept) / 2 <= 10


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EROFS, DiskRefused),
        (errno.EIO, DiskRefused),
        (errno.ENAMETOOLONG, DiskRefused),
        (errno.ESTALE, DiskRefused),
    ],
)
def test_what_the_system_says_is_translated_at_the_border(tmp_path: Path, number, kind):
    def replace(part: Path, final: Path) -> None:
        raise OSError(number, os.strerror(number))

    slept: list[float] = []
    store = Store(tmp_path / "data", Disk(replace=replace, sleep=slept.append))
    with pytest.raises(kind, match=os.strerror(number)) as caught:
        store.put(media_file(tmp_path / "a.mov"))
    assert type(caught.value) is kind
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.hint
    assert slept == [], "only what another program holds is waited for"
    assert files_under(store.root) == []


def test_space_is_asked_for_before_it_is_needed(tmp_path: Path):
    asked: list[Path] = []

    def free(folder: Path) -> int:
        asked.append(folder)
        return 1 << 30

    store = Store(tmp_path / "data" / "deep", Disk(free=free))
    store.need_space(512 << 20)
    store.need_space(512 << 20, tmp_path / "media" / "not" / "yet")
    assert asked == [tmp_path, tmp_path]
    with pytest.raises(DiskFull, match="1000 MiB are needed") as caught:
        store.need_space(1000 << 20)
    assert caught.value.detail["free"] == 1 << 30


def test_a_full_disk_leaves_no_half_file_and_the_next_try_goes_through(tmp_path: Path):
    source = media_file(tmp_path / "a.mov", size=300_000)
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from bridge.errors import DiskFull\n"
        "from bridge.store.store import Store\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    Store(Path(sys.argv[1])).put(Path(sys.argv[2]))\n"
        "except DiskFull as error:\n"
        "    print(error.code, error.detail['path'])\n"
    )
    said = run(code, tmp_path / "data", source)
    assert said.startswith(f"disk_full {tmp_path}")
    assert files_under(tmp_path / "data") == []
    assert Store(tmp_path / "data").put(source).size == 300_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused_with_its_name(tmp_path: Path):
    source = media_file(tmp_path / "a.mov")
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(DiskRefused, match=str(tmp_path / "data")):
        Store(tmp_path / "data").put(source)


def test_a_file_where_the_data_folder_should_be_is_refused(tmp_path: Path):
    source = media_file(tmp_path / "a.mov")
    store = Store(media_file(tmp_path / "data"))
    for work in (lambda: store.put(source), lambda: store.scratch("a"), store.takes):
        with pytest.raises(DiskRefused):
            work()


def test_two_processes_may_put_the_same_content_at_once(tmp_path: Path):
    sources = [media_file(tmp_path / f"{number}.mov", size=3_000_000) for number in range(2)]
    code = """
from bridge.store.store import Store
wait()
for _ in range(10):
    stored = Store(Path(sys.argv[1])).put(Path(sys.argv[2]))
print(stored.path)
"""
    data = tmp_path / "data"
    said = race(code, tmp_path, [[data, source] for source in sources])
    assert len(set(said)) == 1
    assert files_under(data) == [str(Path(said[0].strip()).relative_to(data))]
    assert Store(data).verify(hash_of(content("moving pictures", 3_000_000)))


@pytest.mark.parametrize("move", [False, True])
def test_a_kill_leaves_no_half_file_and_put_again_ends_the_same(tmp_path: Path, move):
    """The child is killed before each of its file calls in turn, and another process takes over."""
    wanted = hash_of(content("moving pictures", 100_000))
    code = """
from bridge.store.store import Store
Store(Path(sys.argv[2])).put(Path(sys.argv[3]), move=sys.argv[4] == "True")
"""
    root, source = tmp_path / "data", media_file(tmp_path / "a.mov")
    for _ in killed_everywhere(code, tmp_path, root, source, move):
        visible = [root / name for name in files_under(root) if not name.endswith(".part")]
        assert {hash_of(path.read_bytes()) for path in visible} <= {wanted}
        assert visible or source.exists()
        stored = Store(root).put(source, move=move, sha256=wanted)
        assert Store(root).verify(wanted) == stored
        shutil.rmtree(root)
        media_file(source)


def test_a_kill_at_any_moment_leaves_no_half_file(tmp_path: Path):
    """Puts without end, killed at moments nobody chose."""
    sources = [media_file(tmp_path / f"{n}.mov", text=str(n), size=500_000) for n in range(30)]
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from bridge.store.store import Store\n"
        "print('ready', flush=True)\n"
        "for path in sys.argv[2:]: Store(Path(sys.argv[1])).put(Path(path))\n"
    )
    for wait in (0.0, 0.01, 0.03):
        child = start(code, tmp_path / "data", *sources)
        assert child.stdout.readline() == "ready\n"
        time.sleep(wait)
        child.kill()
        child.communicate()
        for name in files_under(tmp_path / "data"):
            path = tmp_path / "data" / name
            if path.suffix != ".part":
                assert hash_of(path.read_bytes()) == path.stem
