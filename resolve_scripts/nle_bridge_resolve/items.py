"""What lies on the tracks. In: a timeline. Out: `Laid` rows, and those of one file among them."""

from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Sequence

from nle_bridge_resolve.ask import ask, rows, whole, words
from nle_bridge_resolve.desk import Desk
from nle_bridge_resolve.paths import same_file

if TYPE_CHECKING:
    from fusionscript import MediaPoolItem, Timeline, TimelineItem


class Laid(NamedTuple):
    item: "TimelineItem"
    id: str
    track: int  # from 1
    start: int  # absolute timeline frames
    duration: int

    @property
    def end(self) -> int:
        """Exclusive."""
        return self.start + self.duration

    @property
    def told(self) -> Dict[str, int]:
        return {"track": self.track, "start": self.start, "frames": self.duration}


def laid(timeline: "Timeline", kind: str, track: int) -> Iterator[Laid]:
    for item in rows(ask(timeline.GetItemListInTrack, kind, track)):
        start, duration = whole(ask(item.GetStart)), whole(ask(item.GetDuration))
        yield Laid(item, words(ask(item.GetUniqueId)), track, start, duration)


def all_laid(timeline: "Timeline", kind: str) -> Iterator[Laid]:
    for track in range(1, whole(ask(timeline.GetTrackCount, kind)) + 1):
        yield from laid(timeline, kind, track)


def of_file(timeline: "Timeline", kind: str, path: str) -> List[Laid]:
    return [row for row in all_laid(timeline, kind) if same_file(file_of(row.item), path)]


def file_of(item: "TimelineItem") -> str:
    """Empty for titles, generators and whatever else has no file."""
    media = ask(item.GetMediaPoolItem)
    return "" if media is None else media_file(media)


def media_file(media: "MediaPoolItem") -> str:
    return words(ask(media.GetClipProperty, "File Path"))


def is_marked(item: "TimelineItem", custom: str) -> bool:
    return bool(ask(item.GetMarkerByCustomData, custom))


def is_anothers(item: "TimelineItem", custom: str) -> bool:
    """Whether it is a placed take of another order: its marker names that order."""
    markers = (ask(item.GetMarkers) or {}).values()
    return any(words(marker.get("customData")) not in ("", custom) for marker in markers)


def remove(desk: Desk, kind: str, gone: Sequence[Laid]) -> bool:
    """Whether they are gone. Deleting may need the Edit page; what it answers is not believed."""
    ids = {row.id for row in gone}
    if not ids:
        return True
    for last in (False, True):
        left = [row for row in all_laid(desk.timeline, kind) if row.id in ids]
        if left:
            ask(desk.timeline.DeleteClips, [row.item for row in left], False)
        left = [row for row in all_laid(desk.timeline, kind) if row.id in ids]
        if not left or last:
            break
        desk.pages.edit()
    return not left
