"""The whole timeline with the takes in it, as a new one. In: an order. Out: what was read back.

`ImportTimelineFromFile` gives nothing where the name is taken, and has been seen to leave clips
offline where the menu's import did not (reported for 18.6): what was imported is looked through.
"""

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from nle_bridge_resolve.ask import ask, ask_newer, whole, words
from nle_bridge_resolve.bins import import_media
from nle_bridge_resolve.items import Laid, all_laid, file_of
from nle_bridge_resolve.orders import HoldLost, Order, Refused
from nle_bridge_resolve.paths import same_file

if TYPE_CHECKING:
    from fusionscript import MediaPool, Project, Timeline, TimelineItem

BY_HAND = "Import it by hand: File > Import > Timeline, {}."


def new_timeline(
    order: Order, project: "Project", pool: "MediaPool", hold: Callable[[], bool]
) -> Dict[str, Any]:
    there = find_timeline(project, order.timeline_name)
    if there is not None:
        return _read_back(order, there, faults(order, there), adopted=True)
    for path in order.all_media:
        import_media(pool, order.bins, path)
    if not hold():
        raise HoldLost("Another run of the script has this timeline by now.")
    before = ask(project.GetCurrentTimeline)
    made = import_timeline(order, project, pool)
    found = faults(order, made)
    if before is not None:
        ask(project.SetCurrentTimeline, before)
    if found:
        ask(pool.DeleteTimelines, [made])
        left = find_timeline(project, order.timeline_name) is not None
        found.append("Delete it." if left else "It was deleted again.")
    return _read_back(order, made, found, adopted=False)


def import_timeline(order: Order, project: "Project", pool: "MediaPool") -> "Timeline":
    options = {"timelineName": order.timeline_name, "importSourceClips": True}
    ask(pool.ImportTimelineFromFile, order.timeline_file, options)
    made = find_timeline(project, order.timeline_name)
    if made is None:
        by_hand = BY_HAND.format(order.timeline_file)
        raise Refused("Resolve did not import the timeline. " + by_hand)
    return made


def find_timeline(project: "Project", name: str) -> "Optional[Timeline]":
    for index in range(1, whole(ask(project.GetTimelineCount)) + 1):
        timeline = ask(project.GetTimelineByIndex, index)
        if timeline is not None and words(ask(timeline.GetName)) == name:
            return timeline
    return None


def faults(order: Order, timeline: "Timeline") -> List[str]:
    """What is wrong with it, in sentences."""
    laid = list(all_laid(timeline, "video"))
    offline = [words(ask(row.item.GetName)) for row in laid if is_offline(row.item)]
    said = []
    if offline:
        said.append(f"{len(offline)} clips are offline, {offline[0]} first.")
    if taken(order, timeline, laid) is None:
        said.append("The take is not where it belongs.")
    return said


def taken(order: Order, timeline: "Timeline", laid: List[Laid]) -> Optional[Laid]:
    start = whole(ask(timeline.GetStartFrame)) + order.record_start
    for row in laid:
        exact = row.start == start and row.duration == order.frames
        if exact and same_file(file_of(row.item), order.media):
            return row
    return None


def is_offline(item: "TimelineItem") -> bool:
    """Whether this is a clip without its file; transitions, titles and generators have none."""
    media = ask(item.GetMediaPoolItem)
    if media is not None:
        return "offline" in words(ask(media.GetClipProperty, "Online Status")).lower()
    kind = words(ask_newer(item, "GetType"))
    if kind:
        return kind == "video"
    # before 21.1: a transition has no properties, a title has a composition
    return bool(ask(item.GetProperty)) and not ask(item.GetFusionCompCount)


def _read_back(
    order: Order, timeline: "Timeline", found: List[str], adopted: bool
) -> Dict[str, Any]:
    if found:
        said = " ".join([*found, BY_HAND.format(order.timeline_file)])
        raise Refused("The imported timeline is wrong: " + said, timeline=order.timeline_name)
    row = taken(order, timeline, list(all_laid(timeline, "video")))
    track = 0 if row is None else row.track
    return {
        "track": track,
        "track_name": words(ask(timeline.GetTrackName, "video", track)),
        "record_start": order.record_start,
        "frames": order.frames,
        "item": "" if row is None else row.id,
        "warnings": [],
        "adopted": adopted,
        "timeline": words(ask(timeline.GetUniqueId)),
        "timeline_name": order.timeline_name,
    }
