"""Pictures that decode by themselves. In: an open movie, their times. Out: one after another.

The decoder gets their packets alone, one after another: its threads work side by side, and nothing
that lies between is decoded.
"""

from collections.abc import Iterator, Sequence

from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.media.border import reading
from bridge.media.limits import Guard
from bridge.media.movie import Movie
from bridge.media.scan import PROGRESSIVE, decoded, rest

MOST_PACKETS = 64  # that are looked at for one picture after a seek


def whole_pictures(movie: Movie) -> bool:
    """Whether a packet holds a picture: a field that came alone would be half of one."""
    return (
        movie.stream.codec_context.field_order in PROGRESSIVE and not movie.first.interlaced_frame
    )


def key_pictures(movie: Movie, times: Sequence[int], guard: Guard) -> Iterator[VideoFrame]:
    """
    The pictures at those times (ascending ticks), each as soon as it is decoded.

    It ends before one that is not what the file says of it; the movie has to be sought then.
    """
    if not whole_pictures(movie):
        return
    with reading(movie.file.path):
        packets = [_packet(movie, time, guard) for time in times]
        for time, frame in zip(times, _decoded(movie, packets), strict=False):
            if frame.pts != time or frame.is_corrupt:
                return
            yield frame


def _packet(movie: Movie, time: int, guard: Guard) -> "Packet[VideoStream] | None":
    movie.container.seek(time, stream=movie.stream)
    for count, packet in enumerate(movie.container.demux(movie.stream)):
        guard.beat()
        if packet.pts == time and packet.is_keyframe:
            return packet
        if count == MOST_PACKETS:
            break
    return None


def _decoded(movie: Movie, packets: "Sequence[Packet[VideoStream] | None]") -> Iterator[VideoFrame]:
    for packet in packets:
        if packet is not None:
            yield from decoded(packet)
    yield from rest(movie.stream)
