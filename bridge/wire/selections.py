"""What an editor selected. In: a timeline file and clips, or the clips themselves. Out: shots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from bridge.frames import FrameRange, timecode
from bridge.timeline.facts import TimelineFacts
from bridge.wire.base import (
    ErrorOut,
    FactsOut,
    FrameNumber,
    Frames,
    Id,
    Inward,
    LocalPath,
    Name,
    Outward,
    PathOut,
    Pixels,
    RateIn,
    RateText,
    RestIn,
    SomeFrames,
    SpeedIn,
    Time,
    Word,
)

if TYPE_CHECKING:  # decoders come along with planning, and a client only shows what was planned
    from bridge.pipeline.selection import LeftOut, Selection, Shot

MOST_CLIPS = 5000
Host = Literal["file", "resolve", "premiere", "other"]


class FileSelectionIn(Inward):
    """Clips of a timeline file."""

    timeline: LocalPath
    clips: tuple[Word, ...] = Field(
        (),
        max_length=MOST_CLIPS,
        description="References: a place, a name, a timecode, a range, or all. "
        "None, where a new shot is to be made.",
        examples=[["V1:3"], ["all"]],
    )
    host: Host = Field("file", description="Whose edit it is: who will ask for the placements.")


class PushedClipIn(Inward):
    """One selected clip as a host sees it."""

    name: Name = ""
    track: int = Field(1, strict=True, ge=1, le=999, description="Video track, 1 at the bottom.")
    media: LocalPath
    record_start: Frames = Field(description="Record frames from the timeline's start.")
    frames: SomeFrames = Field(description="Record frames.")
    source_start: FrameNumber = Field(
        description="Source frame shown first, counted from the media's first frame."
    )
    source_rest: RestIn = Field(
        "0", description="How much of that frame is over at the cut, where rates differ."
    )
    rate: RateIn | None = Field(None, description="Of the media, where the host knows it.")
    speed: SpeedIn = Field("1", description="Source frames a record frame, at equal rates.")
    enabled: bool = Field(True, strict=True)


class PushedSelectionIn(Inward):
    """Clips that a host pushes, without a timeline file."""

    host: Host = "other"
    name: Name = Field("timeline", min_length=1)
    project: Name = Field("", description="The host's project: whose budget the work counts to.")
    rate: RateIn
    start_frame: Frames = Field(0, description="Timecode of record frame 0, frames since midnight.")
    drop_frame: bool = Field(False, strict=True)
    width: Pixels | None = None
    height: Pixels | None = None
    clips: tuple[PushedClipIn, ...] = Field(max_length=MOST_CLIPS)


def _way(value: Any) -> str:
    if isinstance(value, dict):
        return "file" if "timeline" in value else "pushed"
    return "file" if isinstance(value, FileSelectionIn) else "pushed"


SelectionIn = Annotated[
    Annotated[FileSelectionIn, Tag("file")] | Annotated[PushedSelectionIn, Tag("pushed")],
    Discriminator(_way),
]


class ShotOut(Outward):
    """A selected clip, its media looked at."""

    place: str = Field(description="Index path: the third clip on the first video track is V1:3.")
    name: str
    record_start: int = Field(description="Record frames from the timeline's start.")
    record_timecode: str
    frames: int = Field(description="Record frames.")
    media: PathOut
    media_rate: RateText
    media_frames: int
    width: int
    height: int
    source_first: int = Field(description="Source frame at its first record frame.")
    source_last: int = Field(description="Source frame at its last record frame.")
    speed: str = Field(description="1, 2 (twice as fast), -1 (reversed), 0 (freeze).")
    retime: str
    enabled: bool


class LeftOutOut(Outward):
    """A selected clip that cannot be worked on, and why."""

    place: str
    name: str
    error: ErrorOut


class HostItemOut(Outward):
    """A clip as the host knows it."""

    id: str
    retimed: bool
    # where it lay, of hosts whose items have no name that lasts; no frames: not told
    track: int = Field(0, description="Video track, from 1.")
    start: int = Field(0, description="Record frames from the timeline's start.")
    frames: int = Field(0, description="Record frames.")


class MomentOut(Outward):
    """A marker of the timeline."""

    frame: int = Field(description="Record frames from the timeline's start.")
    timecode: str
    colour: str
    name: str


class HostStateOut(Outward):
    """What was open in the host, and where its playhead and marks were."""

    action: str = Field(examples=["edit", "generate"])
    rung: str = Field(description="How the clips were found: selected, marks, colour, playhead ...")
    product: str
    version: str
    lane: str
    project_id: str
    project: str
    timeline_id: str
    timeline: str
    playhead: str | None = Field(description="Record timecode.")
    mark_in: str | None = Field(description="Record timecode.")
    mark_out: str | None = Field(description="Record timecode of the last marked frame.")
    marked_frames: int | None
    markers: tuple[MomentOut, ...]
    items: dict[str, HostItemOut] = Field(
        default_factory=dict, description="The host's own ids, by place."
    )
    loose: bool = Field(False, description="Source clips that lie on no timeline.")


class SelectionOut(Outward):
    id: Id
    host: str
    created: Time
    timeline: PathOut
    clips: tuple[str, ...]
    project: str = Field("", description="Whose budget the work counts against.")
    facts: FactsOut
    shots: tuple[ShotOut, ...]
    left_out: tuple[LeftOutOut, ...]
    warnings: tuple[str, ...]
    host_state: HostStateOut | None = None


class SelectionsOut(Outward):
    selections: tuple[SelectionOut, ...]


def facts_out(facts: TimelineFacts) -> FactsOut:
    return FactsOut(
        name=facts.name,
        rate=str(facts.rate),
        start_frame=facts.start_frame,
        start_timecode=timecode(facts.start_frame, facts.rate, drop=facts.drop),
        drop_frame=facts.drop,
        frames=facts.frames,
        flavour=facts.flavour.value,
        width=facts.width,
        height=facts.height,
    )


def shots_out(selection: Selection) -> tuple[ShotOut, ...]:
    return tuple(_shot_out(shot, selection.facts) for shot in selection.shots)


def left_out_out(left_out: tuple[LeftOut, ...]) -> tuple[LeftOutOut, ...]:
    return tuple(
        LeftOutOut(place=one.place, name=one.name, error=ErrorOut.model_validate(one.error))
        for one in left_out
    )


def _shot_out(shot: Shot, facts: TimelineFacts) -> ShotOut:
    clip, media = shot.clip, shot.media
    ends = FrameRange(0, max(1, clip.record.count))
    return ShotOut(
        place=clip.place,
        name=clip.name,
        record_start=clip.record.start,
        record_timecode=timecode(
            facts.start_frame + clip.record.start, facts.rate, drop=facts.drop
        ),
        frames=clip.record.count,
        media=media.source.path,
        media_rate=str(media.rate),
        media_frames=media.frames,
        width=media.width,
        height=media.height,
        source_first=shot.map.at(ends.start),
        source_last=shot.map.at(ends.end - 1),
        speed=str(clip.speed),
        retime=clip.retime.value,
        enabled=clip.enabled,
    )
