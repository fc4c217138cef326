"""An open movie. In: an open file. Out: its container, picture stream and frame grid, for one task.

Only the one demuxer that the file's first bytes ask for may open it, other streams are skipped, and
sizes are judged before anything is decoded.
"""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.stream import Discard, Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.errors import MediaDamaged, MediaUnsupported
from bridge.media.border import opening, reading
from bridge.media.formats import Format, Kind
from bridge.media.grid import Grid, grid_of
from bridge.media.limits import Guard
from bridge.media.memory import SETTLED_NS
from bridge.media.paths import OpenFile
from bridge.media.scan import Scan, scanned
from bridge.media.turn import Turner

MOST_STREAMS = 128
# Codecs of which QuickTime says all that opening needs: to decode a picture then would only be the
# first of two times. What else their pictures say is known when the first one is decoded.
TELLING = ("h264", "hevc")
PICTURES_ONLY_BESIDE = Disposition.attached_pic | Disposition.timed_thumbnails


@dataclass(frozen=True)
class Movie:
    file: OpenFile
    container: InputContainer
    stream: VideoStream
    grid: Grid
    first: VideoFrame  # the first shown picture, as coded
    keys: frozenset[int]  # ticks; see `Scan`

    @property
    def turner(self) -> Turner:
        """Turns decoded pictures as the file wants them shown."""
        return Turner(-self.first.rotation)


@contextmanager
def container_opened(
    file: OpenFile, format_: Format, guard: Guard, *, unseen: int = 0
) -> Iterator[InputContainer]:
    """
    The container alone, all of its streams off. Errors are media errors that name the file.

    Of so many `unseen` streams nothing is decoded to find out what they are like.
    """
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": format_.name,
        "max_pixels": str(guard.limits.max_pixels),
        **({"enable_drefs": "0"} if format_.name == "mov" else {}),
    }
    # PyAV's own types say `list[str]`; it takes options by name, for each stream
    streams: Any = [{"skip_frame": "all"}] * unseen or None
    with opening(file.path):
        container = av.open(
            file.url,
            "r",
            format=format_.name,
            options=options,
            stream_options=streams,
            metadata_errors="replace",
        )
    with closing(container):
        if len(container.streams) > MOST_STREAMS:
            raise MediaUnsupported(f"{file.path} has {len(container.streams)} streams.")
        for stream in container.streams:
            stream.discard = Discard.all
        yield container


@contextmanager
def movie_opened(
    file: OpenFile, format_: Format, guard: Guard, *, rescan: bool = True
) -> Iterator[Movie]:
    """
    Open a movie, find its frames and decode its first picture; without `rescan`, what was found
    the last time is taken where it was the same file.

    Raises `MediaUnsupported` (no pictures, no decoder, too large) or `MediaDamaged`.
    """
    if format_.kind is not Kind.movie:
        raise MediaUnsupported(f"{file.path} has no pictures.", path=str(file.path))
    known = None if rescan else _found_before(file)
    # of sound that stays unseen less is known: where that matters it is the first stream alone
    unseen = 1 if known is None else MOST_STREAMS
    with _best_opened(file, format_, guard, unseen) as container, reading(file.path):
        stream = _wanted_stream(container, file)
        check_size(file, stream.width, stream.height, guard)
        _check_whole(stream, file)
        _prepare(stream, guard)
        if known is None:
            scan = _found(file, container, stream, guard)
        else:
            scan = known.scan
            stream.codec_context.reorder_depth = known.reorder_depth
        yield Movie(file, container, stream, _grid(stream, scan), scan.first, scan.keys)


@contextmanager
def _best_opened(
    file: OpenFile, format_: Format, guard: Guard, unseen: int
) -> Iterator[InputContainer]:
    """Without decoding a picture, where it is among the `unseen` and its codec allows it."""
    if "mov" in format_.name:
        with container_opened(file, format_, guard, unseen=unseen) as container:
            stream = picture_stream(container)
            if stream is not None and stream.index < unseen and _tells(stream):
                yield container
                return
    with container_opened(file, format_, guard) as container:
        yield container


def _tells(stream: VideoStream) -> bool:
    context = stream.codec_context
    return context is not None and context.codec.canonical_name in TELLING


def check_size(file: OpenFile, width: int, height: int, guard: Guard) -> None:
    if width < 1 or height < 1:
        raise MediaDamaged(f"{file.path} does not say how large its pictures are.")
    if width * height > guard.limits.max_pixels:
        raise MediaUnsupported(
            f"{file.path} has pictures of {width} x {height}, more than the "
            f"{guard.limits.max_pixels} pixels that are read here.",
            hint="Scale the media down, or raise max_pixels in settings.toml.",
            path=str(file.path),
        )


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The first stream of moving pictures; cover art and thumbnails are none."""
    streams = container.streams.video
    return next((s for s in streams if not s.disposition & PICTURES_ONLY_BESIDE), None)


def _wanted_stream(container: InputContainer, file: OpenFile) -> VideoStream:
    stream = picture_stream(container)
    if stream is None:
        raise MediaUnsupported(f"{file.path} has no pictures.", path=str(file.path))
    if stream.codec_context is None:
        raise MediaUnsupported(f"{file.path}: there is no decoder for its pictures.")
    stream.discard = Discard.default
    return stream


def _check_whole(stream: Stream, file: OpenFile) -> None:
    """A file that was cut short still lists the pictures that are gone: say so before any work."""
    # Only QuickTime lists each picture with its place; other indexes hold fragments or bytes.
    if "mov" not in stream.container.format.name or not len(stream.index_entries):
        return
    entries = stream.index_entries
    here = sum(entry.pos + entry.size <= file.size for entry in entries)
    if here < len(entries):
        raise MediaDamaged(
            f"{file.path} ends early: {here} of its {len(entries)} pictures are in the file.",
            path=str(file.path),
            expected=len(entries),
            found=here,
        )


def _prepare(stream: VideoStream, guard: Guard) -> None:
    context = stream.codec_context
    context.thread_type = "AUTO"
    context.thread_count = guard.limits.threads(stream.width, stream.height)
    context.options = {"max_pixels": str(guard.limits.max_pixels)}


@dataclass(frozen=True)
class _Found:
    """What one scan found of a file. A daemon's tasks often read the same one after another."""

    identity: tuple[int, ...]
    scan: Scan
    reorder_depth: int  # of the decoder, which finds it out while it decodes


_last: list[_Found] = []  # one at most


def _found_before(file: OpenFile) -> _Found | None:
    identity = _identity(file)
    return next((found for found in tuple(_last) if found.identity == identity), None)


def _found(file: OpenFile, container: InputContainer, stream: VideoStream, guard: Guard) -> Scan:
    scan = scanned(file, container, stream, guard)
    if time.time_ns() - file.modified_ns >= SETTLED_NS:
        depth = stream.codec_context.reorder_depth
        _last[:] = [_Found(_identity(file), scan, depth)]
    return scan


def _identity(file: OpenFile) -> tuple[int, ...]:
    now = os.fstat(file.descriptor)
    times = (now.st_mtime_ns, now.st_ctime_ns)
    return (now.st_dev, now.st_ino, now.st_size, *times)


def _grid(stream: VideoStream, scan: Scan) -> Grid:
    tick = stream.time_base or Fraction(1, av.time_base)
    claims = (stream.average_rate, stream.guessed_rate, stream.base_rate)
    return grid_of(scan.times, tick, claims, scan.last)
