"""Frame n is frame n, in every container, in every order."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import MediaChanged, MediaDamaged, RangeError
from bridge.media.limits import Guard, Limits
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.media.slate import Slate, make, number_of, numbers
from bridge.source import Source, SourceKind
from tests.media.footage import NTSC, PAL, STEADY, VARIABLE, made, read

FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("name", STEADY)
def test_every_frame_is_itself(footage: Path, name: str) -> None:
    slate = STEADY[name]
    path = made(footage, name, slate)
    facts = probe(Source(path), Guard())
    everything = list(range(slate.frames))
    assert (facts.frames, facts.rate, facts.variable) == (slate.frames, slate.rate, False)
    if not slate.turn:
        assert list(numbers(path)) == everything
        assert read(path, everything) == everything
        assert read(path, everything[::-1]) == everything[::-1]


@FEW
@given(data=st.data(), name=st.sampled_from([n for n in STEADY if not STEADY[n].turn]))
def test_any_frames_in_any_order(footage: Path, name: str, data: st.DataObject) -> None:
    slate = STEADY[name]
    wanted = data.draw(st.lists(st.integers(0, slate.frames - 1), min_size=1, max_size=12))
    assert read(made(footage, name, slate), wanted) == wanted


@pytest.mark.parametrize(
    "wanted", [(3,) * 9, (1, 3, 5, 21), (21, 5, 3, 1), (9, 9, 8, 8, 7, 7), (0, 39, 0, 38, 1)]
)
def test_steps_repeats_and_jumps(footage: Path, wanted: tuple[int, ...]) -> None:
    assert read(made(footage, "open_hevc.mp4", STEADY["open_hevc.mp4"]), wanted) == list(wanted)


def test_going_backwards_in_little_memory(footage: Path) -> None:
    path = made(footage, "b_frames.mp4", STEADY["b_frames.mp4"])
    little = Guard(Limits(memory_mb=1))
    assert little.limits.pictures(640, 360) == 2
    back = range(59, -1, -1)
    assert [number_of(frame) for frame in pictures(Source(path), back, little)] == list(back)


def test_a_repeated_frame_is_the_same_picture(footage: Path) -> None:
    path = made(footage, "b_frames.mp4", STEADY["b_frames.mp4"])
    first, second, third = pictures(Source(path), (7, 7, 8), Guard())
    assert first is second
    assert third is not second


def test_a_held_frame_may_be_dated_anew_by_who_writes_it(footage: Path) -> None:
    path, found = made(footage, "b_frames.mp4", STEADY["b_frames.mp4"]), []
    for place, frame in enumerate(pictures(Source(path), (7, 7, 8, 8, 8), Guard())):
        found.append(number_of(frame))
        frame.pts = place  # as a writer does that needs no other format or size
    assert found == [7, 7, 8, 8, 8]


@pytest.mark.parametrize("name", VARIABLE)
def test_variable_rate_shows_the_last_picture_begun(footage: Path, name: str) -> None:
    slate, rate, shown = VARIABLE[name]
    path = made(footage, name, slate)
    facts = probe(Source(path), Guard())
    assert (facts.variable, facts.rate, facts.frames) == (True, rate, len(shown))
    assert read(path, range(facts.frames)) == list(shown)
    assert read(path, range(facts.frames - 1, -1, -1)) == list(shown[::-1])


@pytest.mark.parametrize("wrong", [-1, 40])
def test_a_frame_outside_is_refused(footage: Path, wrong: int) -> None:
    with pytest.raises(RangeError, match=str(wrong)):
        read(made(footage, "film.mov", STEADY["film.mov"]), (3, wrong))


def test_a_hole_in_the_data_is_found(tmp_path: Path) -> None:
    path = make(tmp_path / "hole.mp4", Slate(60, PAL, gop=10))
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + len(data) // 3
    data[start : start + len(data) // 8] = bytes(len(data) // 8)
    path.write_bytes(data)
    with pytest.raises(MediaDamaged, match=r"Frame \d+ of .*60 frames"):
        read(path, range(60))


def test_another_file_than_planned_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mov", Slate(10, PAL))
    facts = probe(Source(path), Guard())
    assert [number_of(f) for f in pictures(Source(path), (3,), Guard(), facts)] == [3]
    make(path, Slate(12, PAL))
    with pytest.raises(MediaChanged):
        list(pictures(Source(path), (3,), Guard(), facts))


def test_what_was_found_of_a_file_is_not_believed_of_another(tmp_path: Path) -> None:
    """Of the same name, and as old; a file that was just written is never remembered."""
    path = tmp_path / "a.mov"
    for slate in (Slate(10, PAL), Slate(12, NTSC, b_frames=2, first_number=40)):
        make(path, slate)
        os.utime(path, (1, 1))
        first = slate.first_number
        for _ in range(2):
            assert read(path, (3, slate.frames - 1)) == [first + 3, first + slate.frames - 1]


@pytest.mark.parametrize("fields", [False, True])
@pytest.mark.parametrize("b_frames", [0, 1, 3])
def test_a_few_of_many_are_found_without_decoding_all(
    tmp_path: Path, b_frames: int, *, fields: bool
) -> None:
    """Pictures that no other is made of are left out, and never one that is wanted."""
    more = (("preset", "veryfast"),)
    slate = Slate(90, PAL, b_frames=b_frames, gop=45, interlaced=fields, options=more)
    path = make(tmp_path / "a.mp4", slate)
    for wanted in (range(4, 90, 11), range(5, 90, 12), (88, 7, 8, 9, 61), range(90)):
        assert read(path, wanted) == list(wanted)


def test_a_file_that_grows_while_read_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mov", Slate(10, PAL))
    frames = pictures(Source(path), (3, 4), Guard())
    next(frames)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(MediaChanged):
        list(frames)


def test_a_movie_held_as_a_still_is_its_first_frame(footage: Path) -> None:
    source = Source(made(footage, "film.mov", STEADY["film.mov"]), SourceKind.still)
    assert probe(source, Guard()).frames == 1
    assert [number_of(frame) for frame in pictures(source, (0, 500), Guard())] == [0, 0]
