"""TimelineItem as scripts see it. In: a shot. Out: its answers.

Source frames that Resolve tells are file-relative. `GetLeftOffset` is on the timeline's clock, and
warped where the shot is retimed: source position over speed. For a still it is meaningless.
"""

# ruff: noqa: N802, N803  (the names are Resolve's)

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.fakes.resolve.media import MediaPoolItem
from tests.fakes.resolve.model import Shot
from tests.fakes.resolve.takes import TakeSelector

if TYPE_CHECKING:
    from tests.fakes.resolve.host import FakeResolve

TYPES = {"title": "generator", "compound": "video", "clip": "video"}
STILL_OFFSET = -87  # 86313 on a timeline from 86400, as measured once


class TimelineItem(TakeSelector):
    _held: Shot

    def __init__(self, host: "FakeResolve", held: Shot, *, nameless: bool = False) -> None:
        super().__init__(host, held)
        self._nameless = nameless  # one that AppendToTimeline says it placed

    def _alive(self) -> bool:
        return self._nameless or self._cut() is not None

    def GetName(self) -> str:
        return self._held.name

    def SetName(self, name: str) -> bool:
        self._held.name = name
        return True

    def GetUniqueId(self) -> str:
        return "" if self._nameless else self._held.id

    def GetMediaPoolItem(self) -> Any:
        media = self._held.media
        return MediaPoolItem(self._host, media) if media is not None and media.in_pool else None

    def GetTrackTypeAndIndex(self) -> Any:
        track = self._held.track
        return ["", 0] if track is None else [track.kind, self._on().number_of(track)]

    def GetLinkedItems(self) -> Any:
        link = self._held.link
        others = [s for s in self._on().shots() if link and s.link == link and s is not self._held]
        return [TimelineItem(self._host, shot) for shot in others]

    # record frames

    def GetStart(self, subframe_precision: bool = False) -> Any:
        return _told(Fraction(self._held.start), subframe_precision)

    def GetEnd(self, subframe_precision: bool = False) -> Any:
        return _told(Fraction(self._held.end), subframe_precision)

    def GetDuration(self, subframe_precision: bool = False) -> Any:
        return _told(Fraction(self._held.duration), subframe_precision)

    # source frames

    def GetLeftOffset(self, subframe_precision: bool = False) -> Any:
        return _told(self._warped(self._held.source), subframe_precision)

    def GetRightOffset(self, subframe_precision: bool = False) -> Any:
        media = self._held.media
        if media is None:
            return _told(Fraction(0), subframe_precision)
        left = media.frames - self._held.source - self._on().span(self._held)
        return _told(self._warped(left), subframe_precision)

    def GetSourceStartFrame(self) -> int:
        first = self._ends()[0]
        low = self._host.habits.source_start_low and first % 2 == 1
        return first - 1 if low else first

    def GetSourceEndFrame(self) -> int:
        """Exclusive where the rates are equal, one less where they differ (19.1.3)."""
        media = self._held.media
        differs = media is not None and media.rate != self._on().rate
        return self._ends()[1] - differs

    def GetSourceStartTime(self) -> float:
        return self._seconds(self._ends()[0])

    def GetSourceEndTime(self) -> float:
        return self._seconds(self._ends()[1])

    # looks

    def GetProperty(self, propertyKey: str = "") -> Any:
        """Empty for a transition. "Speed" is None before 21.1, and there is `GetSpeed` after."""
        if self._held.kind == "transition":
            return None if propertyKey else {}
        properties = {"Pan": 0.0, "Tilt": 0.0, "ZoomX": 1.0, "ZoomY": 1.0, "Opacity": 100.0}
        return properties.get(propertyKey) if propertyKey else properties

    def GetType(self) -> str:
        held = self._held
        if held.track is not None and held.track.kind == "audio":
            return "audio"
        return TYPES.get(held.kind, held.kind)

    def GetSpeed(self) -> dict[str, Any]:
        return {"Percentage": float(self._held.speed * 100), "PitchCorrection": True}

    def GetClipEnabled(self) -> bool:
        return self._held.enabled

    def SetClipEnabled(self, Bool: bool) -> bool:
        self._held.enabled = Bool
        return True

    def GetFusionCompCount(self) -> int:
        return self._held.fusion

    def GetFlagList(self) -> list[str]:
        return list(self._held.flags)

    # arithmetic

    def _warped(self, source: Fraction) -> Fraction:
        held, cut = self._held, self._on()
        if held.media is None:
            return source
        if held.media.kind == "Still":
            return Fraction(cut.start_frame + STILL_OFFSET)
        return source / held.media.rate.fps * cut.rate.fps / (abs(held.speed) or 1)

    def _seconds(self, frame: int) -> float:
        media = self._held.media
        if media is None:
            return 0.0
        return float(media.rate.seconds(media.start_frame + frame))

    def _marker_range(self) -> tuple[int, int]:
        if self._host.habits.marker_origin == "item":
            return 0, self._held.duration
        first, end = sorted(self._ends())
        return first, max(end, first + 1)


def _told(value: Fraction, precise: bool) -> Any:
    return float(value) if precise else math.floor(value)
