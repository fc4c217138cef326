"""What Resolve reads from a file. In: a path. Out: an item of the media pool, or None.

Reads with PyAV, so that frames, rate and start timecode are those of the file itself.
"""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from bridge.errors import BridgeError
from bridge.frames import Rate, timecode_frame
from tests.fakes.resolve.model import Media

STILLS = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".exr", ".dpx", ".bmp"}
NUMBER = re.compile(r"%0?\d*d")


def media_of(path: str, sound_rate: Rate) -> Media | None:
    """`sound_rate` is the timeline's: in Resolve a sound file has its frames at that rate."""
    if not Path(path).is_file():
        return None
    try:
        with av.open(f"file:{path}") as container:
            return _media(path, container, sound_rate)
    except av.FFmpegError:
        return None


def sequence_of(pattern: str, first: int, last: int, rate: Rate) -> Media | None:
    """Numbered stills as one clip, such as a_%04d.png from 1 to 100; none may be missing."""
    if NUMBER.search(pattern) is None:
        return None
    one = media_of(pattern % first, rate)
    if one is None or not all(Path(pattern % n).is_file() for n in range(first, last + 1)):
        return None
    shown = NUMBER.sub(f"[{first:04d}-{last:04d}]", Path(pattern).name)
    one.path, one.name, one.kind = pattern, shown, "Video"
    one.rate, one.frames, one.numbers = rate, last - first + 1, (first, last)
    return one


def _media(path: str, container: InputContainer, sound_rate: Rate) -> Media | None:
    if not container.streams.video:
        return _sound(path, container, sound_rate) if container.streams.audio else None
    stream = container.streams.video[0]
    still = Path(path).suffix.lower() in STILLS
    rate = sound_rate if still else Rate.of(stream.average_rate or 24)
    kind = "Still" if still else "Video + Audio" if container.streams.audio else "Video"
    start, drop = (0, False) if still else _start(container, rate)
    return Media(
        path,
        Path(path).name,
        kind,
        rate,
        1 if still else _frames(container, stream),
        start,
        drop,
        stream.width,
        stream.height,
        stream.codec_context.name,
        "Straight" if "a" in (stream.pix_fmt or "").replace("gray", "") else "None",
    )


def _sound(path: str, container: InputContainer, rate: Rate) -> Media:
    seconds = Fraction(container.duration or 0, av.time_base)
    name = container.streams.audio[0].codec_context.name
    return Media(path, Path(path).name, "Audio", rate, int(rate.frames(seconds)), codec=name)


def _frames(container: InputContainer, stream: VideoStream) -> int:
    return stream.frames or sum(1 for packet in container.demux(stream) if packet.size)


def _start(container: InputContainer, rate: Rate) -> tuple[int, bool]:
    places: list[Any] = [container, *container.streams]
    text = next((p.metadata["timecode"] for p in places if "timecode" in p.metadata), "")
    try:
        return timecode_frame(text, rate), ";" in text
    except BridgeError:
        return 0, False
