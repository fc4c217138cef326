"""Timelines made in code. In: frames and rates. Out: OTIO objects, files and placements to test
with.
"""

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from opentimelineio import adapters, opentime, schema

from bridge.frames import FrameMap, FrameRange, Rate
from bridge.timeline.facts import Clip, Placement, TimelineFacts

NTSC_24 = 24000 / 1001


def span(start: float, count: float, rate: float = 24.0) -> Any:
    return opentime.TimeRange(
        opentime.RationalTime(start, rate), opentime.RationalTime(count, rate)
    )


def clip(
    name: str = "a",
    start: float = 0,
    count: float = 24,
    *,
    rate: float = 24.0,
    media: Any = (0, 500, 24.0),
    url: str = "/media/a.mov",
    effects: Sequence[Any] = (),
    markers: Sequence[Any] = (),
) -> Any:
    available = span(*media) if media else None
    reference = schema.ExternalReference(url, available)
    return schema.Clip(
        name, reference, span(start, count, rate), effects=list(effects), markers=list(markers)
    )


def gap(count: float, rate: float = 24.0) -> Any:
    return schema.Gap(source_range=span(0, count, rate))


def dissolve(before: float, after: float, rate: float = 24.0) -> Any:
    return schema.Transition(
        "d",
        schema.TransitionTypes.SMPTE_Dissolve,
        opentime.RationalTime(before, rate),
        opentime.RationalTime(after, rate),
    )


def warp(scalar: float) -> Any:
    return schema.LinearTimeWarp("", scalar)


def track(*items: Any, name: str = "", kind: str = "Video") -> Any:
    made = schema.Track(name, kind=kind)
    made.extend(list(items))
    return made


def stack(*tracks: Any, name: str = "nest", source: Any = None) -> Any:
    made = schema.Stack(name, source_range=source)
    made.extend(list(tracks))
    return made


def timeline(
    *tracks: Any, name: str = "cut", start: float | None = 86400, rate: float = 24.0
) -> Any:
    begin = None if start is None else opentime.RationalTime(start, rate)
    made = schema.Timeline(name, global_start_time=begin)
    made.tracks.extend(list(tracks))
    return made


def saved(made: Any, folder: Path, name: str = "cut.otio") -> Path:
    path = folder / name
    adapters.write_to_file(made, str(path), adapter_name="otio_json")
    return path


def flavoured(made: Any, key: str) -> Any:
    made.metadata[key] = {"MetadataVersion": "1.0"}
    return made


def placement(
    one: Clip, facts: TimelineFacts, *, head: int = 2, tail: int = 3, media: str = "/takes/a b.mov"
) -> Placement:
    """A take of a clip with handles, whose file begins at 01:00:00:00 at 24."""
    return Placement(
        take=f"take-{one.place}",
        name=f"{one.name} dusk",
        place=one.place,
        record=one.record,
        media=Path(media),
        rate=facts.rate,
        frames=head + one.record.count + tail,
        source_start=head,
        media_start_frame=86400,
        metadata={"engine": "local", "prompt": "dusk"},
    )


def generated(start: int, count: int, rate: Rate, **more: Any) -> Placement:
    return Placement(
        f"gen-{start}",
        "fog",
        None,
        FrameRange(start, count),
        Path(f"/takes/gen{start}.mov"),
        rate,
        count,
        **more,
    )


def source_frames(one: Clip, rate: Rate, *at: int) -> list[int]:
    """The media frames that a clip shows at these record frames, as the planner works them out."""
    assert one.media_rate is not None
    assert one.media_in is not None
    fps = one.media_rate.fps
    origin = (one.source_in - one.media_in) * fps
    shown = FrameMap(origin, one.speed * fps / rate.fps)
    return [shown.at(frame) for frame in at]


def tree(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def difference(one: Any, other: Any, where: str = "") -> str:
    """Where two JSON values differ by more than float noise; empty where they are equal."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{where}: keys {sorted(one.keys() ^ other.keys())}"
        return _first(difference(one[key], other[key], f"{where}/{key}") for key in one)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{where}: {len(one)} and {len(other)} items"
        pairs = enumerate(zip(one, other, strict=True))
        return _first(difference(a, b, f"{where}/{at}") for at, (a, b) in pairs)
    return "" if _same(one, other) else f"{where}: {one!r:.80} and {other!r:.80}"


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, float) or not isinstance(other, float):
        return bool(one == other)
    if math.isnan(one) or math.isinf(one):
        return str(one) == str(other)
    return abs(one - other) <= 1e-9 * max(1, abs(one))


def _first(found: Iterable[str]) -> str:
    return next((said for said in found if said), "")
