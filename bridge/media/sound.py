"""Sound to the sample. In: a file, a start and a length. Out: blocks of exactly that much sound.

Time 0 is the file's first shown picture (its first sample where it has no pictures). What the file
lacks before its beginning, in gaps and after its end is silence.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard
from numpy.typing import NDArray

from bridge.errors import MediaUnsupported
from bridge.media.border import reading
from bridge.media.facts import Sound
from bridge.media.formats import Kind, format_of
from bridge.media.limits import Guard
from bridge.media.movie import container_opened, picture_stream
from bridge.media.paths import opened
from bridge.media.scan import decoded

MOST_TRACKS = 16
SHORT_FORMATS = frozenset({"u8", "u8p", "s16", "s16p"})
BLOCK = 8192  # samples of silence at a time
PRE_ROLL = Fraction(1, 4)  # seconds; lossy codecs need the blocks before the first wanted one
SLACK = Fraction(1, 500)  # seconds; Matroska rounds to milliseconds, which is no gap

Samples = NDArray[Any]  # channels x samples


@dataclass(frozen=True)
class Track:
    """One sound stream of the order's file, open; `blocks` gives its samples once."""

    sound: Sound
    container: InputContainer
    stream: AudioStream
    origin: Fraction  # seconds on the file's clock at which the order's time 0 lies
    rate: int  # samples per second, of the blocks
    layout: str
    deep: bool  # more than 16 bits
    guard: Guard

    @property
    def samples(self) -> int:
        return round(self.sound.seconds * self.rate)

    def blocks(self) -> Iterator[AudioFrame]:
        """Blocks of sound, one after another, `samples` long together."""
        kind = "s32p" if self.deep else "s16p"
        done = 0
        with reading(self.sound.path):
            for block in _filled(self._placed(kind), self.samples, self._silence):
                frame = AudioFrame.from_ndarray(
                    np.ascontiguousarray(block), format=kind, layout=self.layout
                )
                frame.sample_rate, frame.pts = self.rate, done
                frame.time_base = Fraction(1, self.rate)
                done += block.shape[1]
                yield frame

    def _silence(self, samples: int) -> Samples:
        channels = self.stream.codec_context.channels
        return np.zeros((_channels(self.layout, channels), samples), _depth(self.deep))

    def _placed(self, kind: str) -> Iterator[tuple[int, Samples]]:
        """Decoded sound with its place in samples from the wanted start, ascending."""
        resampler = AudioResampler(format=kind, layout=self.layout, rate=self.rate)
        place: int | None = None
        for frame in self._frames():
            where = self._place(frame)
            if place is None or abs(where - place) > SLACK * self.rate:
                place = where
            frame.sample_rate = round(frame.sample_rate * self.sound.pace)
            for part in resampler.resample(frame):
                yield place, part.to_ndarray()
                place += part.samples
        for part in filter(None, resampler.resample(None)):  # what it still holds
            yield place or 0, part.to_ndarray()
            place = (place or 0) + part.samples

    def _place(self, frame: AudioFrame) -> int:
        seconds = (frame.pts or 0) * (frame.time_base or Fraction(1, self.rate))
        return round(((seconds - self.origin) / self.sound.pace - self.sound.start) * self.rate)

    def _frames(self) -> Iterator[AudioFrame]:
        end = self.origin + (self.sound.start + self.sound.seconds) * self.sound.pace
        self._seek()
        for packet in self.container.demux(self.stream):
            self.guard.beat()
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue
            yield from frames
            if packet.pts is not None and packet.pts * packet.time_base > end + PRE_ROLL:
                return

    def _seek(self) -> None:
        wanted = self.origin + self.sound.start * self.sound.pace - PRE_ROLL
        tick = self.stream.time_base or Fraction(1, self.rate)
        if wanted > (self.stream.start_time or 0) * tick:
            self.container.seek(int(wanted / tick), stream=self.stream)


