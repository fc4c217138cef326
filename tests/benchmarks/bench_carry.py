"""Painted frames carried through known scenes. In: nothing. Out: quality, speed, memory, printed.

    python -m tests.benchmarks.bench_carry [quality|speed|memory]

Three generated scenes of 49 frames, 1280 x 720, whose painted edit is known.
Quality is the mean over the frames that were not painted; a painted frame comes back as it was.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.base import Footage, Keyframe, Kind, RenderRequest
from bridge.engines.local.flow import Small, flow_size
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.look.planar import frame_of, levels_of
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import Quality
from bridge.engines.local.paint.carry import Sight, carried
from bridge.engines.local.paint.edit import Edit, edit_of
from bridge.engines.local.paint.lay import Canvas
from bridge.engines.local.paint.painting import AHEAD, CARE, WIDTHS
from bridge.engines.local.paint.walk import Way, walked
from bridge.engines.local.pictures import HD, Made, to_picture
from bridge.engines.local.render import work
from bridge.engines.local.samples import form_of, opened
from bridge.engines.local.shelf import shrunk
from bridge.frames import Rate
from bridge.media.ahead import abreast
from bridge.media.limits import Guard
from bridge.media.slate import make
from tests.benchmarks.frugal import again
from tests.benchmarks.memory import peak_mb
from tests.contracts.engine_contract import master
from tests.engines.pictures import psnr
from tests.engines.scenes import Image, Scene, night

SCENES = {"A": 1, "B": 2, "C": 3}  # kind, seed
FRAMES = 49
PAINTED = {1: (24,), 2: (0, 48), 3: (0, 24, 48), 5: (0, 12, 24, 36, 48)}
SIZES = {"360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080), "4K": (3840, 2160)}
RATE = Rate.of(25)
EVERY = 1  # frame is compared


def main() -> None:
    parts = {"quality": quality, "speed": speed, "memory": memory}
    names = [name for name in sys.argv[1:] if name in parts] or list(parts)
    if again("tests.benchmarks.bench_carry", *names):
        return
    for name in names:
        parts[name]()


def quality() -> None:
    say("PSNR in dB (SSIM)", *(f"K={count}" for count in PAINTED))
    rows: dict[str, list[list[tuple[float, float]]]] = {}
    for kind, seed in SCENES.items():
        scene = Scene(seed, kind)
        plain = [eight(scene.frame(frame)) for frame in range(FRAMES)]
        edited = [eight(scene.frame(frame, edited=True)) for frame in range(FRAMES)]
        for name, made in methods(plain, edited).items():
            rows.setdefault(name, []).append(
                [judged(made(painted), edited, painted) for painted in PAINTED.values()]
            )
            say(f"{kind} {name}", *map(shown, rows[name][-1]))
        if kind == "A":
            relit = [eight(night(whole(picture))) for picture in plain]
            made = methods(plain, relit)
            for name in ("best", "fast", "hold", "no edit"):
                found = [judged(made[name](at), relit, at) for at in PAINTED.values()]
                say(f"A night {name}", *map(shown, found))
    for name, scenes in rows.items():
        means = np.mean(scenes, axis=0)
        say(f"mean {name}", *map(shown, means))


def methods(plain: list[Image], edited: list[Image]) -> dict[str, Callable]:
    """Pictures of 8 bit from the painted frames' numbers."""

    def none(painted: tuple[int, ...]) -> Iterator[Image]:
        return iter(plain)

    def hold(painted: tuple[int, ...]) -> Iterator[Image]:
        for frame in range(FRAMES):
            near = min(painted, key=lambda each: abs(each - frame))
            held = edited[near].astype(np.int16) - plain[near]
            yield np.clip(plain[frame] + held, 0, 255).astype(np.uint8)

    def dissolve(painted: tuple[int, ...]) -> Iterator[Image]:
        for frame in range(FRAMES):
            before = max((each for each in painted if each <= frame), default=painted[0])
            after = min((each for each in painted if each >= frame), default=painted[-1])
            part = (frame - before) / max(1, after - before)
            yield cv2.addWeighted(edited[before], 1 - part, edited[after], part, 0)

    frames = [filmed(picture, "yuv444p16le") for picture in plain]
    scaler = VideoReformatter()

    def ours(quality: Quality) -> Callable:
        return lambda painted: (
            eight(each if isinstance(each, np.ndarray) else to_picture(each, HD, scaler))
            for each in carry(frames, {at: edited[at] for at in painted}, quality)
        )

    return {
        "best": ours(Quality.best),
        "fast": ours(Quality.fast),
        "hold": hold,
        "cross-dissolve": dissolve,
        "no edit": none,
    }


def carry(plain: list[VideoFrame], edited: dict[int, Image], quality: Quality) -> Iterator[Made]:
    """Without decoding and encoding."""
    scaler, form = VideoReformatter(), form_of(plain[0], HD)
    shown = (plain[0].width, plain[0].height)
    littles = [shrunk(frame, flow_size(*shown, WIDTHS[quality]), scaler) for frame in plain]

    def edit_at(place: int) -> Edit:
        source = to_picture(plain[place], HD, scaler)
        return edit_of(place, source, whole(edited[place]), littles[place], form)

    def made(asked: tuple[int, tuple[Small, tuple[Sight, ...]]]) -> Made:
        frame, (here, seen) = asked
        if frame in edited:
            return seen[0].edit.painted
        opening = opened(plain[frame], form)

        def picture() -> Picture:
            return to_picture(plain[frame], HD, VideoReformatter())

        carried(Canvas(levels_of(opening), form, here, picture), seen)
        return opening

    with tempfile.TemporaryDirectory() as folder:
        way = Way(littles, range(len(plain)), Path(folder), lambda: None, CARE[quality])
        yield from abreast(enumerate(walked(way, sorted(edited), edit_at)), made, AHEAD)


