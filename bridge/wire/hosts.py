"""What scripts inside an editor say and hear. In: reports, questions. Out: selections, orders.

A report holds what the editor's scripting said, unread: numbers may be floats, properties are
words. `bridge.hosts` makes exact values of it.
"""

from fractions import Fraction
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from bridge.frames import position
from bridge.hosts.resolve.report import Item, Media, Report, TimelineSaid
from bridge.wire.base import MOST_FRAMES, Id, Inward, Outward
from bridge.wire.orders import OrderOut

MOST_ITEMS = 5000
Raw = (
    Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-MOST_FRAMES, le=MOST_FRAMES)]
    | None
)
Frame = Annotated[int, Field(strict=True, ge=-MOST_FRAMES, le=MOST_FRAMES)]
Few = Annotated[int, Field(strict=True, ge=0, le=10_000)]


# An editor's words are cut, not refused: nobody can shorten a clip's name for us
Said = Annotated[str, Field(max_length=8192), AfterValidator(lambda text: text[:4096])]
Name = Annotated[str, Field(max_length=4096), AfterValidator(lambda text: text[:500])]
Runner = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{16}$",
        description="Of one run of a script.",
        examples=["9f86d081884c7d65"],
    ),
]


class NamedIn(Inward):
    id: Name = ""
    name: Name = ""


class OpenTimelineIn(Inward):
    """The open timeline as its settings say."""

    id: Name = ""
    name: Name = ""
    rate: Name = Field(description="`timelineFrameRate` as it stands there.", examples=["23.976"])
    drop: Name = ""
    start_frame: Frame = 0
    end_frame: Frame = 0
    start_timecode: Name = ""
    width: Name = ""
    height: Name = ""


class MediaIn(Inward):
    id: Name = ""
    name: Name = ""
    properties: dict[Name, Said] = Field(default_factory=dict, max_length=64)


class ItemIn(Inward):
    """A timeline item: absolute timeline frames, source numbers as they were answered."""

    id: Name = ""
    name: Name = ""
    track: Annotated[int, Field(strict=True, ge=0, le=999)] = 0
    start: Frame = 0
    end: Frame = 0
    duration: Frame = 0
    left_offset: Raw = None
    source_start: Raw = None
    source_end: Raw = None
    enabled: Annotated[bool, Field(strict=True)] = True
    kind: Name = ""
    speed: Raw = None
    colour: Name = ""
    takes: Few = 0
    fusion: Few = 0
    media: MediaIn | None = None


class MarkerIn(Inward):
    frame: Frame = Field(description="Record frames from the timeline's start.")
    colour: Name = ""
    name: Name = ""
    note: Said = ""


class ReportIn(Inward):
    """What is open and selected in Resolve."""

    host: ClassVar[Literal["resolve"]] = "resolve"
    opens_page: ClassVar[bool] = True

    runner: Runner
    action: Literal["edit", "generate"] = "edit"
    lane: Literal["python", "lua"]
    product: Name = ""
    version: Name = ""
    project: NamedIn
    timeline: OpenTimelineIn
    export: Said = Field("", description="The OTIO file that Resolve wrote of this timeline.")
    rung: Literal["selected", "marks", "colour", "playhead", "pool", "none"]
    playhead: Name = ""
    mark_in: Frame | None = None
    mark_out: Frame | None = None
    markers: tuple[MarkerIn, ...] = Field((), max_length=MOST_ITEMS)
    items: tuple[ItemIn, ...] = Field((), max_length=MOST_ITEMS)
    pool: tuple[MediaIn, ...] = Field((), max_length=500)

    def value(self) -> Report:
        """As `bridge.hosts` reads it."""
        return Report(
            action=self.action,
            project=self.project.name,
            timeline=TimelineSaid(**self.timeline.model_dump(exclude={"id"})),
            export=Path(self.export) if self.export else None,
            rung=self.rung,
            playhead=self.playhead,
            mark_in=self.mark_in,
            mark_out=self.mark_out,
            items=tuple(_item(item) for item in self.items),
            pool=tuple(_media(media) for media in self.pool),
        )


class SelectedOut(Outward):
    """What became of a report."""

    selection: Id
    shots: int
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]
    opened: bool = Field(description="Whether the page was opened in the browser here.")
    url: str = Field(description="The page, good for one minute.")
    say: str


class AskIn(Inward):
    """Who is ready to place a take asks for one."""

    runner: Runner
    product: Name = ""
    version: Name = ""
    project_id: Name = ""
    project: Name = ""
    timeline_id: Name = ""
    timeline: Name = ""
    busy: Name = Field("", description="Why nothing can be placed just now.")
    once: bool = Field(
        False, strict=True, description="Place what waits, refused takes too, then end."
    )
    wait: Annotated[int, Field(strict=True, ge=0, le=20)] = 0


class NextIn(AskIn):
    """A script inside Resolve."""

    lane: Literal["python", "lua"]


class NextOut(Outward):
    stop: bool = False
    say: str = ""
    pause: float = Field(1.0, description="Seconds until the next question.")
    end_frame: Literal["", "exclusive", "inclusive"] = Field(
        "", description="What was measured in this version of the host."
    )
    placement: OrderOut | None = None


class HoldIn(Inward):
    runner: Runner


class HeldOut(Outward):
    held: bool


class ReleaseIn(Inward):
    runner: Runner
    why: Said = ""


class ReleasedOut(Outward):
    pass


class StopIn(Inward):
    pass


class StoppedOut(Outward):
    stopped: int = Field(description="Scripts that were told to stop.")


def _item(item: ItemIn) -> Item:
    return Item(
        id=item.id,
        name=item.name,
        track=item.track,
        start=item.start,
        end=item.end,
        duration=item.duration,
        left_offset=_exact(item.left_offset),
        source_start=_exact(item.source_start),
        source_end=_exact(item.source_end),
        enabled=item.enabled,
        kind=item.kind,
        speed=_exact(item.speed),
        media=None if item.media is None else _media(item.media),
    )


def _exact(number: float | None) -> Fraction | None:
    """Float noise of whole frames is taken off."""
    return None if number is None else position(number)


def _media(media: MediaIn) -> Media:
    return Media(media.name, dict(media.properties))
