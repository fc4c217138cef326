"""Orders come out as ordered, or not at all."""

import os
import resource
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from bridge.errors import (
    DiskFull,
    DiskRefused,
    MediaChanged,
    MediaDamaged,
    MediaForbidden,
    RangeError,
    UsageError,
)
from bridge.frames import Rate
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Colour, Delivered, Delivery, Frames
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.slate import Slate, make, numbers
from bridge.source import Source, SourceKind
from tests.media.footage import FAST, FILM, NTSC, PAL, order
from tests.media.test_stills import write_picture

HD = Colour("bt709", "bt709", "bt709", "tv")


def delivered(wanted: Delivery) -> Delivered:
    return deliver(wanted, Guard(), lambda _: None)


def folder_of(path: Path) -> list[str]:
    return sorted(file.name for file in path.iterdir())


@pytest.mark.parametrize("codec", Codec)
@pytest.mark.parametrize("rate", [FILM, PAL, NTSC, FAST, Rate.of(24)])
def test_the_frames_the_rate_and_the_size(
    film: Path, tmp_path: Path, codec: Codec, rate: Rate
) -> None:
    wanted = (10, 11, 12, 30, 30, 29, 0, 59)
    parts = (Frames(Source(film), wanted), Frames(Source(film), (5, 4)))
    out = tmp_path / f"out{codec.suffix}"
    result = delivered(replace(order(film, (), out, codec, rate), parts=parts))
    assert numbers(out) == (*wanted, 5, 4)
    facts = result.facts
    assert (facts.frames, facts.rate, facts.width, facts.height) == (10, rate, 64, 36)
    assert facts == probe(Source(out), Guard())
    assert folder_of(tmp_path) == [out.name]


@pytest.mark.parametrize("codec", Codec)
def test_the_same_order_gives_the_same_bytes(film: Path, tmp_path: Path, codec: Codec) -> None:
    first, second = (
        delivered(order(film, range(5, 30), tmp_path / f"{name}{codec.suffix}", codec))
        for name in "ab"
    )
    other = delivered(order(film, range(6, 31), tmp_path / f"c{codec.suffix}", codec))
    assert first.sha256 == second.sha256 != other.sha256


@pytest.mark.parametrize(("start", "drop"), [(107_892, True), (1798, True), (86_400, False)])
def test_start_timecode_is_read_back(film: Path, tmp_path: Path, start: int, drop: bool) -> None:
    wanted = replace(order(film, range(3), tmp_path / "a.mov"), start_frame=start, drop=drop)
    facts = delivered(wanted).facts
    assert facts.start_frame == start
    assert facts.start_timecode is not None
    assert (";" in facts.start_timecode) == drop


def test_tags_and_pixel_aspect(film: Path, tmp_path: Path) -> None:
    hdr = Colour("bt2020", "arib-std-b67", "bt2020nc", "tv")
    for codec in Codec:
        out = tmp_path / f"a{codec.suffix}"
        wanted = replace(
            order(film, range(3), out, codec), colour=hdr, pixel_aspect=Fraction(16, 11)
        )
        facts = delivered(wanted).facts
        assert (facts.colour, facts.pixel_aspect) == (hdr, Fraction(16, 11))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (Colour("bt470bg", "smpte170m", "bt470bg"), Colour("bt470bg", "bt709", "smpte170m")),
        (Colour("bt2020", "bt2020-10", "bt2020c"), Colour("bt2020", "bt709", "bt2020nc")),
        (Colour("bt709", "bt709", "smpte240m"), Colour("bt709", "bt709", "smpte170m")),
    ],
)
def test_prores_names_what_it_can_and_never_rgb(
    film: Path, tmp_path: Path, given: Colour, kept: Colour
) -> None:
    wanted = replace(order(film, range(2), tmp_path / "a.mov"), colour=given)
    assert delivered(wanted).facts.colour == replace(kept, range="tv")


def _flat(path: Path, rgb: tuple[int, int, int]) -> Path:
    cv2.imwrite(str(path), np.full((36, 64, 3), rgb[::-1], np.uint8))
    return path


