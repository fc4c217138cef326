"""Lays media on a free track and believes nothing. In: a desk, media, a lane. Out: the item there.

`AppendToTimeline` never overwrites, counts `endFrame` one way or the other by version, and answers
with items where it placed none: what counts is what the tracks hold afterwards (measured on 20.3
to 21.1). It always writes to the current timeline.
"""

from typing import TYPE_CHECKING, FrozenSet, List, NamedTuple, Sequence

from nle_bridge_resolve.ask import ask, words
from nle_bridge_resolve.desk import Desk
from nle_bridge_resolve.items import Laid, counts, is_marked, of_file, remove
from nle_bridge_resolve.orders import Refused
from nle_bridge_resolve.tracks import Lane

if TYPE_CHECKING:
    from fusionscript import MediaPoolItem

EXCLUSIVE, INCLUSIVE = "exclusive", "inclusive"
OTHER = {EXCLUSIVE: INCLUSIVE, INCLUSIVE: EXCLUSIVE}
TRIES = 3
MEDIA_TYPES = {"video": 1, "audio": 2}


class Cargo(NamedTuple):
    """One file on its way to a track of its kind."""

    kind: str  # video, audio
    path: str
    media: "MediaPoolItem"
    foreign: FrozenSet[str]  # items of this file that the editor laid


def lay(desk: Desk, cargo: Cargo, lane: Lane) -> Laid:
    """The item, exact; else `Refused`, with nothing of this left on the timeline."""
    convention = desk.measured.end_frame or probe_end_frame(desk, cargo, lane) or EXCLUSIVE
    found: List[Laid] = []
    for _ in range(TRIES):
        before = counts(desk.timeline, cargo.kind)
        append(desk, cargo, lane, desk.order.frames, convention)
        found = read_back(desk, cargo, lane, before)
        if len(found) == 1 and is_exact(desk, found[0]) and found[0].track == lane.track:
            if cargo.kind == "video":
                desk.measured.end_frame = convention
            return found[0]
        undo(desk, cargo, lane, found)
        if _one_off(desk, found):
            convention = OTHER[convention]
        else:
            desk.pages.edit()
    raise _refusal(desk, lane, found)


def probe_end_frame(desk: Desk, cargo: Cargo, lane: Lane) -> str:
    """Lays one frame, measures it and takes it away; empty where that does not tell."""
    before = counts(desk.timeline, cargo.kind)
    append(desk, cargo, lane, 1, EXCLUSIVE)
    found = read_back(desk, cargo, lane, before)
    undo(desk, cargo, lane, found)
    lengths = {1: EXCLUSIVE, 2: INCLUSIVE}
    measured = lengths.get(found[0].duration, "") if len(found) == 1 else ""
    desk.measured.end_frame = measured
    return measured


def append(desk: Desk, cargo: Cargo, lane: Lane, frames: int, convention: str) -> None:
    """One request; whole numbers only, for a fraction makes Resolve drop it silently."""
    desk.keep_hold()
    desk.stay()
    start = desk.order.source_start
    row = {
        "mediaPoolItem": cargo.media,
        "startFrame": start,
        "endFrame": start + frames - (1 if convention == INCLUSIVE else 0),
        "mediaType": MEDIA_TYPES[cargo.kind],  # without it a track's number counts for nothing
        "trackIndex": lane.track,
        "recordFrame": desk.record,
    }
    ask(desk.pool.AppendToTimeline, [row])


def read_back(desk: Desk, cargo: Cargo, lane: Lane, before: Sequence[int]) -> List[Laid]:
    """
    What lies on the tracks of this file, but for what was there before and what is done.

    Looked at is the lane, and every track that has more or fewer items than before.
    """
    now = counts(desk.timeline, cargo.kind)
    same = len(now) == len(before)
    tracks = [
        track
        for track, count in enumerate(now, 1)
        if track == lane.track or not same or count != before[track - 1]
    ]
    return [
        row
        for row in of_file(desk.timeline, cargo.kind, cargo.path, tracks)
        if row.id not in cargo.foreign and not is_marked(row.item, desk.order.marker.custom)
    ]


def undo(desk: Desk, cargo: Cargo, lane: Lane, found: List[Laid]) -> None:
    """Takes ours away; `Elsewhere` where the editor went to another timeline meanwhile."""
    if not found:
        _recall(desk, cargo, lane)
        desk.stay()
    elif not remove(desk, cargo.kind, found):
        desk.stay()
        raise Refused(
            "Resolve placed the take wrongly and did not let it be deleted: delete it by hand.",
            **found[0].told,
        )


def _recall(desk: Desk, cargo: Cargo, lane: Lane) -> None:
    """What went to the timeline that the editor opened in the very moment of the append."""
    other = ask(desk.project.GetCurrentTimeline)
    if other is None or words(ask(other.GetUniqueId)) == desk.timeline_id:
        return
    strays = [
        row.item
        for row in of_file(other, cargo.kind, cargo.path, [lane.track])
        if row.start == desk.record
        and row.duration <= desk.order.frames + 1
        and not is_marked(row.item, desk.order.marker.custom)
    ]
    if strays:
        ask(other.DeleteClips, strays, False)


def is_exact(desk: Desk, row: Laid) -> bool:
    return row.start == desk.record and row.duration == desk.order.frames


def _one_off(desk: Desk, found: List[Laid]) -> bool:
    if len(found) != 1 or found[0].start != desk.record:
        return False
    return abs(found[0].duration - desk.order.frames) == 1


def _refusal(desk: Desk, lane: Lane, found: List[Laid]) -> Refused:
    wanted = _spelled(desk, desk.order.frames, desk.record, lane.track)
    said = "nothing"
    if found:
        said = _spelled(desk, found[0].duration, found[0].start, found[0].track)
    sentence = f"Resolve placed {said}, where {wanted} were wanted. Everything was undone."
    return Refused(sentence, items=len(found), **(found[0].told if found else {}))


def _spelled(desk: Desk, frames: int, start: int, track: int) -> str:
    first = start - desk.record + desk.order.record_start
    return f"{frames} frames from frame {first} on track {track}"
