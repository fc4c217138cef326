"""The sound that came with a take. In: a desk. Out: warnings; the picture stays in any case."""

from typing import List

from nle_bridge_resolve.append import Cargo, is_exact, lay
from nle_bridge_resolve.ask import ask, words
from nle_bridge_resolve.bins import import_media
from nle_bridge_resolve.daemon import DaemonError
from nle_bridge_resolve.desk import Desk
from nle_bridge_resolve.items import Laid, of_file, remove
from nle_bridge_resolve.orders import Ending
from nle_bridge_resolve.tracks import pick_sound_track, remove_lane

LEFT = "The sound of the take was not laid: {} The file is {}."


def lay_sound(desk: Desk) -> List[str]:
    """On a track of its own, under the take; nothing where it lies there already."""
    sound = desk.order.sound
    if not sound:
        return []
    try:
        media, fresh = import_media(desk.pool, desk.order.bins, sound)
        lying = [] if fresh else of_file(desk.timeline, "audio", sound)
        if any(is_exact(desk, row) for row in lying):
            return []
        ours = [row for row in lying if _may_be_ours(desk, row)]
        remove(desk, "audio", ours)
        foreign = frozenset(row.id for row in lying if row not in ours)
        return _laid(desk, Cargo("audio", sound, media, foreign))
    except Ending as ending:
        return [LEFT.format(ending, sound)]


def _laid(desk: Desk, cargo: Cargo) -> List[str]:
    lane = pick_sound_track(desk)
    if lane is None:
        return [LEFT.format("Resolve did not add an audio track.", cargo.path)]
    try:
        lay(desk, cargo, lane)
    except (Ending, DaemonError):
        remove_lane(desk, "audio", lane)
        raise
    return []


def _may_be_ours(desk: Desk, row: Laid) -> bool:
    name = words(ask(desk.timeline.GetTrackName, "audio", row.track))
    return row.start == desk.record and name.startswith(desk.order.sound_track_name)
