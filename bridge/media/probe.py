"""What a file is. In: a source. Out: `MediaFacts`, counted and not believed.

Frames are counted from the packets, the first picture is decoded, and nothing that a header
claims is ever used to allocate or to loop.
"""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard
from av.video.frame import VideoFrame

from bridge.errors import MediaDamaged, MediaUnsupported, UsageError
from bridge.frames import Rate, timecode_frame
from bridge.media.border import reading
from bridge.media.colour import colour_of
from bridge.media.facts import AudioFacts, Colour, MediaFacts, SoundFacts
from bridge.media.formats import Kind, format_of
from bridge.media.limits import Guard
from bridge.media.movie import Movie, check_size, container_opened, movie_opened
from bridge.media.paths import OpenFile, opened
from bridge.media.reader import picture_of
from bridge.media.stills import sequence_of, still_frame
from bridge.source import Source, SourceKind

STILL_RATE = Rate(Fraction(24))  # of stills and sequences whose edit does not say
# AVFieldOrder: the third and fourth are coded in one order and shown in the other.
FIELD_ORDERS = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}
TIMECODE = re.compile(r"\d{1,2}:\d{2}:\d{2}[:;.,]\d{2,3}")


def probe(source: Source, guard: Guard) -> MediaFacts:
    """
    The facts of a movie, still or sequence.

    Raises `MediaMissing`, `MediaForbidden`, `MediaUnsupported`, `MediaDamaged`.
    """
    if source.kind is SourceKind.sequence:
        return _sequence(source, guard)
    with opened(source.path, guard.limits.roots) as file:
        format_ = format_of(file.head, file.path)
        if format_.kind is Kind.picture:
            frame = still_frame(file, format_, guard)
            still = replace(source, kind=SourceKind.still)
            return _still(still, format_.name, frame, file.size, file.modified_ns)
        with movie_opened(file, format_, guard) as movie:
            return movie_facts(source, movie, guard)


def probe_sound(source: Source, guard: Guard) -> SoundFacts:
    """
    The sound of a file, with or without pictures; all of its first track is decoded.

    Raises `MediaMissing`, `MediaForbidden`, `MediaUnsupported`, `MediaDamaged`.
    """
    with opened(source.path, guard.limits.roots) as file:
        return sound_facts(source, file, guard)


def sound_facts(source: Source, file: OpenFile, guard: Guard) -> SoundFacts:
    """The same for an open file."""
    format_ = format_of(file.head, file.path)
    if format_.kind is Kind.picture:
        raise MediaUnsupported(f"{file.path} has no sound.", path=str(file.path))
    with container_opened(file, format_, guard) as container, reading(file.path):
        streams = [each for each in container.streams.audio if each.codec_context]
        if not streams:
            raise MediaUnsupported(f"{file.path} has no sound.", path=str(file.path))
        samples = _counted(container, streams[0], guard)
        if not samples:
            raise MediaDamaged(f"None of the sound in {file.path} decodes.", path=str(file.path))
        facts = tuple(map(_audio, streams))
        seconds = Fraction(samples, streams[0].codec_context.sample_rate)
        return SoundFacts(source, facts, seconds, file.size, file.modified_ns)


def _counted(container: InputContainer, stream: AudioStream, guard: Guard) -> int:
    """Samples that decode; broken packets give none."""
    samples = 0
    stream.discard = Discard.default
    for packet in container.demux(stream):
        guard.beat()
        try:
            samples += sum(frame.samples for frame in packet.decode())
        except av.error.InvalidDataError:
            continue
    return samples


def _sequence(source: Source, guard: Guard) -> MediaFacts:
    sequence = sequence_of(source)
    path = sequence.file(0)
    with opened(path, guard.limits.roots) as file:
        codec = format_of(file.head, path).name
    found = replace(source, count=sequence.count)
    facts = _still(found, codec, picture_of(path, guard), file.size, file.modified_ns)
    return replace(facts, frames=sequence.count)


