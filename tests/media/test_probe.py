"""What a file is said to be."""

from fractions import Fraction
from pathlib import Path

import pytest
from av.stream import Discard
from av.video.stream import VideoStream

from bridge.errors import MediaDamaged, MediaForbidden, MediaMissing, MediaUnsupported
from bridge.frames import Rate
from bridge.media import formats, movie, scan
from bridge.media.facts import Colour
from bridge.media.limits import Guard, Limits
from bridge.media.paths import opened
from bridge.media.probe import probe
from bridge.media.slate import Slate, make
from bridge.source import Source, SourceKind
from tests.media.footage import FAST, FILM, NTSC, PAL, STEADY, made
from tests.media.test_stills import write_picture

HDR = Colour("bt2020", "smpte2084", "bt2020nc", "tv")


@pytest.mark.parametrize(
    ("rate", "start", "drop", "written"),
    [
        (FILM, 86_400, False, "01:00:00:00"),
        (PAL, 25 * 3600 * 10 + 7, False, "10:00:00:07"),
        (NTSC, 1798, True, "00:00:59;28"),
        (NTSC, 1800, True, "00:01:00;02"),
        (NTSC, 1800, False, "00:01:00:00"),
        (FAST, 3600, True, "00:01:00;04"),
    ],
)
def test_start_timecode(tmp_path: Path, rate: Rate, start: int, drop: bool, written: str) -> None:
    path = make(tmp_path / "a.mov", Slate(5, rate, start_timecode=start, drop=drop))
    facts = probe(Source(path), Guard())
    assert (facts.start_frame, facts.start_timecode) == (start, written)


def test_a_file_without_timecode_says_so(footage: Path) -> None:
    facts = probe(Source(made(footage, "film.mov", STEADY["film.mov"])), Guard())
    assert (facts.start_frame, facts.start_timecode) == (0, None)


@pytest.mark.parametrize("colour", [HDR, Colour("bt709", "bt709", "bt709", "pc"), Colour()])
def test_colour_tags(tmp_path: Path, colour: Colour) -> None:
    path = make(tmp_path / "a.mp4", Slate(3, PAL, colour=colour))
    assert probe(Source(path), Guard()).colour == colour


def test_shape_depth_alpha_fields_and_sound(tmp_path: Path, film: Path) -> None:
    wide = make(tmp_path / "a.mov", Slate(3, PAL, pixel_aspect=Fraction(16, 11), interlaced=True))
    facts = probe(Source(wide), Guard())
    assert (facts.pixel_aspect, facts.interlaced, facts.bits) == (Fraction(16, 11), "tff", 8)
    master = Slate(
        3,
        PAL,
        codec="prores_ks",
        pixel_format="yuva444p10le",
        alpha=True,
        options=(("profile", "4444"),),
    )
    facts = probe(Source(make(tmp_path / "b.mov", master)), Guard())
    assert (facts.codec, facts.alpha, facts.bits >= 10) == ("prores", True, True)
    (sound,) = probe(Source(film), Guard()).audio
    assert (sound.codec, sound.sample_rate, sound.channels) == ("pcm_s16le", 48_000, 1)


@pytest.mark.parametrize(
    ("turn", "size", "aspect"),
    [
        (90, (36, 64), Fraction(3, 4)),
        (180, (64, 36), Fraction(4, 3)),
        (270, (36, 64), Fraction(3, 4)),
    ],
)
def test_a_phone_held_sideways(
    tmp_path: Path, turn: int, size: tuple[int, int], aspect: Fraction
) -> None:
    path = make(tmp_path / "a.mov", Slate(3, NTSC, turn=turn, pixel_aspect=Fraction(4, 3)))
    facts = probe(Source(path), Guard())
    assert ((facts.width, facts.height), facts.pixel_aspect) == (size, aspect)


