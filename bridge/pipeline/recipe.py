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
    """A picture for one moment: a record timecode, or frames from the timeline's start."""

    at: str
    image: Path


@dataclass(frozen=True)
class Recipe:
    kind: Kind
    prompt: str = ""
    engine: str = "local"
    model: str | None = None  # None: the engine's first that can do this kind of work
    keyframes: tuple[Still, ...] = ()
    references: tuple[Path, ...] = ()
    camera: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seed: int | None = None
    at: str | None = None  # generate: where the new shot begins, as `Still.at`
    duration: int | None = None  # generate: its length in record frames
    handles: int = 0  # record frames to have on both sides beyond what the edit shows
    codec: Codec = Codec.prores_hq
    mode: Mode = Mode.above
    flavour: Flavour | None = None  # None: that of the timeline that came in
    out: Path | None = None  # the new timeline; None: a place of the daemon's own
    media_folder: Path | None = None  # where delivered files go; None: beside the new timeline
