"""Timeline.Export as Resolve writes it. In: a cut. Out: an .otio file.

The shape is that of exports of Resolve 18 to 21 (`reference/timelines.md` 2.1, R1 to R21): names
are empty, paths are bare, source ranges hold the media's timecode at the timeline's rate, and every
track is padded to the timeline's length. Where rates differ, positions are fractions.
"""

import json
import struct
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from opentimelineio import opentime, schema

from bridge.frames import Rate
from tests.fakes.resolve.model import Cut, Marker, Media, Shot, Track

KEY = "Resolve_OTIO"
MARKER_COLOURS = {"PINK", "RED", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE"}
CURVE = {
    "Parameter ID": "transitionCustomCurvesKeyframes",
    "Key Frames": {
        "0": {"Value": 0.0, "Variant Type": "Double"},
        "100": {"Value": 1.0, "Variant Type": "Double"},
    },
}
NOT_WRITTEN = {"Effect": ("enabled",), "Marker": ("comment",)}  # R4: by OTIO, but not by Resolve


def export(cut: Cut, path: Path) -> None:
    timeline = schema.Timeline("", metadata={KEY: {"Resolve OTIO Meta Version": "1.0"}})
    timeline.tracks.name = ""
    timeline.global_start_time = _time(cut.start_frame, cut.rate)
    timeline.tracks.extend(_tracks(cut))
    timeline.tracks.markers.extend(
        _marker(marker, _range(frame, int(marker.duration), cut.rate))
        for frame, marker in sorted(cut.markers.items())
    )
    data = json.loads(timeline.to_json_string())
    path.write_text(json.dumps(_as_resolve(data), indent=4), encoding="utf-8")


def spelled(rate: Rate) -> float:
    """23.976 is 23.976024627685547 in Resolve's files: single precision."""
    return float(struct.unpack("f", struct.pack("f", float(rate.fps)))[0])


def _tracks(cut: Cut) -> list[Any]:
    return [_track(cut, track) for kind in ("video", "audio") for track in cut.tracks[kind]]


def _track(cut: Cut, track: Track) -> Any:
    metadata: dict[str, Any] = {"Locked": track.locked}
    if track.kind == "audio":
        metadata |= {"Audio Type": track.subtype.capitalize(), "SoloOn": False}
    made = schema.Track(cut.name_of(track), kind=track.kind.capitalize(), metadata={KEY: metadata})
    made.enabled = track.enabled
    made.extend(_children(cut, track))
    return made


def _children(cut: Cut, track: Track) -> list[Any]:
    made: list[Any] = []
    at = cut.start_frame
    dissolves = {s.start + s.duration // 2: s for s in track.shots if s.kind == "transition"}
    for shot in (shot for shot in track.shots if shot.kind != "transition"):
        if shot.start > at:
            made.append(_gap(shot.start - at, cut.rate))
        if shot.start in dissolves:
            made.append(_transition(dissolves.pop(shot.start), cut.rate))
        made.append(_item(cut, shot))
        at = shot.end
    made += [_transition(dissolve, cut.rate) for dissolve in dissolves.values()]
    return made + ([_gap(cut.end_frame - at, cut.rate)] if cut.end_frame > at else [])


def _item(cut: Cut, shot: Shot) -> Any:
    made = _compound(cut, shot) if shot.inner is not None else _clip(cut, shot)
    made.enabled = shot.enabled
    return made


def _clip(cut: Cut, shot: Shot) -> Any:
    sound = shot.track is not None and shot.track.kind == "audio"
    metadata: dict[str, Any] = {"Link Group ID": shot.link} if shot.link else {}
    if sound:
        metadata["Channels"] = [{"Source Channel ID": 0, "Source Track ID": 0}]
    start = _start(cut, shot)
    source = opentime.TimeRange(_time(start, cut.rate), _time(shot.duration, cut.rate))
    made = schema.Clip(shot.name, _reference(shot), source, metadata={KEY: metadata})
    made.effects.extend(_effects(shot, sound=sound))
    for frame, marker in sorted(shot.markers.items()):
        into = (frame - shot.source) / _media_rate(cut, shot).fps * cut.rate.fps
        spot = opentime.TimeRange(_time(start + into, cut.rate), _time(marker.duration, cut.rate))
        made.markers.append(_marker(marker, spot))
    return made


def _start(cut: Cut, shot: Shot) -> Fraction:
    """Of the source range, in timeline frames."""
    media = shot.media
    if media is None or media.kind == "Still":
        return Fraction(0)
    return (media.start_frame + shot.source) / media.rate.fps * cut.rate.fps


def _media_rate(cut: Cut, shot: Shot) -> Rate:
    return cut.rate if shot.media is None else shot.media.rate


def _reference(shot: Shot) -> Any:
    if shot.kind == "generator":
        return _generator(shot)
    media = shot.media
    if media is None:
        return schema.MissingReference("")  # a title: neither a range nor a path
    available = _range(media.start_frame, media.frames, media.rate)
    if not media.online:
        lost = {KEY: {"Media Url": media.path}}
        return schema.MissingReference(media.name, available, metadata=lost)
    if media.numbers is not None:
        return _sequence(media, available)
    made = schema.ExternalReference(media.path, available)
    made.name = media.name
    return made


def _sequence(media: Media, available: Any) -> Any:
    folder, _, name = media.path.rpartition("/")
    prefix, _, rest = name.partition("%")
    width, _, suffix = rest.partition("d")
    first = media.numbers[0] if media.numbers else 0
    return schema.ImageSequenceReference(
        folder, prefix, suffix, first, 1, spelled(media.rate), int(width or 0),
        available_range=available,
    )  # fmt: skip


def _generator(shot: Shot) -> Any:
    colour = {"Parameter ID": "color", "Parameter Value": shot.generator_colour}
    block = {"Effect Name": shot.name, "Name": "Generator", "Parameters": [colour], "Type": 5}
    return schema.GeneratorReference(
        shot.name, shot.name, None, {KEY: [block]}, {KEY: {"Generator Type": shot.name}}
    )


def _effects(shot: Shot, *, sound: bool) -> Iterable[Any]:
    if shot.ramp and not sound:  # its sound keeps its speed (R14)
        keys = [[time, source, False, 0.0, 0.0, 0.0, 0.0] for time, source in shot.ramp]
        ratio = shot.ramp[-1][1] / shot.ramp[-1][0]
        yield schema.TimeEffect("", "", {KEY: {"Key Frames": keys, "Speed Ratio": ratio}})
    elif shot.speed == 0:
        yield schema.FreezeFrame()
    elif shot.speed != 1:
        yield schema.LinearTimeWarp("", float(shot.speed))
    if not sound:
        block = {"Effect Name": "Transform", "Enabled": True, "Parameters": [], "Type": 2}
        yield schema.Effect("", "Resolve Effect", {KEY: block})


def _compound(cut: Cut, shot: Shot) -> Any:
    assert shot.inner is not None
    metadata = {
        "Sequence Fps": spelled(shot.inner.rate),
        "Sequence ID": f"{{{shot.inner.id}}}",
        "Sequence Type": "Compound Clip",
    }
    window = _range(0, shot.duration, cut.rate)
    made = schema.Stack(shot.name, source_range=window, metadata={KEY: metadata})
    made.extend(_tracks(shot.inner))
    return made


def _transition(shot: Shot, rate: Rate) -> Any:
    half = _time(shot.duration // 2, rate)
    block = {"Effect Name": shot.name, "Enabled": True, "Parameters": [CURVE], "Type": 9}
    metadata = {KEY: {"Effects": block, "Transition Type": shot.name}}
    return schema.Transition(shot.name, "SMPTE_Dissolve", half, half, metadata)


def _marker(marker: Marker, spot: Any) -> Any:
    colour = marker.colour.upper()
    return schema.Marker(
        marker.name,
        spot,
        colour if colour in MARKER_COLOURS else "WHITE",
        {KEY: {"Keywords": [], "Note": marker.note}},
    )


def _gap(frames: int, rate: Rate) -> Any:
    return schema.Gap(source_range=_range(0, frames, rate))


def _time(frames: Fraction | float, rate: Rate) -> Any:
    return opentime.RationalTime(float(frames), spelled(rate))


def _range(start: int, frames: int, rate: Rate) -> Any:
    return opentime.TimeRange(_time(start, rate), _time(frames, rate))


def _as_resolve(data: Any) -> Any:
    if isinstance(data, list):
        return [_as_resolve(one) for one in data]
    if not isinstance(data, dict):
        return data
    kind = str(data.get("OTIO_SCHEMA", "")).partition(".")[0]
    dropped = ("color", *NOT_WRITTEN.get(kind, ())) if kind != "Marker" else NOT_WRITTEN[kind]
    kept = {key: value for key, value in data.items() if not kind or key not in dropped}
    return {key: _as_resolve(value) for key, value in kept.items()}