def test_a_still(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", 5)
    facts = probe(Source(path, SourceKind.still, rate=FILM), Guard())
    assert (facts.frames, facts.rate, facts.width, facts.codec) == (1, FILM, 64, "png")
    assert facts.size == path.stat().st_size
    assert probe(Source(path), Guard()).source.kind is SourceKind.still


def test_a_sequence_is_counted(tmp_path: Path) -> None:
    for number in range(998, 1003):
        write_picture(tmp_path / f"shot.{number:04d}.png", number)
    write_picture(tmp_path / "other.0999.png", 0)
    pattern = tmp_path / "shot.%04d.png"
    facts = probe(Source(pattern, SourceKind.sequence, 998, rate=PAL), Guard())
    assert (facts.frames, facts.rate, facts.source.count) == (5, PAL, 5)


@pytest.mark.parametrize(("first", "count"), [(0, None), (1, None), (0, 5)])
def test_a_hole_in_a_sequence_is_named(tmp_path: Path, first: int, count: int | None) -> None:
    for number in (0, 1, 3, 4):
        write_picture(tmp_path / f"s{number:03d}.png", number)
    with pytest.raises(MediaMissing, match=r"s002\.png"):
        probe(Source(tmp_path / "s%03d.png", SourceKind.sequence, first, count), Guard())


def test_a_sequence_that_is_not_there_and_patterns_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing, match="s000"):
        probe(Source(tmp_path / "s%03d.png", SourceKind.sequence), Guard())
    for pattern in ("s.png", "%d%d.png", "%s.png", "%03n.png", "%99d.png"):
        with pytest.raises((MediaForbidden, MediaMissing)):
            probe(Source(tmp_path / pattern, SourceKind.sequence), Guard())


@pytest.mark.parametrize("name", [n for n in STEADY if n.endswith((".mov", ".mp4", ".mxf"))])
def test_the_list_of_a_large_file_says_what_its_packets_say(footage: Path, name: str) -> None:
    path = made(footage, name, STEADY[name])
    guard = Guard()
    with opened(path) as file:
        format_ = formats.format_of(file.head, path)
        with movie.container_opened(file, format_, guard) as container:
            stream = container.streams.video[0]
            stream.discard = Discard.default
            listed = scan.listed_pictures(container, stream, guard)
            container.seek(stream.start_time or 0, stream=stream)
            read = scan.read_pictures(file, container, stream, guard)
    if name in ("edited.mp4", "fragments.mp4"):  # whose lists are uneven or not whole
        assert listed is None or list(listed.times) == list(read.times)
    else:
        assert listed is not None
        assert (list(listed.times), listed.last) == (list(read.times), read.last)


@pytest.mark.parametrize("name", [n for n in STEADY if n.endswith((".mov", ".mp4"))])
def test_what_opening_does_not_decode_is_known_all_the_same(footage: Path, name: str) -> None:
    path = made(footage, name, STEADY[name])
    guard = Guard()
    with opened(path) as file:
        format_ = formats.format_of(file.head, path)
        with movie.container_opened(file, format_, guard) as container:
            said = _said(container.streams.video[0])
        with movie.movie_opened(file, format_, guard) as found:
            assert _said(found.stream) == said


def _said(stream: VideoStream) -> tuple[object, ...]:
    """What an open stream says of its pictures."""
    context = stream.codec_context
    return (
        context.reorder_depth,
        context.pix_fmt,
        (context.color_primaries, context.color_trc, context.colorspace, context.color_range),
        stream.sample_aspect_ratio or context.sample_aspect_ratio,
        (stream.average_rate, stream.guessed_rate, stream.base_rate, stream.start_time),
    )


def test_a_movie_larger_than_allowed_is_refused_before_decoding(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", Slate(2, PAL, 128, 128))
    with pytest.raises(MediaUnsupported, match="128 x 128"):
        probe(Source(path), Guard(Limits(max_pixels=10_000)))


def test_sound_alone_and_a_file_of_letters(tmp_path: Path) -> None:
    wave = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80\xbb\0\0\0\x77\1\0\2\0\x10\0data\0\0\0\0"
    for name, data in (("a.wav", wave), ("a.mov", b"hello" * 999), ("b.mov", b"x")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises((MediaUnsupported, MediaDamaged)):
            probe(Source(tmp_path / name), Guard())
