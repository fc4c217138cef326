"""Paths as the editors write them, each style seen in a file of theirs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.timeline.paths import (
    NotLocal,
    file_url,
    is_absolute,
    is_still,
    local_path,
    pattern_of,
    sequence_path,
)

FOLDER = Path("/edit/reel 1")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        # Resolve on macOS and Windows: bare paths, nothing encoded
        ("/Users/joshm/a b/c.png", "/Users/joshm/a b/c.png"),
        (r"E:\SHOWREEL\NBC UNIVERSAL\more 13th st\1128797.mxf",) * 2,
        ("C:/projects/AY01/sq001.mov", "C:/projects/AY01/sq001.mov"),
        # a plain path is never decoded and never cut
        ("/media/100%20real#2?.mov", "/media/100%20real#2?.mov"),
        (r"C:\a%20b#c.mov", r"C:\a%20b#c.mov"),
        # Premiere: host localhost, colon encoded
        ("file://localhost/C%3a/Users/Pat/a%20b%23.mp4", "C:/Users/Pat/a b#.mp4"),
        ("file://localhost/Volumes/x/y.mov", "/Volumes/x/y.mov"),
        ("file://localhost/C:/a/b.mov", "C:/a/b.mov"),
        # Final Cut Pro, Resolve XML
        ("file:///Users/sam/cut_src.mp4", "/Users/sam/cut_src.mp4"),
        ("file:///C:/a%20b.mov", "C:/a b.mov"),
        ("file:///C|/a.mov", "C:/a.mov"),
        ("file:/Users/a.mov", "/Users/a.mov"),
        ("file://C:/a.mov", "C:/a.mov"),
        # UNC: as host, and with four slashes
        ("file://Gladiator/hd/a%20b.mov", "//Gladiator/hd/a b.mov"),
        ("file:////server/share/a.mov", "//server/share/a.mov"),
        (r"\\server\share\a.mov", r"\\server\share\a.mov"),
        ("//server/share/a.mov", "//server/share/a.mov"),
        # relative: from the timeline's folder
        ("media/a.mov", "/edit/reel 1/media/a.mov"),
        (r"media\a.mov", "/edit/reel 1/media/a.mov"),
        ("OTIO Test Media 1 - 23.98.mp4", "/edit/reel 1/OTIO Test Media 1 - 23.98.mp4"),
    ],
)
def test_every_style_of_path_names_its_file(text, path):
    assert str(local_path(text, FOLDER)) == path


@pytest.mark.parametrize(
    "text",
    ["", "  ", "http://x/a.mov", "rtsp://x/a", "s3://bucket/a.mov", "data:video/mp4,x", "a\0b"],
)
def test_what_is_no_file_is_refused(text):
    with pytest.raises(NotLocal):
        local_path(text, FOLDER)


def test_a_path_longer_than_any_file_system_takes_is_refused():
    with pytest.raises(NotLocal):
        local_path("/" + "a" * 5000, FOLDER)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/takes/a b#1.mov", "file:///takes/a%20b%231.mov"),
        ("C:/takes/ü.mov", "file:///C:/takes/%C3%BC.mov"),
        (r"C:\takes\a.mov", "file:///C:/takes/a.mov"),
        ("//nas/share/a b.mov", "file://nas/share/a%20b.mov"),
        (r"\\nas\share\a.mov", "file://nas/share/a.mov"),
    ],
)
def test_urls_are_encoded_and_read_back(path, url):
    assert file_url(Path(path)) == url
    assert str(local_path(url, FOLDER)).replace("\\", "/") == path.replace("\\", "/")


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40))
def test_any_posix_path_survives_its_url(name):
    path = Path("/takes/" + name.replace("/", "_"))
    assert local_path(file_url(path), FOLDER) == path


@pytest.mark.parametrize(
    ("name", "pattern", "first", "count"),
    [
        ("/a/out.[1000-1099].exr", "/a/out.%04d.exr", 1000, 100),
        ("/a/out.[0-9].png", "/a/out.%01d.png", 0, 10),
        ("/50%/out.[001-002].png", "/50%%/out.%03d.png", 1, 2),
        ("/a/out.%04d.dpx", "/a/out.%04d.dpx", None, None),
        ("/a/out.####.tif", "/a/out.%04d.tif", None, None),
    ],
)
def test_numbered_files_become_patterns(name, pattern, first, count):
    found = pattern_of(name)
    assert found is not None
    assert (str(found.path), found.first, found.count) == (pattern, first, count)


@pytest.mark.parametrize(
    "name",
    [
        *("/a/out.mov", "/a/[cut] v2.mov", "/a/100%d/b.mov", "/a/#1.b.mov"),
        *("/a/day [1-2].mov", "/a/take #.MXF", "/a/100%d.mp4"),  # a movie is one file
    ],
)
def test_other_brackets_and_signs_are_no_patterns(name):
    assert pattern_of(name) is None


@pytest.mark.parametrize(
    ("base", "pattern"),
    [
        ("/tmp", "/tmp/out.%04d.exr"),
        ("/tmp/", "/tmp/out.%04d.exr"),
        ("C:\\with_tc", "C:\\with_tc\\out.%04d.exr"),
        ("C:/a/b\\", "C:/a/b\\out.%04d.exr"),
        ("file:///a%20b", "/a b/out.%04d.exr"),
        ("", "/edit/reel 1/out.%04d.exr"),
    ],
)
def test_image_sequence_references_become_patterns(base, pattern):
    assert str(sequence_path(base, "out.", ".exr", 4, FOLDER)) == pattern


def test_an_unpadded_sequence():
    assert str(sequence_path("/t", "a.", ".png", 0, FOLDER)) == "/t/a.%d.png"


@pytest.mark.parametrize("name", ["a.PNG", "a.b.exr", "a.jpeg"])
def test_stills_are_known_by_their_suffix(name):
    assert is_still(name)
    assert not is_still(name + ".mov")


@pytest.mark.parametrize("path", ["/a", "C:/a", "c:\\a", "\\\\s\\h"])
def test_absolute_on_any_system(path):
    assert is_absolute(path)
    assert not is_absolute("rel" + path.replace(":", ""))
