"""Sound as a file of its own: exactly as long as ordered, cut to the sample."""

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import DiskRefused, MediaDamaged, MediaMissing, MediaUnsupported, UsageError
from bridge.media.dub import FADE, _faded, dub
from bridge.media.facts import AudioFacts, Dub, Sound
from bridge.media.limits import Guard
from bridge.media.probe import probe_sound
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make
from bridge.settings import Settings
from bridge.source import Source
from tests.media.footage import FILM, NTSC, PAL

RATE = 48_000
COUNTS_TO = 20_000  # the slate's sound is a ramp that says which sample it is


def samples(path: Path) -> Any:
    """The first channel, 16 bits of it."""
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
        channels = container.streams.audio[0].channels
    whole = np.concatenate(blocks, axis=1)[0]
    return (whole[::channels] >> 16).astype(int)


def dubbed(out: Path, *parts: Sound, start: Fraction | None = None) -> Path:
    return dub(Dub(parts, out, start), Guard()).path


@pytest.fixture(scope="session")
def counted(footage: Path) -> Path:
    return make(footage / "counted.mov", Slate(60, PAL, sound=True))


@pytest.mark.parametrize("rate", [FILM, PAL, NTSC])
@pytest.mark.parametrize(("first", "count"), [(0, 1), (7, 33), (50, 30)])
def test_as_long_as_the_shot_to_the_sample(
    counted: Path, tmp_path: Path, rate: Any, first: int, count: int
) -> None:
    sound = Sound(counted, rate.seconds(first), rate.seconds(count))
    got = samples(dubbed(tmp_path / "a.wav", sound))
    assert got.size == round(rate.seconds(count) * RATE)
    places = np.arange(got.size) + round(rate.seconds(first) * RATE)
    total = round(PAL.seconds(60) * RATE)
    assert np.array_equal(got, np.where(places < total, places % COUNTS_TO, 0))