def _filled(placed: Iterator[tuple[int, Samples]], total: int, silence: Any) -> Iterator[Samples]:
    """Cut what overlaps, and lay silence where nothing is: `total` samples in all."""
    at = 0
    for place, samples in placed:
        yield from _silent(silence, min(place, total) - at)
        at = max(at, min(place, total))
        part = samples[:, at - place : total - place] if place < total else samples[:, :0]
        if part.shape[1]:
            yield part
            at += part.shape[1]
        if at >= total:
            return
    yield from _silent(silence, total - at)


def _silent(silence: Any, samples: int) -> Iterator[Samples]:
    for start in range(0, samples, BLOCK):
        yield silence(min(BLOCK, samples - start))


def _depth(deep: bool) -> type[np.int32] | type[np.int16]:
    return np.int32 if deep else np.int16


def _channels(layout: str, channels: int) -> int:
    return 2 if layout == "stereo" else channels


@contextmanager
def tracks_opened(sound: Sound, guard: Guard, *, lossy: bool) -> Iterator[tuple[Track, ...]]:
    """
    Every sound track of the file. `lossy` is for AAC: its rates, and no more than two channels.

    `MediaUnsupported` where the file has no sound.
    """
    with ExitStack() as stack:
        count = len(stack.enter_context(_streams(sound, guard))[1])
        if not count:
            raise MediaUnsupported(f"{sound.path} has no sound.", path=str(sound.path))
        yield tuple(
            _track(sound, *stack.enter_context(_streams(sound, guard)), index, guard, lossy)
            for index in range(min(count, MOST_TRACKS))
        )


@contextmanager
def first_track(
    sound: Sound, guard: Guard, rate: int, layout: str | None = None
) -> Iterator[Track | None]:
    """The first sound track, at this rate and with these channels; None where there is none."""
    with _streams(sound, guard) as (container, streams):
        if not streams:
            yield None
            return
        track = _track(sound, container, streams, 0, guard, lossy=False)
        yield replace(track, rate=rate, layout=layout or track.layout, deep=True)


@contextmanager
def _streams(sound: Sound, guard: Guard) -> Iterator[tuple[InputContainer, list[AudioStream]]]:
    with opened(sound.path, guard.limits.roots) as file:
        format_ = format_of(file.head, file.path)
        if format_.kind is Kind.picture:
            raise MediaUnsupported(f"{sound.path} has no sound.", path=str(sound.path))
        with container_opened(file, format_, guard) as container:
            yield container, [each for each in container.streams.audio if each.codec_context]


def _track(
    sound: Sound,
    container: InputContainer,
    streams: list[AudioStream],
    index: int,
    guard: Guard,
    lossy: bool,
) -> Track:
    stream = streams[index]
    with reading(sound.path):
        origin = _origin(container, stream)
    context = stream.codec_context
    deep = not lossy and context.format.name not in SHORT_FORMATS
    rate = 48000 if lossy and context.sample_rate != 44100 else context.sample_rate
    layout = _layout(context.channels, context.layout.name, lossy)
    return Track(sound, container, stream, origin, rate, layout, deep, guard)


def _layout(channels: int, named: str, lossy: bool) -> str:
    """What the written track says; Matroska leaves one and two channels without a name."""
    if channels > 2:
        return "stereo" if lossy else named
    return "stereo" if channels == 2 else "mono"


def _origin(container: InputContainer, stream: AudioStream) -> Fraction:
    """When the first shown picture begins, found by decoding it; then the tape is wound back."""
    picture = picture_stream(container)
    if picture is None or picture.codec_context is None:
        stream.discard = Discard.default
        return (stream.start_time or 0) * (stream.time_base or Fraction(0))
    picture.discard = Discard.default
    shown = (frame for packet in container.demux(picture) for frame in decoded(packet))
    first = next(shown, None)
    picture.discard = Discard.all
    stream.discard = Discard.default
    container.seek(stream.start_time or 0, stream=stream)
    return (first.pts or 0) * (first.time_base or Fraction(0)) if first else Fraction(0)
