"""What Resolve holds. In: nothing. Out: productions, bins, media, cuts, tracks and shots, as data.

Positions: `start` of a shot counts absolute timeline frames, as Resolve does; `record` counts from
the timeline's start. Source frames count from the first frame of the media's file.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.frames import Rate, timecode, timecode_frame

CLIP_COLOURS = (
    "Orange", "Apricot", "Yellow", "Lime", "Olive", "Green", "Teal", "Navy", "Blue", "Purple",
    "Violet", "Pink", "Tan", "Beige", "Brown", "Chocolate",
)  # fmt: skip
MARKER_COLOURS = (
    "Blue", "Cyan", "Green", "Yellow", "Red", "Pink", "Purple", "Fuchsia", "Rose", "Lavender",
    "Sky", "Mint", "Lemon", "Sand", "Cocoa", "Cream",
)  # fmt: skip
Marks = tuple[int | None, int | None]


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Marker:
    colour: str
    name: str
    note: str
    duration: float  # frames
    custom: str = ""

    def told(self) -> dict[str, Any]:
        return {
            "color": self.colour,
            "duration": float(self.duration),
            "note": self.note,
            "name": self.name,
            "customData": self.custom,
        }


@dataclass(eq=False)
class Media:
    """An item of the media pool; `cut` is set where it stands for a timeline."""

    path: str
    name: str
    kind: str  # Resolve's "Type": Video, Video + Audio, Audio, Still, Timeline
    rate: Rate
    frames: int
    start_frame: int = 0  # since midnight, at its rate
    drop: bool = False
    width: int = 0
    height: int = 0
    codec: str = ""
    alpha: str = "None"
    numbers: tuple[int, int] | None = None  # of the first and last file of a sequence
    cut: "Cut | None" = None
    in_pool: bool = True
    lost: bool = False  # offline though its file is there
    colour: str = ""
    marks: Marks = (None, None)
    markers: dict[int, Marker] = field(default_factory=dict)
    id: str = field(default_factory=new_id)

    @property
    def online(self) -> bool:
        first = self.path % self.numbers[0] if self.numbers else self.path
        return self.cut is not None or (not self.lost and Path(first).is_file())

    @property
    def pictures(self) -> bool:
        return self.kind != "Audio"

    @property
    def sound(self) -> bool:
        return "Audio" in self.kind


@dataclass(eq=False)
class Bin:
    name: str
    media: list[Media] = field(default_factory=list)
    bins: list["Bin"] = field(default_factory=list)
    id: str = field(default_factory=new_id)

    def walk(self) -> Iterator["Bin"]:
        yield self
        for inner in self.bins:
            yield from inner.walk()


@dataclass(frozen=True)
class Take:
    media: Media
    source: Fraction  # as a shot's
    speed: Fraction
    frames: int  # record frames
    told: tuple[int, int]  # source frames, as AddTake was given them


@dataclass(eq=False)
class Shot:
    """An item of a timeline: a clip, and what else lies on tracks."""

    kind: str  # clip, title, generator, compound, transition
    name: str
    start: int
    duration: int
    media: Media | None = None
    source: Fraction = Fraction(0)  # the lowest source frame that is shown
    speed: Fraction = Fraction(1)
    ramp: tuple[tuple[float, float], ...] = ()  # timeline and source seconds
    enabled: bool = True
    colour: str = ""
    fusion: int = 0  # compositions
    link: int = 0  # group of picture and sound, 0 for none
    markers: dict[int, Marker] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    takes: list[Take] = field(default_factory=list)
    take: int = 0  # the selected one, from 1
    inner: "Cut | None" = None  # of a compound clip
    generator_colour: str = "#000000"
    track: "Track | None" = None  # None where it is on no timeline any more
    id: str = field(default_factory=new_id)

    @property
    def end(self) -> int:
        return self.start + self.duration

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


@dataclass(eq=False)
class Track:
    kind: str  # video, audio, subtitle
    name: str = ""  # "" is called by its number
    locked: bool = False
    enabled: bool = True
    subtype: str = ""
    shots: list[Shot] = field(default_factory=list)

    def lay(self, shot: Shot) -> Shot:
        shot.track = self
        self.shots = sorted([*self.shots, shot], key=lambda s: (s.start, s.kind == "transition"))
        return shot

    def lift(self, shot: Shot) -> None:
        self.shots.remove(shot)
        shot.track = None

    def free(self, start: int, end: int) -> bool:
        return not any(s.overlaps(start, end) for s in self.shots if s.kind != "transition")


@dataclass(eq=False)
class Cut:
    """A timeline."""

    name: str
    rate: Rate
    start_frame: int
    drop: bool = False
    rate_text: str = "24"  # as GetSetting spells it
    width: int = 1920
    height: int = 1080
    tracks: dict[str, list[Track]] = field(default_factory=dict)
    markers: dict[int, Marker] = field(default_factory=dict)
    marks: Marks = (None, None)
    selected: list[Shot] = field(default_factory=list)
    playhead: int = 0  # absolute
    pool_item: Media | None = None
    id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.playhead = self.playhead or self.start_frame
        if not self.tracks:
            audio = Track("audio", subtype="stereo")
            self.tracks = {"video": [Track("video")], "audio": [audio], "subtitle": []}

    @property
    def end_frame(self) -> int:
        return max((shot.end for shot in self.shots()), default=self.start_frame)

    def shots(self, kind: str = "") -> list[Shot]:
        """Of all tracks, or of those of one kind."""
        kinds = [kind] if kind else list(self.tracks)
        return [shot for one in kinds for track in self.tracks[one] for shot in track.shots]

    def track(self, kind: str, number: int) -> Track | None:
        tracks = self.tracks.get(kind, [])
        whole = isinstance(number, (int, float)) and number == int(number)
        return tracks[int(number) - 1] if whole and 1 <= number <= len(tracks) else None

    def number_of(self, track: Track) -> int:
        return self.tracks[track.kind].index(track) + 1

    def name_of(self, track: Track) -> str:
        return track.name or f"{track.kind.capitalize()} {self.number_of(track)}"

    def span(self, shot: Shot) -> Fraction:
        """Source frames that a shot goes through."""
        if shot.media is None:
            return Fraction(shot.duration)
        return shot.duration / self.rate.fps * shot.media.rate.fps * abs(shot.speed)

    def spelled(self, frame: int) -> str:
        return timecode(frame, self.rate, drop=self.drop)

    def frame_of(self, text: str) -> int:
        return timecode_frame(text, self.rate, drop=self.drop)


@dataclass(frozen=True)
class Refusal:
    """Why ImportTimelineFromFile gave None; Resolve itself never says."""

    file: str
    why: str


@dataclass(eq=False)
class Production:
    """A project."""

    name: str
    rate_text: str = "24"
    width: int = 1920
    height: int = 1080
    root: Bin = field(default_factory=lambda: Bin("Master"))
    cuts: list[Cut] = field(default_factory=list)
    current: Cut | None = None
    chosen: list[Media] = field(default_factory=list)  # selected in the media pool
    id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.bin = self.root  # the current one

    def media(self) -> list[Media]:
        return [media for one in self.root.walk() for media in one.media]

    def known(self, path: str) -> Media | None:
        return next((media for media in self.media() if media.path == path), None)

    def cut_of(self, shot: Shot) -> Cut | None:
        return next((cut for cut in self.cuts if shot in cut.shots()), None)

    def add(self, cut: Cut) -> Cut:
        """The new timeline becomes the current one and an item of the current bin."""
        cut.pool_item = Media("", cut.name, "Timeline", cut.rate, 0, cut=cut)
        self.bin.media.append(cut.pool_item)
        self.cuts.append(cut)
        self.current = cut
        return cut
