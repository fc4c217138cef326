"""Turning pictures upright. In: frames as coded, and how far to turn them. Out: as shown.

Phones film sideways and write a rotation beside the pictures; every editor applies it.
"""

from types import MappingProxyType

from av.filter import Graph
from av.video.frame import VideoFrame

CLOCKWISE = MappingProxyType(
    {
        90: (("transpose", "clock"),),
        180: (("hflip", None), ("vflip", None)),
        270: (("transpose", "cclock"),),
    }
)


class Turner:
    """Frames turned clockwise by `degrees`; what is no quarter turn is left as it is."""

    def __init__(self, degrees: int) -> None:
        self._filters = CLOCKWISE.get(degrees % 360, ())
        self._graph: Graph | None = None
        self._last: tuple[VideoFrame, VideoFrame] | None = None

    @property
    def sideways(self) -> bool:
        return len(self._filters) == 1

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """The frame upright; the same object again for the same frame."""
        if not self._filters:
            return frame
        if self._last is None or self._last[0] is not frame:
            self._last = frame, self._turned(frame)
        return self._last[1]

    def _turned(self, frame: VideoFrame) -> VideoFrame:
        if self._graph is None:
            self._graph = self._graph_for(frame)
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _graph_for(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        source = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        chain = [source, *(graph.add(name, how) for name, how in self._filters)]
        graph.link_nodes(*chain, graph.add("buffersink")).configure()
        return graph
