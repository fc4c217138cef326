"""Timeline as scripts see it. In: a cut. Out: its answers."""

# ruff: noqa: N802, N803  (the names are Resolve's)

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes.resolve.item import TimelineItem
from tests.fakes.resolve.marked import Markable
from tests.fakes.resolve.media import MediaPoolItem
from tests.fakes.resolve.model import Cut, Shot, Track
from tests.fakes.resolve.otio_out import export
from tests.fakes.resolve.published import constants

PICTURE_PAGES = ("cut", "edit", "color", "fairlight", "deliver")


class Timeline(Markable):
    _held: Cut

    def _alive(self) -> bool:
        return self._host.production is not None and self._held in self._host.production.cuts

    @property
    def _current(self) -> bool:
        production = self._host.production
        return production is not None and production.current is self._held

    @property
    def _answers(self) -> bool:
        return self._current or not self._host.habits.only_current_answers

    def _marker_range(self) -> tuple[int, int]:
        return 0, max(1, self._held.end_frame - self._held.start_frame)

    def GetName(self) -> str:
        return self._held.name

    def SetName(self, timelineName: str) -> bool:
        cuts = self._host.production.cuts if self._host.production else []
        if not timelineName or any(cut.name == timelineName for cut in cuts):
            return False
        self._held.name = timelineName
        return True

    def GetUniqueId(self) -> str:
        return self._held.id

    def GetStartFrame(self) -> int:
        return self._held.start_frame

    def GetEndFrame(self) -> int:
        return self._held.end_frame

    def GetStartTimecode(self) -> str:
        return self._held.spelled(self._held.start_frame)

    def GetCurrentTimecode(self) -> str:
        return self._held.spelled(self._held.playhead)

    def SetCurrentTimecode(self, timecode: str) -> bool:
        self._held.playhead = self._held.frame_of(timecode)
        return True

    def GetSetting(self, settingName: str) -> Any:
        if self._host.habits.timeline_settings_empty:
            return ""
        held = self._held
        settings = {
            "timelineFrameRate": held.rate_text,
            "timelineDropFrameTimecode": str(int(held.drop)),
            "timelineResolutionWidth": str(held.width),
            "timelineResolutionHeight": str(held.height),
        }
        if settingName == "timelineFrameRate" and self._host.habits.rate_as_number:
            return float(held.rate_text.split()[0])
        return settings.get(settingName, "")

    def GetMarkInOut(self) -> Any:
        moved = self._held.start_frame if self._host.habits.marks_absolute else 0
        named = zip(("in", "out"), self._held.marks, strict=True)
        marks = {name: frame + moved for name, frame in named if frame is not None}
        return {"video": dict(marks), "audio": dict(marks)} if marks else {}

    def GetMediaPoolItem(self) -> Any:
        item = self._held.pool_item
        return None if item is None else MediaPoolItem(self._host, item)

    # tracks

    def GetTrackCount(self, trackType: str) -> int:
        return len(self._held.tracks.get(trackType, []))

    def GetTrackName(self, trackType: str, trackIndex: int) -> str:
        track = self._held.track(trackType, trackIndex)
        return "" if track is None else self._held.name_of(track)

    def SetTrackName(self, trackType: str, trackIndex: int, name: str) -> bool:
        return self._set(trackType, trackIndex, "name", name)

    def GetTrackSubType(self, trackType: str, trackIndex: int) -> str:
        track = self._held.track(trackType, trackIndex)
        return "" if track is None else track.subtype

    def GetIsTrackLocked(self, trackType: str, trackIndex: int) -> bool:
        track = self._held.track(trackType, trackIndex)
        return track is not None and self._answers and track.locked

    def SetTrackLock(self, trackType: str, trackIndex: int, Bool: bool) -> bool:
        return self._set(trackType, trackIndex, "locked", Bool)

    def GetIsTrackEnabled(self, trackType: str, trackIndex: int) -> bool:
        track = self._held.track(trackType, trackIndex)
        return track is not None and self._answers and track.enabled

    def SetTrackEnable(self, trackType: str, trackIndex: int, Bool: bool) -> bool:
        return self._set(trackType, trackIndex, "enabled", Bool)

    def AddTrack(self, trackType: str, newTrackOptions: Any = None) -> bool:
        """On top, unless an index in bounds is given and this Resolve looks at it."""
        tracks = self._held.tracks.get(trackType)
        if tracks is None:
            return False
        options = newTrackOptions if isinstance(newTrackOptions, dict) else {}
        named = newTrackOptions if isinstance(newTrackOptions, str) else ""
        subtype = named or options.get("audioType") or options.get("audiotype") or "mono"
        track = Track(trackType, subtype=subtype if trackType == "audio" else "")
        index = options.get("index")
        if not self._host.habits.track_index_honoured or index is None:
            index = 0
        tracks.insert(int(index) - 1 if 1 <= index <= len(tracks) else len(tracks), track)
        return True

    def DeleteTrack(self, trackType: str, trackIndex: int) -> bool:
        """What lies on it goes too; the last video track stays."""
        track = self._held.track(trackType, trackIndex)
        tracks = self._held.tracks.get(trackType, [])
        if track is None or (trackType == "video" and len(tracks) == 1):
            return False
        for shot in list(track.shots):
            track.lift(shot)
        tracks.remove(track)
        return True

    # items

    def GetItemListInTrack(self, trackType: str, index: int) -> Any:
        """Transitions are among them."""
        track = self._held.track(trackType, index)
        return [] if track is None else [TimelineItem(self._host, shot) for shot in track.shots]

    def GetSelectedClips(self) -> Any:
        return [TimelineItem(self._host, s) for s in self._held.selected if s.track is not None]

    def GetCurrentVideoItem(self) -> Any:
        """The topmost enabled one at the playhead."""
        if self._host.page not in PICTURE_PAGES or not self._current:
            return None
        frame = self._held.playhead
        for track in reversed([t for t in self._held.tracks["video"] if t.enabled]):
            for shot in track.shots:
                shown = shot.enabled and shot.kind != "transition"
                if shown and shot.start <= frame < shot.end:
                    return TimelineItem(self._host, shot)
        return None

    def DeleteClips(self, timelineItems: Sequence[Any], Bool: bool = False) -> bool:
        """On the Edit page and of the current timeline only; `Bool` ripples."""
        shots = [item._held for item in timelineItems if isinstance(item, TimelineItem)]
        there = [shot for shot in shots if shot.track is not None and shot in self._held.shots()]
        if self._host.page != "edit" or not self._current or len(there) < len(timelineItems):
            return False
        if not there or any(shot.track is None or shot.track.locked for shot in there):
            return False
        for shot in there:
            self._lift(shot, ripple=Bool)
        return True

    def SetClipsLinked(self, timelineItems: Sequence[Any], Bool: bool) -> bool:
        group = 1 + max((shot.link for shot in self._held.shots()), default=0)
        for item in timelineItems:
            item._held.link = group if Bool else 0
        return bool(timelineItems)

    def Export(self, fileName: str, exportType: float, exportSubtype: Any = None) -> bool:
        """Only OTIO is modelled."""
        if exportType != constants()["EXPORT_OTIO"] or not Path(fileName).parent.is_dir():
            return False
        export(self._held, Path(fileName))
        return True

    def _set(self, kind: str, number: int, what: str, value: Any) -> bool:
        track = self._held.track(kind, number)
        if track is None:
            return False
        setattr(track, what, value)
        return True

    def _lift(self, shot: Shot, *, ripple: bool) -> None:
        track = shot.track
        assert track is not None
        track.lift(shot)
        for later in track.shots if ripple else []:
            if later.start >= shot.end:
                later.start -= shot.duration
