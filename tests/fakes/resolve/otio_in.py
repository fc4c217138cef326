"""ImportTimelineFromFile for OTIO. In: a file and options. Out: a cut, or None and never a word.

What is refused, and what is lost, is in `reference/timelines.md` 2.2 and `hosts.md` 1.8. The reason
of a refusal goes to `fake.import_refusals`, which no script can see.
"""

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opentimelineio import core, opentime, schema
from opentimelineio.exceptions import OTIOError

from bridge.frames import Rate, position
from tests.fakes.resolve.building import rate_of
from tests.fakes.resolve.footage import media_of
from tests.fakes.resolve.model import Cut, Media, Production, Refusal, Shot, Track, new_id

if TYPE_CHECKING:
    from tests.fakes.resolve.host import FakeResolve

TIMES = {"RationalTime", "TimeRange", "TimeTransform"}  # OTIO's map of versions leaves them out
SLACK = Fraction(1)  # media frame, where rates differ


class Refused(Exception):
    """Why Resolve gives None."""


@dataclass(frozen=True)
class Reading:
    """What stays the same while one file is read."""

    production: Production
    cut: Cut
    link: bool  # importSourceClips
    search: str  # sourceClipsPath
    offline: bool  # though media is there


def import_file(
    host: "FakeResolve", production: Production, path: str, options: dict[str, Any]
) -> Cut | None:
    """The new timeline is the current one; media that it needs is imported."""
    try:
        timeline = _read(Path(path))
        cut = _empty(production, timeline, str(options.get("timelineName") or Path(path).stem))
        link = bool(options.get("importSourceClips", True))
        search = str(options.get("sourceClipsPath", ""))
        reading = Reading(production, cut, link, search, host.habits.imports_offline)
        _fill(reading, timeline.tracks)
    except Refused as error:
        host.import_refusals.append(Refusal(path, str(error)))
        return None
    for shot in cut.shots():
        if shot.media is not None and shot.media.in_pool and shot.media not in production.media():
            production.bin.media.append(shot.media)
    return production.add(cut)


def _read(path: Path) -> Any:
    if not path.is_absolute() or path.suffix != ".otio" or not path.is_file():
        raise Refused("there is no such .otio file")
    try:
        text = path.read_text(encoding="utf-8")
        _check_schemas(json.loads(text))
        timeline = core.deserialize_json_from_string(text)
    except (ValueError, KeyError, OTIOError) as error:
        raise Refused(f"it cannot be read: {error}") from error
    if not isinstance(timeline, schema.Timeline):
        raise Refused("it holds no timeline")
    return timeline


def _check_schemas(data: Any) -> None:
    for value in data.values() if isinstance(data, dict) else data:
        if isinstance(value, (dict, list)):
            _check_schemas(value)
    if isinstance(data, dict) and "OTIO_SCHEMA" in data:
        name, _, version = str(data["OTIO_SCHEMA"]).partition(".")
        newest = core.type_version_map().get(name)
        if name not in TIMES and (newest is None or int(version) > newest):
            raise Refused(f"unknown schema {data['OTIO_SCHEMA']}")


def _empty(production: Production, timeline: Any, name: str) -> Cut:
    """With drop frame lost. A timeline without a start gets the project's rate."""
    if any(cut.name == name for cut in production.cuts):
        raise Refused(f"the name {name} is taken")
    start = timeline.global_start_time
    rate = rate_of(production.rate_text)[0] if start is None else Rate.of(start.rate)
    first = 0 if start is None else round(start.value)
    text = f"{float(rate.fps):.3f}".rstrip("0").rstrip(".")
    cut = Cut(name, rate, first, False, text, production.width, production.height)
    cut.tracks = {"video": [], "audio": [], "subtitle": []}
    return cut


def _fill(reading: Reading, stack: Any) -> None:
    cut = reading.cut
    for track in stack:
        kind = str(track.kind).lower()
        if not isinstance(track, schema.Track) or kind not in cut.tracks:
            raise Refused("a track is no track of pictures or sound")
        subtype = "stereo" if kind == "audio" else ""
        made = Track(kind, _name(track, len(cut.tracks[kind]) + 1), subtype=subtype)
        cut.tracks[kind].append(made)
        _lay(reading, made, track)
    cut.tracks["video"] = cut.tracks["video"] or [Track("video")]


def _name(track: Any, number: int) -> str:
    return "" if track.name == f"{track.kind} {number}" else str(track.name)


