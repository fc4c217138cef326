"""MediaPoolItem as scripts see it. In: an item of the pool. Out: its answers."""

# ruff: noqa: N802, N803  (the names are Resolve's)

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.frames import timecode
from tests.fakes.resolve.marked import Marked
from tests.fakes.resolve.model import Media

if TYPE_CHECKING:
    from tests.fakes.resolve.host import FakeResolve

SETTABLE = {"Alpha mode", "Clip Name", "Reel Name"}


class MediaPoolItem(Marked):
    _held: Media

    def __init__(self, host: "FakeResolve", held: Media, *, nameless: bool = False) -> None:
        super().__init__(host, held)
        self._nameless = nameless  # as ImportMedia may return it

    def _alive(self) -> bool:
        return self._host.production is not None and self._held.in_pool

    def GetName(self) -> str:
        return self._held.name

    def SetName(self, name: str) -> bool:
        self._held.name = name
        return bool(name)

    def GetUniqueId(self) -> str:
        return "" if self._nameless else self._held.id

    def GetMediaId(self) -> str:
        return "" if self._nameless else f"{self._held.id}-media"

    def GetClipProperty(self, propertyName: str = "") -> Any:
        """Strings, but for FPS, which is a float; "" for a name that there is not."""
        properties = properties_of(self._held, self._uses())
        return properties.get(propertyName, "") if propertyName else properties

    def SetClipProperty(self, propertyName: str, propertyValue: Any) -> bool:
        if propertyName == "Alpha mode":
            self._held.alpha = str(propertyValue)
        elif propertyName == "Clip Name":
            self._held.name = str(propertyValue)
        return propertyName in SETTABLE

    def GetMarkInOut(self) -> Any:
        mark_in, mark_out = self._held.marks
        both = {"in": mark_in, "out": mark_out}
        return {} if mark_in is None else {"video": dict(both), "audio": dict(both)}

    def SetMarkInOut(self, mark_in: int, mark_out: int, type: str = "all") -> bool:  # noqa: A002
        self._held.marks = (int(mark_in), int(mark_out))
        return True

    def ClearMarkInOut(self, type: str = "all") -> bool:  # noqa: A002
        self._held.marks = (None, None)
        return True

    def GetTimeline(self) -> Any:
        from tests.fakes.resolve.timeline import Timeline  # it needs this module

        return None if self._held.cut is None else Timeline(self._host, self._held.cut)

    def _marker_range(self) -> tuple[int, int]:
        return 0, self._held.frames

    def _uses(self) -> int:
        cuts = [] if self._host.production is None else self._host.production.cuts
        return sum(shot.media is self._held for cut in cuts for shot in cut.shots())


def properties_of(media: Media, uses: int) -> dict[str, Any]:
    """As dumped by scripts in the field; End is inclusive, End TC exclusive."""
    first, last = media.start_frame, media.start_frame + media.frames

    def spelled(frame: int) -> str:
        return timecode(frame, media.rate, drop=media.drop)

    return {
        "File Path": media.path,
        "File Name": Path(media.path).name,
        "Clip Name": media.name,
        "FPS": round(float(media.rate.fps), 3),
        "Frames": str(media.frames) if media.pictures and media.cut is None else "",
        "Start": "0" if media.pictures else "",
        "End": str(media.frames - 1) if media.pictures else "",
        "Start TC": spelled(first),
        "End TC": spelled(last),
        "Duration": timecode(media.frames, media.rate),
        "Drop frame": str(int(media.drop)),
        "Type": media.kind,
        "Resolution": f"{media.width}x{media.height}" if media.width else "",
        "PAR": "Square" if media.pictures else "",
        "Alpha mode": media.alpha,
        "Online Status": "Online" if media.online else "Offline",
        "Proxy": "None",
        "Proxy Media Path": "",
        "Video Codec": media.codec if media.pictures else "",
        "In": "",
        "Out": "",
        "Reel Name": "",
        "Usage": str(uses),
    }
