"""New tracks over the originals.

In: placements and the track they go over. Out: tracks with clips, padded with gaps.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from opentimelineio import schema

from bridge.frames import FrameRange
from bridge.timeline import baked
from bridge.timeline.metadata import BRIDGE, lookup
from bridge.timeline.times import Frames
from bridge.timeline.walk import Layout, Row

ROLE = "takes"  # what we write on our own tracks


@dataclass
class Lane:
    """A track for takes: one of an earlier run, or one to be made (`row` is None)."""

    row: Row | None
    shift: Frames  # content position p is record frame p + shift
    taken: list[tuple[Frames, Frames, Any]] = field(default_factory=list)  # in content positions
    new: list[tuple[Frames, Frames, Any]] = field(default_factory=list)  # the same, in order
    closed: bool = False  # somebody has worked on it since; it is left as it is

    def takes(self, record: FrameRange) -> bool:
        """Whether the range is free. Ranges are asked for in the order of their starts."""
        start, end = record.start - self.shift, record.end - self.shift
        if self.closed or (self.new and self.new[-1][1] > start):
            return False
        after = bisect_left(self.taken, start, key=lambda part: part[1])
        while after < len(self.taken) and self.taken[after][1] <= start:
            after += 1
        return after == len(self.taken) or self.taken[after][0] >= end

    def put(self, record: FrameRange, clip: Any) -> None:
        self.new.append((record.start - self.shift, record.end - self.shift, clip))

    def children(self, spelled: float, until: Frames) -> list[Any]:
        """All items in order, with gaps between them and up to record frame `until`."""
        found: list[Any] = []
        position: Frames = 0
        for start, end, item in sorted([*self.taken, *self.new], key=lambda part: part[0]):
            if start > position:
                found.append(baked.gap(start - position, spelled))
            found.append(item)
            position = end
        if until - self.shift > position:
            found.append(baked.gap(until - self.shift - position, spelled))
        return found


def lanes_over(base: int, layout: Layout) -> list[Lane]:
    """The takes' tracks of earlier runs that lie directly over video track `base`."""
    found: list[Lane] = []
    for row in layout.rows[base:]:
        if lookup(row.track.metadata, BRIDGE, "role") != ROLE:
            break
        found.append(lane_of(row))
    return found


def lane_of(row: Row) -> Lane:
    taken = [(slot.start, slot.end, slot.item) for slot in row.slots if not slot.is_gap]
    whole = row.track.source_range is None and len(row.slots) == len(row.track)
    return Lane(row, row.shift, taken, closed=not whole)  # not whole: has transitions


def spread(
    clips: Iterable[tuple[FrameRange, Any]], lanes: Sequence[Lane], origin: Frames
) -> list[Lane]:
    """Each clip on the lowest lane where its range is free; further lanes are made as needed."""
    used = list(lanes)
    for record, clip in sorted(clips, key=lambda pair: pair[0]):
        lane = next((lane for lane in used if lane.takes(record)), None)
        if lane is None:
            lane = Lane(None, -origin)
            used.append(lane)
        lane.put(record, clip)
    return used


def new_track(name: str, children: Sequence[Any], kind: str = schema.TrackKind.Video) -> Any:
    track = schema.Track(name, kind=kind, metadata={BRIDGE: {"role": ROLE}})
    track.extend(children)
    return track
