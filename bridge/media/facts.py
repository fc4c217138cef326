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
    keys: tuple[int, ...] = ()  # frames that decode by themselves; none named: all, or not known


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
class SoundFacts:
    """What is known of the sound of a file, with or without pictures."""

    source: Source
    audio: tuple[AudioFacts, ...]  # at least one
    seconds: Fraction  # of the first track, decoded and counted
    size: int = 0  # bytes
    modified_ns: int = 0


@dataclass(frozen=True)
class Sound:
    """
    Sound to lay under the pictures: `seconds` of a file from `start` seconds after its first frame.

    What the file lacks, before its beginning or after its end, is silence. Times are as heard: at
    another `pace` each second is that many of the file's.
    """

    path: Path
    start: Fraction
    seconds: Fraction
    pace: Fraction = Fraction(1)  # near 1: pitch goes with it


@dataclass(frozen=True)
class Dissolve:
    """
    From delivered frame `start` on the pictures go over into `incoming`, one frame after another.

    Of n frames the first shows 1/(n + 1) of the incoming picture, the last n/(n + 1).
    """

    start: int
    incoming: Frames

    @property
    def end(self) -> int:
        return self.start + len(self.incoming.numbers)


Levels = tuple[int, int, int]
"""Y, Cb and Cr, in 256ths of an 8 bit level."""


@dataclass(frozen=True)
class Trim:
    """From delivered frame `start` on, for one frame after another, what is added to its levels."""

    start: int
    levels: tuple[Levels, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.levels)


@dataclass(frozen=True)
class Compared:
    """How two takes of the same frames differ."""

    differences: tuple[int, ...]  # of each pair of frames; 0: the same
    levels: Levels = (0, 0, 0)  # what the other has more throughout; 0 where that is not constant


@dataclass(frozen=True)
class Delivery:
    """
    An order for one file: these frames, one after another, at this rate and size, tagged so.

    `dissolves` and `trims` change pictures and never their number. The result is verified (count,
    size, rate, decodable) before it takes its name.
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
    dissolves: tuple[Dissolve, ...] = ()  # ascending, none over another
    trims: tuple[Trim, ...] = ()  # the same; they come after the dissolves
    draft: bool = False  # a few frames to be read once, soon: ProRes HQ as plain samples, large

    @property
    def frames(self) -> int:
        return sum(len(part.numbers) for part in self.parts)

    @property
    def read(self) -> tuple[Frames, ...]:
        """Everything that is taken from a source."""
        return (*self.parts, *(dissolve.incoming for dissolve in self.dissolves))


@dataclass(frozen=True)
class Delivered:
    path: Path
    facts: MediaFacts
    sha256: str  # empty for a draft


@dataclass(frozen=True)
class Dub:
    """
    An order for one WAV, 48 kHz and 24 bit: these pieces, one after another, to the sample.

    Only the first sound track of a file is taken; a file without one is silence.
    """

    parts: tuple[Sound, ...]
    out: Path
    start: Fraction | None = None  # seconds since midnight of the first sample; None: not said

    @property
    def seconds(self) -> Fraction:
        return sum((part.seconds for part in self.parts), Fraction(0))


@dataclass(frozen=True)
class Dubbed:
    path: Path
    sha256: str
    samples: int
    silent: bool  # nothing in it that anybody could hear


@dataclass(frozen=True)
class Fitting:
    """For a still: cut evenly to a shape, counted in its own pixels, then scale to the size."""

    width: int
    height: int
    cover: Fraction  # width to height