def _levels(path: Path) -> tuple[float, ...]:
    """Mean Y, Cb and Cr of the first picture, as 8 bit levels."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0)).reformat(format="yuv444p")
        return tuple(float(plane.mean()) for plane in frame.to_ndarray())


def _brightest(path: Path) -> int:
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        return int(np.frombuffer(frame.planes[0], np.uint8).max())


# Kr and Kb of the matrices, from ITU-T H.273.
MATRICES = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt2020nc": (0.2627, 0.0593)}


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("rgb", [(200, 40, 90), (30, 220, 60)])
@pytest.mark.parametrize("codec", [Codec.prores_hq, Codec.h264])
def test_a_picture_gets_the_ordered_matrix(
    tmp_path: Path, matrix: str, rgb: tuple[int, int, int], codec: Codec
) -> None:
    still = Source(_flat(tmp_path / "a.png", rgb), SourceKind.still)
    out = tmp_path / f"a{codec.suffix}"
    colour = Colour(matrix=matrix)
    wanted = replace(order(still.path, (0, 0), out, codec), colour=colour)
    delivered(replace(wanted, parts=(Frames(still, (0, 0)),)))
    kr, kb = MATRICES[matrix]
    red, green, blue = (part / 255 for part in rgb)
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    expected = (
        16 + 219 * luma,
        128 + 224 * (blue - luma) / (2 * (1 - kb)),
        128 + 224 * (red - luma) / (2 * (1 - kr)),
    )
    assert np.allclose(_levels(out), expected, atol=1.6)


def test_a_picture_keeps_its_colour_from_one_matrix_to_another(tmp_path: Path) -> None:
    still = Source(_flat(tmp_path / "a.png", (200, 40, 90)), SourceKind.still)
    chain = ("smpte170m", "bt709", "bt2020nc", "smpte170m")
    source, files = still, []
    for index, matrix in enumerate(chain):
        out = tmp_path / f"{index}.mov"
        wanted = replace(order(source.path, (), out), colour=Colour(matrix=matrix))
        delivered(replace(wanted, parts=(Frames(source, (0, 0)),)))
        source, files = Source(out), [*files, out]
    first, last = _levels(files[0]), _levels(files[-1])
    assert np.allclose(first, last, atol=1.5)
    assert not np.allclose(first, _levels(files[1]), atol=4)


@pytest.mark.parametrize("full", ["tv", "pc"])
def test_range_is_converted_or_kept(tmp_path: Path, full: str) -> None:
    path = make(tmp_path / "a.mp4", Slate(3, PAL, colour=replace(HD, range="pc")))
    out = tmp_path / "b.mp4"
    facts = delivered(
        replace(order(path, range(3), out, Codec.h264, PAL), colour=replace(HD, range=full))
    ).facts
    assert facts.colour.range == full
    before, after = _brightest(path), _brightest(out)
    assert after == pytest.approx(before if full == "pc" else 16 + before * 219 / 255, abs=6)
    assert abs(before - (16 + before * 219 / 255)) > 10


def test_alpha_goes_through_4444(tmp_path: Path) -> None:
    slate = Slate(
        4,
        PAL,
        codec="prores_ks",
        pixel_format="yuva444p10le",
        alpha=True,
        options=(("profile", "4444"),),
    )
    path = make(tmp_path / "a.mov", slate)
    facts = delivered(order(path, (2, 3), tmp_path / "b.mov", Codec.prores_4444, PAL)).facts
    assert facts.alpha
    with av.open(str(tmp_path / "b.mov")) as container:
        alpha = next(container.decode(video=0)).to_ndarray(format="rgba")[..., 3]
    assert abs(int(alpha[2].mean()) - 255) < 3
    assert abs(int(alpha[-2].mean()) - 128) < 3


def test_a_turned_source_comes_out_upright_once(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mov", Slate(4, PAL, turn=90))
    wanted = replace(order(path, (1, 2), tmp_path / "b.mov", rate=PAL), width=36, height=64)
    facts = delivered(wanted).facts
    assert (facts.width, facts.height) == (36, 64)


def test_stills_and_sequences_are_sources_too(tmp_path: Path) -> None:
    for number in range(4):
        write_picture(tmp_path / f"s{number}.png", 100 + number)
    sequence = Source(tmp_path / "s%d.png", SourceKind.sequence, 1, rate=PAL)
    still = Source(tmp_path / "s0.png", SourceKind.still)
    out = tmp_path / "out" / "a.mov"
    out.parent.mkdir()
    parts = (Frames(sequence, (2, 0)), Frames(still, (0, 9)))
    delivered(replace(order(still.path, (), out, rate=PAL), parts=parts))
    assert numbers(out) == (103, 101, 100, 100)


def test_what_cannot_be_ordered(film: Path, tmp_path: Path) -> None:
    good = order(film, range(3), tmp_path / "a.mov")
    for wrong, kind in (
        (replace(good, parts=()), UsageError),
        (replace(good, width=0), UsageError),
        (replace(good, out=tmp_path / "a.mp4"), UsageError),
        (replace(good, codec=Codec.h264, out=tmp_path / "a.mp4", width=63), UsageError),
        (replace(good, out=film), DiskRefused),
        (replace(good, out=Path("relative.mov")), MediaForbidden),
        (replace(good, out=tmp_path / "no" / "a.mov"), DiskRefused),
        (order(film, (3, 60), tmp_path / "a.mov"), RangeError),
        (order(film, range(3), film.parent), UsageError),
    ):
        with pytest.raises(kind):
            delivered(wrong)
    assert folder_of(tmp_path) == []


def test_a_source_that_ends_early_leaves_no_file(tmp_path: Path) -> None:
    path = make(tmp_path / "a.ts", Slate(60, PAL, gop=10))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10 // 188 * 188])
    with pytest.raises((MediaDamaged, RangeError), match=r"60|59"):
        delivered(order(path, range(60), tmp_path / "b.mov", rate=PAL))
    assert folder_of(tmp_path) == ["a.ts"]


def test_a_changed_source_leaves_no_file(film: Path, tmp_path: Path) -> None:
    facts = replace(probe(Source(film), Guard()), size=1)
    with pytest.raises(MediaChanged):
        deliver(order(film, range(3), tmp_path / "a.mov"), Guard(), lambda _: None, [facts])
    assert folder_of(tmp_path) == []


def test_an_older_result_survives_a_failure(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mov"
    out.write_bytes(b"older")
    with pytest.raises(RangeError):
        delivered(order(film, (60,), out))
    assert out.read_bytes() == b"older"
    delivered(order(film, (6,), out))
    assert numbers(out) == (6,)


@pytest.mark.parametrize("codec", Codec)
def test_a_full_disk(film: Path, tmp_path: Path, codec: Codec) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(DiskFull):
            delivered(order(film, range(60), tmp_path / f"a{codec.suffix}", codec))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert folder_of(tmp_path) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(film: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(DiskRefused):
            delivered(order(film, range(3), tmp_path / "a.mov"))
    finally:
        tmp_path.chmod(0o700)


def test_progress_counts_up_to_all_frames(film: Path, tmp_path: Path) -> None:
    heard: list[int] = []
    deliver(order(film, range(20), tmp_path / "a.mov"), Guard(), heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 20
