"""Files that would end the process or fill the memory are refused before OTIO sees them."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import TimelineUnreadable
from bridge.timeline import guard
from bridge.timeline.read import read

nested = st.recursive(
    st.none() | st.text('[]{}"\\ab', max_size=6) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('[]{}"\\', max_size=4), inner, max_size=3)
    ),
)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(nested, st.integers(0, 6))
def test_the_depth_of_any_json_is_known_without_parsing_it(value, limit):
    data = json.dumps(value).encode()
    assert guard.too_deep(data, limit) == (depth(value) > limit)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '["\\\\",' + "[" * 9000,
        '"]]]",' + "[" * 500,
    ],
)
def test_deep_files_are_refused(tmp_path, text):
    path = tmp_path / "deep.otio"
    path.write_text(text)
    with pytest.raises(TimelineUnreadable):
        read(path)


def test_a_file_that_holds_itself_is_refused(tmp_path):
    path = tmp_path / "loop.otio"
    path.write_text(
        '{"OTIO_SCHEMA":"Stack.1","OTIO_REF_ID":"x","children":'
        '[{"OTIO_SCHEMA":"SerializableObjectRef.1","id":"x"}]}'
    )
    with pytest.raises(TimelineUnreadable, match="references"):
        read(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"5",
        b"[1, 2]",
        b"not json",
        b'{"OTIO_SCHEMA":"Timeline.1","name":"x"}',
        b'{"OTIO_SCHEMA":"Timeline.1","na',
        b"\xff\xfe{\x00}\x00",
        b'{"OTIO_SCHEMA":"Track.1","name":"","kind":"Video","children":[{"OTIO_SCHEMA":"Foo.1"}]}',
        b'{"OTIO_SCHEMA":"Clip.2","name":5}',
        b'{"OTIO_SCHEMA":"RationalTime.1","value":1,"rate":24}',
    ],
)
def test_broken_files_are_refused_in_a_sentence(tmp_path, data):
    path = tmp_path / "broken.otio"
    path.write_bytes(data)
    with pytest.raises(TimelineUnreadable) as caught:
        read(path)
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message


def test_too_large_is_known_before_reading(tmp_path):
    path = tmp_path / "large.otio"
    with path.open("wb") as file:
        file.truncate(guard.MOST_BYTES + 1)
    with pytest.raises(TimelineUnreadable, match="MiB"):
        read(path)


def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.otio")
    with pytest.raises(TimelineUnreadable, match="not a file"):
        read(tmp_path / "pipe.otio")


@pytest.mark.parametrize(
    "name", ["none.otio", "cut.edl", "cut.aaf", "cut.fcpxml", "cut.docx", "cut"]
)
def test_what_cannot_be_read_says_what_can(tmp_path, name):
    if name != "none.otio":
        (tmp_path / name).write_text("TITLE: x")
    with pytest.raises(TimelineUnreadable) as caught:
        read(tmp_path / name)
    assert name == "none.otio" or ".otioz" in caught.value.message
