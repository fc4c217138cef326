"""Media against ffmpeg. In: repeats. Out: how many times as long the bridge takes, on stdout.

    python -m tests.benchmarks.bench_media [repeats [frames]]

Both do the same work with the same encoder settings, in turn, on the same files; ours goes through
the room (child process, counting, verification, hash and fsync included). Best and processor times
are printed too, because other work on the machine disturbs them less; ours hold the 0.4 s that the
child took to start while it was a spare.
Needs `ffmpeg` on the PATH.
"""

import asyncio
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import av
import numpy as np
from av.video.frame import VideoFrame

from bridge.frames import Rate
from bridge.media.encode import RECIPES
from bridge.media.facts import Codec, Colour, Delivery, Frames
from bridge.media.room import MediaRoom
from bridge.media.slate import numbers, paint
from bridge.settings import Settings
from bridge.source import Source

FILM = Rate.of("24000/1001")
HD = Colour("bt709", "bt709", "bt709", "tv")
WIDTH, HEIGHT = 1920, 1080
PAUSE = 1.0  # seconds between runs, in which the next spare child gets ready


@dataclass(frozen=True)
class Job:
    name: str
    source: Path
    first: int
    frames: int
    codec: Codec
    width: int = WIDTH
    height: int = HEIGHT

    def ordered(self, out: Path) -> Delivery:
        wanted = tuple(range(self.first, self.first + self.frames))
        source = (Frames(Source(self.source), wanted),)
        return Delivery(source, out, self.codec, FILM, self.width, self.height, colour=HD)

    def command(self, out: Path) -> list[str]:
        recipe = RECIPES[self.codec]
        # Half a frame early, so that rounding does not cost the first one.
        seek = float(FILM.seconds(self.first)) - 0.5 / float(FILM.fps)
        encoder = [part for k, v in recipe.options.items() for part in (f"-{k}:v", v)]
        muxer = [part for k, v in recipe.muxer.items() for part in (f"-{k}", v)]
        scale = ["-vf", f"scale={self.width}:{self.height}"] if self.width != WIDTH else []
        tags = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]
        return [
            *("ffmpeg", "-nostdin", "-v", "error", "-y"),
            *(("-ss", f"{seek:.6f}") if self.first else ()),
            *("-i", str(self.source), "-frames:v", str(self.frames), "-an", *scale),
            *("-c:v", recipe.encoder, *encoder, "-pix_fmt", recipe.pixel_format, *tags),
            *(*muxer, str(out)),
        ]


def footage(path: Path, count: int, codec: str, options: dict[str, str]) -> Path:
    """Counted 1080p pictures with grain, so that encoders have work to do."""
    grain = np.random.default_rng(1).integers(-9, 10, (HEIGHT + 64, WIDTH + 64, 3), np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=FILM.fps, options=options)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuv420p" if codec == "libx264" else "yuv422p10le"
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = 60, 2
        stream.codec_context.color_primaries = stream.codec_context.color_trc = 1
        stream.codec_context.colorspace, stream.codec_context.color_range = 1, 1
        for number in range(count):
            y, x = number * 7 % 64, number * 13 % 64
            noisy = paint(number, WIDTH, HEIGHT) + grain[y : y + HEIGHT, x : x + WIDTH]
            frame = VideoFrame.from_ndarray(noisy.clip(0, 255).astype(np.uint8), format="rgb24")
            frame = frame.reformat(format=stream.pix_fmt, dst_colorspace=1, dst_color_range=1)
            frame.pts, frame.time_base = number, 1 / FILM.fps
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def jobs(folder: Path, frames: int) -> list[Job]:
    camera = footage(
        folder / "camera.mp4", frames * 5 // 2, "libx264", {"preset": "ultrafast", "crf": "18"}
    )
    master = footage(folder / "master.mov", frames, "prores_aw", {"profile": "3"})
    middle = frames * 3 // 4
    return [
        Job("extract H.264 long GOP -> ProRes HQ", camera, middle, frames, Codec.prores_hq),
        Job("extract H.264 long GOP -> H.264 720p", camera, middle, frames, Codec.h264, 1280, 720),
        Job("conform H.264 -> ProRes HQ", camera, 0, frames // 2, Codec.prores_hq),
        Job("conform ProRes HQ -> H.264", master, 0, frames // 2, Codec.h264),
    ]


@dataclass(frozen=True)
class Cost:
    wall: float  # seconds
    processor: float  # seconds, of all children


def processor() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


async def cost(work: Callable[[], Awaitable[object]]) -> Cost:
    await asyncio.sleep(PAUSE)
    spent, started = processor(), time.perf_counter()
    await work()
    return Cost(time.perf_counter() - started, processor() - spent)


async def compare(room: MediaRoom, job: Job, folder: Path, repeats: int) -> str:
    """The ratios of the medians, ours to ffmpeg's; checks that both made the same frames."""
    ours, theirs = (folder / f"{who}{job.codec.suffix}" for who in ("ours", "theirs"))
    order, command = job.ordered(ours), job.command(theirs)
    bridge, ffmpeg = [], []
    for _ in range(repeats):
        bridge.append(await cost(lambda: room.deliver(order)))
        ffmpeg.append(await cost(lambda: asyncio.to_thread(subprocess.run, command, check=True)))
    expected = tuple(range(job.first, job.first + job.frames))
    assert numbers(ours) == numbers(theirs) == expected
    wall = [median(run.wall for run in runs) for runs in (bridge, ffmpeg)]
    best = [min(run.wall for run in runs) for runs in (bridge, ffmpeg)]
    work = [median(run.processor for run in runs) for runs in (bridge, ffmpeg)]
    return (
        f"{job.name}: {wall[0]:.2f} s / {wall[1]:.2f} s = {wall[0] / wall[1]:.2f}"
        f" (best {best[0]:.2f} / {best[1]:.2f} = {best[0] / best[1]:.2f},"
        f" processor {work[0]:.2f} / {work[1]:.2f} = {work[0] / work[1]:.2f})\n"
    )


async def run(repeats: int, frames: int) -> None:
    room = MediaRoom(Settings())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            for job in jobs(folder, frames):
                await room.probe(Source(job.source))
                sys.stdout.write(await compare(room, job, folder, repeats))
                sys.stdout.flush()
        finally:
            await room.close()


def main(arguments: Sequence[str] = ()) -> None:
    if shutil.which("ffmpeg") is None:
        sys.exit("ffmpeg is not on the PATH; it is only needed for this comparison.")
    given = [int(word) for word in arguments]
    asyncio.run(run(*(given + [5, 120][len(given) :])))


if __name__ == "__main__":
    main(sys.argv[1:])
