"""A take beside the original, in Resolve's own take selector. In: a desk. Out: what was read back.

Nothing on the timeline moves: the original stays among the takes, and the selector is never
finalised. A take of another length shows only once it is selected, so that each is selected first
and judged then.
"""

from typing import Any, Dict, List, Optional

from nle_bridge_resolve.append import EXCLUSIVE, INCLUSIVE
from nle_bridge_resolve.ask import ask, whole, words
from nle_bridge_resolve.bins import import_media
from nle_bridge_resolve.desk import Desk
from nle_bridge_resolve.items import Laid, all_laid, laid, media_file
from nle_bridge_resolve.marks import mark
from nle_bridge_resolve.orders import Refused
from nle_bridge_resolve.paths import same_file

MARKERS = 32  # frames of the original that are tried for a marker: each take has one


def take(desk: Desk) -> Dict[str, Any]:
    original = find_original(desk)
    number = find_take(desk, original)
    adopted = False
    if number is not None:
        desk.keep_hold()
        adopted = is_chosen(desk, original, number)
        if not adopted:
            original = remove_take(original, number, 1)
    if number is None or not adopted:
        check_length(desk, original)
        number = add_take(desk, original)
    return {
        "track": original.track,
        "track_name": words(ask(desk.timeline.GetTrackName, "video", original.track)),
        "record_start": original.start - desk.record + desk.order.record_start,
        "frames": desk.order.frames,
        "item": original.id,
        "take_index": number,
        "warnings": _marked(desk, original),
        "adopted": adopted,
    }


def find_original(desk: Desk) -> Laid:
    """By its id, else by where it lies."""
    order = desk.order
    own = list(laid(desk.timeline, "video", order.track))
    known = [row for row in own if order.item and row.id == order.item]
    if not known and order.item:
        known = [row for row in all_laid(desk.timeline, "video") if row.id == order.item]
    placed = [row for row in own if row.start == desk.record]
    if not known and not placed:
        message = "The shot that the take belongs to is not on track {} at frame {} any more."
        raise Refused(message.format(order.track, order.record_start))
    return (known or placed)[0]


def check_length(desk: Desk, original: Laid) -> None:
    if original.duration != desk.order.frames:
        message = "The shot has {} frames now; the take was made for {}."
        raise Refused(message.format(original.duration, desk.order.frames), **original.told)


def find_take(desk: Desk, original: Laid) -> Optional[int]:
    """Which take of the original is of our file, from 1."""
    for number in range(1, _count(original) + 1):
        told = ask(original.item.GetTakeByIndex, number)
        media = told.get("mediaPoolItem") if isinstance(told, dict) else None
        if media is not None and same_file(media_file(media), desk.order.media):
            return number
    return None


def add_take(desk: Desk, original: Laid) -> int:
    """Its number; both ways of counting the end are tried, and what went wrong is taken back."""
    order = desk.order
    media = import_media(desk.pool, order.bins, order.media, order.media_frames).media
    before = whole(ask(original.item.GetSelectedTakeIndex))
    now = original
    for convention in (EXCLUSIVE, INCLUSIVE):
        desk.keep_hold()
        desk.stay()
        count = _count(original)
        end = order.source_end - (1 if convention == INCLUSIVE else 0)
        ask(original.item.AddTake, media, order.source_start, end)
        number = find_take(desk, original)
        if number is not None and _count(original) > count and is_chosen(desk, original, number):
            return number
        if number is not None:
            now = remove_take(original, number, before)
    left = find_take(desk, original) is not None or now != original
    undone = "Look at the shot's takes." if left else "Everything was undone."
    locked = ask(desk.timeline.GetIsTrackLocked, "video", original.track)
    why = f"Track {original.track} is locked. " if locked else ""
    message = f"Resolve did not add the take to the shot. {why}{undone}"
    raise Refused(message, takes=_count(original))


def is_chosen(desk: Desk, original: Laid, number: int) -> bool:
    """Selects that take; whether the shot then lies as it did, with the frames ordered."""
    ask(original.item.SelectTakeByIndex, number)
    now = _again(original)
    return now.start == original.start and now.duration == desk.order.frames


def remove_take(original: Laid, number: int, back: int) -> Laid:
    """The original as it lies afterwards; `back`: the take that was selected before, 0 if none."""
    ask(original.item.SelectTakeByIndex, back or 1)
    ask(original.item.DeleteTakeByIndex, number)
    return _again(original)


def _again(original: Laid) -> Laid:
    """Where and how long it lies now."""
    start, duration = ask(original.item.GetStart), ask(original.item.GetDuration)
    return original._replace(start=whole(start), duration=whole(duration))


def _count(original: Laid) -> int:
    return whole(ask(original.item.GetTakesCount))


def _marked(desk: Desk, original: Laid) -> List[str]:
    first = whole(ask(original.item.GetLeftOffset))
    length = min(MARKERS, original.duration)
    return mark(original.item, desk.order, [*range(first, first + length), *range(length)])
