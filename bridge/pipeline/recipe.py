"""What the editor asked for.

Values only: they come from a command line or a request, and are kept with each take.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.engines.base import Kind
from bridge.media.facts import Codec
from bridge.timeline.facts import Flavour, Mode


@dataclass(frozen=True)
class Still:
    """
    A picture for one moment: a file, or what the timeline itself shows at another moment.

    A moment is a record timecode, or frames from the timeline's start.
    """

    at: str
    image: Path | None = None
    frame_of: str | None = None  # a moment, also on one track: V2@01:00:04:12
    window: str | None = None  # IN-OUT, two moments between which it works; OUT is not in it


@dataclass(frozen=True)
class Recipe:
    kind: Kind
    prompt: str = ""
    engine: str = "local"
    model: str | None = None  # None: the engine's first that can do this kind of work
    keyframes: tuple[Still, ...] = ()
    references: tuple[Path, ...] = ()
    reference_frames: tuple[str, ...] = ()  # references from the timeline, as `Still.frame_of`
    camera: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seed: int | None = None
    at: str | None = None  # generate: where the new shot begins, as `Still.at`
    extend: str | None = None  # generate: the clip after whose last frame the new shot begins
    fill: str | None = None  # generate: a moment in the gap that it fills, as `Still.frame_of`
    duration: int | None = None  # generate: its length in record frames
    handles: int = 0  # record frames to have on both sides beyond what the edit shows
    codec: Codec = Codec.prores_hq
    mode: Mode = Mode.above
    flavour: Flavour | None = None  # None: that of the timeline that came in
    out: Path | None = None  # the new timeline; None: a place of the daemon's own
    media_folder: Path | None = None  # where delivered files go; None: beside the new timeline

    @property
    def has_stills(self) -> bool:
        """Whether stills at given times go to the model."""
        return bool(self.keyframes or self.extend is not None or self.fill is not None)
