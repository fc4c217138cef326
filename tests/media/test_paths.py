"""Nothing but regular files inside the allowed folders is ever opened."""

import os
from pathlib import Path

import pytest

from bridge.errors import MediaDamaged, MediaForbidden, MediaMissing
from bridge.media.paths import check_words, opened

WORDS = [
    "//server/share/a.mov",
    "\\\\server\\share\\a.mov",
    "\\\\?\\C:\\a.mov",
    "\\\\.\\PhysicalDrive0",
    "http://example.org/a.mov",
    "concat:/tmp/a.mov|/tmp/b.mov",
    "file:/tmp/a.mov",
    "subfile,,start,0,end,9,,:/tmp/a.mov",
    "/dev/zero",
    "/dev/../dev/fd/0",
    "/proc/self/environ",
    "/sys/kernel/notes",
    "/tmp/a\0.mov",
    "/tmp/a\n.mov",
    "a.mov",
    "../a.mov",
    "",
    "/media/NUL",
    "/media/con.mov",
    "/media/com1.mov. ",
    "/" + "a" * 5000,
]


@pytest.mark.parametrize("words", WORDS)
def test_refused_by_its_words(words: str) -> None:
    with pytest.raises(MediaForbidden) as caught:
        check_words(Path(words))
    assert caught.value.hint


@pytest.mark.parametrize("words", ["/a/b c.mov", "/a/http:x.mov", "/a/concat:b", "/ä/日本.mov"])
def test_plain_files_may_have_any_name(words: str) -> None:
    check_words(Path(words))


def test_what_is_opened_is_the_file(tmp_path: Path) -> None:
    path = tmp_path / "concat:a.mov"
    path.write_bytes(b"0123")
    with opened(path) as file:
        assert (file.size, file.head) == (4, b"0123")
        assert file.url.startswith("file:")


def test_absent_empty_and_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.mov").touch()
    for name, kind in (
        ("no.mov", MediaMissing),
        ("empty.mov", MediaDamaged),
        (".", MediaForbidden),
    ):
        with pytest.raises(kind), opened(tmp_path / name):
            pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_a_fifo_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "fifo.mov"
    os.mkfifo(path)
    with pytest.raises(MediaForbidden, match="regular"), opened(path):
        pass


def test_only_inside_the_allowed_folders(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.mov").write_bytes(b"x")
    (inside / "link.mov").symlink_to(outside / "a.mov")
    (tmp_path / "in-law").mkdir()
    (tmp_path / "in-law" / "a.mov").write_bytes(b"x")
    with opened(inside / "a.mov", (inside,)) as file:
        assert file.size == 1
    wrong = (outside / "a.mov", inside / "link.mov", tmp_path / "in-law" / "a.mov")
    for path in (*wrong, inside / ".." / "out" / "a.mov"):
        with pytest.raises(MediaForbidden, match="outside"), opened(path, (inside,)):
            pass


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_link_to_a_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zero.mov").symlink_to("/dev/zero")
    with pytest.raises(MediaForbidden), opened(tmp_path / "zero.mov"):
        pass
