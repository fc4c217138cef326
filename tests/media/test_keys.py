"""Pictures that decode by themselves come alone, and are the right ones in every container."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from bridge.media import formats
from bridge.media.keys import key_pictures
from bridge.media.limits import Guard
from bridge.media.movie import Movie, movie_opened
from bridge.media.paths import opened
from bridge.media.probe import probe
from bridge.media.reader import movie_pictures, pictures
from bridge.media.slate import number_of
from bridge.source import Source
from tests.media.footage import STEADY, made, read

Found = TypeVar("Found")
LONG_GROUPS = {"b_frames.mp4": (0, 30), "ten_bit.mkv": (0, 30), "film.mov": (0, 12, 24, 36)}


@pytest.mark.parametrize("name", [name for name in STEADY if not STEADY[name].turn])
def test_they_are_the_frames_that_they_are_said_to_be(footage: Path, name: str) -> None:
    path = made(footage, name, STEADY[name])
    keys = probe(Source(path), Guard()).keys
    assert len(keys) < STEADY[name].frames
    assert read(path, keys) == list(keys)
    assert read(path, (*reversed(keys), *keys)) == [*reversed(keys), *keys]


@pytest.mark.parametrize("name", LONG_GROUPS)
def test_which_they_are(footage: Path, name: str) -> None:
    assert probe(Source(made(footage, name, STEADY[name])), Guard()).keys == LONG_GROUPS[name]


def test_nothing_else_is_decoded(footage: Path) -> None:
    path = made(footage, "b_frames.mp4", STEADY["b_frames.mp4"])

    def found(movie: Movie) -> list[int]:
        times = _times(movie, (0, 30))
        return [number_of(frame) for frame in key_pictures(movie, times, Guard())]

    assert _with_movie(path, found) == [0, 30]


def test_a_file_that_says_so_wrongly_is_read_as_ever(footage: Path) -> None:
    path = made(footage, "b_frames.mp4", STEADY["b_frames.mp4"])

    def lied(movie: Movie) -> list[int]:
        times = _times(movie, (7, 30, 41))
        assert not list(key_pictures(movie, times, Guard()))
        wrong = replace(movie, keys=frozenset(times))
        return [number_of(frame) for frame in movie_pictures(wrong, (7, 30, 41, 8), Guard())]

    def lied_of_all(movie: Movie) -> list[int]:
        wrong = replace(movie, keys=frozenset(_times(movie, (7, 30, 41))))
        return [number_of(frame) for frame in movie_pictures(wrong, (41, 7, 30), Guard())]

    def lied_of_the_last(movie: Movie) -> list[int]:
        times = _times(movie, (0, 30, 41))
        assert [number_of(frame) for frame in key_pictures(movie, times, Guard())] == [0, 30]
        wrong = replace(movie, keys=frozenset(times))
        return [number_of(frame) for frame in movie_pictures(wrong, (0, 30, 0, 41, 30), Guard())]

    assert _with_movie(path, lied) == [7, 30, 41, 8]
    assert _with_movie(path, lied_of_all) == [41, 7, 30]
    assert _with_movie(path, lied_of_the_last) == [0, 30, 0, 41, 30]


@pytest.mark.parametrize("name", [name for name in STEADY if not STEADY[name].turn])
def test_a_file_that_is_known_is_opened_without_decoding_and_read_as_before(
    footage: Path, tmp_path: Path, name: str
) -> None:
    path = Path(shutil.copy(made(footage, name, STEADY[name]), tmp_path))
    os.utime(path, (1, 1))  # what was just written is never remembered
    facts, last = probe(Source(path), Guard()), STEADY[name].frames - 1
    for wanted in ((last, 3, 4, 9), facts.keys, tuple(range(last + 1))):
        found = [number_of(frame) for frame in pictures(Source(path), wanted, Guard(), facts)]
        assert found == list(wanted)


def _times(movie: Movie, numbers: tuple[int, ...]) -> list[int]:
    return [movie.grid.time_of(number) for number in numbers]


def _with_movie(path: Path, act: Callable[[Movie], Found]) -> Found:
    with opened(path) as file:
        format_ = formats.format_of(file.head, path)
        with movie_opened(file, format_, Guard()) as movie:
            return act(movie)
