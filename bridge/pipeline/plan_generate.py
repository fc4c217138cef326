"""Plan a new shot.

In: the timeline, stills with their moments, recipe, model. Out: one planned shot; pure.
"""

from decimal import Decimal
from fractions import Fraction

from bridge.engines.base import Model
from bridge.errors import RangeError, UsageError
from bridge.frames import FrameRange, Handles
from bridge.media.facts import Colour
from bridge.pipeline.fitting import even, fitting_rate, keyframes, references, render_size
from bridge.pipeline.planned import PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import segments
from bridge.pipeline.selection import Selection

DEFAULT_SIZE = (1920, 1080)
LONGEST_FRAMES = 24 * 3600 * 120  # a day at 120 frames per second


def generated(selection: Selection, recipe: Recipe, model: Model) -> PlannedShot:
    facts = selection.facts
    if recipe.at is None or selection.at is None or not recipe.duration:
        raise UsageError(
            "A generated shot needs a place and a length.", hint="Give --at and --duration."
        )
    if not 0 < recipe.duration <= LONGEST_FRAMES:
        raise RangeError(f"A shot of {recipe.duration} frames is not possible.")
    record = FrameRange(selection.at, recipe.duration)
    stills = [still.media for still in selection.stills if still.record is not None]
    size = (facts.width, facts.height)
    if not all(size):
        size = (stills[0].width, stills[0].height) if stills else DEFAULT_SIZE
    width, height = even(size[0] or 0), even(size[1] or 0)
    render = render_size(width, height, model)
    return PlannedShot(
        id="s001",
        name=recipe.prompt[:40] or "generated",
        place=None,
        record=record,
        rate=fitting_rate(facts.rate, model),
        handles=Handles(),
        media=None,
        map=None,
        width=width,
        height=height,
        pixel_aspect=Fraction(1),
        colour=Colour("bt709", "bt709", "bt709", "tv"),
        render_width=render[0],
        render_height=render[1],
        segments=segments(record.count, facts.rate, model.limits),
        keyframes=keyframes(selection.stills, record, Handles(), model),
        references=references(selection.stills),
        start_frame=facts.start_frame + record.start,
        drop=facts.drop,
        sound=None,
        price=Decimal(0),
    )
