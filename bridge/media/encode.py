"""Writing one file. In: decoded pictures and sound. Out: a container with them, as ordered.

The same pictures give the same bytes: nothing random or dated is written.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

import av
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from bridge.frames import timecode
from bridge.media.border import writing
from bridge.media.colour import (
    RANGES,
    SCALER_MATRICES,
    matrix_of,
    numbers_of,
    prores_colour,
    working_matrix,
)
from bridge.media.facts import Codec, Colour, Delivery
from bridge.media.limits import Limits
from bridge.media.mix import mixed, trimmed
from bridge.media.sound import Track

MUXER_BITEXACT = 0x400  # AVFMT_FLAG_BITEXACT, libavformat/avformat.h
SOUND_CLOCK = 48_000
SMALLEST_TREE = 256 * 256  # pixels
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Recipe:
    """How a codec is written: FFmpeg's encoder, pixel format, options and container."""

    encoder: str
    pixel_format: str
    options: Mapping[str, str]
    container: str
    muxer: Mapping[str, str]


# Of FFmpeg's two ProRes encoders this one took a quarter of the time and gave 4 to 8 dB more
# (1080p, grain and test card, FFmpeg 8); it is also what plain `-c:v prores` means.
PRORES = "prores_aw"
# Wholly opaque comes out of it as 0.9993; the other one is exact (10 bits of alpha, FFmpeg 8).
PRORES_ALPHA = "prores_ks"
APPLE = {"vendor": "apl0"}  # what Apple's own encoder writes; some editors warn at others
RECIPES = {
    Codec.prores_hq: Recipe(PRORES, "yuv422p10le", APPLE | {"profile": "3"}, "mov", {}),
    Codec.prores_4444: Recipe(PRORES_ALPHA, "yuv444p10le", APPLE | {"profile": "4"}, "mov", {}),
    Codec.h264: Recipe(
        "libx264", "yuv420p", {"crf": "16", "preset": "fast"}, "mp4", {"movflags": "+faststart"}
    ),
}


# Samples of the same form as they are: written and read in a tenth of the time.
DRAFT = Recipe("v210", "yuv422p10le", {}, "mov", {})


def recipe_of(order: Delivery) -> Recipe:
    plain = order.draft and order.codec is Codec.prores_hq
    return DRAFT if plain else RECIPES[order.codec]


def missing_encoders() -> tuple[str, ...]:
    """Encoders that deliveries need and this machine's build of the codec library lacks."""
    needed = {recipe.encoder for recipe in (*RECIPES.values(), DRAFT)}
    return tuple(sorted(needed - av.codecs_available))


class Writer:
    """A file that is being written; `write` takes the pictures in order, `finish` ends it."""

    def __init__(
        self,
        order: Delivery,
        out: OutputContainer,
        first: VideoFrame,
        tracks: tuple[Track, ...],
        limits: Limits,
    ) -> None:
        self.frames = 0
        self._order = order
        self._out = out
        self._stream = _picture_stream(out, order, first, limits)
        self._fit = Fit(order, self._stream.pix_fmt or "")
        self._trims = {
            trim.start + place: levels
            for trim in order.trims
            for place, levels in enumerate(trim.levels)
        }
        self._lanes = [_Lane(out, track, order.codec) for track in tracks]

    def write(
        self, frame: VideoFrame, incoming: VideoFrame | None = None, share: Fraction = NOTHING
    ) -> None:
        """The next picture: a frame, or one with a `share` of an incoming one over it."""
        fitted = self._fit(frame)
        if incoming is not None:
            fitted = mixed(fitted, self._fit(incoming), share)
        if (levels := self._trims.get(self.frames)) is not None:
            fitted = trimmed(fitted, levels)
        fitted.pts, fitted.time_base = self.frames, 1 / self._order.rate.fps
        fitted.pict_type = 0  # or the encoder would take over the source's key frames
        for lane in self._lanes:
            lane.lay_until(self._order.rate.seconds(self.frames + 1))
        for packet in self._stream.encode(fitted):
            self._out.mux_one(packet)
        self.frames += 1

    def finish(self) -> None:
        for packet in self._stream.encode(None):
            self._out.mux_one(packet)
        for lane in self._lanes:
            lane.finish()


@contextmanager
def writer_opened(
    order: Delivery, part: Path, first: VideoFrame, tracks: tuple[Track, ...], limits: Limits
) -> Iterator[Writer]:
    """Write to `part`; what fails inside is told as an error of that file."""
    recipe = recipe_of(order)
    with writing(part):
        out = av.open(
            f"file:{part}", "w", format=recipe.container, container_options=_muxer(recipe, order)
        )
        with out:
            out.flags |= MUXER_BITEXACT
            yield Writer(order, out, first, tracks, limits)


def _muxer(recipe: Recipe, order: Delivery) -> dict[str, str]:
    """The clock of edit lists: at the muxer's 1000 a second, an end falls into the last frame."""
    exact = lcm(order.rate.fps.numerator, SOUND_CLOCK)
    return {**recipe.muxer, "movie_timescale": str(exact if exact < 2**31 else SOUND_CLOCK)}


