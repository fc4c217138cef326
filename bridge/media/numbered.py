"""A movie as numbered pictures. In: a movie. Out: a folder of PNG files, 16 bit, with its alpha.

The folder takes its name when it is whole: the last picture is in it.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from bridge.errors import DiskRefused
from bridge.media.border import writing
from bridge.media.colour import RANGES, SCALER_MATRICES, matrix_of, working_matrix
from bridge.media.limits import Guard
from bridge.media.paths import check_words
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.media.tasks import Numbered

Levels = NDArray[np.uint16]
# White as FFmpeg's scaler brings it from YUV to RGB of 16 bits (measured, FFmpeg 8), and as a PNG
# has it; alpha it brings whole.
WHITE, MOST = 65280, 65535
FAST = (cv2.IMWRITE_PNG_COMPRESSION, 1)


def numbered(task: Numbered, guard: Guard, report: Callable[[int], None]) -> int:
    """
    How many pictures: `shot.0001.png` and so on, one for every frame of the movie.

    `DiskRefused` where the folder is there already.
    """
    check_words(task.out)
    if task.out.exists():
        raise DiskRefused(f"{task.out} is there already.", hint="Choose another folder.")
    facts = probe(task.source, guard)
    part = task.out.with_name(task.out.name + ".part")
    with writing(part):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
    try:
        for number, frame in enumerate(pictures(task.source, range(facts.frames), guard, facts), 1):
            _save(_levels(frame), part / f"{task.out.name}.{number:04}.png")
            report(number)
        with writing(task.out):
            part.rename(task.out)
    finally:
        with suppress(OSError):
            shutil.rmtree(part, ignore_errors=True)
    return facts.frames


def _levels(frame: VideoFrame) -> Levels:
    """Height x width x 3 or 4 as OpenCV has it (BGR), by the frame's own matrix and range."""
    matrix = SCALER_MATRICES[working_matrix(matrix_of(frame.colorspace), frame.width, frame.height)]
    transparent = any(component.is_alpha for component in frame.format.components)
    converted = frame.reformat(
        format="rgba64le" if transparent else "rgb48le",
        src_colorspace=matrix,
        src_color_range=frame.color_range or None,
        dst_color_range=RANGES["pc"],
        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND,
    )
    levels: NDArray[Any] = converted.to_ndarray().astype(np.float32)
    if not frame.format.is_rgb:
        levels[..., :3] *= MOST / WHITE
    order = cv2.COLOR_RGBA2BGRA if transparent else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(np.clip(levels + 0.5, 0, MOST).astype(np.uint16), order))


def _save(levels: Levels, out: Path) -> None:
    done, data = cv2.imencode(".png", levels, FAST)
    if not done:
        raise DiskRefused(f"{out} could not be encoded.")
    with writing(out):
        out.write_bytes(data.tobytes())
