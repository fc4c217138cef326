"""Timelines from pushes.

In: the clips that a host sent over HTTP. Out: a document, as if read from a file.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from opentimelineio import opentime, schema

from bridge.errors import RangeError, UsageError
from bridge.frames import FrameRange, Rate
from bridge.source import Source, SourceKind
from bridge.timeline import baked
from bridge.timeline.document import Document
from bridge.timeline.facts import BuiltClip, Flavour
from bridge.timeline.metadata import BRIDGE, DROP
from bridge.timeline.paths import file_url
from bridge.timeline.read import Loaded, open_document
from bridge.timeline.retime import Span

PATTERN = re.compile(r"((?:[^%]|%%)*)%0?(\d*)d((?:[^%]|%%)*)")  # one number, and `%%` for a sign


def build(
    name: str,
    rate: Rate,
    start_frame: int,
    clips: Sequence[BuiltClip],
    *,
    flavour: Flavour = Flavour.otio,
    drop: bool = False,
) -> Document:
    """
    A plain timeline of these clips, gaps between them, in record spans.

    `RangeError` for clips that overlap on a track or lie before the start.
    """
    spelled = float(rate.fps)
    start = opentime.RationalTime(float(start_frame), spelled)
    timeline = schema.Timeline(name, global_start_time=start)
    if drop:  # for which OTIO has no field
        timeline.metadata[BRIDGE] = {DROP: True}
    by_track: defaultdict[int, list[BuiltClip]] = defaultdict(list)
    for clip in clips:
        if clip.track < 1 or clip.record.start < 0:
            raise RangeError(f"{clip.name!r} lies on no track or before the timeline's start.")
        by_track[clip.track].append(clip)
    for number in range(1, max(by_track, default=0) + 1):
        track = schema.Track(f"Video {number}", kind=schema.TrackKind.Video)
        track.extend(_children(by_track[number], rate, spelled))
        timeline.tracks.append(track)
    loaded = Loaded(timeline, Path.cwd(), Span.record, flavour, drop)
    return open_document(timeline, None, loaded)


def _children(clips: Iterable[BuiltClip], rate: Rate, spelled: float) -> list[Any]:
    found: list[Any] = []
    position = 0
    for clip in sorted(clips, key=lambda clip: clip.record):
        if clip.record.start < position:
            raise RangeError(f"{clip.name!r} overlaps the clip before it on track {clip.track}.")
        if clip.record.start > position:
            found.append(baked.gap(clip.record.start - position, spelled))
        found.append(_clip(clip, rate, spelled))
        position = clip.record.end
    return found


def _clip(clip: BuiltClip, rate: Rate, spelled: float) -> Any:
    media_rate = clip.media_rate or rate
    start = clip.media_start_frame + clip.source_in
    if clip.speed < 0:  # OTIO writes the span's begin, we its end: see facts.Clip.source_in
        start += rate.seconds(clip.record.count) * media_rate.fps * clip.speed
    media = float(media_rate.fps)
    made = schema.Clip(
        clip.name,
        _reference(clip, media),
        opentime.TimeRange(
            opentime.RationalTime(float(start), media), baked.time(clip.record.count, spelled)
        ),
    )
    made.enabled = clip.enabled
    if clip.speed == 0:
        made.effects.append(schema.FreezeFrame())
    elif clip.speed != 1:
        made.effects.append(schema.LinearTimeWarp("", float(clip.speed)))
    return made


def _reference(clip: BuiltClip, media: float) -> Any:
    source = clip.source
    if source is None:
        return schema.MissingReference()
    available = None
    if clip.media_frames is not None:
        available = baked.span(FrameRange(clip.media_start_frame, clip.media_frames), media)
    if source.kind is SourceKind.sequence:
        return _sequence(source, available, media)
    return schema.ExternalReference(file_url(source.path), available)


def _sequence(source: Source, available: Any, media: float) -> Any:
    """`UsageError` for a path that is no printf pattern."""
    match = PATTERN.fullmatch(source.path.name)
    if match is None:
        raise UsageError(f"{source.path} is no pattern for numbered files, such as a.%04d.exr.")
    folder, prefix, suffix = (
        text.replace("%%", "%") for text in (str(source.path.parent), match[1], match[3])
    )
    return schema.ImageSequenceReference(
        folder,
        prefix,
        suffix,
        source.first_number,
        1,
        media,
        int(match[2] or 0),
        available_range=available,
    )
