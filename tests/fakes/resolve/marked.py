"""Markers and colours, which items, media and timelines have in common. In: calls. Out: answers.

Resolve keys the answers by float frames; one marker fits on a frame.
"""

# ruff: noqa: N802, N803  (the names are Resolve's)

from typing import Any

from tests.fakes.resolve.model import CLIP_COLOURS, MARKER_COLOURS, Marker
from tests.fakes.resolve.proxies import Proxy


class Markable(Proxy):
    """Holds something with `markers`."""

    def _marker_range(self) -> tuple[int, int]:
        """The frames that a marker may lie on, half-open."""
        raise NotImplementedError

    def AddMarker(
        self,
        frameId: float,
        color: str,
        name: str,
        note: str,
        duration: float,
        customData: str = "",
    ) -> bool:
        first, end = self._marker_range()
        frame = int(frameId)
        fits = frame == frameId and first <= frame < end and duration >= 1
        if not fits or color not in MARKER_COLOURS or frame in self._held.markers:
            return False
        self._held.markers[frame] = Marker(color, name, note, duration, customData)
        return True

    def GetMarkers(self) -> dict[float, Any]:
        return {float(frame): m.told() for frame, m in sorted(self._held.markers.items())}

    def GetMarkerByCustomData(self, customData: str) -> dict[float, Any]:
        """The first that has it, by its frame; empty where none has."""
        found = [
            f for f, marker in sorted(self._held.markers.items()) if marker.custom == customData
        ]
        return {float(frame): self._held.markers[frame].told() for frame in found[:1]}

    def GetMarkerCustomData(self, frameId: float) -> str:
        marker = self._held.markers.get(int(frameId))
        return "" if marker is None else marker.custom

    def UpdateMarkerCustomData(self, frameId: float, customData: str) -> bool:
        marker = self._held.markers.get(int(frameId))
        if marker is not None:
            marker.custom = customData
        return marker is not None

    def DeleteMarkerAtFrame(self, frameNum: float) -> bool:
        return self._held.markers.pop(int(frameNum), None) is not None

    def DeleteMarkerByCustomData(self, customData: str) -> bool:
        found = [f for f, marker in self._held.markers.items() if marker.custom == customData]
        return bool(found) and self._held.markers.pop(found[0], None) is not None

    def DeleteMarkersByColor(self, color: str) -> bool:
        found = [f for f, m in self._held.markers.items() if color in ("All", m.colour)]
        for frame in found:
            del self._held.markers[frame]
        return bool(found)


class Marked(Markable):
    """Has a clip colour too; the colours of markers and flags are others."""

    def GetClipColor(self) -> str:
        return str(self._held.colour)

    def SetClipColor(self, colorName: str) -> bool:
        if colorName not in CLIP_COLOURS:
            return False
        self._held.colour = colorName
        return True

    def ClearClipColor(self) -> bool:
        self._held.colour = ""
        return True
