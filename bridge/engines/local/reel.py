"""A shot that is gone through more than once. In: footage. Out: its decoded frames, in order.

Where they are few they are decoded once and held; where not, each time anew, so that memory does
not grow with the shot.
"""

from collections.abc import Iterator

from av.video.frame import VideoFrame

from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.reader import pictures

MOST_BYTES = 256 << 20  # 69 frames of 720p, 30 of 1080p, 7 of 4K (10 bits, 4:2:2)


class Reel:
    def __init__(self, facts: MediaFacts, guard: Guard, most_bytes: int = MOST_BYTES) -> None:
        self._facts, self._guard, self._most = facts, guard, most_bytes
        self._held: list[VideoFrame] = []

    def __iter__(self) -> Iterator[VideoFrame]:
        """Nobody may write to what comes out."""
        if len(self._held) == self._facts.frames:
            yield from self._held
            return
        held: list[VideoFrame] = []
        for frame in self._frames(range(self._facts.frames)):
            if _bytes(frame) * self._facts.frames <= self._most:
                held.append(frame)
            yield frame
        self._held = held

    def frame(self, place: int) -> VideoFrame:
        """One of them."""
        if len(self._held) == self._facts.frames:
            return self._held[place]
        return next(self._frames([place]))

    def _frames(self, places: range | list[int]) -> Iterator[VideoFrame]:
        return iter(pictures(self._facts.source, places, self._guard, self._facts))


def _bytes(frame: VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)
