"""Pictures from files and back. In: footage, stills. Out: pictures one by one; a result file.

Decoding is the media room's; here its frames become what looks and moves calculate with: height x
width x 3, RGB, float32, coded values 0 to 1; a fourth channel is alpha. One picture is held at a
time.
"""

import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from bridge.engines.base import Footage
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.look.planar import (
    ALPHA_FORM,
    FORM,
    FULL_RANGE,
    TV_RANGE,
    WHITE,
    frame_of,
    picture_of,
)
from bridge.engines.local.notes import Notes
from bridge.errors import EngineRefused, FrameCountWrong
from bridge.media.advice import of_a_still
from bridge.media.border import writing
from bridge.media.colour import SCALER_MATRICES, working_matrix
from bridge.media.encode import writer_opened
from bridge.media.exif import head_of, is_mirrored
from bridge.media.facts import Colour, Delivery, MediaFacts
from bridge.media.formats import Kind, format_of
from bridge.media.limits import Guard
from bridge.media.probe import frame_colour, probe
from bridge.media.reader import pictures
from bridge.source import Source, SourceKind

SCALER = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
)
Made = Picture | VideoFrame
HD = Colour("bt709", "bt709", "bt709", "tv")


def facts_of(footage: Footage, guard: Guard) -> MediaFacts:
    """What the footage is; `EngineRefused` where it is not what the request says."""
    facts = probe(Source(footage.path), guard)
    said = (footage.frames, footage.width, footage.height)
    found = (facts.frames, facts.width, facts.height)
    if said != found:
        raise EngineRefused(
            f"The footage {footage.path.name} has {found[0]} frames of {found[1]} x {found[2]}, "
            f"and {said[0]} of {said[1]} x {said[2]} were announced.",
            hint="Extract the shot again.",
        )
    return facts


def shot(facts: MediaFacts, numbers: Sequence[int], guard: Guard) -> Iterator[Picture]:
    """The footage's frames of those numbers, in that order."""
    yield from map(over_black, straight_shot(facts, numbers, guard))


def straight_shot(facts: MediaFacts, numbers: Sequence[int], guard: Guard) -> Iterator[Picture]:
    """The same; straight, with a fourth channel, where it has alpha."""
    scaler = VideoReformatter()
    for frame in pictures(facts.source, numbers, guard, facts):
        yield straight(frame, facts.colour, scaler)


def still(path: Path, guard: Guard) -> Picture:
    """A still, upright, over black where it is transparent. Media errors name its file."""
    return over_black(layer(path, guard))


def layer(path: Path, guard: Guard) -> Picture:
    """A still, upright; straight, with a fourth channel, where it has alpha."""
    with of_a_still():
        head = head_of(path, guard.limits.roots)
        frame = next(iter(pictures(Source(path, SourceKind.still), [0], guard)))
    if frame.format.name == "pal8":  # its colours may be transparent
        frame = frame.reformat(format="rgba")
    picture = straight(frame, frame_colour(frame), VideoReformatter())
    if format_of(head, path).kind is not Kind.picture:
        return picture  # movies are turned as they are read
    return upright(picture, frame.rotation, mirrored=is_mirrored(head))


def over_black(picture: Picture) -> Picture:
    return picture[:, :, :3] * picture[:, :, 3:] if picture.shape[2] == 4 else picture