def _picture_stream(
    out: OutputContainer, order: Delivery, first: VideoFrame, limits: Limits
) -> VideoStream:
    recipe = recipe_of(order)
    stream = out.add_stream(
        recipe.encoder, rate=order.rate.fps, options=_encoder_options(recipe, order)
    )
    assert isinstance(stream, VideoStream)  # noqa: S101
    stream.width, stream.height = order.width, order.height
    stream.pix_fmt = _pixel_format(recipe, order, first)
    context = stream.codec_context
    context.time_base = 1 / order.rate.fps
    context.sample_aspect_ratio = order.pixel_aspect
    context.thread_type = "AUTO"
    threads = limits.threads(order.width, order.height)
    # Half as many again, as x264 itself would take: its threads wait for one another.
    context.thread_count = threads + threads // 2 if order.codec is Codec.h264 else threads
    context.flags |= Flags.bitexact
    context.color_primaries, context.color_trc, context.colorspace, context.color_range = (
        numbers_of(written_colour(order))
    )
    if order.start_frame is not None:
        text = timecode(order.start_frame, order.rate, drop=order.drop)
        stream.metadata["timecode"] = text
    return stream


def _encoder_options(recipe: Recipe, order: Delivery) -> dict[str, str]:
    """x264's macroblock tree gives other bytes each time for tiny pictures (measured)."""
    tiny = order.codec is Codec.h264 and order.width * order.height < SMALLEST_TREE
    return {**recipe.options, **({"mbtree": "0"} if tiny else {})}


def _pixel_format(recipe: Recipe, order: Delivery, first: VideoFrame) -> str:
    transparent = any(component.is_alpha for component in first.format.components)
    if order.codec is Codec.prores_4444 and transparent:
        return "yuva444p10le"
    return recipe.pixel_format


def written_colour(order: Delivery) -> Colour:
    """
    The tags that the file gets: the order's, as far as the codec can have them.

    ProRes has few names and no full range. Pictures ordered as RGB (`gbr`) get the matrix of
    their size.
    """
    ordered, matrix = order.colour, order.colour.matrix
    full = ordered.range == "pc" and order.codec is Codec.h264 and matrix != "gbr"
    if matrix == "gbr":
        matrix = working_matrix(None, order.width, order.height)
    named = Colour(ordered.primaries, ordered.transfer, matrix, "pc" if full else "tv")
    if order.codec is Codec.h264:
        return named
    return prores_colour(named, order.width, order.height)


class Fit:
    """Pictures to the order's size, pixel format, matrix and range, by the scaler alone."""

    def __init__(self, order: Delivery, pixel_format: str) -> None:
        self._order = order
        self._format = pixel_format
        self._tags = numbers_of(written_colour(order))
        self._scaler = VideoReformatter()
        self._same: tuple[VideoFrame, VideoFrame] | None = None

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """The fitted picture; a repeated one is not calculated again."""
        if self._same is None or self._same[0] is not frame:
            self._same = frame, self._fitted(frame)
        return self._same[1]

    def _fitted(self, frame: VideoFrame) -> VideoFrame:
        order = self._order
        source, target = self._matrices(frame)
        fitted = self._scaler.reformat(
            frame,
            order.width,
            order.height,
            self._format,
            src_colorspace=source,
            dst_colorspace=target,
            src_color_range=_range(frame),
            dst_color_range=self._tags[3],
            interpolation=Interpolation.BICUBIC,
        )
        fitted.color_primaries, fitted.color_trc, fitted.colorspace, fitted.color_range = self._tags
        return fitted

    def _matrices(self, frame: VideoFrame) -> tuple[int, int]:
        """
        The scaler's numbers for the matrix of the picture and of the file.

        An order that names none keeps the picture's; RGB has none and gets the one of its size.
        """
        order = self._order
        source = working_matrix(matrix_of(frame.colorspace), frame.width, frame.height)
        named = written_colour(order).matrix
        if named is None and not frame.format.is_rgb:
            named = source
        target = working_matrix(named, order.width, order.height)
        return SCALER_MATRICES[source], SCALER_MATRICES[target]


def _range(frame: VideoFrame) -> int:
    full = frame.format.is_rgb or frame.format.name.startswith(("yuvj", "pal8"))
    return frame.color_range or (RANGES["pc"] if full else RANGES["tv"])


class _Lane:
    """One sound track of the file, laid down alongside the pictures."""

    def __init__(self, out: OutputContainer, track: Track, codec: Codec) -> None:
        self._out = out
        self._blocks = track.blocks()
        self._laid = Fraction(0)  # seconds
        lossless = "pcm_s24le" if track.deep else "pcm_s16le"
        name = "aac" if codec is Codec.h264 else lossless
        stream = out.add_stream(name, rate=track.rate)
        assert isinstance(stream, AudioStream)  # noqa: S101
        stream.codec_context.layout = AudioLayout(track.layout)
        stream.codec_context.flags |= Flags.bitexact
        if name == "aac":
            stream.bit_rate = 256_000
        self._stream = stream

    def lay_until(self, seconds: Fraction) -> None:
        while self._laid < seconds:
            block = next(self._blocks, None)
            if block is None:
                return
            self._laid += Fraction(block.samples, block.sample_rate)
            self._out.mux(self._stream.encode(block))

    def finish(self) -> None:
        for block in self._blocks:
            self._out.mux(self._stream.encode(block))
        self._out.mux(self._stream.encode(None))
