"""The track a take goes on. In: an order. Out: `Lane`, free where the take will lie."""

from typing import TYPE_CHECKING, List, NamedTuple, Optional, Sequence, Tuple

from nle_bridge_resolve.ask import ask, whole, words
from nle_bridge_resolve.desk import Desk
from nle_bridge_resolve.items import all_tracks, laid, on_track
from nle_bridge_resolve.orders import Refused

if TYPE_CHECKING:
    from fusionscript import Timeline


class Lane(NamedTuple):
    track: int  # from 1
    name: str
    made: bool  # by us, for this take
    warnings: Tuple[str, ...] = ()


class Strip(NamedTuple):
    """A track as it is told from others."""

    name: str
    ids: Tuple[str, ...]  # how many items, the first and the last; empty without any


def pick_track(desk: Desk) -> Lane:
    """A free lane for the picture; `Refused` where no track can be added."""
    order = desk.order
    if order.mode == "append" and is_free(desk, "video", order.track):
        return Lane(order.track, _name(desk.timeline, "video", order.track), False)
    known = _free_lane(desk, "video", order.track_name, order.track + 1)
    return known or _new_lane(desk)


def pick_sound_track(desk: Desk) -> Optional[Lane]:
    """A free lane for the sound, or None."""
    name = desk.order.sound_track_name
    known = _free_lane(desk, "audio", name, 1)
    if known is not None:
        return known
    before = strips(desk.timeline, "audio")
    ask(desk.timeline.AddTrack, "audio", "stereo")
    found = new_track(before, strips(desk.timeline, "audio"), len(before) + 1)
    return None if found is None else _named_lane(desk, "audio", found, name)


def is_free(desk: Desk, kind: str, track: int) -> bool:
    """There, not locked, and with nothing where the take will lie."""
    timeline, start, end = desk.timeline, desk.record, desk.record + desk.order.frames
    if not 1 <= track <= whole(ask(timeline.GetTrackCount, kind)):
        return False
    if ask(timeline.GetIsTrackLocked, kind, track):
        return False
    return not any(row.start < end and start < row.end for row in laid(timeline, kind, track))


def remove_lane(desk: Desk, kind: str, lane: Lane) -> None:
    """A track that was made for nothing, if it is that one and empty."""
    timeline = desk.timeline
    empty = not any(laid(timeline, kind, lane.track))
    if lane.made and empty and _name(timeline, kind, lane.track) == lane.name:
        ask(timeline.DeleteTrack, kind, lane.track)


def strips(timeline: "Timeline", kind: str) -> List[Strip]:
    return [
        Strip(_name(timeline, kind, track), _ends(timeline, kind, track))
        for track in all_tracks(timeline, kind)
    ]


def _ends(timeline: "Timeline", kind: str, track: int) -> Tuple[str, ...]:
    """All its items would tell no more, and each question costs."""
    items = on_track(timeline, kind, track)
    ends = [words(ask(item.GetUniqueId)) for item in (*items[:1], *items[-1:])]
    return (str(len(items)), *ends) if items else ()


def new_track(before: Sequence[Strip], after: Sequence[Strip], wanted: int) -> Optional[int]:
    """
    Which track was added: the empty one without which the others are as before.

    Of several that fit, one without which the names are as before too, then the `wanted` one.
    """
    if len(after) != len(before) + 1:
        return None
    ids = [strip.ids for strip in before]
    old, new = _own_names(before), _own_names(after)
    fitting = []
    for index, strip in enumerate(after):
        others = [*after[:index], *after[index + 1 :]]
        if not strip.ids and [other.ids for other in others] == ids:
            same = [*new[:index], *new[index + 1 :]] == old
            fitting.append((same, index + 1 == wanted, index + 1))
    return max(fitting)[2] if fitting else None


def _own_names(found: Sequence[Strip]) -> List[str]:
    """A track that nobody named is called by its number, which changes when one comes in below."""
    return [
        strip.name[: -len(str(number))] if strip.name.endswith(f" {number}") else strip.name
        for number, strip in enumerate(found, 1)
    ]


def _free_lane(desk: Desk, kind: str, name: str, lowest: int) -> Optional[Lane]:
    for track in range(lowest, whole(ask(desk.timeline.GetTrackCount, kind)) + 1):
        called = _name(desk.timeline, kind, track)
        if called.startswith(name) and is_free(desk, kind, track):
            return Lane(track, called, False)
    return None


def _new_lane(desk: Desk) -> Lane:
    """Directly above the original; on top where Resolve does not put it there."""
    timeline = desk.timeline
    for last in (False, True):
        before = strips(timeline, "video")
        wanted = min(desk.order.track, len(before)) + 1
        if len(before) >= wanted:
            ask(timeline.AddTrack, "video", {"index": wanted})
        if len(strips(timeline, "video")) == len(before):
            ask(timeline.AddTrack, "video")
        found = new_track(before, strips(timeline, "video"), wanted)
        if found is not None or last:
            break
        desk.pages.edit()
    if found is None or found < wanted:
        if found is not None:
            remove_lane(desk, "video", Lane(found, _name(timeline, "video", found), True))
        raise Refused("Resolve did not add a video track.", tracks=len(before))
    lane = _named_lane(desk, "video", found, desk.order.track_name)
    if found == wanted:
        return lane
    return lane._replace(warnings=(f'"{lane.name}" lies over track {found - 1}.',))


def _named_lane(desk: Desk, kind: str, track: int, name: str) -> Lane:
    free = free_name(name, [strip.name for strip in strips(desk.timeline, kind)])
    ask(desk.timeline.SetTrackName, kind, track, free)
    return Lane(track, _name(desk.timeline, kind, track), True)


def free_name(name: str, taken: Sequence[str]) -> str:
    """`AI takes`, `AI takes 2` and so on."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _name(timeline: "Timeline", kind: str, track: int) -> str:
    return words(ask(timeline.GetTrackName, kind, track))
