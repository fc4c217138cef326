"""What is known of a media file, and what is ordered of one. Values only; no codec is touched here.

In every value: frames are source frames from the media's first shown frame, sizes are coded pixels,
samples are audio samples at the stream's own rate.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from bridge.frames import Rate
from bridge.source import Source


@dataclass(frozen=True)
class Colour:
    """FFmpeg's names (`bt709`, `smpte170m`, `pc`, `tv`), None where the file does not say."""

    primaries: str | None = None
    transfer: str | None = None
    matrix: str | None = None
    range: str | None = None


@dataclass(frozen=True)
class AudioFacts:
    codec: str
    sample_rate: int
    channels: int
    layout: str


@dataclass(frozen=True)
class MediaFacts:
    source: Source
    codec: str
    pixel_format: str
    bits: int
    width: int
    height: int
    pixel_aspect: Fraction
    rate: Rate  # of the grid on which frames are counted; nominal for variable rate
    frames: int  # frames on that grid, edit list applied
    variable: bool = False  # pictures do not lie on the grid: a frame shows the last picture begun
    interlaced: str = "progressive"  # or "tff", "bff"
    alpha: bool = False
    colour: Colour = field(default_factory=Colour)
    start_frame: int = 0  # start timecode as frames since midnight at `rate`
    start_timecode: str | None = None  # as the file writes it; None where it has none
    audio: tuple[AudioFacts, ...] = ()
    size: int = 0  # bytes
    modified_ns: int = 0  # with `size`: is this still the file that was planned with?


class Codec(StrEnum):
    """What a delivered file is made of; the container follows."""

    prores_hq = "prores_hq"  # ProRes 422 HQ, 10 bit, .mov
    prores_4444 = "prores_4444"  # ProRes 4444 with alpha where there is one, .mov
    h264 = "h264"  # 8 bit 4:2:0, .mp4

    @property
    def suffix(self) -> str:
        return ".mp4" if self is Codec.h264 else ".mov"


@dataclass(frozen=True)
class Frames:
    """Frames to take from one source, in the order in which they are wanted; may repeat."""

    source: Source
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Sound:
    """
    Sound to lay under the pictures: `seconds` of a file from `start` seconds after its first frame.

    What the file lacks, before its beginning or after its end, is silence.
    """

    path: Path
    start: Fraction
    seconds: Fraction


@dataclass(frozen=True)
class Delivery:
    """
    An order for one file: these frames, one after another, at this rate and size, tagged so.

    The result is verified (count, size, rate, decodable) before it takes its name.
    """

    parts: tuple[Frames, ...]
    out: Path
    codec: Codec
    rate: Rate
    width: int
    height: int
    pixel_aspect: Fraction = Fraction(1)
    colour: Colour = field(default_factory=Colour)
    start_frame: int | None = None  # start timecode, frames since midnight; None: no track
    drop: bool = False
    sound: Sound | None = None

    @property
    def frames(self) -> int:
        return sum(len(part.numbers) for part in self.parts)


@dataclass(frozen=True)
class Delivered:
    path: Path
    facts: MediaFacts
    sha256: str
