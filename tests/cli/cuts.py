"""A small cut for the commands to work on. In: a folder. Out: a timeline of real, counted media."""

from pathlib import Path

import opentimelineio as otio

from bridge.frames import Rate
from bridge.media.slate import Slate, make

RATE = Rate.of(25)
HOUR = 90_000  # frame number of 01:00:00:00


def small_cut(folder: Path) -> Path:
    """V1: `one`, `two`, another `two`, `gone` (no file), `long` (longer than its file), a title."""
    make(folder / "A.mov", Slate(100, RATE, 128, 72, start_timecode=HOUR, sound=True))
    make(folder / "B.mov", Slate(60, RATE, 128, 72))
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for name, media, first, start, count in (
        ("one", "A.mov", HOUR, HOUR + 10, 20),
        ("two", "B.mov", 0, 0, 20),
        ("two", "A.mov", HOUR, HOUR + 50, 20),
        ("gone", "nowhere.mov", 0, 0, 20),
        ("long", "B.mov", 0, 30, 80),
    ):
        track.append(_clip(name, str(folder / media), first, start, count))
    title = otio.schema.GeneratorReference("title", "Title")
    track.append(otio.schema.Clip("title", title, _range(0, 25)))
    timeline = otio.schema.Timeline("cut", [track], otio.opentime.RationalTime(HOUR, 25))
    path = folder / "cut.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def _clip(name: str, media: str, first: int, start: int, count: int) -> otio.schema.Clip:
    reference = otio.schema.ExternalReference(media, _range(first, 100))
    return otio.schema.Clip(name, reference, _range(start, count))


def _range(start: int, count: int) -> otio.opentime.TimeRange:
    at = otio.opentime.RationalTime
    return otio.opentime.TimeRange(at(start, 25), at(count, 25))
