"""What was decided.

Values only: a plan is shown before the button is pressed and carried out after it.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bridge.engines.base import Change
from bridge.engines.forms import Form
from bridge.frames import FrameMap, FrameRange, Handles, Rate
from bridge.media.facts import Colour, MediaFacts, Sound
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.selection import LeftOut
from bridge.source import SourceKind
from bridge.timeline.facts import TimelineFacts


@dataclass(frozen=True)
class PlannedStill:
    """A picture for the engine: a file, or a frame of a shot on the timeline."""

    media: MediaFacts
    number: int = 0  # source frame of the media

    @property
    def image(self) -> Path:
        """The file that it is, or of which it is a frame."""
        return self.media.source.path

    @property
    def is_file(self) -> bool:
        return self.media.source.kind is SourceKind.still

    @property
    def shape(self) -> Fraction:
        """Width to height, as seen."""
        return Fraction(self.media.width, self.media.height) * self.media.pixel_aspect


@dataclass(frozen=True)
class PlannedKeyframe(PlannedStill):
    """A still with its moment."""

    frame: int = 0  # delivered frame
    window: FrameRange | None = None  # delivered frames between which it works


@dataclass(frozen=True)
class PlannedShot:
    """
    One shot, decided. Delivered frames count from the head handle's first frame; record frame i of
    the shot is delivered frame `handles.head + i`.
    """

    id: str
    name: str
    place: str | None  # None: a generated shot, which replaces nothing
    record: FrameRange  # record frames from the timeline's start, handles not included
    rate: Rate
    render_rate: Rate  # at which `Segment.sent` counts: the shot's, or a whole part of it
    handles: Handles  # record frames, as far as the media has them
    media: MediaFacts | None  # None: a generated shot
    map: FrameMap | None
    width: int
    height: int
    pixel_aspect: Fraction
    colour: Colour
    render_width: int  # what the engine gets and makes
    render_height: int
    segments: tuple[Segment, ...]
    keyframes: tuple[PlannedKeyframe, ...]  # by frame
    references: tuple[PlannedStill, ...]
    start_frame: int  # start timecode of the delivered file, frames since midnight
    drop: bool
    sound: Sound | None
    price: Decimal  # credits
    warnings: tuple[str, ...] = ()
    render_pixel_aspect: Fraction = Fraction(1)
    form: Form = Form.master  # of the footage
    track: int | None = None  # generated: the video track to go over, from 1; None: over all

    @property
    def frames(self) -> int:
        """Delivered frames, handles included."""
        return self.handles.head + self.record.count + self.handles.tail

    @property
    def step(self) -> int:
        """Delivered frames for each one that is rendered."""
        return int(self.rate.fps / self.render_rate.fps)

    @property
    def source_frames(self) -> tuple[int, ...]:
        """The source frame behind each delivered frame; empty for a generated shot."""
        return self.source_numbers(FrameRange(0, self.frames))

    def source_numbers(self, span: FrameRange) -> tuple[int, ...]:
        """
        The source frames behind a range of delivered frames, which may reach beyond the shot; at
        the media's ends the nearest frame stays on. Empty for a generated shot.
        """
        if self.map is None or self.media is None:
            return ()
        last = self.media.frames - 1
        shown = self.map.frames(span.moved(-self.handles.head))
        return tuple(min(max(0, number), last) for number in shown)


@dataclass(frozen=True)
class Plan:
    timeline: Path
    folder: Path  # where the timeline's relative media paths begin
    facts: TimelineFacts
    recipe: Recipe
    engine: str
    model: str
    door: str  # the model's
    shots: tuple[PlannedShot, ...]
    price: Decimal  # credits, all shots
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: frozenset[Change] = frozenset()  # of a finishing model

    @property
    def quote(self) -> str:
        """Names this work at this price; a job started with it refuses any other."""
        text = f"{self.engine}|{self.model}|{self.door}|{self.price}|{self.recipe!r}|" + "|".join(
            f"{shot.place}{shot.record}{shot.segments}{shot.price}" for shot in self.shots
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]
