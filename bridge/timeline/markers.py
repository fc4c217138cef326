"""Markers on the timeline itself. In: a document. Out: their names, colours and record frames."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bridge.timeline.document import Document
from bridge.timeline.times import Frames, nearest
from bridge.timeline.walk import Ruler


@dataclass(frozen=True, slots=True)
class Mark:
    name: str
    colour: str  # lower case
    frame: int  # record frames from the timeline's start
    track: int | None  # None: over all tracks


def marks(document: Document) -> tuple[Mark, ...]:
    """The markers of the timeline and its video tracks; those on clips are in `Clip.markers`."""
    layout = document.held.layout
    found = list(_of(document.timeline.tracks, -layout.origin, None, layout.ruler))
    for row in layout.rows:
        found += _of(row.track, row.shift, row.number, layout.ruler)
    return tuple(_on_timeline(mark, document) for mark in found)


def _of(holder: Any, shift: Frames, track: int | None, ruler: Ruler) -> Iterator[Mark]:
    for marker in holder.markers:
        position = ruler.frames(marker.marked_range.start_time) + shift
        yield Mark(marker.name, marker.color.lower(), nearest(position, position).start, track)


def _on_timeline(mark: Mark, document: Document) -> Mark:
    """Resolve counts from the timeline's head (600, not 180600); others may write the timecode."""
    start, frames = document.facts.start_frame, document.facts.frames
    if mark.frame >= frames and start and mark.frame - start in range(frames):
        return Mark(mark.name, mark.colour, mark.frame - start, mark.track)
    return mark
