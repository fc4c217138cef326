"""What is remembered of a file is forgotten as soon as the file may be another one."""

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.frames import Rate
from bridge.media.facts import MediaFacts
from bridge.media.memory import Memory, identity_of
from bridge.source import Source, SourceKind

OLD = 1_000_000_000_000_000_000  # nanoseconds since 1970: 2001


@pytest.fixture
def source(tmp_path: Path) -> Source:
    path = tmp_path / "a.mov"
    path.write_bytes(b"pictures")
    os.utime(path, ns=(OLD, OLD))
    return Source(path)


def facts(source: Source, modified_ns: int = OLD) -> MediaFacts:
    return MediaFacts(
        source=source,
        codec="prores",
        pixel_format="yuv422p10le",
        bits=10,
        width=64,
        height=36,
        pixel_aspect=Fraction(1),
        rate=Rate.of(25),
        frames=8,
        size=8,
        modified_ns=modified_ns,
    )


def test_same_file_is_remembered(source: Source) -> None:
    memory = Memory()
    assert memory.find(source) is None
    memory.keep(source, identity_of(source), facts(source))
    assert memory.find(source) == facts(source)
    assert memory.find(Source(source.path, SourceKind.still)) is None  # asked for as something else


def _rewritten(path: Path) -> None:
    """As long and as old as before."""
    path.write_bytes(b"PICTURES")
    os.utime(path, ns=(OLD, OLD))


def _replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"PICTURES")
    os.utime(other, ns=(OLD, OLD))
    other.replace(path)


@pytest.mark.parametrize(
    "change",
    [
        _rewritten,
        _replaced,
        lambda path: path.write_bytes(b"more pictures"),
        lambda path: os.utime(path, ns=(OLD, OLD + 1)),
        lambda path: path.unlink(),
    ],
)
def test_changed_file_is_forgotten(source: Source, change: Callable[[Path], object]) -> None:
    memory = Memory()
    memory.keep(source, identity_of(source), facts(source))
    change(source.path)
    assert memory.find(source) is None


def test_file_that_changed_while_it_was_read_is_not_kept(source: Source) -> None:
    memory, before = Memory(), identity_of(source)
    _replaced(source.path)
    memory.keep(source, before, facts(source))
    assert memory.find(source) is None


def test_file_that_was_just_written_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "new.mov"
    path.write_bytes(b"pictures")
    memory, source = Memory(), Source(path)
    memory.keep(source, identity_of(source), facts(source, path.stat().st_mtime_ns))
    assert memory.find(source) is None


def test_sequences_are_looked_at_each_time(tmp_path: Path) -> None:
    source = Source(tmp_path / "a.%04d.png", SourceKind.sequence)
    memory = Memory()
    memory.keep(source, identity_of(source), facts(source))
    assert memory.find(source) is None
