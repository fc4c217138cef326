"""When the pictures of a movie begin. In: an open container. Out: their times.

Reading every packet is exact for any format, and reads the whole file. Camera files of many
gigabytes list their pictures: where the list is even, its two ends are looked at instead. Either
way a picture is later taken only if it begins exactly when it should, so a wrong list is an error
and never a wrong frame.
"""

from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.errors import MediaDamaged
from bridge.media.border import opening
from bridge.media.limits import Guard
from bridge.media.paths import OpenFile

LARGE = 16_000_000  # bytes; a smaller file is read whole in the time that looking at its ends takes
BEAT_EVERY = 512  # packets
PROGRESSIVE = (0, 1)  # AVFieldOrder: not said, progressive
MOST_KEYS = 4096  # of a longer file none are named


@dataclass(frozen=True)
class Scan:
    times: Sequence[int]  # when the shown pictures begin, in ticks, ascending
    last: int  # ticks that the last one stays
    first: VideoFrame  # the first picture that the decoder shows
    # those that decode by themselves, in ticks, as the file says; none named: all, or too many
    keys: frozenset[int] = frozenset()


def scanned(file: OpenFile, container: InputContainer, stream: VideoStream, guard: Guard) -> Scan:
    """The shown pictures' times. `MediaDamaged` where no picture decodes."""
    if file.size >= LARGE:
        listed = listed_pictures(container, stream, guard)
        if listed:
            return listed
        container.seek(stream.start_time or 0, stream=stream)
    return read_pictures(file, container, stream, guard)


def read_pictures(
    file: OpenFile, container: InputContainer, stream: VideoStream, guard: Guard
) -> Scan:
    """Read all packets; decoding ends with the first picture."""
    times: dict[int, int] = {}
    keys = set[int]()
    first: VideoFrame | None = None
    for count, packet in enumerate(_packets(file, container, stream)):
        time = _time(packet)
        if time is not None and not packet.is_discard:
            times[time] = packet.duration or 0
            if packet.is_keyframe:
                keys.add(time)
        if not _exact(container):
            first = first or next(iter(decoded(packet)), None)
        if count % BEAT_EVERY == 0:
            guard.beat()
    ascending = array("q", sorted(times))
    if times and _exact(container):
        container.seek(stream.start_time or 0, stream=stream)
        first = _first(container, stream, ascending[0], guard)
    if first is None:
        raise MediaDamaged(f"None of the pictures in {file.path} decodes.", path=str(file.path))
    shown = _shown(ascending, first)
    return Scan(shown, times[ascending[-1]], first, _named(keys.intersection(shown), len(shown)))


def _named(keys: Collection[int], pictures: int) -> frozenset[int]:
    return frozenset(keys if len(keys) < min(pictures, MOST_KEYS) else ())


def _packets(
    file: OpenFile, container: InputContainer, stream: VideoStream
) -> Iterator["Packet[VideoStream]"]:
    with opening(file.path):
        yield from container.demux(stream)


def _shown(times: "array[int]", first: VideoFrame) -> "array[int]":
    """What comes before the first picture that decodes is never on screen."""
    if first.pts is None or first.pts <= times[0]:
        return times
    return array("q", (time for time in times if time >= first.pts)) or times


def listed_pictures(container: InputContainer, stream: VideoStream, guard: Guard) -> Scan | None:
    """The times by the file's own list; None where there is none, or it is uneven or disagrees."""
    claim = _claim(container, stream)
    first = _first(container, stream, stream.start_time, guard) if claim else None
    if claim is None or first is None or first.pts is None:
        return None
    count, step = claim
    times = range(first.pts, first.pts + count * step, step)
    tail = _tail(container, stream, times[-1], guard)
    fits = tail and max(tail) == times[-1] and all(time in times for time in tail)
    return Scan(times, step, first, _listed_keys(stream, times)) if fits else None


def _listed_keys(stream: VideoStream, times: range) -> frozenset[int]:
    """Only QuickTime lists them; one that leads an open group is listed some pictures early."""
    shown = (entry for entry in stream.index_entries if not entry.is_discard)
    keys = [time for time, entry in zip(times, shown, strict=False) if entry.is_keyframe]
    return _named(keys, len(times))


def _claim(container: InputContainer, stream: VideoStream) -> tuple[int, int] | None:
    """How many pictures, and the ticks from one to the next, where the file says so for each."""
    if "mov" in container.format.name:
        entries = stream.index_entries
        shown = [entry.timestamp for entry in entries if not entry.is_discard]
        steps = {after - before for before, after in pairwise(shown)}
        step = steps.pop() if len(steps) == 1 else 0
        return (len(shown), step) if step > 0 else None
    if container.format.name == "mxf" and stream.duration and stream.average_rate:
        unit = 1 / (stream.average_rate * (stream.time_base or 0))  # an edit unit is a picture
        whole = unit.denominator == 1 and stream.duration % unit.numerator == 0
        return (stream.duration // unit.numerator, unit.numerator) if whole else None
    return None


def _exact(container: InputContainer) -> bool:
    """Whether a seek to the start leads there."""
    return "mov" in container.format.name


def _first(
    container: InputContainer, stream: VideoStream, start: int | None, guard: Guard
) -> VideoFrame | None:
    """The first picture, which probably begins at `start`; the container is at its beginning."""
    if _exact(container):
        alone = _alone(container, stream, start)
        if alone is not None:
            return alone
        container.seek(stream.start_time or 0, stream=stream)
    for packet in container.demux(stream):
        guard.beat()
        frames = decoded(packet)
        if frames:
            return frames[0]
    return None


def _alone(container: InputContainer, stream: VideoStream, start: int | None) -> VideoFrame | None:
    """
    The picture of the first packet, which a decoder would give behind some more only.

    None where it is not shown first, or may be half of one.
    """
    packet, fields = next(iter(container.demux(stream))), stream.codec_context.field_order
    if not packet.is_keyframe or packet.pts != start or fields not in PROGRESSIVE:
        return None
    frame = next(iter([*decoded(packet), *rest(stream)]), None)
    if frame is None or frame.pts != start or frame.is_corrupt or frame.interlaced_frame:
        return None
    return frame


def _tail(
    container: InputContainer, stream: VideoStream, last: int, guard: Guard
) -> frozenset[int]:
    """The times of the pictures from the last key frame to the end."""
    container.seek(last, stream=stream)
    times = set[int]()
    for packet in container.demux(stream):
        guard.beat()
        time = _time(packet)
        if time is not None and not packet.is_discard:
            times.add(time)
    return frozenset(times)


def _time(packet: "Packet[VideoStream]") -> int | None:
    if not packet.size:
        return None
    return packet.pts if packet.pts is not None else packet.dts


def rest(stream: VideoStream) -> list[VideoFrame]:
    """What the decoder still holds; a seek must come before its next packet."""
    try:
        frames = stream.codec_context.decode(None)
    except av.error.InvalidDataError:
        return []
    for frame in frames:
        frame.time_base = stream.time_base  # which PyAV takes from packets
    return frames


def decoded(packet: "Packet[VideoStream]") -> list[VideoFrame]:
    """The packet's pictures; a broken packet gives none, and the count tells in the end."""
    try:
        return packet.decode()
    except av.error.InvalidDataError:
        return []
