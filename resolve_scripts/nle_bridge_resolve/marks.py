"""The sign on what was placed. In: an item, an order. Out: warnings where it did not take."""

from typing import TYPE_CHECKING, List, Sequence

from nle_bridge_resolve.ask import ask
from nle_bridge_resolve.items import is_marked
from nle_bridge_resolve.orders import Order

if TYPE_CHECKING:
    from fusionscript import TimelineItem

LENGTH = 1  # frames


def colour(item: "TimelineItem", order: Order) -> None:
    ask(item.SetClipColor, order.clip_colour)


def mark(item: "TimelineItem", order: Order, frames: Sequence[int]) -> List[str]:
    """
    At the first of these frames that takes a marker: each holds one, and builds differ in where
    they count from. Without its marker a take is known again by its file alone.
    """
    marker = order.marker
    for frame in frames:
        ask(item.AddMarker, frame, marker.colour, marker.name, marker.note, LENGTH, marker.custom)
        if is_marked(item, marker.custom):
            return []
    return ["The take could not be marked."]
