"""Pictures that decode by themselves. In: an open movie, their times. Out: all of them at once.

The decoder gets their packets alone, one after another: its threads work side by side, and nothing
that lies between is decoded.
"""

from collections.abc import Sequence

import av
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.media.border import reading
from bridge.media.limits import Guard
from bridge.media.movie import Movie
from bridge.media.scan import decoded

PROGRESSIVE = (0, 1)  # AVFieldOrder: not said, progressive
MOST_PACKETS = 64  # that are looked at for one picture after a seek


def whole_pictures(movie: Movie) -> bool:
    """Whether a packet holds a picture: a field that came alone would be half of one."""
    return (
        movie.stream.codec_context.field_order in PROGRESSIVE and not movie.first.interlaced_frame
    )


def key_pictures(movie: Movie, times: Sequence[int], guard: Guard) -> dict[int, VideoFrame] | None:
    """
    The pictures by their times (ascending ticks).

    None where one is not what the file says of it; the movie has to be sought afterwards.
    """
    if not whole_pictures(movie):
        return None
    with reading(movie.file.path):
        packets = [_packet(movie, time, guard) for time in times]
        frames = [frame for packet in packets if packet for frame in decoded(packet)]
        frames += _rest(movie.stream.codec_context)
    found = {frame.pts: frame for frame in frames if frame.pts is not None and not frame.is_corrupt}
    return found if all(time in found for time in times) else None


def _packet(movie: Movie, time: int, guard: Guard) -> "Packet[VideoStream] | None":
    movie.container.seek(time, stream=movie.stream)
    for count, packet in enumerate(movie.container.demux(movie.stream)):
        guard.beat()
        if packet.pts == time and packet.is_keyframe:
            return packet
        if count == MOST_PACKETS:
            break
    return None


def _rest(context: VideoCodecContext) -> list[VideoFrame]:
    try:
        return context.decode(None)
    except av.error.InvalidDataError:
        return []
