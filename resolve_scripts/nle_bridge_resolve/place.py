"""A take on a track of its own. In: a desk. Out: what was read back, or an ending of `orders`.

Modes above and append. Everything may be cut short at any call: the next run finds by file and
marker what lies there, finishes it or takes it away, and begins again.
"""

from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from nle_bridge_resolve.append import Cargo, is_exact, lay
from nle_bridge_resolve.ask import ask, words
from nle_bridge_resolve.bins import import_media
from nle_bridge_resolve.daemon import DaemonError
from nle_bridge_resolve.desk import Desk
from nle_bridge_resolve.items import Laid, is_anothers, is_marked, of_file, remove
from nle_bridge_resolve.marks import colour, mark
from nle_bridge_resolve.orders import Ending, Refused
from nle_bridge_resolve.sound import lay_sound
from nle_bridge_resolve.tracks import pick_track, remove_lane


class Found(NamedTuple):
    """What lies on the timeline of this take already."""

    done: Optional[Laid]
    leftovers: Tuple[Laid, ...]  # of a run that was cut short
    foreign: Tuple[Laid, ...]  # laid by the editor: neither counted nor touched


NOTHING = Found(None, (), ())


def place(desk: Desk) -> Dict[str, Any]:
    order = desk.order
    media, fresh = import_media(desk.pool, order.bins, order.media, order.media_frames)
    found = NOTHING if fresh else find_placed(desk)
    if found.done is not None:
        return finish(desk, found.done, adopted=True)
    clear(desk, found.leftovers)
    lane = pick_track(desk)
    foreign = frozenset(row.id for row in found.foreign)
    try:
        row = lay(desk, Cargo("video", order.media, media, foreign), lane)
    except (Ending, DaemonError):
        remove_lane(desk, "video", lane)
        raise
    return finish(desk, row, lane.warnings)


def find_placed(desk: Desk) -> Found:
    """Marked is done; exactly right is to be finished; what else can be a script's is left over."""
    laid = of_file(desk.timeline, "video", desk.order.media)
    marked = [row for row in laid if is_marked(row.item, desk.order.marker.custom)]
    exact = [row for row in laid if is_exact(desk, row) and _may_be_ours(desk, row)]
    done = next((row for row in [*marked, *exact]), None)
    leftovers = [row for row in laid if row not in marked and _may_be_ours(desk, row)]
    foreign = [row for row in laid if row not in marked and row not in leftovers]
    return Found(done, tuple(leftovers), tuple(foreign))


def clear(desk: Desk, leftovers: Tuple[Laid, ...]) -> None:
    if not leftovers:
        return
    desk.keep_hold()
    if not remove(desk, "video", leftovers):
        desk.stay()
        message = "An earlier try left the take on track {}; Resolve did not let it be deleted."
        raise Refused(message.format(leftovers[0].track), **leftovers[0].told)


def finish(
    desk: Desk, row: Laid, warnings: Tuple[str, ...] = (), adopted: bool = False
) -> Dict[str, Any]:
    """Marks it, lays the sound, and says what is there."""
    said: List[str] = list(warnings)
    if not is_marked(row.item, desk.order.marker.custom):
        if adopted:
            desk.keep_hold()
        colour(row.item, desk.order)
        said += mark(row.item, desk.order, [desk.order.source_start, 0])
    said += lay_sound(desk)
    return {
        "track": row.track,
        "track_name": words(ask(desk.timeline.GetTrackName, "video", row.track)),
        "record_start": row.start - desk.record + desk.order.record_start,
        "frames": row.duration,
        "item": row.id,
        "warnings": said,
        "adopted": adopted,
    }


def _may_be_ours(desk: Desk, row: Laid) -> bool:
    """
    Scripts lay a take where it belongs or on a lane of theirs, and above the original but for the
    mode append. Anything else of this file was laid by hand, or is the take of another order.
    """
    if is_anothers(row.item, desk.order.marker.custom):
        return False
    if desk.order.mode == "above" and row.track <= desk.order.track:
        return False
    lane = words(ask(desk.timeline.GetTrackName, "video", row.track))
    return row.start == desk.record or lane.startswith(desk.order.track_name)
