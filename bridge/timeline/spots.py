"""Originals.

In: placements and a layout. Out: the slots they were made from, each track counted through once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from bridge.errors import ClipNotFound, RangeError
from bridge.timeline.facts import Placement
from bridge.timeline.slots import refuse
from bridge.timeline.times import nearest
from bridge.timeline.walk import Layout, Row, Slot, clips_only


@dataclass(frozen=True)
class Spot:
    """Where a placement's original lies."""

    placement: Placement
    row: Row
    slot: Slot


def base_of(layout: Layout, placement: Placement) -> int:
    """
    The number of the track that a placement goes over; 0 on a timeline without any.

    A clip inside a nest belongs to the track that the nest lies on.
    """
    if placement.place is None:
        top = len(layout.rows)
        return top if placement.track is None else min(max(placement.track, 1), top)
    return row_of(layout, _numbers(placement)[0], placement).number


def row_of(layout: Layout, number: int, placement: Placement) -> Row:
    """`ClipNotFound` where there is no such video track."""
    if not 1 <= number <= len(layout.rows):
        raise ClipNotFound(f"There is no video track {number} for take {placement.take}.")
    return layout.rows[number - 1]


def spots_of(layout: Layout, placements: Iterable[Placement]) -> list[Spot]:
    """
    `ShotRefused` for what has no slot of its own, `ClipNotFound` for a place that is not there.
    """
    counted: dict[int, list[Slot]] = {}
    found: list[Spot] = []
    for placement in placements:
        if placement.place is None:
            raise refuse(placement, "generated", "was made from no clip, which this mode needs")
        if "/" in placement.place:
            raise refuse(placement, "nested", "lies inside a nested sequence")
        number, count = _numbers(placement)
        row = row_of(layout, number, placement)
        if number not in counted:
            counted[number] = clips_only(row.slots)
        if not 1 <= count <= len(counted[number]):
            raise ClipNotFound(f"There is no clip {placement.place} in this timeline.")
        found.append(Spot(placement, row, counted[number][count - 1]))
    return found


def by_slot(spots: Iterable[Spot]) -> list[list[Spot]]:
    """Each slot's spots, in record order; `RangeError` where they overlap or reach out of it."""
    groups: defaultdict[tuple[int, int], list[Spot]] = defaultdict(list)
    for spot in spots:
        groups[spot.row.number, spot.slot.child].append(spot)
    for group in groups.values():
        group.sort(key=lambda spot: spot.placement.record)
        _check_apart(group)
    return list(groups.values())


def _check_apart(group: list[Spot]) -> None:
    slot, shift = group[0].slot, group[0].row.shift
    whole = nearest(slot.start + shift, slot.end + shift)
    placements = [spot.placement for spot in group]
    for one, other in pairwise(placements):
        if one.record.overlaps(other.record):
            raise RangeError(f"Takes {one.take} and {other.take} would lie over each other.")
    for placement in placements:
        if not whole.covers(placement.record):
            raise RangeError(f"Take {placement.take} reaches out of its clip {placement.place}.")


def _numbers(placement: Placement) -> tuple[int, int]:
    outer = (placement.place or "").partition("/")[0]
    track, _, count = outer[1:].partition(":")
    if not outer.startswith("V") or not track.isdecimal() or not count.isdecimal():
        raise ClipNotFound(f"{placement.place!r} is no place on a timeline.")
    return int(track), int(count)
