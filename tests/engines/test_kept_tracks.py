"""Tracks that were made before come back bit for bit, and never those of something else."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bridge.engines.local.flow import Flow, Small, grid, small
from bridge.engines.local.paint.kept_tracks import KeptTracks
from bridge.engines.local.tracks import BEST, QUICKLY
from bridge.errors import EngineFailed
from tests.engines.pictures import texture

COUNT = 6
SIZE = (36, 64)
PICTURE_BYTES = SIZE[0] * SIZE[1] * 2 * 2


@pytest.fixture
def pictures() -> list[Small]:
    return [small(texture(seed, SIZE[1], SIZE[0])) for seed in range(COUNT)]


def shifted(count: int, by: float = 0.3) -> Iterator[Flow]:
    """Every picture moves on by so much, and by more than there is."""
    for place in range(count):
        yield grid(SIZE) + np.float32((place + 1) * by)
    yield from ()


def nobody() -> Iterator[Flow]:
    """What must not be asked."""
    raise AssertionError
    yield


def bits(tracks: Iterator[Flow]) -> list[bytes]:
    return [places.tobytes() for places in tracks]


def kept(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.glob("*/*"))


def test_they_come_back_bit_for_bit(tmp_path, pictures):
    made = bits(KeptTracks(tmp_path, pictures).through(0, COUNT, BEST, shifted(5), sparse=False))
    again = bits(KeptTracks(tmp_path, pictures).through(0, COUNT, BEST, nobody(), sparse=False))
    assert again == made
    assert len(set(made)) == 5
    near = [np.frombuffer(each, np.float32).reshape(*SIZE, 2) for each in made]
    assert np.abs(near[4] - grid(SIZE) - 1.5).max() < 1 / 90


def test_a_shorter_march_is_the_beginning_of_a_longer_one(tmp_path, pictures):
    tracks = KeptTracks(tmp_path, pictures)
    made = bits(tracks.through(0, COUNT, BEST, shifted(5), sparse=False))
    assert bits(tracks.through(0, 3, BEST, nobody(), sparse=False)) == made[:2]


def test_a_longer_march_is_made_anew_and_takes_the_place(tmp_path, pictures):
    tracks = KeptTracks(tmp_path, pictures)
    list(tracks.through(0, 3, BEST, shifted(2), sparse=False))
    made = bits(tracks.through(0, COUNT, BEST, shifted(5), sparse=False))
    assert bits(tracks.through(0, COUNT, BEST, nobody(), sparse=False)) == made
    assert kept(tmp_path) == [".tracks"]


def test_a_march_that_ended_at_a_cut_ends_there_again(tmp_path, pictures):
    tracks = KeptTracks(tmp_path, pictures)
    made = bits(tracks.through(5, -1, BEST, shifted(2), sparse=False))
    assert bits(tracks.through(5, -1, BEST, nobody(), sparse=False)) == made
    assert len(made) == 2


def test_a_cut_right_behind_the_start_is_known_too(tmp_path, pictures):
    tracks = KeptTracks(tmp_path, pictures)
    assert not list(tracks.through(0, COUNT, BEST, shifted(0), sparse=False))
    assert not list(tracks.through(0, COUNT, BEST, nobody(), sparse=False))


@pytest.mark.parametrize("other", ["pictures", "order", "start", "way", "care", "sparse"])
def test_nothing_else_is_taken_for_them(tmp_path, pictures, other):
    list(KeptTracks(tmp_path, pictures).through(2, 5, BEST, shifted(2), sparse=False))
    if other == "pictures":
        pictures[5] = pictures[5].copy()
        pictures[5][0, 0, 0] ^= 1
    if other == "order":
        pictures.reverse()
    start, stop = {"start": (1, 4), "way": (2, -1)}.get(other, (2, 5))
    tracks = KeptTracks(tmp_path, pictures).through(
        start,
        stop,
        QUICKLY if other == "care" else BEST,
        shifted(2, by=-1.5),
        sparse=other == "sparse",
    )
    assert np.abs(next(tracks) - grid(SIZE) + 1.5).max() < 1 / 90


def test_what_was_given_up_is_not_kept(tmp_path, pictures):
    tracks = KeptTracks(tmp_path, pictures)
    begun = tracks.through(0, COUNT, BEST, shifted(5), sparse=False)
    next(begun)
    begun.close()
    assert kept(tmp_path) == []
    assert len(list(tracks.through(0, COUNT, BEST, shifted(5), sparse=False))) == 5


def test_what_failed_is_not_kept(tmp_path, pictures):
    def failing() -> Iterator[Flow]:
        yield from shifted(2)
        raise EngineFailed("no more")

    tracks = KeptTracks(tmp_path, pictures)
    with pytest.raises(EngineFailed, match="no more"):
        list(tracks.through(0, COUNT, BEST, failing(), sparse=False))
    assert kept(tmp_path) == []


def test_two_at_once(tmp_path, pictures):
    one, other = (
        KeptTracks(tmp_path, pictures).through(0, COUNT, BEST, shifted(5), sparse=False)
        for _ in range(2)
    )
    pairs = [(a.tobytes(), b.tobytes()) for a, b in zip(one, other, strict=True)]
    assert all(a == b for a, b in pairs)
    again = KeptTracks(tmp_path, pictures).through(0, COUNT, BEST, nobody(), sparse=False)
    assert bits(again) == [a for a, _ in pairs]
    assert kept(tmp_path) == [".tracks"]


@pytest.mark.parametrize("left", [0, 3, 40, -1])
def test_a_file_that_is_not_whole_counts_as_none(tmp_path, pictures, left):
    tracks = KeptTracks(tmp_path, pictures)
    made = bits(tracks.through(0, COUNT, BEST, shifted(5), sparse=False))
    (path,) = tmp_path.glob("*/*.tracks")
    path.write_bytes(path.read_bytes()[:left])
    assert bits(tracks.through(0, COUNT, BEST, shifted(5), sparse=False)) == made
    assert bits(tracks.through(0, COUNT, BEST, nobody(), sparse=False)) == made


def test_what_was_not_asked_for_the_longest_goes_first(tmp_path, pictures):
    tracks = KeptTracks(tmp_path, pictures, most_bytes=9 * PICTURE_BYTES)

    def march(start: int, source: Iterator[Flow]) -> int:
        return len(list(tracks.through(start, start + 4, BEST, source, sparse=False)))

    def known() -> list[Path]:
        return sorted(tmp_path.glob("*/*.tracks"))

    for start in (0, 1):
        march(start, shifted(3))
        for path in known():  # the first is a second older
            os.utime(path, (path.stat().st_mtime - 1,) * 2)
    assert march(0, nobody()) == 3  # and was asked for later than the other one
    march(2, shifted(3))  # for which there is room
    march(-1, shifted(3))  # before which the longest unasked goes
    assert march(0, nobody()) == 3
    assert march(1, shifted(3)) == 3
    assert len(known()) == 3


def test_what_a_killed_one_left_goes_with_the_next(tmp_path, pictures):
    tracks = KeptTracks(tmp_path, pictures)
    list(tracks.through(0, COUNT, BEST, shifted(5), sparse=False))
    (path,) = tmp_path.glob("*/*.tracks")
    path.rename(path.with_name(f"{path.stem}.abc.part"))
    list(tracks.through(0, COUNT, BEST, shifted(5), sparse=False))
    assert kept(tmp_path) == [".tracks"]
