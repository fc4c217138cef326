"""What is known of a timeline and of its clips. Values only; OpenTimelineIO is not touched.

Record frames count from the timeline's start at the sequence's rate; add `start_frame` for
timecode.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.frames import FrameRange, Handles, Rate
from bridge.source import Source


class Flavour(StrEnum):
    """Whose OTIO a file is, or is to be: the editors disagree about paths, ranges and retimes."""

    resolve = "resolve"
    premiere = "premiere"
    otio = "otio"


class Mode(StrEnum):
    """How a result comes back. The original is never changed or dropped."""

    above = "above"  # on a new named track directly over the original
    take = "take"  # another media reference on the same clip
    # the member hides str.replace, which nobody calls on a mode
    replace = "replace"  # type: ignore[assignment] # in its place, the original kept as a reference
    append = "append"  # after the end of the timeline, on the original's track


class Retime(StrEnum):
    none = "none"
    constant = "constant"
    reverse = "reverse"
    freeze = "freeze"


@dataclass(frozen=True)
class Refusal:
    """Why a clip cannot be worked on: a stable reason word and a sentence naming the clip."""

    reason: str  # missing_media, generator, ramp, nested, audio, effect, no_media ...
    sentence: str


@dataclass(frozen=True)
class TimelineFacts:
    name: str
    rate: Rate
    start_frame: int  # record timecode of the first frame, frames since midnight
    drop: bool
    frames: int  # length in record frames
    flavour: Flavour
    width: int | None = None  # where the file says
    height: int | None = None


@dataclass(frozen=True)
class Clip:
    """
    One clip of a timeline, or the part of it that was chosen.

    `place` is its index path and names it for ever: `V1:3` is the third clip on the first video
    track, `V2:1/V1:4` the fourth of a nested stack's first track. Gaps and transitions do not
    count.
    """

    place: str
    name: str
    record: FrameRange  # record frames from the timeline's start
    source: Source | None  # None where the clip has no media of its own
    media_rate: Rate | None  # None where only the media can say
    # Where on the source's clock the first record frame begins; for a reversed clip, where the
    # frame that it shows ends. The clock may start at the media's timecode: `media_in` is the
    # media's begin on it, None where the file does not say and the media has to be asked.
    source_in: Fraction  # seconds
    media_in: Fraction | None  # seconds
    speed: Fraction  # 1, 2 (twice as fast), -1 (reversed), 0 (freeze)
    retime: Retime = Retime.none
    transitions: Handles = field(default_factory=Handles)  # record frames they reach past the cuts
    enabled: bool = True
    refusal: Refusal | None = None
    colours: tuple[str, ...] = ()  # of the clip and its markers, lower case
    markers: tuple[str, ...] = ()  # names of its markers


@dataclass(frozen=True)
class Placement:
    """
    A finished take and where it goes.

    Record frame `record.start` shows frame `source_start` of the delivered file, whose own first
    frame has the timecode `media_start_frame`. The file plays at the sequence's rate, one frame per
    record frame.
    """

    take: str  # the take's id
    name: str
    place: str | None  # of the clip it was made from; None: generated, it replaces nothing
    record: FrameRange  # record frames from the timeline's start, handles not included
    media: Path  # the delivered file
    rate: Rate
    frames: int  # in the delivered file, handles included
    source_start: int = 0  # source frames from the delivered file's start: the head handle
    media_start_frame: int = 0  # frames since midnight
    track: int | None = None  # generated: the video track to go over, from 1; None: over all
    metadata: Mapping[str, Any] = field(default_factory=dict)  # provenance, JSON values
    sound: Path | None = None  # that came with it: a file as long as `media` and with its timecode


@dataclass(frozen=True)
class Placed:
    """Where a take lies in the edited timeline."""

    take: str
    place: str  # as in Clip.place
    record: FrameRange  # record frames from the timeline's start


@dataclass(frozen=True)
class BuiltClip:
    """One clip of a timeline that a host pushed: what `build` makes a timeline from."""

    name: str
    track: int  # video track, from 1
    record: FrameRange  # record frames from the timeline's start
    source: Source | None  # None: a title, generator or offline clip
    source_in: Fraction = Fraction(0)  # source frames from the media's start; as Clip.source_in
    media_rate: Rate | None = None  # None: the sequence's
    media_start_frame: int = 0  # source frames since midnight
    media_frames: int | None = None  # None where the host does not say
    speed: Fraction = Fraction(1)
    enabled: bool = True
