"""What comes back becomes exactly the shot, its sound too; what was asked for stays."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest

from bridge.engines.base import Change
from bridge.errors import DeliveryError, FrameCountWrong, MediaError
from bridge.frames import Rate
from bridge.jobs.values import from_json, to_json
from bridge.media.facts import Codec, Colour, MediaFacts, SoundFacts
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.slate import Slate, make, numbers
from bridge.pipeline.collect import Collected, collect
from bridge.pipeline.conform import Conformed, conform
from bridge.pipeline.reinsert import Reinserted
from bridge.source import Source
from tests.media.test_dub import COUNTS_TO, samples
from tests.pipeline.returns import RECIPE, Walk, returns, walking
from tests.test_walk import BEFORE, Cut, quiet

PAL = Rate.of(25)
SHOT = Cut("25", "25", "01:00:00:00")  # 12 frames from source frame 10
LONG = Cut("25", "25", source=0, frames=48)
SECOND = Fraction(1)
SAMPLES = 48_000 * 12 // 25


def conformed(walk: Walk) -> Conformed:
    return asyncio.run(walk.conformed())


def delivered(done: Conformed) -> MediaFacts:
    return probe(Source(done.path), Guard())


# ---- how many, how fast


@pytest.mark.parametrize(
    ("frames", "rate", "shown"),
    [
        (12, "25", range(12)),
        (13, "25", range(12)),
        (11, "25", [*range(11), 10]),
        (24, "50", range(1, 25, 2)),
        (12, "24", range(12)),
    ],
)
def test_any_count_becomes_the_shots(tmp_path: Path, frames: int, rate: str, shown: Any) -> None:
    with walking(tmp_path, returns(Slate(frames, Rate.of(rate))), SHOT) as walk:
        done = conformed(walk)
    assert numbers(done.path) == tuple(shown)
    assert (delivered(done).frames, delivered(done).rate) == (12, PAL)


def test_another_length_is_refused_and_kept(tmp_path: Path) -> None:
    raised = pytest.raises(FrameCountWrong)
    with walking(tmp_path, returns(Slate(20, PAL)), SHOT) as walk, raised as refused:
        conformed(walk)
    assert refused.value.detail["request"] == "j1-s001-1-0"  # a retry knows what was at fault


def test_a_raw_result_that_breaks_off_names_its_request(tmp_path: Path) -> None:
    async def broken() -> None:
        collected = await walk.collected()
        (raw,) = collected.raws
        path = raw.facts.source.path
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:2000])
        await conform(collected, walk.tools, quiet)

    raised = pytest.raises(MediaError)
    with walking(tmp_path, returns(Slate(12, PAL)), SHOT) as walk, raised as refused:
        asyncio.run(broken())
    assert refused.value.detail["request"] == "j1-s001-1-0"


# ---- finishing models


def test_an_upscaled_take_keeps_its_size(tmp_path: Path) -> None:
    big = Slate(12, PAL, 256, 144)
    with walking(tmp_path, returns(big), SHOT, Change.size) as walk:
        done = conformed(walk)
    facts = delivered(done)
    assert (facts.width, facts.height, facts.pixel_aspect) == (256, 144, 1)
    assert (done.take.width, done.take.height) == (256, 144)
    (tmp_path / "plain").mkdir()
    with walking(tmp_path / "plain", returns(big), SHOT) as walk:
        assert delivered(conformed(walk)).width == 64


def test_a_faster_result_is_shown_at_the_timelines_rate_and_kept_whole(tmp_path: Path) -> None:
    with walking(tmp_path, returns(Slate(48, Rate.of(100))), SHOT, Change.rate) as walk:
        done = conformed(walk)
        (raw,) = done.take.raws
        kept = walk.tools.store.path_of(raw)
        assert numbers(kept) == tuple(range(48))
    assert numbers(done.path) == tuple(range(2, 48, 4))
    assert any(str(kept) in warning for warning in done.take.warnings)


def test_a_graded_take_keeps_its_colours_and_bits(tmp_path: Path) -> None:
    pq = Colour("bt2020", "smpte2084", "bt2020nc", "tv")
    hdr = Slate(12, PAL, codec="libx265", pixel_format="yuv420p10le", colour=pq)
    recipe = replace(RECIPE, codec=Codec.h264)
    with walking(tmp_path, returns(hdr), SHOT, Change.colour, recipe=recipe) as walk:
        done = conformed(walk)
    facts = delivered(done)
    assert (facts.colour, facts.codec, facts.bits >= 10) == (pq, "prores", True)
    assert (done.take.codec, done.path.suffix) == ("prores_hq", ".mov")
    assert any("prores_hq" in warning for warning in done.take.warnings)


# ---- sound


def ramp(first: int, count: int) -> Any:
    """Sound that counts its samples."""
    return (np.arange(first, first + count) % COUNTS_TO).astype(np.int16)


def sound_file(path: Path, wave: Any, codec: str = "pcm_s16le", rate: int = 48_000) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(wave[None, :], "s16", "mono")
        frame.sample_rate = rate
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def muxed(path: Path, slate: Slate, wave: Path) -> Path:
    """The slate with that sound under it."""
    pictures = make(path.with_name("pictures.mov"), slate)
    with av.open(str(pictures)) as one, av.open(str(wave)) as two, av.open(str(path), "w") as out:
        sources = [(each, out.add_stream_from_template(each.streams[0])) for each in (one, two)]
        for source, stream in sources:
            for packet in source.demux(source.streams[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    return path


def heard(level: int | None) -> Callable[[Path, Path, int], Path]:
    """Comes back with sound of one level, or with a ramp."""

    def made(_footage: Path, folder: Path, _number: int) -> Path:
        loud = ramp(0, SAMPLES) if level is None else np.full(SAMPLES, level, np.int16)
        wave = sound_file(folder / "wave.wav", loud)
        return muxed(folder / "loud.mov", Slate(12, PAL), wave)

    return made


def test_sound_that_came_back_lies_beside_the_take_and_under_it(tmp_path: Path) -> None:
    with walking(tmp_path, heard(None), SHOT) as walk:
        done, new = asyncio.run(walk.reinserted())
        store = walk.tools.store
        assert store.path_of(done.take.sound or "").suffix == ".wav"
    beside = done.take.sound_path
    assert beside == done.path.with_name(f"{done.path.stem}.sound.wav")
    assert np.array_equal(samples(beside), np.arange(SAMPLES) % COUNTS_TO)
    with av.open(str(beside)) as container:  # the take begins at 01:00:00:10
        seconds = Fraction(delivered(done).start_frame, 25)
        assert container.metadata["time_reference"] == str(seconds * 48_000)
    assert delivered(done).audio == ()
    assert_laid_under(new, beside)


def assert_laid_under(new: Reinserted, sound: Path) -> None:
    (placement,) = new.placements
    assert placement.sound == sound
    made = otio.adapters.read_from_file(str(new.timeline))
    (track,) = made.audio_tracks()
    assert track.name == "AI sound"
    (clip,) = track.find_clips()
    assert clip.media_reference.target_url.endswith(".sound.wav")
    assert clip.range_in_parent().start_time.value == BEFORE
    assert clip.duration().value == 12
    (picture,) = (c for c in made.video_tracks()[1].find_clips())
    assert clip.source_range == picture.source_range
    assert clip.media_reference.available_range == picture.media_reference.available_range


@pytest.mark.parametrize(("level", "kept"), [(0, False), (8, False), (200, True)])
def test_a_silent_track_is_dropped(tmp_path: Path, level: int, kept: bool) -> None:
    with walking(tmp_path, heard(level), SHOT) as walk:
        done = conformed(walk)
    assert (done.take.sound is not None) is kept
    assert len(list(done.path.parent.iterdir())) == (3 if kept else 2)
    assert done.take.warnings == ()


def test_the_same_attempt_gives_the_same_sound_again(tmp_path: Path) -> None:
    with walking(tmp_path, heard(None), SHOT) as walk:

        async def twice() -> tuple[Conformed, Conformed]:
            collected = from_json(Collected, to_json(await walk.collected()))
            first = await conform(collected, walk.tools, quiet)
            first.take.sound_path.unlink()  # type: ignore[union-attr]
            return first, await conform(collected, walk.tools, quiet)

        first, second = asyncio.run(twice())
    assert first == second
    assert samples(second.take.sound_path).size == SAMPLES  # type: ignore[arg-type]


def test_sound_of_segments_is_one_sound(tmp_path: Path) -> None:
    """Each part comes back with its own piece of one ramp; the whole is the ramp."""
    starts: list[int] = []

    def made(footage: Path, folder: Path, _number: int) -> Path:
        shown = numbers(footage)
        starts.append(shown[0])
        wave = sound_file(folder / "part.wav", ramp(shown[0] * 1920, len(shown) * 1920))
        return muxed(folder / "loud.mov", Slate(len(shown), PAL, first_number=shown[0]), wave)

    with walking(tmp_path, made, LONG, max_seconds=SECOND) as walk:
        done = conformed(walk)
    assert len(starts) > 2
    assert numbers(done.path) == tuple(range(48))
    got = samples(done.take.sound_path)  # type: ignore[arg-type]
    assert np.array_equal(got, np.arange(48 * 1920) % COUNTS_TO)


@pytest.mark.parametrize("rate", ["24", "24000/1001"])
def test_a_click_is_heard_on_its_frame(tmp_path: Path, rate: str) -> None:
    """24 for 24000/1001 is a thousandth: after eight seconds a fifth of a frame."""
    film, local = Rate.of("24000/1001"), (185, 180)

    def made(_footage: Path, folder: Path, number: int) -> Path:
        sent = walk.plan.shots[0].segments[number].sent
        per_frame = 48_000 / float(Rate.of(rate).fps)
        wave = np.zeros(round(sent * per_frame), np.int16)
        click = round((local[number] + 0.02) * per_frame)
        wave[click : click + 400] = 20_000
        loud = sound_file(folder / "part.wav", wave)
        return muxed(folder / "loud.mov", Slate(sent, Rate.of(rate)), loud)

    cut = Cut("24000/1001", "24000/1001", source=0, frames=384, media=Slate(384, gop=48))
    with walking(tmp_path, made, cut, max_seconds=Fraction(9)) as walk:
        done = conformed(walk)
    wave = np.abs(samples(done.take.sound_path))  # type: ignore[arg-type]
    assert wave.size == round(film.seconds(384) * 48_000)
    loud = np.flatnonzero(wave > 5000)
    clicks = [
        int(loud[0]),
        *(int(at) for at, gap in zip(loud[1:], np.diff(loud), strict=True) if gap > 4000),
    ]
    starts = [part.frames.start for part in walk.plan.shots[0].segments]
    assert [int(at * film.fps / 48_000) for at in clicks] == [
        start + at for start, at in zip(starts, local, strict=True)
    ]


def test_a_sound_model_leaves_the_pictures_as_they_were(tmp_path: Path) -> None:
    def made(_footage: Path, folder: Path, _number: int) -> Path:
        return sound_file(folder / "effects.wav", ramp(0, 24_000))

    cut = replace(SHOT, media=Slate(48, gop=12, sound=True))
    with walking(tmp_path, made, cut, Change.sound) as walk:
        collected = asyncio.run(walk.collected())
        again = from_json(Collected, to_json(collected))
        assert again == collected
        assert isinstance(again.raws[0].facts, SoundFacts)
        done, new = asyncio.run(walk.reinserted())
    assert numbers(done.path) == tuple(range(10, 22))
    assert len(delivered(done).audio) == 1  # the original's own
    beside = done.take.sound_path
    assert beside is not None
    assert np.array_equal(samples(beside), np.arange(SAMPLES) % COUNTS_TO)
    assert new.placements[0].sound == beside


@pytest.mark.parametrize("suffix", [".mp3", ".flac"])
def test_sound_comes_back_in_any_common_form(tmp_path: Path, suffix: str) -> None:
    def made(_footage: Path, folder: Path, _number: int) -> Path:
        wave = (np.sin(np.arange(44_100) / 9) * 9000).astype(np.int16)
        codec = {".mp3": "libmp3lame", ".flac": "flac"}[suffix]
        return sound_file(folder / f"effects{suffix}", wave, codec, 44_100)

    with walking(tmp_path, made, SHOT, Change.sound) as walk:
        done = conformed(walk)
    got = samples(done.take.sound_path)  # type: ignore[arg-type]
    assert got.size == SAMPLES
    assert np.abs(got).max() > 5000


def test_a_sound_model_that_says_nothing_is_told_of(tmp_path: Path) -> None:
    def made(_footage: Path, folder: Path, _number: int) -> Path:
        return sound_file(folder / "effects.wav", np.zeros(24_000, np.int16))

    with walking(tmp_path, made, SHOT, Change.sound) as walk:
        done = conformed(walk)
    assert done.take.sound is not None
    assert any("silent" in warning for warning in done.take.warnings)


def test_fcp7_xml_says_where_the_sound_is(tmp_path: Path) -> None:
    with walking(tmp_path, heard(None), SHOT, out="new.xml") as walk:
        done, new = asyncio.run(walk.reinserted())
    assert any(done.take.sound_path.name in warning for warning in new.warnings)  # type: ignore[union-attr]
    assert new.placements[0].sound == done.take.sound_path


# ---- what does not open


def test_a_damaged_download_does_not_spoil_the_next_try(tmp_path: Path) -> None:
    tries: list[bool] = []

    def made(_footage: Path, folder: Path, _number: int) -> Path:
        assert not (folder / "half.part").exists()
        tries.append(True)
        path = make(folder / "came_back.mov", Slate(12, PAL, first_number=100))
        if len(tries) == 1:
            (folder / "half.part").write_bytes(b"of the bad one")
            path.write_bytes(path.read_bytes()[:900])
        return path

    with walking(tmp_path, made, SHOT) as walk:
        rendered = asyncio.run(walk.rendered())
        with pytest.raises(DeliveryError) as caught:
            asyncio.run(collect(rendered, walk.tools, quiet))
        assert walk.tools.store.path_of(caught.value.detail["sha256"]).stat().st_size == 900
        collected = asyncio.run(collect(rendered, walk.tools, quiet))
    assert numbers(collected.raws[0].facts.source.path) == tuple(range(100, 112))


@pytest.mark.parametrize("changes", [(), (Change.sound,)])
def test_a_page_is_no_result(tmp_path: Path, changes: tuple[Change, ...]) -> None:
    def made(_footage: Path, folder: Path, _number: int) -> Path:
        path = folder / "came_back.mp4"
        path.write_text("<html>Expired</html>")
        return path

    with walking(tmp_path, made, SHOT, *changes) as walk, pytest.raises(DeliveryError):
        asyncio.run(walk.collected())
