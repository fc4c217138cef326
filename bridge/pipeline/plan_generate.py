"""Plan a new shot.

In: the timeline, stills with their moments, recipe, model. Out: one planned shot; pure.
"""

from decimal import Decimal
from fractions import Fraction

from bridge.engines.base import Model
from bridge.errors import RangeError, UsageError
from bridge.frames import FrameRange, timecode
from bridge.media.facts import Colour
from bridge.pipeline.chain import Chain
from bridge.pipeline.fitting import (
    even,
    keyframes,
    rate_notes,
    references,
    render_rate,
    render_size,
    size_notes,
    still_notes,
)
from bridge.pipeline.planned import PlannedKeyframe, PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.selection import Selection

DEFAULT_SIZE = (1920, 1080)
LONGEST_FRAMES = 24 * 3600 * 120  # a day at 120 frames per second


def generated(selection: Selection, recipe: Recipe, model: Model, onward: Model) -> PlannedShot:
    """
    The new shot; `onward` is the way of the model by which a part goes on from a still.

    A shot beside a clip has the clip's frame as a handle: it goes on from it, and shows it never.
    """
    facts, handles = selection.facts, selection.shared
    record = _record(selection, recipe)
    frames = record.widened(handles).count
    stills = keyframes(selection.stills, record, handles, model)
    rate, step = render_rate(facts.rate, model)
    first = facts.start_frame + record.start - handles.head

    def named(frame: int) -> str:
        return timecode(first + frame, facts.rate, drop=facts.drop)

    moments = tuple(still.frame for still in stills)
    segments = Chain(frames, moments, rate, step, model, onward, named).segments()
    width, height = _size(selection, stills)
    ways = (model, onward) if any(segment.follows for segment in segments) else (model,)
    render = render_size(width, height, Fraction(1), *ways)
    return PlannedShot(
        id="s001",
        name=recipe.prompt[:40] or "generated",
        place=None,
        record=record,
        rate=facts.rate,
        render_rate=rate,
        handles=handles,
        media=None,
        map=None,
        width=width,
        height=height,
        pixel_aspect=Fraction(1),
        colour=Colour("bt709", "bt709", "bt709", "tv"),
        render_width=render.width,
        render_height=render.height,
        segments=segments,
        keyframes=stills,
        references=references(selection.stills),
        start_frame=max(0, first),
        drop=facts.drop,
        sound=None,
        price=Decimal(0),
        warnings=(
            *rate_notes(facts.rate, rate, step),
            *size_notes(width, height, Fraction(1), render),
            *still_notes(stills, Fraction(width, height)),
            *_spread_notes(segments, step),
        ),
        track=selection.track,
    )


def _record(selection: Selection, recipe: Recipe) -> FrameRange:
    count = selection.length or recipe.duration
    if selection.at is None or not count:
        raise UsageError(
            "A generated shot needs a place and a length.", hint="Give --at and --duration."
        )
    if not 0 < count <= LONGEST_FRAMES:
        raise RangeError(f"A shot of {count} frames is not possible.")
    return FrameRange(selection.at, count)


def _size(selection: Selection, stills: tuple[PlannedKeyframe, ...]) -> tuple[int, int]:
    """The timeline's, else that of the first still as it is seen."""
    width, height = selection.facts.width, selection.facts.height
    if not (width and height):
        width, height = DEFAULT_SIZE
        if stills:
            height = stills[0].media.height
            width = round(stills[0].shape * height)
    return even(width), even(height)


def _spread_notes(segments: tuple[Segment, ...], step: int) -> tuple[str, ...]:
    return tuple(
        f"The model makes {segment.seconds} s and the stills lie {segment.frames.count} frames "
        "apart: what it makes is shown faster."
        for segment in segments
        if segment.spread and segment.sent * step > segment.frames.count
    )
