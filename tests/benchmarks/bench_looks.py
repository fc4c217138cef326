"""Looks against plain decoding and encoding. In: nothing. Out: ratios and times, printed.

    python -m tests.benchmarks.bench_looks

The peer is the same file decoded and encoded with the same settings and no look, twice: by the
`ffmpeg` that is on the PATH, where there is one, and by this project's own libraries. All are
measured in turn, and the median of the ratios within a round counts; processor time is said beside
it, because a busy machine changes the clock. An encoder may take more or less time for a picture
that was changed; that is part of what is measured. Our own side is measured in a process with the
environment of the engine's worker. It all takes about seven minutes on two cores.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bridge.engines.base import Footage, Kind, RenderRequest
from bridge.engines.local.look.looks import LOOKS
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import Made, write
from bridge.engines.local.render import work
from bridge.engines.local.worker import PICTURES_AHEAD
from bridge.frames import Rate
from bridge.media.ahead import ahead
from bridge.media.encode import RECIPES
from bridge.media.facts import Codec, Delivery
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.media.scenery import harbour
from bridge.media.slate import Picture, Slate, make
from bridge.source import Source
from tests.benchmarks.frugal import again
from tests.benchmarks.memory import peak_mb

MOST_RATIO = 1.3  # of a look over 4K ProRes to the plain way
ROUNDS = 5
SIZES = {"360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080), "4K": (3840, 2160)}
FRAMES = {"360p": 48, "720p": 24, "1080p": 12, "4K": 16}
RATIO_LOOKS = ("dusk", "dusk from 0% to 100%", "dusk, grain", "vignette")
WHOLE_FRAME = sorted(name for name, look in LOOKS.items() if not look.alone)
MOST_MS = 1500  # of one of those, a frame of 4K
SHORT, LONG = 600, 6000  # frames; their peaks of memory are one
GUARD = Guard()


@dataclass(frozen=True)
class Cost:
    wall: float  # milliseconds a frame
    processor: float


def main() -> None:
    if again("tests.benchmarks.bench_looks"):
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shots = {size: shot(folder, size) for size in SIZES}
        against_plain(shots["4K"])
        for size in SIZES:
            cost = looked(shots[size], "dusk")
            say(f"dusk, {size}", f"{1000 / cost.wall:6.1f} frames a second")
        for size, names in (("4K", WHOLE_FRAME), ("1080p", LOOKS)):
            for look in names:
                cost = looked(shots[size], look)
                most = f" (limit {MOST_MS})" if size == "4K" else ""
                say(
                    f"{look}, {size}",
                    f"{cost.wall:6.0f} ms a frame{most}, {cost.processor:.0f} of processor",
                )
        memory(folder)


def shot(folder: Path, size: str) -> Path:
    """A harbour with grain, ProRes 422 HQ of 10 bits."""
    width, height = SIZES[size]
    noise = np.random.default_rng(1).integers(-6, 7, (height, width, 1), np.int16)
    still = harbour(100, width, height).astype(np.int16)

    def painter(number: int, *_: object) -> Picture:
        return np.clip(still + np.roll(noise, 7 * number, axis=1), 0, 255).astype(np.uint8)

    slate = Slate(FRAMES[size], Rate.of(24), width, height, "prores_aw", "yuv422p10le")
    return make(folder / f"{size}.mov", slate, painter)


def against_plain(path: Path) -> None:
    """Each look's share of each peer, measured round by round."""
    peers: dict[str, Callable[[Path], Cost]] = {"plain": plain}
    if shutil.which("ffmpeg"):
        peers = {"ffmpeg": command, **peers}
    rounds = [
        (
            {name: peer(path) for name, peer in peers.items()},
            {prompt: looked(path, prompt) for prompt in RATIO_LOOKS},
        )
        for _ in range(ROUNDS)
    ]
    for prompt in RATIO_LOOKS:
        wall = statistics.median(looks[prompt].wall for _, looks in rounds)
        say(f"{prompt}, 4K ProRes", f"{wall:6.0f} ms a frame (limit {MOST_MS})")
        for name in peers:
            pairs = [(looks[prompt], others[name]) for others, looks in rounds]
            ratio = statistics.median(look.wall / peer.wall for look, peer in pairs)
            work = statistics.median(look.processor / peer.processor for look, peer in pairs)
            found = f"{ratio:6.2f} (limit {MOST_RATIO}), {work:.2f} of its processor time"
            say(f"    of {name}", found)


def command(path: Path) -> Cost:
    """The same by ffmpeg's command line, with the same encoder and profile."""
    recipe = RECIPES[Codec.prores_hq]
    out = path.with_name("command.mov")
    encoder = ["-c:v", recipe.encoder, "-profile:v", recipe.options["profile"]]
    words = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(path), *encoder, str(out)]
    before, wall = children(), time.perf_counter()
    subprocess.run(words, check=True)
    count = FRAMES["4K"]
    return Cost((time.perf_counter() - wall) * 1000 / count, (children() - before) * 1000 / count)


def children() -> float:
    """Seconds of processor time of the processes that were waited for."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def plain(path: Path) -> Cost:
    facts = probe(Source(path), GUARD)
    out = path.with_name("plain.mov")
    order = Delivery(
        (), out, Codec.prores_hq, facts.rate, facts.width, facts.height, colour=facts.colour
    )
    frames: Iterator[Made] = pictures(facts.source, range(facts.frames), GUARD, facts)
    return written(frames, order, facts.frames)


def looked(path: Path, prompt: str) -> Cost:
    request = asked(path, prompt)
    job = work(request, GUARD, Notes())
    return written(job.pictures, job.order(path.with_name("looked.mov")), request.frames)


def written(frames: Iterator[Made], order: Delivery, count: int) -> Cost:
    wall, processor = time.perf_counter(), time.process_time()
    with closing(ahead(frames, PICTURES_AHEAD)) as made:
        write(order.out, made, order, GUARD)
    return Cost(
        (time.perf_counter() - wall) * 1000 / count,
        (time.process_time() - processor) * 1000 / count,
    )


def asked(path: Path, prompt: str) -> RenderRequest:
    facts = probe(Source(path), GUARD)
    size = (facts.width, facts.height)
    return RenderRequest(
        key="bench",
        kind=Kind.edit,
        model="looks",
        prompt=prompt,
        frames=facts.frames,
        rate=facts.rate,
        width=size[0],
        height=size[1],
        folder=path.parent,
        footage=Footage(path, facts.frames, facts.rate, *size),
    )


def memory(folder: Path) -> None:
    """The most memory of a process that makes a short shot, and of one that makes a long one."""
    for frames in (SHORT, LONG):
        path = make(folder / f"{frames}.mov", Slate(frames, Rate.of(24), 320, 180))
        code = f"from tests.benchmarks import bench_looks as b; b.peak({str(path)!r})"
        found = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        say(f"dusk, grain, {frames} frames of 180p", f"{float(found.stdout):6.0f} MB at most")


def peak(path: str) -> None:
    looked(Path(path), "dusk, grain")
    print(peak_mb())  # noqa: T201 - the answer


def say(what: str, found: str) -> None:
    print(f"{what:44} {found}", flush=True)  # noqa: T201 - a measurement is for reading


if __name__ == "__main__":
    main()
