"""Pictures to be looked at. In: columns of pictures with names. Out: a contact sheet, a clip."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.local.pictures import HD, SCALER, to_frame, to_picture
from bridge.frames import Rate
from bridge.media.encode import writer_opened
from bridge.media.facts import Codec, Delivery
from bridge.media.limits import Guard
from bridge.media.probe import frame_colour, probe
from bridge.media.reader import pictures
from bridge.source import Source

RATE = Rate.of(24)
WIDE = 320  # of a picture on a sheet
CLIP_WIDE = 640  # of a picture in a clip
GAP, LABEL = 6, 22
PAPER, INK = 0.1, (0.9, 0.9, 0.9)
SQUARE = 16  # of the ground under what is transparent

Picture = np.ndarray  # height x width x 3, float32, 0 to 1
Columns = Mapping[str, Sequence[Picture]]  # each as long as the others


def read(path: Path) -> list[Picture]:
    """All frames; what is transparent lies over squares."""
    source, guard = Source(path), Guard()
    return [_laid(frame) for frame in pictures(source, range(probe(source, guard).frames), guard)]


def write(path: Path, made: Sequence[Picture], codec: Codec = Codec.prores_hq) -> Path:
    """A movie of the pictures."""
    height, width = made[0].shape[:2]
    order = Delivery((), path, codec, RATE, width, height, colour=HD)
    first, *others = map(to_frame, made)
    with writer_opened(order, path, first, (), Guard().limits) as writer:
        for frame in (first, *others):
            writer.write(frame)
        writer.finish()
    return path


def sheet(path: Path, columns: Columns, count: int = 6) -> None:
    """A row for each column, of frames spread over it."""
    rows = [_row(name, _spread(made, count)) for name, made in columns.items()]
    width = max(row.shape[1] for row in rows)
    page = np.concatenate([_widened(row, width) for row in rows])
    assert cv2.imwrite(str(path), np.round(page[:, :, ::-1] * 255).astype(np.uint8))


def clip(path: Path, columns: Columns) -> None:
    """The columns side by side, moving."""
    together = zip(*(_sized(made) for made in columns.values()), strict=True)
    write(path, [np.concatenate(row, axis=1) for row in together], Codec.h264)


def difference(made: Sequence[Picture], truth: Sequence[Picture]) -> list[Picture]:
    """How far they are apart, four times brighter."""
    pairs = zip(made, truth, strict=True)
    return [np.clip(np.abs(one - other) * 4, 0, 1).astype(np.float32) for one, other in pairs]


def _laid(frame: VideoFrame) -> Picture:
    rgb = to_picture(frame, frame_colour(frame), VideoReformatter())
    if not any(component.is_alpha for component in frame.format.components):
        return rgb
    whole = VideoReformatter().reformat(frame, format="rgba64le", interpolation=SCALER)
    alpha = whole.to_ndarray()[:, :, 3:].astype(np.float32) / 65535
    y, x = np.indices(alpha.shape[:2]) // SQUARE
    ground = np.where((x + y) % 2, 0.65, 0.45).astype(np.float32)[:, :, None]
    return rgb + ground * (1 - alpha)


def _spread(made: Sequence[Picture], count: int) -> list[Picture]:
    if len(made) <= count:
        return list(made)
    return [made[round(place * (len(made) - 1) / (count - 1))] for place in range(count)]


def _row(name: str, made: Sequence[Picture]) -> Picture:
    small = [_scaled(picture, WIDE) for picture in made]
    height = small[0].shape[0]
    width = GAP + len(small) * (WIDE + GAP)
    row = np.full((LABEL + height + GAP, width, 3), PAPER, np.float32)
    for place, picture in enumerate(small):
        left = GAP + place * (WIDE + GAP)
        row[LABEL : LABEL + height, left : left + WIDE] = picture
    return _labelled(row, name)


def _labelled(row: Picture, name: str) -> Picture:
    drawn = np.round(row * 255).astype(np.uint8)  # OpenCV 5 writes on 8 bit alone
    ink = tuple(round(part * 255) for part in INK)
    cv2.putText(drawn, name, (GAP, LABEL - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.5, ink, 1, cv2.LINE_AA)
    return drawn.astype(np.float32) / 255


def _scaled(picture: Picture, width: int) -> Picture:
    height = max(2, round(picture.shape[0] * width / picture.shape[1] / 2) * 2)
    return np.clip(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), 0, 1)


def _sized(made: Sequence[Picture]) -> Iterator[Picture]:
    return (_scaled(picture, CLIP_WIDE) for picture in made)


def _widened(row: Picture, width: int) -> Picture:
    missing = width - row.shape[1]
    return np.pad(row, ((0, 0), (0, missing), (0, 0)), constant_values=PAPER)
