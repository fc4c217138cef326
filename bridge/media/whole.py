"""Whether a file is whole. In: a path. Out: how many pictures and pieces of sound it decodes to.

Everything in it is decoded once and thrown away: a file that was cut or changed on its way often
opens and lists its pictures like a whole one.
"""

from collections.abc import Iterator
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.errors import MediaDamaged, MediaUnsupported
from bridge.media.border import reading
from bridge.media.formats import Kind, format_of
from bridge.media.limits import Guard
from bridge.media.movie import check_size, container_opened
from bridge.media.paths import OpenFile, opened
from bridge.media.stills import still_frame

BEAT_EVERY = 8  # packets


def decode_all(path: Path, guard: Guard, *, strict: bool) -> int:
    """
    Decode all pictures and sound of a movie, sound or picture file; at least 1.

    `strict` takes every fault that a decoder notices for damage; else only what gives no picture.
    Raises `MediaDamaged`, and `MediaUnsupported` where something cannot be decoded here.
    """
    with opened(path, guard.limits.roots) as file:
        format_ = format_of(file.head, path)
        if format_.kind is Kind.picture:
            still_frame(file, format_, guard)
            return 1
        with container_opened(file, format_, guard) as container:
            streams = _prepared(container, file, guard, strict=strict)
            with reading(path):
                count = sum(_decoded(container, streams, file, guard, strict=strict))
    if not count:
        raise MediaDamaged(f"Nothing in {path} decodes.", path=str(path))
    return count


def _prepared(
    container: InputContainer, file: OpenFile, guard: Guard, *, strict: bool
) -> list[VideoStream | AudioStream]:
    streams: list[VideoStream | AudioStream] = []
    streams += container.streams.video
    streams += container.streams.audio
    if not streams:
        raise MediaUnsupported(f"{file.path} has neither pictures nor sound.", path=str(file.path))
    for stream in streams:
        if stream.codec_context is None:
            raise MediaUnsupported(f"{file.path}: there is no decoder for its {stream.type}.")
        options = {"err_detect": "explode"} if strict else {}
        if isinstance(stream, VideoStream):
            check_size(file, stream.width, stream.height, guard)
            stream.codec_context.thread_type = "AUTO"
            stream.codec_context.thread_count = guard.limits.threads(stream.width, stream.height)
            options["max_pixels"] = str(guard.limits.max_pixels)
        stream.codec_context.options = options
        stream.discard = Discard.default
    return streams


def _decoded(
    container: InputContainer,
    streams: list[VideoStream | AudioStream],
    file: OpenFile,
    guard: Guard,
    *,
    strict: bool,
) -> Iterator[int]:
    """How many pictures or pieces of sound each packet gives."""
    for number, packet in enumerate(container.demux(streams)):
        frames = packet.decode()
        broken = [frame for frame in frames if isinstance(frame, VideoFrame) and frame.is_corrupt]
        if broken and strict:
            raise MediaDamaged(f"A picture of {file.path} does not decode.", path=str(file.path))
        if number % BEAT_EVERY == 0:
            guard.beat()
        yield len(frames)
