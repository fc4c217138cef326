"""The sound that came with takes, on tracks of its own.

In: takes that are put into a timeline. Out: audio tracks, decided and then laid.

The takes' pictures keep the original's sound in their own file; what an engine made is never mixed
with it, so that the editor hears both, or one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from opentimelineio import schema

from bridge.frames import FrameRange
from bridge.timeline import baked
from bridge.timeline.document import Added, Held
from bridge.timeline.facts import Placement
from bridge.timeline.lanes import ROLE, Lane, lane_of, new_track, spread
from bridge.timeline.metadata import BRIDGE, lookup
from bridge.timeline.names import SOUND, track_names
from bridge.timeline.times import Frames
from bridge.timeline.walk import Row, is_video, slots_of


def dubbing(
    held: Held, takes: Sequence[tuple[Placement, FrameRange]], until: Frames
) -> tuple[tuple[Added, ...], Callable[[], None]]:
    """The references that are added, and what lays the sound; without any, nothing is touched."""
    added: list[Added] = []
    clips: list[tuple[FrameRange, Any]] = []
    for placement, record in takes:
        if placement.sound is not None:
            heard = replace(placement, media=placement.sound, record=record)
            reference = baked.reference(heard, held.spelled)
            added.append(Added(reference, placement.sound))
            clips.append((record, baked.clip(heard, reference, held.spelled)))
    lanes = spread(clips, _lanes(held), held.layout.origin) if clips else []
    return tuple(added), lambda: _lay(held, lanes, until)


def _lanes(held: Held) -> list[Lane]:
    """The sound tracks of earlier runs."""
    layout = held.layout
    ours = (
        track
        for track in held.timeline.tracks
        if isinstance(track, schema.Track)
        and not is_video(track)
        and lookup(track.metadata, BRIDGE, "role") == ROLE
    )
    return [
        lane_of(Row(0, track, slots_of(track, layout.ruler), -layout.origin, 0, layout.frames))
        for track in ours
    ]


def _lay(held: Held, lanes: Sequence[Lane], until: Frames) -> None:
    stack = held.timeline.tracks
    known = [track.name for track in stack if not is_video(track)]
    fresh = [lane for lane in lanes if lane.row is None]
    for lane in lanes:
        if lane.row is not None and lane.new:
            children = lane.children(held.spelled, until)
            del lane.row.track[:]
            lane.row.track.extend(children)
    for lane, name in zip(fresh, track_names(known, len(fresh), SOUND), strict=True):
        children = lane.children(held.spelled, until)
        stack.append(new_track(name, children, schema.TrackKind.Audio))
