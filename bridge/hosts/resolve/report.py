"""What Resolve said, as exact values. In: raw numbers and words. Out: rates, paths, record frames.

Facts about the numbers are from measurements that others published; every one is cross-checked.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from bridge.errors import BridgeError
from bridge.frames import Rate

OFFLINE = "offline"


@dataclass(frozen=True)
class Media:
    """A media pool item. Its properties are words, some of them in the language of the program."""

    name: str
    properties: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def path(self) -> str:
        """Empty for everything that is no file: compounds, multicams, timelines, generators."""
        return self.properties.get("File Path", "")

    @property
    def rate(self) -> Rate | None:
        try:
            return Rate.of(self.properties.get("FPS", ""))
        except BridgeError:
            return None

    @property
    def frames(self) -> int | None:
        return _whole(self.properties.get("Frames", ""))

    @property
    def first(self) -> int:
        """Number of the first frame, for media that does not count from 0."""
        return _whole(self.properties.get("Start", "")) or 0

    @property
    def offline(self) -> bool:
        return self.properties.get("Online Status", "").strip().lower() == OFFLINE


@dataclass(frozen=True)
class Item:
    """One item of a video track. `start` and `end` count from midnight, as Resolve does."""

    id: str
    name: str
    track: int  # from 1
    start: int  # timeline frames since midnight
    end: int
    duration: int  # record frames
    left_offset: Fraction | None = None  # source frames, warped where the item is retimed
    source_start: Fraction | None = None  # source frames; may be one low
    source_end: Fraction | None = None
    enabled: bool = True
    kind: str = ""  # from 21.1 on: video, generator, transition
    speed: Fraction | None = None  # per cent, from 21.1 on
    media: Media | None = None

    @property
    def is_transition(self) -> bool:
        return self.kind.lower() == "transition"


@dataclass(frozen=True)
class TimelineSaid:
    """The settings of the open timeline, in Resolve's words."""

    name: str
    rate: str  # "23.976", "29.97 DF", or a number
    drop: str
    start_frame: int
    end_frame: int
    start_timecode: str
    width: str
    height: str

    @property
    def is_drop(self) -> bool:
        return self.drop.strip() == "1" or self.rate.strip().upper().endswith(" DF")

    @property
    def exact_rate(self) -> Rate:
        """`UsageError` for what is no rate."""
        return Rate.of(self.rate)

    @property
    def size(self) -> tuple[int | None, int | None]:
        return _whole(self.width), _whole(self.height)


@dataclass(frozen=True)
class Report:
    action: str  # edit, generate
    project: str
    timeline: TimelineSaid
    export: Path | None  # the OTIO that Resolve wrote; None: it wrote none
    rung: str
    playhead: str  # timecode
    mark_in: int | None  # as Resolve said it: from the timeline's start, or since midnight
    mark_out: int | None
    items: tuple[Item, ...]
    pool: tuple[Media, ...] = ()

    @property
    def marked(self) -> tuple[int, int] | None:
        """
        First and last record frame of In and Out, both from the timeline's start.

        Resolve counts them from there; a build that counts from midnight is known by numbers that
        lie behind the start timecode. Whether Out is shown too is not documented: it is taken so.
        """
        if self.mark_in is None or self.mark_out is None or self.mark_out < self.mark_in:
            return None
        start = self.timeline.start_frame
        base = start if start > 0 and self.mark_in >= start else 0
        return self.mark_in - base, self.mark_out - base


def _whole(text: str) -> int | None:
    digits = text.strip()
    return int(digits) if digits.isdecimal() and len(digits) < 12 else None
