"""What the panel inside Premiere reports. In: ticks and raw numbers. Out: an exact report.

Ticks are whole numbers as text, 254016000000 a second: JavaScript's numbers cannot hold them.
"""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bridge.errors import BridgeError
from bridge.frames import Rate, exact
from bridge.hosts.premiere.report import Item, Media, Report, SequenceSaid
from bridge.wire.base import Inward
from bridge.wire.hosts import MOST_ITEMS, AskIn, Name, NamedIn, Raw, Runner, Said

Ticks = Annotated[str, Field(pattern=r"^-?[0-9]{1,20}$", examples=["254016000000"])]
Flag = Annotated[bool, Field(strict=True)]
Size = Annotated[int, Field(strict=True, ge=0, le=65_536)]


class ProjectIn(NamedIn):
    path: Said = ""


class SequenceIn(NamedIn):
    """The active sequence."""

    timebase: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,19}$")] = Field(
        description="Ticks a frame.", examples=["10594584000"]
    )
    zero_point: Ticks = "0"
    end: Ticks = "0"
    width: Size = 0
    height: Size = 0
    playhead: Ticks = "0"
    in_point: Ticks | None = None
    out_point: Ticks | None = None
    drop: Flag | None = Field(None, description="Whether it shows drop frame; null: not known.")


class ClipIn(NamedIn):
    """A clip of the project panel."""

    path: Said = Field("", description="The full media.")
    proxy: Said = ""
    offline: Flag = False
    sequence: Flag = False
    multicam: Flag = False
    rate: Raw = Field(None, description="Frames per second, as the footage is interpreted.")
    start: Ticks | None = None


class TrackItemIn(NamedIn):
    """An item of a video track, as the API answered."""

    track: Annotated[int, Field(strict=True, ge=0, le=998)] = Field(0, description="From 0.")
    start: Ticks = "0"
    end: Ticks = "0"
    in_point: Ticks | None = None
    out_point: Ticks | None = None
    speed: Raw = None
    reversed: Flag | Raw = Field(None, description="Typed as a number, answered as either.")
    disabled: Flag = False
    adjustment: Flag = False
    media: ClipIn | None = None


class MomentIn(Inward):
    start: Ticks
    name: Name = ""
    colour: Name = ""


class PremiereReportIn(Inward):
    """What is open and selected in Premiere."""

    host: ClassVar[Literal["premiere"]] = "premiere"

    runner: Runner
    action: Literal["edit", "generate"] = "edit"
    lane: Literal["uxp"] = "uxp"
    page: Literal["none", "browser"] = Field(
        "browser", description="none: the panel shows the page itself."
    )
    product: Name = ""
    version: Name = ""
    plugin: Name = Field("", description="The panel's own version.")
    project: ProjectIn
    sequence: SequenceIn
    export: Said = Field("", description="The OTIO file that Premiere wrote of this sequence.")
    rung: Literal["selected", "playhead", "marks", "none"]
    markers: tuple[MomentIn, ...] = Field((), max_length=MOST_ITEMS)
    items: tuple[TrackItemIn, ...] = Field((), max_length=MOST_ITEMS)

    @property
    def timeline(self) -> NamedIn:
        """As other editors call it."""
        return self.sequence

    @property
    def opens_page(self) -> bool:
        return self.page == "browser"

    def value(self) -> Report:
        """As `bridge.hosts` reads it."""
        return Report(
            action=self.action,
            project=self.project.name,
            sequence=_sequence(self.sequence),
            export=Path(self.export) if self.export else None,
            rung=self.rung,
            items=tuple(map(_item, self.items)),
        )


class PremiereNextIn(AskIn):
    """The panel inside Premiere."""

    lane: Literal["uxp"] = "uxp"
    plugin: Name = Field("", description="The panel's own version.")


def _sequence(said: SequenceIn) -> SequenceSaid:
    return SequenceSaid(
        name=said.name,
        timebase=int(said.timebase),
        zero_point=int(said.zero_point),
        end=int(said.end),
        width=said.width,
        height=said.height,
        playhead=int(said.playhead),
        in_point=_ticks(said.in_point),
        out_point=_ticks(said.out_point),
        drop=said.drop,
    )


def _item(said: TrackItemIn) -> Item:
    return Item(
        id=said.id,
        name=said.name,
        track=said.track + 1,
        start=int(said.start),
        end=int(said.end),
        in_point=_ticks(said.in_point),
        out_point=_ticks(said.out_point),
        speed=None if said.speed is None else abs(exact(said.speed)),
        reversed=bool(said.reversed) or (said.speed or 0) < 0,
        disabled=said.disabled,
        adjustment=said.adjustment,
        media=None if said.media is None else _media(said.media),
    )


def _media(said: ClipIn) -> Media:
    return Media(
        name=said.name,
        path=said.path,
        proxy=said.proxy,
        offline=said.offline,
        sequence=said.sequence,
        multicam=said.multicam,
        rate=_rate(said.rate),
    )


def _rate(raw: float | None) -> Rate | None:
    """None for the zeros and negative numbers that stand for "as the file says"."""
    try:
        return None if raw is None else Rate.of(raw)
    except BridgeError:
        return None


def _ticks(text: str | None) -> int | None:
    return None if text is None else int(text)