def upright(picture: Picture, degrees: int, *, mirrored: bool) -> Picture:
    """Turned anti-clockwise by whole quarters, and before that turned over."""
    whole = picture[::-1] if mirrored else picture
    return np.ascontiguousarray(np.rot90(whole, k=(degrees // 90) % 4))


def fitted(picture: Picture, width: int, height: int) -> Picture:
    """Scaled to cover width x height, the rest cropped evenly; the picture itself where it fits."""
    rows, columns = picture.shape[:2]
    if (columns, rows) == (width, height):
        return picture
    scale = max(Fraction(width, columns), Fraction(height, rows))
    size = (max(width, round(columns * scale)), max(height, round(rows * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = np.clip(np.asarray(cv2.resize(picture, size, interpolation=how), np.float32), 0, 1)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])


def fitted_still(still: Picture, name: str, size: tuple[int, int], notes: Notes) -> Picture:
    """A still at that width and height; the editor is told where it was scaled or cropped."""
    height, width = still.shape[:2]
    if (width, height) != size:
        cropped = width * size[1] != height * size[0]
        notes.say(
            f"The still {name} is {width} x {height}; it was scaled "
            f"{'and cropped ' if cropped else ''}to {size[0]} x {size[1]}."
        )
    return fitted(still, *size)


def to_picture(frame: VideoFrame, colour: Colour, scaler: VideoReformatter) -> Picture:
    """A decoded frame with its colour tags as coded RGB, over black where it is transparent."""
    return over_black(straight(frame, colour, scaler))


def straight(frame: VideoFrame, colour: Colour, scaler: VideoReformatter) -> Picture:
    """The same, but colours as they are and alpha, where there is one, as a fourth channel."""
    alpha = has_alpha(frame)
    rgb = scaler.reformat(
        frame,
        format=ALPHA_FORM if alpha else FORM,
        src_colorspace=SCALER_MATRICES[working_matrix(colour.matrix, frame.width, frame.height)],
        src_color_range=range_of(frame, colour),
        dst_color_range=FULL_RANGE,
        interpolation=SCALER,
    )
    picture = picture_of(rgb, white_of(frame))
    if alpha:
        picture[:, :, 3] = alpha_of(frame)
    return picture


def colours(frame: VideoFrame, colour: Colour) -> Picture:
    """As they are, also where the frame is transparent; without its alpha."""
    whole = straight(frame, colour, VideoReformatter())
    return np.ascontiguousarray(whole[:, :, :3])


def has_alpha(frame: VideoFrame) -> bool:
    return any(component.is_alpha for component in frame.format.components)


def alpha_of(frame: VideoFrame) -> Plane:
    """
    Height x width, 0 to 1, exactly as it was decoded.

    FFmpeg's scaler brings alpha from one depth to another by shifting: 255 becomes 65532 of 65535,
    4095 becomes 65520 (measured, FFmpeg 8).
    """
    bits = next(part.bits for part in frame.format.components if part.is_alpha)
    if len(frame.planes) == 4 and bits <= 16 and not frame.format.is_big_endian:
        plane = frame.planes[3]
        rows = np.frombuffer(memoryview(plane), np.uint8 if bits <= 8 else np.uint16)
        levels, opaque = rows.reshape(plane.height, -1)[:, : plane.width], (1 << bits) - 1
    else:
        form, opaque = ("rgba", 255) if bits <= 8 else ("rgba64le", 65535)
        levels = frame.reformat(format=form).to_ndarray()[..., 3]
    return np.asarray(levels, np.float32) / np.float32(opaque)


def to_frame(picture: Made) -> VideoFrame:
    """
    Coded RGB as a frame of 16 bits, for the encoder to bring into its own form.

    With a fourth channel it has alpha, straight; a decoded frame goes on as it is.
    """
    return picture if isinstance(picture, VideoFrame) else frame_of(picture)


def write(
    part: Path, made: Iterator[Made], order: Delivery, guard: Guard, *, sync: bool = True
) -> int:
    """Encode the pictures and sync; the number of frames. The file keeps its name."""
    first = to_frame(next(made))
    with writer_opened(order, part, first, (), guard.limits) as writer:
        writer.write(first)
        for picture in made:
            writer.write(to_frame(picture))
        writer.finish()
    if sync:
        _sync(part)
    return writer.frames


def check_written(part: Path, frames: int, order: Delivery, guard: Guard) -> None:
    """Read the result back; `FrameCountWrong` if it is not what was ordered."""
    facts = probe(Source(part), guard)
    # one frame alone has no rate that could be measured
    rate = facts.rate if facts.frames > 1 else order.rate
    found = (facts.frames, facts.width, facts.height, rate)
    ordered = (frames, order.width, order.height, order.rate)
    if found != ordered:
        raise FrameCountWrong(
            "The result has {} frames of {} x {} at {}".format(*found)
            + "; {} of {} x {} at {} were ordered.".format(*ordered),
            found=facts.frames,
            expected=frames,
        )


def range_of(frame: VideoFrame, colour: Colour) -> int:
    """FFmpeg's number of the range in which the frame's levels are meant."""
    return FULL_RANGE if colour.range == "pc" or _is_plain(frame) else TV_RANGE


def white_of(frame: VideoFrame) -> int:
    bits = max(component.bits for component in frame.format.components)
    return ((1 << bits) - 1) << (16 - bits) if _is_plain(frame) and 8 < bits <= 16 else WHITE


def _is_plain(frame: VideoFrame) -> bool:
    """RGB or grey, as pictures and not as video: without colour differences."""
    return frame.format.is_rgb or len(frame.format.components) < 3


def _sync(path: Path) -> None:
    with writing(path), path.open("rb+") as file:
        os.fsync(file.fileno())
