"""Timelines of ours from what an editor reported. In: its export, or clips. Out: an `Edit`."""

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bridge.daemon.house import House
from bridge.daemon.pushed import write_pushed
from bridge.daemon.records import Uploads, new_id
from bridge.errors import TimelineUnreadable, UsageError
from bridge.frames import Rate
from bridge.hosts.outs import Out
from bridge.media.paths import check_words
from bridge.store.names import safe_stem
from bridge.timeline.clips import clips as clips_of
from bridge.timeline.metadata import BRIDGE, DROP
from bridge.timeline.read import read
from bridge.wire.selections import HostItemOut, PushedClipIn, PushedSelectionIn

MOST_BYTES = 64 << 20  # of an exported timeline
ELSEWHERE = ("elsewhere", "lies before the timeline, or its file is not on this machine")
# What reading an exported file may end with: it is then done without
UNREADABLE = (OSError, ValueError, RecursionError)


@dataclass(frozen=True)
class Moment:
    """A marker."""

    frame: int  # record frames from the timeline's start
    colour: str
    name: str


@dataclass(frozen=True)
class Opened:
    """What was open in an editor, in words that all editors share."""

    host: str
    name: str  # of the timeline
    project: str
    rate: Rate
    start_frame: int  # frames since midnight
    drop: bool
    size: tuple[int | None, int | None]  # width, height
    playhead: str  # timecode, as the editor writes it
    marked: tuple[int, int] | None  # first and last record frame
    markers: tuple[Moment, ...]


@dataclass(frozen=True)
class Edit:
    """The reported timeline as a file of ours, and what of it may be worked on."""

    timeline: Path
    places: tuple[str, ...]
    items: dict[str, HostItemOut]  # by place
    left_out: tuple[Out, ...]
    warnings: tuple[str, ...] = ()
    loose: bool = False


@dataclass(frozen=True)
class Pushed:
    """A clip of the timeline that the numbers make, and what the host calls it."""

    clip: PushedClipIn
    item: HostItemOut


Change = Callable[[dict[str, Any]], None]


def copied(export: Path, name: str, change: Change, house: House) -> Path:
    """
    A copy under the timeline's name, completed by what editors leave out of their files.

    The editor keeps its file open, and the next export may come.
    """
    check_words(export)
    if export.stat().st_size > MOST_BYTES:
        raise TimelineUnreadable(f"{export.name} is too large.")
    content: Any = json.loads(export.read_bytes())
    if not isinstance(content, dict):
        raise TimelineUnreadable(f"{export.name} is no timeline.")
    change(content)
    data = json.dumps(content, separators=(",", ":")).encode()
    return Uploads(house.settings.data).keep(new_id("t"), safe_stem(name) or "timeline", data)


def mark_drop(content: dict[str, Any]) -> None:
    """Drop frame, for which OTIO has no field."""
    known = content.get("metadata")
    content["metadata"] = {**(known if isinstance(known, dict) else {}), BRIDGE: {DROP: True}}


def clip_or_none(**told: Any) -> PushedClipIn | None:
    """None for what no clip of a timeline on this machine can be."""
    try:
        return PushedClipIn(**told)
    except ValidationError:
        return None


async def written(opened: Opened, clips: Iterable[PushedClipIn], house: House) -> Path:
    """These clips as a timeline; `UsageError` where it can have no such rate or start."""
    try:
        pushed = PushedSelectionIn(
            host=opened.host,
            name=opened.name or "timeline",
            project=opened.project,
            rate=str(opened.rate),
            start_frame=opened.start_frame,
            drop_frame=opened.drop,
            clips=tuple(clips),
        )
    except ValidationError as error:
        raise UsageError(
            f"No timeline runs at {opened.rate} frames a second from frame {opened.start_frame}."
        ) from error
    uploads = Uploads(house.settings.data)
    timeline = uploads.place(new_id("t"), safe_stem(opened.name) or "timeline")
    await write_pushed(pushed, timeline, house.tools.room)
    return timeline


async def edit_from(
    opened: Opened, clips: Sequence[Pushed], outs: Iterable[Out], warning: str, house: House
) -> Edit:
    """An edit of clips that were known by their numbers."""
    timeline = await written(opened, [one.clip for one in clips], house)
    known = {(one.clip.track, one.clip.record_start): one.item for one in clips}
    found = clips_of(await asyncio.to_thread(read, timeline))
    places = {(int(clip.place.split(":")[0][1:]), clip.record.start): clip.place for clip in found}
    items = {places[at]: known[at] for at in places}
    return Edit(timeline, tuple(items), items, tuple(outs), (warning,))
