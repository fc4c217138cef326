"""Pictures for people. In: frames of sources. Out: PNG files, a still or a contact sheet."""

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from bridge.errors import DiskRefused, UsageError
from bridge.media.border import writing
from bridge.media.colour import RANGES, SCALER_MATRICES, matrix_of, working_matrix
from bridge.media.deliver import part_file, settle
from bridge.media.fit_still import fitted
from bridge.media.limits import Guard
from bridge.media.paths import check_words
from bridge.media.reader import pictures
from bridge.media.tasks import Sheet, Still
from bridge.source import Source, SourceKind

Picture = NDArray[Any]  # height x width x 3, 8 bit BGR as OpenCV has it

GAP = 8  # pixels between pictures
LABEL_HEIGHT = 28
PAPER, INK = 24, (225, 225, 225)
MOST_PICTURES = 400
MOST_WIDTH = 16384


def still(task: Still, guard: Guard) -> Path:
    """The frame's picture as 8 bit PNG, with alpha where it has one."""
    check_words(task.out)
    frame = _frame(task.source, task.frame, guard)
    width = task.width or frame.width
    picture = _pixels(frame, width, alpha=True)
    if task.source.kind is SourceKind.still:  # of movies the reader gives upright frames
        picture = np.rot90(picture, k=(frame.rotation // 90) % 4)
    _save(picture if task.fitting is None else fitted(picture, task.fitting), task.out)
    return task.out


def sheet(task: Sheet, guard: Guard) -> Path:
    """Rows of labelled pictures on one page."""
    check_words(task.out)
    count = sum(len(cells) for _, cells in task.rows)
    if not count or count > MOST_PICTURES:
        raise UsageError(f"A contact sheet holds 1 to {MOST_PICTURES} pictures, not {count}.")
    rows = [_row(label, cells, task.width, guard) for label, cells in task.rows]
    page_width = max(row.shape[1] for row in rows)
    page = np.concatenate([_widened(row, page_width) for row in rows])
    _save(page, task.out)
    return task.out


def _row(label: str, cells: tuple[tuple[Source, int], ...], width: int, guard: Guard) -> Picture:
    images = [_pixels(_frame(source, frame, guard), width, alpha=False) for source, frame in cells]
    height = max((image.shape[0] for image in images), default=0)
    row = np.full(
        (LABEL_HEIGHT + height + GAP, GAP + len(images) * (width + GAP), 3), PAPER, np.uint8
    )
    for index, image in enumerate(images):
        left = GAP + index * (width + GAP)
        row[LABEL_HEIGHT : LABEL_HEIGHT + image.shape[0], left : left + width] = image
    _write(row, label, (GAP, LABEL_HEIGHT - 9))
    return row


def _write(row: Picture, label: str, place: tuple[int, int]) -> None:
    plain = label.encode("ascii", "replace").decode()  # OpenCV's letters are ASCII
    cv2.putText(row, plain, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)


def _widened(row: Picture, width: int) -> Picture:
    missing = width - row.shape[1]
    return np.pad(row, ((0, 0), (0, missing), (0, 0)), constant_values=PAPER)


def _frame(source: Source, number: int, guard: Guard) -> VideoFrame:
    return next(iter(tuple(pictures(source, (number,), guard))))


def _pixels(frame: VideoFrame, width: int, *, alpha: bool) -> Picture:
    """8 bit BGR (or BGRA), scaled to `width`, by the frame's own matrix and range."""
    if not 0 < width <= MOST_WIDTH:
        raise UsageError(f"A picture cannot be {width} pixels wide.")
    height = max(1, round(Fraction(frame.height * width, frame.width)))
    matrix = SCALER_MATRICES[working_matrix(matrix_of(frame.colorspace), frame.width, frame.height)]
    transparent = alpha and any(component.is_alpha for component in frame.format.components)
    converted = frame.reformat(
        width,
        height,
        format="bgra" if transparent else "bgr24",
        src_colorspace=matrix,
        src_color_range=frame.color_range or None,
        dst_color_range=RANGES["pc"],
        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND,
    )
    pixels: Picture = converted.to_ndarray()
    return pixels


def _save(pixels: Picture, out: Path) -> None:
    done, data = cv2.imencode(".png", pixels)
    if not done:
        raise DiskRefused(f"{out} could not be encoded.")
    with part_file(out) as part:
        with writing(out), part.open("wb") as file:
            file.write(data.tobytes())
            file.flush()
            os.fsync(file.fileno())
        settle(part, out)
