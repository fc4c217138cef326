"""AppendToTimeline as measured. In: the rows of a call. Out: items, truly placed or only said so.

Earlier clips win: nothing is ever overwritten, and success is reported either way.
`reference/hosts.md` 1.6.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.fakes.resolve.item import TimelineItem
from tests.fakes.resolve.media import MediaPoolItem
from tests.fakes.resolve.model import Cut, Media, Shot, Track

if TYPE_CHECKING:
    from tests.fakes.resolve.host import FakeResolve

KINDS = {1: "video", 2: "audio"}
WHOLE = ("startFrame", "endFrame", "recordFrame", "trackIndex", "mediaType")


@dataclass(frozen=True)
class Row:
    media: Media
    kind: str  # video, audio
    track: int
    source: int
    count: int  # source frames
    start: int | None  # absolute; None after everything on the track


def append(host: "FakeResolve", cut: Cut, rows: list[Any]) -> Any:
    """None, and nothing is placed, where one number of one row is a fraction."""
    if any(_fractional(row) for row in rows):
        return None
    placed = [_place(host, cut, one) for row in rows for one in _read(host, row)]
    return [TimelineItem(host, shot, nameless=ghost) for shot, ghost in filter(None, placed)]


def _fractional(row: Any) -> bool:
    return isinstance(row, dict) and any(
        isinstance(row.get(key), float) and not row[key].is_integer() for key in WHOLE
    )


def _read(host: "FakeResolve", row: Any) -> list[Row]:
    """Empty for a row that Resolve drops."""
    if isinstance(row, MediaPoolItem):
        row = {"mediaPoolItem": row}
    item = row.get("mediaPoolItem")
    if not isinstance(item, MediaPoolItem) or not item._alive():
        return []
    if "trackIndex" in row and "mediaType" not in row:
        return []  # measured: dropped without a word
    media: Media = item._held
    source, count = _span(host, media, row)
    if count <= 0:
        return []
    asked = [KINDS.get(int(row["mediaType"]), "")] if "mediaType" in row else ["video", "audio"]
    has = {"video": media.pictures, "audio": media.sound}
    track, start = int(row.get("trackIndex", 1)), row.get("recordFrame")
    return [
        Row(media, kind, track, source, count, None if start is None else int(start))
        for kind in asked
        if has.get(kind)
    ]


def _span(host: "FakeResolve", media: Media, row: dict[str, Any]) -> tuple[int, int]:
    """First source frame and count. What lies past the media's end is cut off (not measured)."""
    if media.kind == "Still":
        return 0, 1  # its length on the timeline is the default or its marks
    start = int(row.get("startFrame", 0))
    end = int(row["endFrame"]) if "endFrame" in row else media.frames
    if "endFrame" in row and host.habits.end_frame == "inclusive":
        end += 1
    return start, min(end, media.frames) - start


def _place(host: "FakeResolve", cut: Cut, row: Row) -> tuple[Shot, bool] | None:
    """The shot, and whether it is only said to be there."""
    track = cut.track(row.kind, row.track)
    length = _record_frames(host, cut, row)
    if track is None or length < 1:
        return None
    start = (
        row.start
        if row.start is not None
        else max((s.end for s in track.shots), default=cut.start_frame)
    )
    shot = Shot("clip", row.media.name, start, length, row.media, Fraction(row.source))
    closed = host.habits.edit_page_only and host.page != "edit"
    if closed or track.locked or start < cut.start_frame:
        return shot, True
    if not track.free(start, shot.end):
        if host.habits.drops_overlaps:
            return shot, True
        shot.start = _next_free(track, start, length)
    return track.lay(shot), False


def _record_frames(host: "FakeResolve", cut: Cut, row: Row) -> int:
    """Rates that differ are floored, so that a shot may be one frame short."""
    media = row.media
    if media.kind == "Still":
        mark_in, mark_out = media.marks
        if mark_in is not None and mark_out is not None:
            return mark_out - mark_in + 1
        return int(host.habits.still_seconds * cut.rate.fps)
    return int(row.count / media.rate.fps * cut.rate.fps)


def _next_free(track: Track, start: int, length: int) -> int:
    while not track.free(start, start + length):
        start = min(
            s.end for s in track.shots if s.overlaps(start, start + length) and s.end > start
        )
    return start
