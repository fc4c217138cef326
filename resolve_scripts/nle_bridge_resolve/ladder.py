"""What the editor means. In: a timeline, the media pool. Out: the first rung that gives anything.

1 selected items, 2 items between In and Out, 3 items of the agreed colour, 4 the item under the
playhead, 5 clips selected in the media pool. Nothing is judged here: transitions, titles and
locked tracks are reported like all others.
"""

from typing import TYPE_CHECKING, Callable, Dict, List, NamedTuple, Optional, Set, Tuple

from nle_bridge_resolve.ask import ask, ask_newer, number, rows, whole, words
from nle_bridge_resolve.items import all_laid

if TYPE_CHECKING:
    from fusionscript import MediaPool, MediaPoolItem, Timeline, TimelineItem

VIDEO = "video"


class Chosen(NamedTuple):
    """An item of a timeline and its video track, from 1; 0 where that is not known."""

    item: "TimelineItem"
    track: int


class Meant(NamedTuple):
    rung: str  # selected, marks, colour, playhead, pool, none
    items: "Tuple[Chosen, ...]" = ()
    pool: "Tuple[MediaPoolItem, ...]" = ()


def meant(timeline: "Optional[Timeline]", pool: "Optional[MediaPool]", colour: str) -> Meant:
    if timeline is not None:
        for rung, find in rungs(timeline, colour).items():
            items = _once(find())
            if items:
                return Meant(rung, tuple(items))
    clips = [] if pool is None else rows(ask_newer(pool, "GetSelectedClips"))
    return Meant("pool", pool=tuple(clips)) if clips else Meant("none")


def rungs(timeline: "Timeline", colour: str) -> "Dict[str, Callable[[], List[Chosen]]]":
    """In the order in which they are tried."""
    return {
        "selected": lambda: selected(timeline),
        "marks": lambda: between_marks(timeline),
        "colour": lambda: of_colour(timeline, colour),
        "playhead": lambda: at_playhead(timeline),
    }


def selected(timeline: "Timeline") -> List[Chosen]:
    """Since 21.0.4."""
    found = [_chosen(item) for item in rows(ask_newer(timeline, "GetSelectedClips"))]
    return [chosen for chosen in found if chosen is not None]


def between_marks(timeline: "Timeline") -> List[Chosen]:
    """All that touch the range; Out counts as part of it, for nobody has measured it."""
    mark_in, mark_out = marks(timeline)
    if mark_in is None and mark_out is None:
        return []
    start = whole(ask(timeline.GetStartFrame))
    first, last = absolute(mark_in, mark_out, start)
    return [
        Chosen(row.item, row.track)
        for row in all_laid(timeline, VIDEO)
        if (last is None or row.start <= last) and (first is None or first < row.end)
    ]


def marks(timeline: "Timeline") -> Tuple[Optional[int], Optional[int]]:
    """In and Out as they are answered; None for one that is not set."""
    told = ask_newer(timeline, "GetMarkInOut")
    video = told.get(VIDEO) if isinstance(told, dict) else None
    if not isinstance(video, dict):
        return None, None
    found = [number(video.get(name)) for name in ("in", "out")]
    mark_in, mark_out = (None if value is None else whole(value) for value in found)
    return mark_in, mark_out


def absolute(
    mark_in: Optional[int], mark_out: Optional[int], start: int
) -> Tuple[Optional[int], Optional[int]]:
    """Marks count from the timeline's start (measured); some build may count as items do."""
    known = mark_out if mark_in is None else mark_in
    added = 0 if known is not None and 0 < start <= known else start
    return (
        None if mark_in is None else mark_in + added,
        None if mark_out is None else mark_out + added,
    )


def of_colour(timeline: "Timeline", colour: str) -> List[Chosen]:
    return [
        Chosen(row.item, row.track)
        for row in all_laid(timeline, VIDEO)
        if words(ask(row.item.GetClipColor)) == colour
    ]


def at_playhead(timeline: "Timeline") -> List[Chosen]:
    item = ask(timeline.GetCurrentVideoItem)
    if item is None:
        return []
    return [_chosen(item) or Chosen(item, _searched(timeline, item))]


def _chosen(item: "TimelineItem") -> Optional[Chosen]:
    """None for what is not on a video track."""
    place = rows(ask_newer(item, "GetTrackTypeAndIndex"))
    kind, track = place if len(place) == 2 else ("", 0)
    return Chosen(item, whole(track)) if kind == VIDEO else None


def _searched(timeline: "Timeline", item: "TimelineItem") -> int:
    """The track of an item of a Resolve that cannot tell it."""
    own = words(ask(item.GetUniqueId))
    return next((row.track for row in all_laid(timeline, VIDEO) if row.id == own), 0)


def _once(items: List[Chosen]) -> List[Chosen]:
    """Linked sound brings its picture along a second time."""
    seen: Set[str] = set()
    kept = []
    for chosen in items:
        own = words(ask(chosen.item.GetUniqueId))
        if not own or own not in seen:
            kept.append(chosen)
        seen.add(own)
    return kept
