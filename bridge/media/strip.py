"""Pictures for a page. In: frames of one source. Out: one JPEG with them side by side.

One decode, forwards as far as the numbers go forwards; each picture is scaled as soon as it is
decoded, so that the memory does not grow with the size of the source.
"""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from bridge.errors import DiskRefused, UsageError
from bridge.media.border import writing
from bridge.media.colour import RANGES, SCALER_MATRICES, working_matrix
from bridge.media.deliver import part_of
from bridge.media.facts import MediaFacts
from bridge.media.fit_still import over_black
from bridge.media.limits import Guard
from bridge.media.paths import check_words
from bridge.media.reader import pictures
from bridge.media.sheet import Picture
from bridge.media.tasks import Strip
from bridge.source import SourceKind

QUALITY = 88  # of the JPEG; colours at half size
WIDEST = 16_384  # pixels of the whole strip: what browsers draw without a detour
SCALER = Interpolation.AREA | Interpolation.ACCURATE_RND


def strip(task: Strip, guard: Guard) -> Path:
    """The pictures in the order of their numbers; `UsageError` for more than fit."""
    check_words(task.out)
    scaler = VideoReformatter()
    made: list[Picture] = []
    last: VideoFrame | None = None
    for frame in pictures(task.frames.source, task.frames.numbers, guard, task.facts):
        made.append(made[-1] if frame is last else _scaled(frame, task, scaler))
        last = frame
        if len(made) * made[0].shape[1] > WIDEST:
            raise UsageError(f"Fewer than {len(made)} pictures of this height fit into a strip.")
    if not made:
        raise UsageError("A strip has at least one picture.")
    _save(np.concatenate(made, axis=1), task.out)
    return task.out


def most_in(facts: MediaFacts, height: int) -> int:
    """How many pictures of that height fit into a strip; at least one."""
    shape = Fraction(facts.width, facts.height) * facts.pixel_aspect
    if facts.source.kind is SourceKind.still:  # it may lie on its side
        shape = max(shape, 1 / shape)
    return WIDEST // _width(shape, height)


def _width(shape: Fraction, height: int) -> int:
    """Of one picture, as it is seen: a page's pixels are square."""
    return min(WIDEST, max(1, round(height * shape)))


def _scaled(frame: VideoFrame, task: Strip, scaler: VideoReformatter) -> Picture:
    """8 bit BGR by the source's own matrix and range; what is transparent lies over black."""
    turns = _turns(frame, task.facts)
    shape = Fraction(frame.width, frame.height) * task.facts.pixel_aspect
    if turns % 2:
        size = (task.height, _width(1 / shape, task.height))
    else:
        size = (_width(shape, task.height), task.height)
    matrix = working_matrix(task.facts.colour.matrix, frame.width, frame.height)
    alpha = any(component.is_alpha for component in frame.format.components)
    converted = scaler.reformat(
        frame,
        *size,
        format="bgra" if alpha else "bgr24",
        src_colorspace=SCALER_MATRICES[matrix],
        src_color_range=frame.color_range or None,
        dst_color_range=RANGES["pc"],
        interpolation=SCALER,
    )
    pixels: Picture = converted.to_ndarray()
    return np.rot90(over_black(pixels) if alpha else pixels, k=turns)


def _turns(frame: VideoFrame, facts: MediaFacts) -> int:
    """Quarter turns that a still wants; frames of movies come upright."""
    return 0 if facts.source.kind is SourceKind.movie else (frame.rotation // 90) % 4


def _save(row: Picture, out: Path) -> None:
    done, data = cv2.imencode(".jpg", row, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise DiskRefused(f"{out} could not be encoded.")
    # a picture that the disk loses is made again: no time is spent on flushing it
    part = part_of(out)
    with writing(out):
        part.write_bytes(data.tobytes())
        part.replace(out)
