"""A take as an OTIO clip.

In: a placement. Out: a plain clip at 1x that every editor reads the same way.

Stock schemas, one rate, no time effects, ranges that count from the media's own timecode: the
subset that both Resolve's and Premiere's importers are known to take.
"""

from typing import Any

from opentimelineio import opentime, schema

from bridge.errors import RangeError
from bridge.frames import FrameRange, Rate
from bridge.timeline.facts import Placement
from bridge.timeline.metadata import BRIDGE
from bridge.timeline.paths import file_url
from bridge.timeline.times import Frames


def check(placement: Placement, rate: Rate) -> None:
    """
    `RangeError` for a placement that its own file cannot fill, or that lies before the timeline.
    """
    last = placement.source_start + placement.record.count
    said = f"Take {placement.take} ({placement.name})"
    if placement.record.start < 0 or not placement.record.count:
        raise RangeError(f"{said} has no place at record frame {placement.record.start}.")
    if placement.source_start < 0 or last > placement.frames:
        raise RangeError(
            f"{said} needs source frames {placement.source_start} to {last}; "
            f"its file has {placement.frames}.",
            hint="The delivered file and the plan disagree; retry the shot.",
        )
    if placement.rate != rate:
        raise RangeError(f"{said} runs at {placement.rate}, the timeline at {rate}.")


def reference(placement: Placement, spelled: float, start: int | None = None) -> Any:
    """The delivered file; `start` is its first frame on the clip's clock, else its timecode."""
    first = placement.media_start_frame if start is None else start
    made = schema.ExternalReference(
        file_url(placement.media),
        span(FrameRange(first, placement.frames), spelled),
        metadata={BRIDGE: provenance(placement)},
    )
    made.name = placement.media.name
    return made


def clip(placement: Placement, made: Any, spelled: float) -> Any:
    """The clip that shows the placement's record frames of its file."""
    start = placement.media_start_frame + placement.source_start
    return schema.Clip(
        placement.name,
        made,
        span(FrameRange(start, placement.record.count), spelled),
        metadata={BRIDGE: provenance(placement)},
    )


def provenance(placement: Placement) -> dict[str, Any]:
    return {"take": placement.take, **placement.metadata}


def gap(frames: Frames, spelled: float) -> Any:
    return schema.Gap(source_range=opentime.TimeRange(time(0, spelled), time(frames, spelled)))


def span(frames: FrameRange, spelled: float) -> Any:
    return opentime.TimeRange(time(frames.start, spelled), time(frames.count, spelled))


def time(frames: Frames, spelled: float) -> Any:
    return opentime.RationalTime(float(frames), spelled)