def _lay(reading: Reading, made: Track, track: Any) -> None:
    cut = reading.cut
    at = Fraction(cut.start_frame)
    for item in track:
        if isinstance(item, schema.Transition):
            before, after = _frames(item.in_offset, cut.rate), _frames(item.out_offset, cut.rate)
            name = item.name or "Cross Dissolve"
            made.lay(Shot("transition", name, round(at - before), round(before + after)))
            continue
        frames = _frames(item.duration(), cut.rate)
        if not isinstance(item, schema.Gap):
            shot = _shot(reading, item, round(at), round(at + frames) - round(at))
            shot.enabled = bool(item.enabled)
            made.lay(shot)
        at += frames


def _shot(reading: Reading, item: Any, start: int, frames: int) -> Shot:
    if isinstance(item, schema.Stack):
        inner = Cut(item.name, reading.cut.rate, 0)
        inner.tracks = {"video": [], "audio": [], "subtitle": []}
        _fill(replace(reading, cut=inner), item)
        return Shot("compound", item.name, start, frames, inner=inner)
    reference = item.media_reference
    if isinstance(reference, schema.GeneratorReference):
        return Shot("generator", str(reference.generator_kind), start, frames)
    if isinstance(reference, schema.MissingReference):
        lost = "media is missing" if reference.available_range else "a title cannot be imported"
        raise Refused(f"{item.name}: {lost}")
    return _clip(reading, item, start, frames)


def _clip(reading: Reading, item: Any, start: int, frames: int) -> Shot:
    """Custom clip names are lost: shots are called by their files."""
    media = _media(reading, item)
    shot = Shot("clip", media.name, start, frames, media)
    for effect in item.effects:
        if isinstance(effect, schema.LinearTimeWarp):  # a freeze frame is one too
            shot.speed = Fraction(effect.time_scalar).limit_denominator(1_000_000)
        elif isinstance(effect, schema.TimeEffect):
            rows = dict(effect.metadata).get("Resolve_OTIO", {}).get("Key Frames", [])
            shot.ramp = tuple((float(row[0]), float(row[1])) for row in rows)
    if media.kind != "Still":
        shot.source = _source(item, media, shot)
    if reading.offline or not reading.link:
        shot.media = replace(media, lost=True, in_pool=reading.link, id=new_id())
    return shot


def _media(reading: Reading, item: Any) -> Media:
    reference = item.media_reference
    if not isinstance(reference, schema.ExternalReference):
        raise Refused(f"{item.name}: a reference that is no file")
    path = str(reference.target_url)
    if path.lower().startswith("file:"):
        raise Refused(f"{item.name}: its path is a URL")
    if not Path(path).is_absolute():
        raise Refused(f"{item.name}: its path is relative")
    if reading.link and reading.search and not Path(path).is_file():
        path = str(Path(reading.search) / Path(path).name)
    media = reading.production.known(path) or media_of(path, reading.cut.rate)
    if media is None or not media.online:
        raise Refused(f"{item.name}: its media is missing")
    return media


def _source(item: Any, media: Media, shot: Shot) -> Fraction:
    """
    The first source frame. `Refused` where the range lies outside of what the file says it has, or
    outside of the media: frames counted from 0 do not lie in media that begins at 01:00:00:00.
    """
    span = item.source_range or item.media_reference.available_range
    if span is None:
        return Fraction(0)
    available = item.media_reference.available_range
    first = _frames(span.start_time, media.rate)
    counted = 1 if shot.speed == 0 else abs(shot.speed)
    used = 0 if shot.ramp else _frames(span.duration, media.rate) * counted
    if available is None and first + used <= media.frames + SLACK:
        return first  # loads in the menu of 21.1, counted from 0
    low = Fraction(media.start_frame)
    ranges = [(low, low + media.frames)]
    if available is not None:
        begin = _frames(available.start_time, media.rate)
        ranges.append((begin, begin + _frames(available.duration, media.rate)))
    for begin, end in ranges:
        if first < begin - SLACK or (shot.speed and first + used > end + SLACK):
            raise Refused(f"{item.name}: its source range lies outside of its media")
    return max(Fraction(0), position(first - low))


def _frames(time: Any, rate: Rate) -> Fraction:
    """Of a time at any rate."""
    assert isinstance(time, opentime.RationalTime)
    own = Rate.of(time.rate).fps
    return position(position(time.value) / own * rate.fps)
