"""What was decided.

Values only: a plan is shown before the button is pressed and carried out after it.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bridge.engines.base import Keyframe
from bridge.frames import FrameMap, FrameRange, Handles, Rate
from bridge.media.facts import Colour, MediaFacts, Sound
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.selection import LeftOut
from bridge.timeline.facts import TimelineFacts


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
    keyframes: tuple[Keyframe, ...]  # on delivered frames
    references: tuple[Path, ...]
    start_frame: int  # start timecode of the delivered file, frames since midnight
    drop: bool
    sound: Sound | None
    price: Decimal  # credits
    warnings: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        """Delivered frames, handles included."""
        return self.handles.head + self.record.count + self.handles.tail

    @property
    def source_frames(self) -> tuple[int, ...]:
        """The source frame behind each delivered frame; empty for a generated shot."""
        if self.map is None or self.media is None:
            return ()
        last = self.media.frames - 1
        span = FrameRange(0, self.record.count).widened(self.handles)
        return tuple(min(max(0, number), last) for number in self.map.frames(span))


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

    @property
    def quote(self) -> str:
        """Names this work at this price; a job started with it refuses any other."""
        text = f"{self.engine}|{self.model}|{self.door}|{self.price}|{self.recipe!r}|" + "|".join(
            f"{shot.place}{shot.record}{shot.segments}{shot.price}" for shot in self.shots
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]
