"""Timelines against bare OTIO. In: sizes. Out: on standard output, how many times as long the
bridge takes.

    python -m tests.benchmarks.bench_timeline [clips ...]

Bare is `read_from_file` and `write_to_file`. Planning is read, list, choose one clip and decide its
frames; the whole edit is read, list, ten takes put above, write.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from opentimelineio import adapters, opentime, schema

from bridge.engines.base import Kind, Model
from bridge.frames import FrameMap, FrameRange
from bridge.media.facts import MediaFacts
from bridge.pipeline.plan import plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.selection import Selection, Shot
from bridge.source import Source
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode, Placement
from bridge.timeline.read import read
from bridge.timeline.references import choose
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write

TAKES = 10
SIZES = (1_000, 10_000, 100_000)


def make(path: Path, count: int) -> Path:
    """A timeline of `count` clips, five of each file, as Resolve would shape it."""
    timeline = schema.Timeline("bench", global_start_time=opentime.RationalTime(86400, 24))
    track = schema.Track("Video 1", kind=schema.TrackKind.Video)
    track.extend([_clip(number) for number in range(count)])
    timeline.tracks.append(track)
    adapters.write_to_file(timeline, str(path))
    return path


def _clip(number: int) -> schema.Clip:
    def span(start: int, frames: int) -> opentime.TimeRange:
        return opentime.TimeRange(
            opentime.RationalTime(start, 24), opentime.RationalTime(frames, 24)
        )

    media = schema.ExternalReference(
        f"/media/day{number // 5 % 7}/clip{number // 5}.mov", span(86400, 500)
    )
    meta = {"Resolve_OTIO": {"Link Group ID": number}}
    return schema.Clip(
        f"clip{number}", media, span(86400 + number % 99, 20 + number % 30), metadata=meta
    )


def bare(path: Path, out: Path) -> None:
    adapters.write_to_file(adapters.read_from_file(str(path)), str(out))


def ours(path: Path, out: Path) -> None:
    document = read(path)
    listed = clips(document)
    chosen = listed[:: max(1, len(listed) // TAKES)]
    placements = [
        Placement(
            f"t{number}",
            clip.name,
            clip.place,
            FrameRange(clip.record.start, clip.record.count),
            Path(f"/takes/{number}.mov"),
            document.facts.rate,
            clip.record.count,
        )
        for number, clip in enumerate(chosen)
    ]
    write(reinsert(document, placements, Mode.above), out, Flavour.resolve)


def planning(path: Path, _: Path) -> None:
    document = read(path)
    (clip,) = choose(document, clips(document), ["V1:500"])
    media = MediaFacts(
        source=clip.source or Source(path),
        codec="prores",
        pixel_format="yuv422p10le",
        bits=10,
        width=1920,
        height=1080,
        pixel_aspect=Fraction(1),
        rate=document.facts.rate,
        frames=500,
    )
    shot = Shot(clip, media, FrameMap(Fraction(5), Fraction(1)))
    selection = Selection(path, document.folder, document.facts, (shot,))
    plan(selection, Recipe(Kind.edit, "dusk"), Model("looks", frozenset(Kind)))


def best(work: Callable[[Path, Path], None], path: Path, out: Path, times: int) -> float:
    """Seconds, the shortest of several runs: what the machine's other work did not add to."""
    found = []
    for _ in range(times):
        gc.collect()
        started = time.perf_counter()
        work(path, out)
        found.append(time.perf_counter() - started)
    return min(found)


def main(sizes: Sequence[int] = SIZES) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count in sizes:
            sys.stdout.write(f"{count:>7} clips  {_measured(count, Path(folder))}\n")


def _measured(count: int, folder: Path) -> str:
    path = make(folder / f"{count}.otio", count)
    times = 5 if count <= 10_000 else 2
    theirs = best(bare, path, folder / "bare.otio", times)
    plans = best(planning, path, path, times)
    edits = best(ours, path, folder / "ours.otio", times)
    return (
        f"planning {plans:6.2f} s, {plans / theirs:5.2f} x a bare read and write; "
        f"whole edit {edits:6.2f} s, {edits / theirs:5.2f} x"
    )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or SIZES)