@pytest.mark.parametrize("pieces", [2, 3])
def test_pieces_of_one_sound_are_that_sound(counted: Path, tmp_path: Path, pieces: int) -> None:
    """Also where they change between two samples."""
    long = FILM.seconds(13)
    parts = [Sound(counted, Fraction(1, 5) + long * n, long) for n in range(pieces)]
    got = samples(dubbed(tmp_path / "a.wav", *parts))
    assert got.size == round(long * pieces * RATE)
    expected = (np.arange(got.size) + RATE // 5) % COUNTS_TO
    inside = expected > 0  # the ramp falls here, and a place between two samples tells
    assert np.abs(got - expected)[inside].max() <= 1


def test_one_sound_goes_over_into_the_other_within_ten_milliseconds(tmp_path: Path) -> None:
    low, high = (steady(tmp_path / f"{level}.wav", level) for level in (1000, 9000))
    second = Fraction(1, 2)
    parts = (Sound(low, Fraction(0), second), Sound(high, Fraction(0), second))
    got = samples(dubbed(tmp_path / "a.wav", *parts))
    cut, half = RATE // 2, FADE // 2
    assert set(got[: cut - half]) == {1000}
    # before its own beginning the second piece is silent
    assert got[cut - half] < 1000
    assert set(got[cut + half :]) == {9000}


def steady(path: Path, level: int, rate: int = RATE, channels: int = 1) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream(
            "pcm_s16le", rate=rate, layout="stereo" if channels == 2 else "mono"
        )
        wave = np.full((1, rate * channels), level, np.int16)
        frame = av.AudioFrame.from_ndarray(wave, "s16", "stereo" if channels == 2 else "mono")
        frame.sample_rate = rate
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("rate", [44_100, 16_000, 96_000])
def test_other_sample_rates_keep_the_time_to_the_end(tmp_path: Path, rate: int) -> None:
    path = steady(tmp_path / "s.wav", 5000, rate, channels=2)
    whole = samples(dubbed(tmp_path / "a.wav", Sound(path, Fraction(0), Fraction(1))))
    assert whole.size == RATE
    assert np.abs(whole[200:-200] - 5000).max() < 60
    assert np.abs(whole[-40:]).min() > 1000  # what the resampler still held is there


def test_a_piece_without_sound_is_silence(counted: Path, tmp_path: Path) -> None:
    mute = make(tmp_path / "mute.mov", Slate(30, PAL))
    half = Fraction(1, 2)
    parts = (Sound(mute, Fraction(0), half), Sound(counted, half, half))
    got = samples(dubbed(tmp_path / "a.wav", *parts))
    assert not got[: RATE // 2 - FADE].any()
    assert got[RATE // 2 + FADE] == (RATE // 2 + FADE) % COUNTS_TO


@pytest.mark.parametrize(("level", "silent"), [(0, True), (9, True), (12, False), (9000, False)])
def test_silence_is_what_nobody_hears(tmp_path: Path, level: int, silent: bool) -> None:
    """-70 dB of full scale is 10.4 of 32768."""
    path = steady(tmp_path / "s.wav", level)
    order = Dub((Sound(path, Fraction(0), Fraction(1)),), tmp_path / "a.wav")
    assert dub(order, Guard()).silent is silent


def test_channels_and_start_are_written(counted: Path, tmp_path: Path) -> None:
    stereo = steady(tmp_path / "s.wav", 7, channels=2)
    sound = Sound(stereo, Fraction(0), Fraction(1))
    start = Fraction(86_400 * 1001, 24_000)  # 01:00:00:00 at 24000/1001
    out = dubbed(tmp_path / "a.wav", sound, replace(sound, path=counted), start=start)
    assert probe_sound(Source(out), Guard()).audio == (AudioFacts("pcm_s24le", RATE, 2, "stereo"),)
    with av.open(str(out)) as container:
        assert container.metadata["time_reference"] == str(round(start * RATE))
    again = dubbed(tmp_path / "b.wav", sound, replace(sound, path=counted), start=start)
    assert out.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("codec", ["libmp3lame", "flac", "pcm_s16le", "aac"])
def test_sound_alone_is_probed_by_decoding(tmp_path: Path, codec: str) -> None:
    suffix = {"libmp3lame": ".mp3", "flac": ".flac", "aac": ".m4a"}.get(codec, ".wav")
    path = tmp_path / f"s{suffix}"
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=RATE, layout="mono")
        wave = (np.sin(np.arange(RATE) / 20) * 8000).astype(np.int16)[None, :]
        frame = av.AudioFrame.from_ndarray(wave, "s16", "mono")
        frame.sample_rate = RATE
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    facts = probe_sound(Source(path), Guard())
    assert abs(facts.seconds - 1) < Fraction(1, 15)
    assert (facts.audio[0].sample_rate, facts.audio[0].channels) == (RATE, 1)
    assert facts.size == path.stat().st_size


def test_a_movie_has_sound_too_or_has_none(counted: Path, tmp_path: Path) -> None:
    assert probe_sound(Source(counted), Guard()).seconds == PAL.seconds(60)
    with pytest.raises(MediaUnsupported, match="no sound"):
        probe_sound(Source(make(tmp_path / "mute.mov", Slate(5, PAL))), Guard())


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    page, cut = tmp_path / "page.mp3", tmp_path / "cut.flac"
    page.write_text("<html>Not found</html>")
    whole = steady(tmp_path / "s.wav", 5)
    cut.write_bytes(b"fLaC" + whole.read_bytes()[:200])
    with pytest.raises(MediaUnsupported):
        probe_sound(Source(page), Guard())
    with pytest.raises(MediaDamaged):
        probe_sound(Source(cut), Guard())
    with pytest.raises(MediaMissing):
        probe_sound(Source(tmp_path / "gone.wav"), Guard())


def test_what_cannot_be_ordered(counted: Path, tmp_path: Path) -> None:
    good = Dub((Sound(counted, Fraction(0), Fraction(1)),), tmp_path / "a.wav")
    (part,) = good.parts
    for wrong, kind in (
        (replace(good, parts=()), UsageError),
        (replace(good, parts=(replace(part, seconds=Fraction(0)),)), UsageError),
        (replace(good, out=tmp_path / "a.mov"), UsageError),
        (replace(good, parts=(replace(part, path=good.out),)), DiskRefused),
        (replace(good, out=tmp_path / "no" / "a.wav"), DiskRefused),
    ):
        with pytest.raises(kind):
            dub(wrong, Guard())
    assert not list(tmp_path.glob("*.wav*"))


def test_a_room_dubs_and_probes_in_children(counted: Path, tmp_path: Path) -> None:
    order = Dub((Sound(counted, Fraction(0), Fraction(1)),), tmp_path / "a.wav")

    async def run() -> tuple[Any, Any]:
        room = MediaRoom(Settings(data=tmp_path / "data"))
        try:
            return await room.dub(order), await room.probe_sound(Source(order.out))
        finally:
            await room.close()

    made, facts = asyncio.run(run())
    assert (made.samples, made.silent, facts.seconds) == (RATE, False, 1)


@given(
    one=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=50),
    other=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=50),
)
def test_a_fade_stays_between_the_two(one: list[int], other: list[int]) -> None:
    count = min(len(one), len(other))
    held, coming = (np.array([part[:count]], np.int32) for part in (one, other))
    found = _faded(held, coming)
    assert (found >= np.minimum(held, coming)).all()
    assert (found <= np.maximum(held, coming)).all()
    assert np.array_equal(_faded(held, held), held)
