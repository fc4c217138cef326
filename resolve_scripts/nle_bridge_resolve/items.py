"""What lies on the tracks. In: a timeline. Out: `Laid` rows, and those of one file among them."""

from typing import TYPE_CHECKING, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence

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


def on_track(timeline: "Timeline", kind: str, track: int) -> "List[TimelineItem]":
    return rows(ask(timeline.GetItemListInTrack, kind, track))


def all_tracks(timeline: "Timeline", kind: str) -> Sequence[int]:
    return range(1, whole(ask(timeline.GetTrackCount, kind)) + 1)


def laid(timeline: "Timeline", kind: str, track: int) -> Iterator[Laid]:
    for item in on_track(timeline, kind, track):
        yield look(item, track)


def look(item: "TimelineItem", track: int) -> Laid:
    start, duration = whole(ask(item.GetStart)), whole(ask(item.GetDuration))
    return Laid(item, words(ask(item.GetUniqueId)), track, start, duration)


def all_laid(timeline: "Timeline", kind: str) -> Iterator[Laid]:
    for track in all_tracks(timeline, kind):
        yield from laid(timeline, kind, track)


def of_file(
    timeline: "Timeline", kind: str, path: str, tracks: Optional[Iterable[int]] = None
) -> List[Laid]:
    """On these tracks, or on all: each question costs, and there may be thousands of items."""
    return [
        look(item, track)
        for track in (all_tracks(timeline, kind) if tracks is None else tracks)
        for item in on_track(timeline, kind, track)
        if same_file(file_of(item), path)
    ]


def counts(timeline: "Timeline", kind: str) -> List[int]:
    """Items on each track: where one was added or taken away, its track's number differs."""
    return [len(on_track(timeline, kind, track)) for track in all_tracks(timeline, kind)]


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
    left = _left(desk, kind, gone)
    for last in (False, True):
        if left:
            ask(desk.timeline.DeleteClips, left, False)
            left = _left(desk, kind, gone)
        if not left or last:
            break
        desk.pages.edit()
    return not left


def _left(desk: Desk, kind: str, gone: Sequence[Laid]) -> "List[TimelineItem]":
    ids, tracks = {row.id for row in gone}, sorted({row.track for row in gone})
    return [
        item
        for track in tracks
        for item in on_track(desk.timeline, kind, track)
        if words(ask(item.GetUniqueId)) in ids
    ]