def _still(
    source: Source, codec: str, frame: VideoFrame, size: int, modified_ns: int
) -> MediaFacts:
    return MediaFacts(
        source=source,
        codec=codec,
        **_pixels(frame),
        pixel_aspect=Fraction(1),
        rate=source.rate or STILL_RATE,
        frames=1,
        colour=frame_colour(frame),
        size=size,
        modified_ns=modified_ns,
    )


def movie_facts(source: Source, movie: Movie, guard: Guard) -> MediaFacts:
    """The facts of an open movie."""
    file, stream, grid = movie.file, movie.stream, movie.grid
    check_size(file, movie.first.width, movie.first.height, guard)
    turner = movie.turner
    # the container's word first; it may leave the pictures to say it
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or Fraction(1)
    start_frame, start_timecode = _timecode(movie)
    held = source.kind is SourceKind.still
    return MediaFacts(
        source=source,
        codec=stream.codec_context.codec.canonical_name,
        **_pixels(turner(movie.first)),
        pixel_aspect=1 / aspect if turner.sideways else aspect,
        rate=(source.rate or grid.rate) if held else grid.rate,
        frames=1 if held else grid.frames,
        variable=grid.variable and not held,
        interlaced=_fields(movie),
        colour=_stream_colour(movie),
        start_frame=start_frame,
        start_timecode=start_timecode,
        audio=tuple(_audio(each) for each in stream.container.streams.audio if each.codec_context),
        size=file.size,
        modified_ns=file.modified_ns,
        keys=() if grid.variable or held else _keys(movie),
    )


def _keys(movie: Movie) -> tuple[int, ...]:
    times, keys = movie.grid.times, movie.keys
    return tuple(frame for frame, time in enumerate(times) if time in keys) if keys else ()


def _pixels(frame: VideoFrame) -> dict[str, Any]:
    components = frame.format.components
    return {
        "pixel_format": frame.format.name,
        "bits": max(component.bits for component in components),
        "width": frame.width,
        "height": frame.height,
        "alpha": any(component.is_alpha for component in components),
    }


def frame_colour(frame: VideoFrame) -> Colour:
    """The tags of a decoded picture; the old `yuvj` formats are full range by their name."""
    colour = colour_of(frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range)
    if frame.format.name.startswith("yuvj"):
        return replace(colour, range="pc")
    return colour


def _stream_colour(movie: Movie) -> Colour:
    """The container's tags where it has them, as FFmpeg does, else the picture's own."""
    context = movie.stream.codec_context
    said = colour_of(
        context.color_primaries, context.color_trc, context.colorspace, context.color_range
    )
    shown = frame_colour(movie.first)
    return Colour(
        said.primaries or shown.primaries,
        said.transfer or shown.transfer,
        said.matrix or shown.matrix,
        said.range or shown.range,
    )


def _fields(movie: Movie) -> str:
    order = FIELD_ORDERS.get(movie.stream.codec_context.field_order)
    if order is None and movie.first.interlaced_frame:
        return "bff" if movie.first.height in (480, 486) else "tff"
    return order or "progressive"


def _audio(stream: AudioStream) -> AudioFacts:
    context = stream.codec_context
    return AudioFacts(
        context.codec.canonical_name, context.sample_rate, context.channels, context.layout.name
    )


def _timecode(movie: Movie) -> tuple[int, str | None]:
    """Where the file writes one: on the pictures, on the file, on a timecode track."""
    container = movie.container
    beside = (each.metadata for each in container.streams if each.type == "data")
    for tags in chain((movie.stream.metadata, container.metadata), beside):
        text = next((value for key, value in tags.items() if key.lower() == "timecode"), None)
        if text and TIMECODE.fullmatch(text.strip()):
            return _start_frame(text.strip(), movie.grid.rate), text.strip()
    return 0, None


def _start_frame(text: str, rate: Rate) -> int:
    try:
        return timecode_frame(text, rate, drop=text[-3] in ";," and rate.can_drop)
    except UsageError:
        return _by_seconds(text, rate)


def _by_seconds(text: str, rate: Rate) -> int:
    """A timecode that cannot be one at this rate (30 frames counted on 24): by its seconds."""
    hours, minutes, seconds = (int(part) for part in re.split("[:;.,]", text)[:3])
    return (hours * 3600 + minutes * 60 + seconds) * rate.nominal
