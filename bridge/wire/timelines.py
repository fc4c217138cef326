"""Timelines that travel as JSON. In: OTIO content. Out: where it lies now, and what it is."""

from typing import Any

from pydantic import Field

from bridge.wire.base import FactsOut, Id, Inward, Name, Outward, PathOut, Time


class TimelineIn(Inward):
    name: Name = Field("timeline", examples=["reel 1"])
    content: dict[str, Any] = Field(
        description="The timeline as OTIO JSON.", examples=[{"OTIO_SCHEMA": "Timeline.1"}]
    )


class TimelineOut(Outward):
    id: Id
    name: str
    timeline: PathOut = Field(description="Name this file in a selection.")
    created: Time
    size: int = Field(description="Bytes.")


class UploadedOut(TimelineOut):
    facts: FactsOut
    warnings: tuple[str, ...]


class TimelinesOut(Outward):
    timelines: tuple[TimelineOut, ...]
