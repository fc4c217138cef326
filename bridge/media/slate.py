"""Counted footage. In: frames, a codec, a rate. Out: a file whose pictures say their numbers.

The number is drawn as large black and white blocks over the top of the picture: 16 bits, a check
of 8 bits, and a white and a black block for reference, so that it is read back after encoding,
scaling and grading. The demo and the tests use it: "frame 1017 came back as frame 1017" is then
one comparison.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bridge.errors import MediaDamaged, UsageError
from bridge.frames import Rate, timecode
from bridge.media.border import reading, writing
from bridge.media.colour import SCALER_MATRICES, numbers_of, working_matrix
from bridge.media.encode import MUXER_BITEXACT
from bridge.media.facts import Colour

Picture = NDArray[Any]
Painter: TypeAlias = Callable[[int, int, int, bool], Picture]  # number, width, height, alpha
Laid: TypeAlias = "tuple[float, list[Packet[AudioStream]]]"  # seconds, and the sound laid there

ROWS, COLUMNS = 3, 9
BAND = Fraction(3, 8)  # of the height
NUMBER_BITS, CHECK_BITS = 16, 8
BLACK, WHITE = 24, 232
LEAST_CONTRAST = 8
SAMPLE_RATE = 48000
TONE_HZ = 440


@dataclass(frozen=True)
class Slate:
    """
    What to make. `times` replaces the constant rate by the pictures' own beginnings, in ticks of
    1/`clock`; `hidden` pictures before the first lie before an edit list's start and are not shown.
    """

    frames: int
    rate: Rate = field(default_factory=lambda: Rate.of(24))
    width: int = 64
    height: int = 36
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    gop: int = 12
    b_frames: int = 0
    open_gop: bool = False
    interlaced: bool = False
    first_number: int = 0
    start_timecode: int | None = None  # frames since midnight
    drop: bool = False
    sound: bool = False
    colour: Colour = field(default_factory=Colour)
    pixel_aspect: Fraction = Fraction(1)
    alpha: bool = False
    turn: int = 0  # degrees clockwise that a player has to turn the pictures
    hidden: int = 0
    offset: int = 0  # frames by which everything begins later on the file's clock
    times: tuple[int, ...] = ()
    clock: int = 90_000
    options: tuple[tuple[str, str], ...] = ()  # of the encoder
    muxer: tuple[tuple[str, str], ...] = ()  # of the container


def make(path: Path, slate: Slate, painter: Painter | None = None) -> Path:
    """
    Write the footage; the container follows from the suffix. The folder must exist.

    `painter` makes other pictures than counted ones, as `paint` does.
    """
    if slate.times and len(slate.times) != slate.frames:
        raise UsageError(f"{slate.frames} frames cannot begin at {len(slate.times)} times.")
    with (
        writing(path),
        av.open(
            f"file:{path}", "w", format=_muxer(path), container_options=dict(slate.muxer)
        ) as out,
    ):
        out.flags |= MUXER_BITEXACT
        stream = _picture_stream(out, slate, path)
        tone = _tone(out, slate) if slate.sound else iter(())
        for frame in _frames(slate, painter or paint):
            out.mux(stream.encode(frame))
            _lay(out, tone, frame.time)
        out.mux(stream.encode(None))
        _lay(out, tone, float("inf"))
    return path


def paint(number: int, width: int, height: int, alpha: bool = False) -> Picture:
    """The picture of one frame, `height` x `width` x 3 RGB, 8 bits (x 4 with alpha)."""
    x, y = np.arange(width), np.arange(height)[:, None]
    phase = number * 3
    picture = np.empty((height, width, 4 if alpha else 3), np.uint8)
    picture[..., 0] = (x * 255 // max(1, width - 1) + phase) % 256 // 2 + 64
    picture[..., 1] = y * 127 // max(1, height - 1) + 64
    picture[..., 2] = ((x + y) * 128 // (width + height) + 64 + phase // 2) % 256 // 2 + 64
    picture[..., 3:] = np.where(y > height // 2, 128, 255)[..., None]
    picture[_ball(number, width, height), :3] = (250, 200, 40)
    for row, column, bit in _blocks(number):
        picture[(*_block(row, column, width, height), slice(3))] = WHITE if bit else BLACK
    return picture


def _ball(number: int, width: int, height: int) -> Picture:
    x, y = np.arange(width), np.arange(height)[:, None]
    radius = max(2, height // 8)
    centre = radius + (number * max(1, width // 48)) % max(1, width - 2 * radius)
    inside: Picture = (x - centre) ** 2 + (y - height * 3 // 4) ** 2 < radius**2
    return inside


def _block(row: int, column: int, width: int, height: int) -> tuple[slice, slice]:
    top, bottom = (int(height * BAND * step / ROWS) for step in (row, row + 1))
    left, right = (width * step // COLUMNS for step in (column, column + 1))
    return slice(top, bottom), slice(left, right)


def _blocks(number: int) -> Iterator[tuple[int, int, bool]]:
    bits = f"10{number % 2**NUMBER_BITS:0{NUMBER_BITS}b}{_check(number):0{CHECK_BITS}b}0"
    for place, bit in enumerate(bits):
        yield *divmod(place, COLUMNS), bit == "1"


def _check(number: int) -> int:
    """CRC-8 (polynomial 0x07) of the two bytes, turned over so that 0 has a mark too."""
    rest = (number % 2**NUMBER_BITS) << CHECK_BITS
    for bit in range(NUMBER_BITS - 1, -1, -1):
        if rest >> (bit + CHECK_BITS) & 1:
            rest ^= 0x107 << bit
    return int(rest) ^ 0xA5


def read_number(picture: Picture) -> int:
    """
    The number in a picture: RGB or grey, any depth and size from about 32 x 18.

    `MediaDamaged` if there is none, or if its check does not fit.
    """
    grey = picture[..., :3].mean(axis=-1) if picture.ndim == 3 else picture
    levels = [_level(grey, *divmod(place, COLUMNS)) for place in range(ROWS * COLUMNS)]
    white, black = levels[0], levels[1]
    if white - black < LEAST_CONTRAST:
        raise MediaDamaged("There is no slate in this picture.")
    bits = "".join("1" if level > (white + black) / 2 else "0" for level in levels[2:-1])
    number, check = int(bits[:NUMBER_BITS], 2), int(bits[NUMBER_BITS:], 2)
    if check != _check(number):
        raise MediaDamaged(f"The slate of this picture cannot be read ({number}?).")
    return number


def _level(grey: Picture, row: int, column: int) -> float:
    height, width = grey.shape
    rows, columns = _block(row, column, width, height)
    inside_y = (rows.stop - rows.start) // 4
    inside_x = (columns.stop - columns.start) // 4
    part = grey[
        rows.start + inside_y : max(rows.stop - inside_y, rows.start + 1),
        columns.start + inside_x : max(columns.stop - inside_x, columns.start + 1),
    ]
    return float(part.mean())


def numbers(path: Path) -> tuple[int, ...]:
    """The numbers of all pictures that plain decoding of a file gives, in the order shown."""
    with reading(path), av.open(f"file:{path}") as container:
        return tuple(number_of(frame) for frame in container.decode(container.streams.video[0]))


def number_of(frame: VideoFrame) -> int:
    """The number in a decoded frame."""
    return read_number(frame.to_ndarray(format="gray"))


def _muxer(path: Path) -> str:
    muxers = {".mkv": "matroska", ".ts": "mpegts", ".m2ts": "mpegts", ".mpg": "mpeg"}
    return muxers.get(path.suffix.lower(), path.suffix.lower().removeprefix("."))


def _picture_stream(out: OutputContainer, slate: Slate, path: Path) -> VideoStream:
    stream = out.add_stream(slate.codec, rate=slate.rate.fps)
    assert isinstance(stream, VideoStream)  # noqa: S101
    stream.width, stream.height, stream.pix_fmt = slate.width, slate.height, slate.pixel_format
    context = stream.codec_context
    context.time_base = Fraction(1, slate.clock) if slate.times else 1 / slate.rate.fps
    context.gop_size, context.max_b_frames = slate.gop, slate.b_frames
    context.sample_aspect_ratio = slate.pixel_aspect
    context.color_primaries, context.color_trc, context.colorspace, context.color_range = (
        numbers_of(slate.colour)
    )
    context.options = _options(slate)
    if slate.turn:
        stream.set_display_rotation(-slate.turn)
    if slate.interlaced:
        context.flags |= 1 << 18 | 1 << 29  # AV_CODEC_FLAG_INTERLACED_DCT and _ME
    if slate.start_timecode is not None:
        text = timecode(slate.start_timecode, slate.rate, drop=slate.drop)
        holder = out if path.suffix == ".mxf" else stream
        holder.metadata["timecode"] = text
    return stream


def _options(slate: Slate) -> dict[str, str]:
    options = dict(slate.options)
    if slate.codec == "libx264":
        options.setdefault("preset", "ultrafast" if not slate.b_frames else "veryfast")
        options.setdefault("crf", "18")
        extra = f"open-gop={int(slate.open_gop)}:scenecut=0:min-keyint={max(1, slate.gop)}"
        extra += ":b-adapt=0" if slate.b_frames else ""
        options.setdefault("x264-params", extra + (":tff=1" if slate.interlaced else ""))
    if slate.codec == "libx265":
        options.setdefault("preset", "ultrafast")
        extra = f"open-gop={int(slate.open_gop)}:scenecut=0:log-level=none:b-adapt=0"
        options.setdefault("x265-params", f"{extra}:keyint={slate.gop}:bframes={slate.b_frames}")
    return options


def _frames(slate: Slate, painter: Painter) -> Iterator[VideoFrame]:
    matrix = SCALER_MATRICES[working_matrix(slate.colour.matrix, slate.width, slate.height)]
    tags = numbers_of(slate.colour)
    for index in range(-slate.hidden, slate.frames):
        number = slate.first_number + index
        painted = painter(number, slate.width, slate.height, slate.alpha)
        frame = VideoFrame.from_ndarray(painted, format="rgba" if slate.alpha else "rgb24")
        frame = frame.reformat(
            format=slate.pixel_format, dst_colorspace=matrix, dst_color_range=tags[3] or 1
        )
        frame.color_primaries, frame.color_trc, frame.colorspace = tags[:3]
        frame.pts = slate.times[index] if slate.times and index >= 0 else index + slate.offset
        frame.time_base = Fraction(1, slate.clock) if slate.times else 1 / slate.rate.fps
        yield frame


def _tone(out: OutputContainer, slate: Slate) -> Iterator[Laid]:
    """Sound as (seconds, packets): a tone whose samples also count, so that cuts can be checked."""
    codec = "aac" if out.format.name == "mp4" else "pcm_s16le"
    codec = "mp2" if out.format.name in ("mpegts", "mpeg") else codec
    stream = out.add_stream(codec, rate=SAMPLE_RATE)
    assert isinstance(stream, AudioStream)  # noqa: S101
    stream.codec_context.layout = AudioLayout("mono")
    total = round(slate.rate.seconds(slate.frames) * SAMPLE_RATE)

    def blocks() -> Iterator[Laid]:
        for start in range(0, total, 1024):
            samples = np.arange(start, min(start + 1024, total))
            yield start / SAMPLE_RATE, list(stream.encode(_sound_frame(samples, codec)))
        yield 0.0, list(stream.encode(None))

    return blocks()


def _sound_frame(samples: Picture, codec: str) -> AudioFrame:
    wave = (samples % 20_000).astype(np.int16) if codec == "pcm_s16le" else _sine(samples)
    frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
    frame.sample_rate, frame.pts = SAMPLE_RATE, int(samples[0])
    frame.time_base = Fraction(1, SAMPLE_RATE)
    return frame


def _sine(samples: Picture) -> Picture:
    wave: Picture = (np.sin(samples * (2 * np.pi * TONE_HZ / SAMPLE_RATE)) * 8000).astype(np.int16)
    return wave


def _lay(out: OutputContainer, tone: Iterator[Laid], until: float) -> None:
    for seconds, packets in tone:
        out.mux(packets)
        if seconds >= until:
            return
