"""In-betweens against real frames. In: nothing. Out: on standard output, decibels and milliseconds.

    NLE_BRIDGE_FOOTAGE=/some/folder python -m tests.benchmarks.bench_between

Of each clip every second, fourth, eighth frame is a still; the frames between are made and held
against the real ones (PSNR of luma, the mean over frames). Beside it stand a cross-dissolve and
FFmpeg's `minterpolate` with motion compensation at its best, given the same stills. Times are for
each picture made, flow and all, one way after the other.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as AllDone
from av.filter import Graph
from av.video.frame import VideoFrame

from bridge.engines.base import Keyframe
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.move.stills import Stills
from tests.benchmarks.clips import Clip, clips

GAPS = (2, 4, 8)
LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32)
PEER = "fps=24:mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1"
TICKS = 2400  # a second
NOWHERE = Path()

Made = Mapping[int, np.ndarray]  # by frame number of the clip; RGB, 8 bit
Way = Callable[[Clip, int], Made]


def main() -> None:
    gains, beside, spent = [], [], []
    say(f"{'clip':10}{'size':>11}{'gap':>4}   dissolve  minterpolate  ours      ms of each")
    for name, clip in clips():
        height, width = clip[0].shape[:2]
        for gap in GAPS:
            rows = [measured(way, clip, gap) for way in (dissolved, compensated, moved)]
            (dissolve, _), (peer, peer_ms), (ours, ours_ms) = rows
            gains.append(ours - peer)
            beside.append(ours - dissolve)
            spent.append((ours_ms, peer_ms))
            levels = "  ".join(f"{level:9.2f}" for level, _ in rows)
            times = " ".join(f"{spent:5.0f}" for _, spent in rows)
            say(f"{name:10}{width:>6} x{height:>4}{gap:3} {levels}   {times}")
    say(f"above minterpolate, mean        {statistics.mean(gains):6.2f} dB  (at least 1.5)")
    say(f"above a dissolve, worst of all  {min(beside):6.2f} dB  (at least -0.2)")
    ours_whole, peer_whole = (sum(one) for one in zip(*spent, strict=True))
    say(f"of minterpolate's time, in all  {ours_whole / peer_whole:6.2f}     (at most 0.5)")


def measured(way: Way, clip: Clip, gap: int) -> tuple[float, float]:
    """Decibels, and milliseconds a picture."""
    start = time.perf_counter()
    made = way(clip, gap)
    spent = (time.perf_counter() - start) * 1000
    between = [frame for frame in range(len(clip)) if frame % gap]
    level = statistics.mean(psnr(made[frame], clip[frame]) for frame in between)
    return level, spent / len(between)


def dissolved(clip: Clip, gap: int) -> Made:
    made = {}
    for frame in range(len(clip) - 1):
        start, part = frame // gap * gap, frame % gap / gap
        made[frame] = cv2.addWeighted(clip[start], 1 - part, clip[start + gap], part, 0)
    return made


def moved(clip: Clip, gap: int) -> Made:
    """Ours, as a motion through all stills; from and to 8 bit is not its work, but counts."""

    def read(keyframe: Keyframe) -> Picture:
        return clip[keyframe.frame].astype(np.float32) * np.float32(1 / 255)

    numbers = range(0, len(clip), gap)
    stills = Stills([Keyframe(number, NOWHERE) for number in numbers], read)
    made = {}
    for segment, start in enumerate(numbers[:-1]):
        pair = stills.between(segment)
        for step in range(1, gap):
            made[start + step] = cv2.convertScaleAbs(pair.at(step / gap), alpha=255)
    return made


def compensated(clip: Clip, gap: int) -> Made:
    """FFmpeg's; it needs a picture before the first way and two after the last."""
    height, width = clip[0].shape[:2]
    graph = Graph()
    source = graph.add_buffer(
        width=width, height=height, format="yuv420p", time_base=Fraction(1, TICKS)
    )
    peer, sink = graph.add("minterpolate", PEER), graph.add("buffersink")
    source.link_to(peer)
    peer.link_to(sink)
    graph.configure()
    stills = [clip[0], *clip[::gap], *[clip[-1]] * 3]
    made = {}
    for number, still in enumerate(stills):
        frame = VideoFrame.from_ndarray(still, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = (number - 1) * gap * TICKS // 24, Fraction(1, TICKS)
        graph.push(frame)
        for out in pulled(graph):
            made[round(out.pts * out.time_base * 24)] = out.to_ndarray(format="rgb24")
    return made


def pulled(graph: Graph) -> list[VideoFrame]:
    frames = []
    while True:
        try:
            frames.append(graph.vpull())
        except (NothingYet, AllDone):
            return frames


def psnr(made: np.ndarray, real: np.ndarray) -> float:
    one, other = (cv2.transform(picture.astype(np.float32), LUMA) for picture in (made, real))
    error = one - other
    return float(10 * np.log10(255**2 / max(float(np.mean(error**2)), 1e-3)))


def say(row: str) -> None:
    print(row, flush=True)  # noqa: T201 - a measurement is for reading


if __name__ == "__main__":
    main()
