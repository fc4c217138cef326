"""Small footage for the tests of this room. Out: files whose every picture says its number."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

from bridge.frames import Rate
from bridge.media.facts import Codec, Colour, Delivery, Frames
from bridge.media.limits import Guard
from bridge.media.reader import pictures
from bridge.media.slate import Slate, make, number_of
from bridge.source import Source

FILM = Rate.of("24000/1001")
PAL = Rate.of(25)
NTSC = Rate.of("30000/1001")
FAST = Rate.of("60000/1001")

Make = Callable[[str], Path]

# Constant rate: source frame n is the picture with number n.
STEADY: dict[str, Slate] = {
    "film.mov": Slate(40, FILM),
    "b_frames.mp4": Slate(60, NTSC, b_frames=3, gop=30),
    "clock24.mp4": Slate(30, Rate.of(24), b_frames=2, codec="libx265", pixel_format="yuv420p10le"),
    "open_gop.mp4": Slate(60, PAL, b_frames=3, open_gop=True, gop=20),
    "open_hevc.mp4": Slate(40, Rate.of(24), codec="libx265", b_frames=2, open_gop=True, gop=8),
    "ten_bit.mkv": Slate(40, FAST, b_frames=3, gop=30, pixel_format="yuv420p10le"),
    "milliseconds.mkv": Slate(48, FILM, b_frames=2, offset=7),
    "stream.ts": Slate(60, PAL, b_frames=2),
    "late.ts": Slate(60, FAST, 128, 72, codec="mpeg2video", b_frames=2, open_gop=True, offset=100),
    "edited.mp4": Slate(30, PAL, hidden=5, b_frames=2),
    "delayed.mp4": Slate(30, PAL, offset=10, b_frames=2),
    "fields.mov": Slate(24, Rate.of(50), interlaced=True),
    "prores.mov": Slate(12, Rate.of(24), codec="prores_ks", pixel_format="yuv422p10le"),
    "broadcast.mxf": Slate(
        30, PAL, 128, 72, codec="mpeg2video", pixel_format="yuv422p", b_frames=2
    ),
    "old.avi": Slate(30, PAL, codec="mpeg4", b_frames=2),
    "fragments.mp4": Slate(30, PAL, b_frames=2, muxer=(("movflags", "frag_keyframe+empty_moov"),)),
    "phone.mov": Slate(20, NTSC, turn=180),
}
# Variable rate: the pictures that the grid shows, worked out by hand.
VARIABLE: dict[str, tuple[Slate, Rate, tuple[int, ...]]] = {
    "holes.mp4": (
        Slate(6, PAL, times=(0, 3600, 10800, 14400, 28800, 32400)),
        PAL,
        (0, 1, 1, 2, 3, 3, 3, 3, 4, 5),
    ),
    "phone.mkv": (
        Slate(6, PAL, times=(0, 40, 120, 160, 300, 320), clock=1000),
        PAL,
        (0, 1, 1, 2, 3, 3, 3, 3, 5),
    ),
}
SOUND = Slate(60, NTSC, 128, 72, b_frames=2, sound=True, colour=Colour(*["bt709"] * 3, "tv"))


def made(folder: Path, name: str, slate: Slate) -> Path:
    """The file, made once for each folder."""
    path = folder / name
    return path if path.exists() else make(path, slate)


def read(path: Path, wanted: Iterable[int]) -> list[int]:
    """The numbers in the pictures that reading those source frames gives."""
    return [number_of(frame) for frame in pictures(Source(path), tuple(wanted), Guard())]


def order(
    source: Path,
    numbers: Iterable[int],
    out: Path,
    codec: Codec = Codec.prores_hq,
    rate: Rate = NTSC,
) -> Delivery:
    return Delivery(
        (Frames(Source(source), tuple(numbers)),), out, codec, rate, 64, 36, Fraction(1)
    )
