"""Still pictures. In: a picture file, or a pattern of numbered ones. Out: one decoded frame each.

A picture is decoded whole from memory by the one decoder that its first bytes ask for; nothing
beside the file is opened.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import av
from av.codec import CodecContext
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from bridge.errors import MediaDamaged, MediaForbidden, MediaMissing, MediaUnsupported
from bridge.media import openexr
from bridge.media.border import reading
from bridge.media.formats import Format
from bridge.media.limits import Guard
from bridge.media.paths import OpenFile, check_words
from bridge.source import Source

LARGEST_FILE = 2_000_000_000  # bytes of one picture file
PLACEHOLDER = re.compile(r"%(0\d{1,2})?d")
# OpenEXR holds light, not a signal; `apply_trc` makes it one that can be looked at. With `explode`
# half a file is an error and not a picture with a grey lower half; sound TIFFs fail with it.
STRICT = {"err_detect": "explode"}
DECODER_OPTIONS: dict[str, dict[str, str]] = {"exr": {"apply_trc": "bt709"}, "tiff": {}}


def still_frame(file: OpenFile, format_: Format, guard: Guard) -> VideoFrame:
    """The picture; `MediaUnsupported` if it is too large, `MediaDamaged` if it does not decode."""
    if file.size > LARGEST_FILE:
        raise MediaUnsupported(f"{file.path} is too large for a picture: {file.size} bytes.")
    with reading(file.path):
        context = CodecContext.create(format_.name, "r")
        assert isinstance(context, VideoCodecContext)  # noqa: S101
        try:
            return _decoded(context, file, format_, guard)
        except av.error.ArgumentError as error:  # a size that the decoder refused
            most = guard.limits.max_pixels
            raise MediaUnsupported(
                f"{file.path} does not decode to a picture of at most {most} pixels.",
                hint="Scale the picture down, or raise max_pixels in settings.toml.",
                path=str(file.path),
            ) from error


def _decoded(
    context: VideoCodecContext, file: OpenFile, format_: Format, guard: Guard
) -> VideoFrame:
    context.options = {
        "max_pixels": str(guard.limits.max_pixels),
        **DECODER_OPTIONS.get(format_.name, STRICT),
    }
    context.thread_type = "SLICE"
    data = _bytes(file)
    frames = [*context.decode(Packet(data)), *context.decode(None)]
    guard.beat()
    cut = format_.name == "exr" and not openexr.whole(data)
    if not frames or frames[0].is_corrupt or cut:
        raise MediaDamaged(f"{file.path} is damaged: its picture does not decode.")
    return frames[0]


def _bytes(file: OpenFile) -> bytes:
    with os.fdopen(os.dup(file.descriptor), "rb") as stream:
        stream.seek(0)
        return stream.read(file.size)


@dataclass(frozen=True)
class Sequence:
    """Numbered pictures without a hole; frame n is the file with number `first + n`."""

    folder: Path
    pattern: str
    first: int
    count: int

    def file(self, frame: int) -> Path:
        return self.folder / numbered(self.pattern, self.first + frame)


def sequence_of(source: Source) -> Sequence:
    """
    Find the files of a sequence; one look at the folder.

    `MediaMissing` names the first file that is not there.
    """
    check_words(source.path)
    folder = file_of(source, 0).parent
    with reading(folder):
        names = frozenset(file.name for file in folder.iterdir())
    count = source.count
    if count is None:
        count = _present(source, names)
    for number in range(source.first_number, source.first_number + max(1, count)):
        name = numbered(source.path.name, number)
        if name not in names:
            raise MediaMissing(
                f"Picture {name} of the sequence {source.path} is not there.",
                path=str(folder / name),
            )
    return Sequence(folder, source.path.name, source.first_number, count)


def file_of(source: Source, frame: int) -> Path:
    """The file of a sequence's frame; `MediaForbidden` where the path is no pattern."""
    folder = Path(str(source.path.parent).replace("%%", "%"))
    return folder / numbered(source.path.name, source.first_number + frame)


def _present(source: Source, names: frozenset[str]) -> int:
    """Pictures from the first number to the last in the folder, whether or not all are there."""
    here = numbers_in(source.path.name, names)
    return max((n for n in here if n >= source.first_number), default=0) - source.first_number + 1


def numbers_in(pattern: str, names: Iterable[str]) -> frozenset[int]:
    """The numbers of those names that the pattern makes."""
    before, _, after = _parts(pattern)
    shape = re.compile(re.escape(before) + r"(\d{1,18})" + re.escape(after))
    found = ((match[0], int(match[1])) for match in map(shape.fullmatch, names) if match)
    return frozenset(number for name, number in found if numbered(pattern, number) == name)


def numbered(pattern: str, number: int) -> str:
    """
    `shot.%04d.png` and 7 make `shot.0007.png`; `%%` is a `%`, any other use of it is refused.
    """
    before, digits, after = _parts(pattern)
    return f"{before}{number:{digits}d}{after}"


def _parts(pattern: str) -> tuple[str, str, str]:
    """What stands before the number, how it is written, and what stands after."""
    marked = pattern.replace("%%", "\0")  # no name holds a zero
    match = PLACEHOLDER.search(marked)
    if match is None or "%" in PLACEHOLDER.sub("", marked, count=1):
        raise MediaForbidden(
            f"{pattern!r} is not a sequence: it needs one %d or %0Nd and no other %.",
            hint="Write it like shot.%04d.png.",
        )
    before, after = (
        part.replace("\0", "%") for part in (marked[: match.start()], marked[match.end() :])
    )
    return before, match[1] or "", after
