"""One take to place, as the daemon orders it. In: JSON. Out: `Order`, and how its work may end.

`place`, `take` and `new_timeline` give what they read back, or raise one of the endings here.
"""

from typing import Any, Dict, NamedTuple, Tuple


class Marker(NamedTuple):
    colour: str
    name: str
    note: str
    custom: str  # the placement's id, by which the take is known again


class Order(NamedTuple):
    id: str
    mode: str  # above, take, append, timeline, bin
    project_id: str
    timeline_id: str
    media: str
    sound: str  # empty without
    media_frames: int
    source_start: int  # frame of `media` that is shown first
    frames: int
    record_start: int  # frames from the timeline's start
    track: int  # video track of the original
    item: str  # the original's id; empty where it is not known
    bins: Tuple[str, ...]  # below the media pool's root
    track_name: str
    sound_track_name: str
    marker: Marker
    clip_colour: str
    timeline_file: str
    timeline_name: str
    all_media: Tuple[str, ...]

    @property
    def source_end(self) -> int:
        """Exclusive."""
        return self.source_start + self.frames


def order_from(told: Dict[str, Any]) -> Order:
    marker = told["marker"]
    return Order(
        id=str(told["id"]),
        mode=str(told["mode"]),
        project_id=str(told["project_id"]),
        timeline_id=str(told["timeline_id"]),
        media=str(told["media"]),
        sound=str(told.get("sound") or ""),
        media_frames=int(told.get("media_frames") or 0),
        source_start=int(told["source_start"]),
        frames=int(told["frames"]),
        record_start=int(told["record_start"]),
        track=int(told["track"]),
        item=str(told.get("item") or ""),
        bins=tuple(map(str, told["bins"])),
        track_name=str(told["track_name"]),
        sound_track_name=str(told["sound_track_name"]),
        marker=Marker(*(str(marker[name]) for name in Marker._fields)),
        clip_colour=str(told["clip_colour"]),
        timeline_file=str(told.get("timeline_file") or ""),
        timeline_name=str(told.get("timeline_name") or ""),
        all_media=tuple(map(str, told.get("all_media") or ())),
    )


class Ending(Exception):
    """The take was not placed; the sentence says why."""


class Refused(Ending):
    """It cannot be placed; `found` holds what was found instead."""

    def __init__(self, reason: str, **found: Any) -> None:
        super().__init__(reason)
        self.found = found


class Elsewhere(Ending):
    """It belongs to a project or timeline that is not open: another run may place it."""


class HoldLost(Ending):
    """Somebody else places it, or it was placed meanwhile."""