def judged(made: Iterator[Image], wanted: list[Image], painted: tuple[int, ...]):
    found = [
        (
            psnr(picture / np.float32(255), wanted[frame] / np.float32(255)),
            ssim(picture, wanted[frame]),
        )
        for frame, picture in enumerate(made)
        if frame not in painted and frame % EVERY == 0
    ]
    return tuple(np.mean(found, axis=0))


def ssim(one: Image, other: Image) -> float:
    """On luma, windows of 11 pixels with a sigma of 1.5 (Wang and others, 2004)."""
    x, y = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float32) for each in (one, other))

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(values, (11, 11), 1.5)

    mean_x, mean_y = mean(x), mean(y)
    power_x, power_y = mean(x * x) - mean_x**2, mean(y * y) - mean_y**2
    both = mean(x * y) - mean_x * mean_y
    low, high = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mean_x * mean_y + low) * (2 * both + high)
    return float((alike / ((mean_x**2 + mean_y**2 + low) * (power_x + power_y + high))).mean())


def speed() -> None:
    """Milliseconds a frame of the carrying alone, and of the whole work with its files."""
    say("ms a frame, 2 painted", "alone", "processor", "with files", "frames/s")
    for name, (width, height) in SIZES.items():
        count = 17 if width > 2000 else FRAMES
        scene = Scene(1, "A", width, height, middle=count // 2)
        plain = [eight(scene.frame(frame)) for frame in range(count)]
        painted = (0, count - 1)
        frames = [filmed(picture) for picture in plain]
        edits = {
            frame: over(frames[frame], scene.frame(frame, edited=True) - scene.frame(frame))
            for frame in painted
        }
        for quality in Quality:
            with tempfile.TemporaryDirectory() as folder:
                request = requested(Path(folder), plain, painted, edits, quality)
                alone, processor = zip(
                    *(timed(carry(frames, edits, quality), count) for _ in range(3)),
                    strict=True,
                )
                files = min(
                    timed(work(request, Guard(), Notes()).pictures, count)[0] for _ in range(2)
                )
                least = min(alone)
                say(
                    f"{name} {quality}",
                    *(
                        f"{value:.0f}"
                        for value in (statistics.median(alone), min(processor), files)
                    ),
                    f"{1000 / least:.1f}",
                )


def filmed(picture: Image, form: str = "yuv422p10le") -> VideoFrame:
    """As a camera's file holds it."""
    return VideoReformatter().reformat(
        frame_of(whole(picture)), format=form, dst_colorspace=1, dst_color_range=1
    )


def over(frame: VideoFrame, paint: Image) -> Image:
    """What a painter would bring: the frame as it is decoded, painted."""
    return eight(np.clip(to_picture(frame, HD, VideoReformatter()) + paint, 0, 1))


def timed(made: Iterator[Image], count: int) -> tuple[float, float]:
    start, used = time.perf_counter(), time.process_time()
    for _ in made:
        pass
    return (time.perf_counter() - start) * 1000 / count, (time.process_time() - used) * 1000 / count


def requested(folder: Path, plain, painted, edits, quality: Quality) -> RenderRequest:
    height, width = plain[0].shape[:2]

    def painter(number: int, *_) -> Image:
        return plain[number % len(plain)]

    footage = make(folder / "shot.mov", master(len(plain), RATE, width, height), painter)
    stills = []
    for frame in painted:
        stills.append(Keyframe(frame, folder / f"{frame}.png"))
        cv2.imwrite(str(stills[-1].image), edits[frame][..., ::-1])
    return RenderRequest(
        key="bench",
        kind=Kind.edit,
        model="paint",
        prompt="",
        frames=len(plain),
        rate=RATE,
        width=width,
        height=height,
        folder=folder / "work",
        footage=Footage(footage, len(plain), RATE, width, height),
        keyframes=tuple(stills),
        options={"quality": quality.value},
    )


def memory() -> None:
    """The peak of a process that carries one painted frame backwards and forwards at 720p."""
    say("peak memory, MB", "100 frames", "600 frames")
    peaks = [
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.bench_carry", "one", str(count)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for count in (100, 600)
    ]
    say("fast, 1280 x 720", *(peak.strip() for peak in peaks))


def one(count: int) -> None:
    scene = Scene(1, "B", 1280, 720)
    few = [eight(scene.frame(frame)) for frame in range(8)]
    there_and_back = [min(frame % 14, 14 - frame % 14) for frame in range(count)]
    plain = [few[frame] for frame in there_and_back]
    edits = {count // 2: eight(scene.frame(there_and_back[count // 2], edited=True))}
    with tempfile.TemporaryDirectory() as folder:
        request = requested(Path(folder), plain, tuple(edits), edits, Quality.fast)
        for _ in work(request, Guard(), Notes()).pictures:
            pass
    print(peak_mb())  # noqa: T201 - the answer


def eight(picture: Image) -> Image:
    return np.rint(picture * 255).astype(np.uint8)


def whole(picture: Image) -> Image:
    return picture.astype(np.float32) * np.float32(1 / 255)


def shown(figures: tuple[float, float]) -> str:
    return f"{figures[0]:.1f} ({figures[1]:.3f})"


def say(what: str, *figures: str) -> None:
    row = "".join(f"{figure:>15}" for figure in figures)
    print(f"{what:24}{row}", flush=True)  # noqa: T201 - a measurement is for reading


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(int(sys.argv[2]))
    else:
        main()
