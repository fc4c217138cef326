"""Sound is cut to the sample, and silence is laid where there is none."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import MediaUnsupported
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Sound
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make
from bridge.media.sound import _filled
from tests.media.footage import NTSC, PAL, order

RATE = 48_000
COUNTS_TO = 20_000  # the slate's sound is a ramp that says which sample it is


def _samples(path: Path) -> Any:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(blocks, axis=1)[0]


@pytest.mark.parametrize("first", [0, 1, 17, 59])
@pytest.mark.parametrize("count", [1, 33])
def test_cut_to_the_sample(film: Path, tmp_path: Path, first: int, count: int) -> None:
    sound = Sound(film, NTSC.seconds(first), NTSC.seconds(count))
    wanted = replace(order(film, range(count), tmp_path / "a.mov"), sound=sound)
    deliver(wanted, Guard(), lambda _: None)
    got = _samples(tmp_path / "a.mov")
    start, total = round(NTSC.seconds(first) * RATE), round(NTSC.seconds(60) * RATE)
    places = np.arange(start, start + round(NTSC.seconds(count) * RATE))
    expected = np.where(places < total, places % COUNTS_TO, 0)
    assert np.array_equal(got, expected)


def test_silence_before_the_beginning(film: Path, tmp_path: Path) -> None:
    sound = Sound(film, Fraction(-1, 4), Fraction(1, 2))
    wanted = replace(order(film, range(15), tmp_path / "a.mov"), sound=sound)
    deliver(wanted, Guard(), lambda _: None)
    got = _samples(tmp_path / "a.mov")
    assert np.array_equal(got, [*[0] * 12_000, *range(12_000)])


@pytest.mark.parametrize("source_suffix", ["mov", "mkv", "mp4"])
def test_aac_has_the_length_and_the_level(tmp_path: Path, source_suffix: str) -> None:
    path = make(tmp_path / f"s.{source_suffix}", Slate(50, PAL, sound=True))
    sound = Sound(path, Fraction(1, 2), Fraction(1))
    out = tmp_path / "a.mp4"
    wanted = replace(order(path, range(25), out, Codec.h264, PAL), sound=sound)
    facts = deliver(wanted, Guard(), lambda _: None).facts
    assert (facts.frames, facts.audio[0].codec, facts.audio[0].sample_rate) == (25, "aac", RATE)
    samples = _samples(out)
    assert RATE <= samples.size <= RATE + 1024
    assert np.abs(samples[: RATE // 2]).max() > 0.05


def test_sound_begins_with_the_first_shown_picture(tmp_path: Path) -> None:
    path = make(tmp_path / "late.mov", Slate(50, PAL, sound=True, offset=5))
    sound = Sound(path, Fraction(0), Fraction(1, 5))
    deliver(
        replace(order(path, range(5), tmp_path / "a.mov", rate=PAL), sound=sound),
        Guard(), lambda _: None,
    )  # fmt: skip
    assert _samples(tmp_path / "a.mov")[0] == 5 * RATE // 25


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mov", Slate(5, PAL))
    wanted = replace(
        order(path, range(5), tmp_path / "b.mov"), sound=Sound(path, Fraction(0), Fraction(1))
    )
    with pytest.raises(MediaUnsupported, match="no sound"):
        deliver(wanted, Guard(), lambda _: None)
    assert [file.name for file in tmp_path.iterdir()] == ["a.mov"]


@given(
    blocks=st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 40)), max_size=8),
    total=st.integers(0, 200),
)
def test_any_blocks_fill_exactly_the_length(blocks: list[tuple[int, int]], total: int) -> None:
    placed, place = [], 0
    for move, length in blocks:
        place += move
        placed.append((place, np.arange(place, place + length)[None, :] + 1000))
        place += length

    def silence(samples: int) -> Any:
        return np.zeros((1, samples), np.int64)

    parts = list(_filled(iter(placed), total, silence))
    got = np.concatenate([*parts, silence(0)], axis=1)[0]
    assert got.size == total
    heard = np.flatnonzero(got)
    assert np.array_equal(got[heard], heard + 1000)
