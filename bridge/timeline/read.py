"""Timeline files.

In: a path to .otio, .otioz, .otiod or FCP7 .xml. Out: a `Document`, or a plain refusal.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from opentimelineio import core, opentime, schema

from bridge.errors import TimelineUnreadable
from bridge.frames import Rate
from bridge.timeline import bundles, guard, schemas, xmeml
from bridge.timeline.border import reading
from bridge.timeline.document import Document, Held
from bridge.timeline.facts import Flavour, TimelineFacts
from bridge.timeline.metadata import BRIDGE, DROP, lookup
from bridge.timeline.retime import Span
from bridge.timeline.times import nearest, rate_of, whole
from bridge.timeline.walk import Ruler, is_video

# The editors' own keys; they are on the timeline, and on the clip where a clip alone was exported.
MARKS = {"Resolve_OTIO": Flavour.resolve, "PremierePro_OTIO": Flavour.premiere}
ENOUGH = 500  # items of a track that are asked for their rate
HOW = {
    ".edl": "An EDL does not say its frame rate or start",
    ".aaf": "AAF files are not read",
    ".fcpxml": "FCPXML loses its media in every adapter there is",
    ".fcpxmld": "FCPXML loses its media in every adapter there is",
    ".prproj": "A Premiere project is not an interchange file",
    ".drp": "A Resolve project is not an interchange file",
    ".drt": "A Resolve timeline is not an interchange file",
}


@dataclass(frozen=True)
class Loaded:
    """What a reader found, before anything is worked out."""

    root: Any
    folder: Path
    span: Span | None = None  # None: as the flavour says
    flavour: Flavour | None = None
    drop: bool = False
    size: tuple[int, int] | None = None
    xml: bytes | None = None
    warnings: tuple[str, ...] = ()


def read(path: Path, media_folder: Path | None = None) -> Document:
    """
    Read a timeline; the file is not changed.

    Media inside an .otioz is unpacked to `media_folder` where one is given. `TimelineUnreadable`
    names what is wrong: no such file, too large, broken, nested too deep, an unknown format, no
    length, no frame rate.
    """
    path = path.absolute()
    loaded = _load(path, media_folder)
    with reading(path):
        timeline, more = _timeline_of(loaded.root, path)
        return open_document(timeline, path, loaded, loaded.warnings + more)


def _load(path: Path, media_folder: Path | None) -> Loaded:
    suffix = path.suffix.lower()
    if suffix in (".otio", ".json"):
        return _from_json(guard.bytes_of(path), path, path.parent)
    if suffix == ".otioz":
        data = bundles.unpack(path, media_folder)
        return _from_json(data, path, media_folder or path)
    if suffix == ".otiod":
        return _from_json(guard.bytes_of(path / bundles.CONTENT), path, path)
    if suffix == ".xml":
        return _from_xml(guard.bytes_of(path, xmeml.MOST_BYTES), path)
    why = HOW.get(suffix, f"There is no reader for {suffix or 'files without a suffix'}")
    raise TimelineUnreadable(
        f"{path.name}: {why}; .otio, .otioz, .otiod and FCP7 .xml are read.", path=str(path)
    )


def _from_xml(data: bytes, path: Path) -> Loaded:
    found = xmeml.load(data, path)
    return Loaded(found.root, path.parent, Span.record, found.flavour, found.drop, found.size, data)


def _from_json(data: bytes, path: Path, folder: Path) -> Loaded:
    text = guard.json_text(data, path)
    with reading(path):
        root, warnings = schemas.parse(text)
    return Loaded(root, folder, warnings=warnings)


def open_document(
    timeline: Any, path: Path | None, loaded: Loaded, warnings: tuple[str, ...] = ()
) -> Document:
    """
    The document around an OTIO timeline: its facts are worked out here, in one visit to every item.
    """
    flavour = loaded.flavour or _flavour(timeline)
    span = loaded.span or (Span.source if flavour is Flavour.premiere else Span.record)
    rate, spelled = _rate(timeline, path)
    held = Held(timeline, Ruler(rate, span), spelled, loaded.xml)
    width, height = loaded.size or (None, None)
    drop = loaded.drop or lookup(timeline.metadata, BRIDGE, DROP) is True
    facts = TimelineFacts(
        _name(timeline, flavour, path),
        rate,
        _start_frame(timeline, rate),
        drop and rate.can_drop,
        nearest(0, held.layout.frames).count,
        flavour,
        width,
        height,
    )
    return Document(facts, path, loaded.folder, span, held, warnings)


def _name(timeline: Any, flavour: Flavour, path: Path | None) -> str:
    """Resolve leaves it empty, always; Premiere writes it on the stack of tracks."""
    stack = timeline.tracks.name if flavour is Flavour.premiere else ""
    return str(timeline.name or stack or (path.stem if path else ""))


def _timeline_of(root: Any, path: Path) -> tuple[Any, tuple[str, ...]]:
    if isinstance(root, schema.Timeline):
        if root.tracks is None:
            root.tracks = schema.Stack("tracks")
        return root, ()
    if isinstance(root, schema.SerializableCollection):
        return _only_timeline(root, path)
    if isinstance(root, core.Item):
        return _around(root), (f"{path.name} holds a single {root.schema_name()}, not a timeline.",)
    raise TimelineUnreadable(f"{path} holds no timeline but {type(root).__name__}.", path=str(path))


def _only_timeline(root: Any, path: Path) -> tuple[Any, tuple[str, ...]]:
    timelines = [child for child in root if isinstance(child, schema.Timeline)]
    if len(timelines) != 1:
        names = ", ".join(repr(timeline.name) for timeline in timelines[:10]) or "none"
        raise TimelineUnreadable(
            f"{path} holds {len(timelines)} timelines ({names}), where one is needed.",
            hint="Export the one timeline that you want to work on.",
            path=str(path),
        )
    left = len(root) - 1
    found, warnings = _timeline_of(timelines[0], path)
    more = (f"{left} other objects beside the timeline were left out.",) if left else ()
    return found, warnings + more


def _around(item: Any) -> Any:
    """A timeline that shows one clip, track or stack and nothing else."""
    timeline = schema.Timeline(item.name)
    if isinstance(item, schema.Stack):
        timeline.tracks = item
    elif isinstance(item, schema.Track):
        timeline.tracks.append(item)
    else:
        track = schema.Track("", kind=schema.TrackKind.Video)
        track.append(item)
        timeline.tracks.append(track)
    return timeline


def _flavour(timeline: Any) -> Flavour:
    first = next((item for track in timeline.tracks for item in islice(_children(track), 1)), None)
    for holder in (timeline, timeline.tracks, first):
        for key, flavour in MARKS.items():
            if holder is not None and lookup(holder.metadata, key) is not None:
                return flavour
    return Flavour.otio


def _rate(timeline: Any, path: Path | None) -> tuple[Rate, float]:
    """
    The sequence's rate, and how the file writes it.

    The start time says it. A start of zero says nothing where no picture counts at that rate (the
    value that scripts leave as it was); then, and without a start, the most frequent rate of the
    pictures does.
    """
    counted = _rates(timeline)
    start = timeline.global_start_time
    rate = None if start is None else rate_of(start.rate)
    if rate and (start.value != 0 or not counted or any(rate_of(raw) == rate for raw in counted)):
        return rate, start.rate
    for raw, _ in counted.most_common():
        if rate := rate_of(raw):
            return rate, raw
    if not counted:
        return Rate.of(24), 24.0  # an empty timeline has no length to be wrong about
    said = ", ".join(f"{raw:g}" for raw in counted)
    raise TimelineUnreadable(
        f"The timeline counts at {said} per second, which is no frame rate.",
        path=str(path),
    )


def _rates(timeline: Any) -> "Counter[float]":
    for pictures in (True, False):
        found = Counter(
            raw
            for track in timeline.tracks
            if is_video(track) == pictures
            for item in islice(_children(track), ENOUGH)
            if (raw := _item_rate(item)) is not None
        )
        if found:
            return found
    return Counter()


def _children(track: Any) -> Iterable[Any]:
    return iter(track) if isinstance(track, core.Composition) else [track]


def _item_rate(item: Any) -> float | None:
    if not isinstance(item, core.Item):
        return None
    if item.source_range is not None:
        return float(item.source_range.duration.rate)
    media = getattr(item, "media_reference", None)
    if media is not None and media.available_range is not None:
        return float(media.available_range.duration.rate)
    if isinstance(item, core.Composition):
        return next((rate for child in item if (rate := _item_rate(child)) is not None), None)
    return None


def _start_frame(timeline: Any, rate: Rate) -> int:
    start = timeline.global_start_time
    if start is None or not start.rate > 0:
        return 0
    if rate_of(start.rate) == rate:
        value = whole(start.value)
    else:
        value = whole(float(opentime.to_seconds(start) * float(rate.fps)))
    return nearest(value, value + 1).start
