"""One order, from the claim to the answer. In: an order, what is open. Out: the daemon knows.

The order counts as done only once `ack` was sent: a script that ends before leaves what the next
run finds again.
"""

from typing import TYPE_CHECKING, Any, Callable, Dict, NamedTuple

from nle_bridge_resolve.ask import ask, whole
from nle_bridge_resolve.bins import import_media
from nle_bridge_resolve.desk import Desk, Measured, Pages
from nle_bridge_resolve.host import Opened, Program, now_open
from nle_bridge_resolve.orders import Elsewhere, HoldLost, Order, Refused
from nle_bridge_resolve.place import place
from nle_bridge_resolve.takes import take
from nle_bridge_resolve.timelines import new_timeline
from nle_bridge_resolve.verbs import Verbs

if TYPE_CHECKING:
    from fusionscript import MediaPool, Resolve

ON_TIMELINE = {"above": place, "append": place, "take": take}
OLD = 'This script knows no way to place as "{}". Run: nle-bridge install resolve'
CLOSED = "Resolve does not give its media pool or timeline just now."


class Bench(NamedTuple):
    """What stays the same for a whole run."""

    resolve: "Resolve"
    program: Program
    verbs: Verbs
    measured: Measured
    say: Callable[[str], None]


def work(bench: Bench, order: Order, opened: Opened) -> bool:
    """Whether the order is settled; `DaemonError` where the daemon did not take the answer."""
    try:
        readback = done(bench, order, opened)
    except Refused as refused:
        if is_silent(bench):
            bench.verbs.release(order.id, CLOSED)
            return False
        _ack(bench, order, "refused", {"reason": str(refused), "found": refused.found})
        bench.say(str(refused))
    except Elsewhere as elsewhere:
        bench.verbs.release(order.id, str(elsewhere))
        bench.say(str(elsewhere))
        return False
    except HoldLost:
        return False
    else:
        _ack(bench, order, "placed", readback)
        for warning in readback["warnings"]:
            bench.say(warning)
    return True


def done(bench: Bench, order: Order, opened: Opened) -> Dict[str, Any]:
    """What was read back; one of the endings of `orders` where the take was not placed."""
    check_place(order, opened)
    project, timeline = opened.project, opened.timeline
    pool = None if project is None else ask(project.GetMediaPool)
    if project is None or pool is None:
        raise Elsewhere(CLOSED)

    def hold() -> bool:
        return bench.verbs.hold(order.id)

    if order.mode == "timeline":
        return new_timeline(order, project, pool, hold)
    if order.mode == "bin":
        return keep_in_bin(order, pool)
    if order.mode not in ON_TIMELINE:
        raise Refused(OLD.format(order.mode))
    start = None if timeline is None else ask(timeline.GetStartFrame)
    if timeline is None or start is None:
        raise Elsewhere(CLOSED)
    record, pages = whole(start) + order.record_start, Pages(bench.resolve)
    given = (order, project, timeline, opened.timeline_id, pool, record, bench.measured, pages)
    try:
        return ON_TIMELINE[order.mode](Desk(*given, hold=hold))
    finally:
        pages.back()


def is_silent(bench: Bench) -> bool:
    """Whether nothing works just now, such as while a dialog is open: that refuses no take."""
    now = now_open(bench.resolve)
    return now is None or bool(now.busy)


def check_place(order: Order, opened: Opened) -> None:
    """
    `Elsewhere` unless the order's project, and the timeline it is laid on, are open. An empty id is
    that of a Resolve which had none to give.
    """
    if order.project_id not in ("", opened.project_id):
        raise Elsewhere(_elsewhere("project", opened.project_name))
    if order.mode in ON_TIMELINE and order.timeline_id not in ("", opened.timeline_id):
        raise Elsewhere(_elsewhere("timeline", opened.timeline_name))


def keep_in_bin(order: Order, pool: "MediaPool") -> Dict[str, Any]:
    """A take that belongs on no timeline: its source was a clip of the media pool."""
    media = import_media(pool, order.bins, order.media, order.media_frames).media
    item = ask(media.GetUniqueId) or ""
    return {"frames": order.frames, "item": item, "warnings": [], "adopted": False}


def _elsewhere(what: str, name: str) -> str:
    if not name:
        return f"No {what} is open; the take belongs to one."
    return f'The {what} "{name}" is open; the take belongs to another.'


def _ack(bench: Bench, order: Order, state: str, readback: Dict[str, Any]) -> None:
    facts = {
        "version": bench.program.version,
        "product": bench.program.product,
        "lane": "python",
        "end_frame": bench.measured.end_frame,
    }
    bench.verbs.ack(order.id, state, dict(readback, **facts))
