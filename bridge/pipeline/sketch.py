"""A quick look at what a shot would become.

In: a planned shot. Out: the same at a small size, and the requests for a few of its frames or for
all of them. Pure; what is made so is never delivered.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from bridge.engines.base import Model, RenderRequest
from bridge.errors import PlanRefused
from bridge.media.facts import Delivery, Frames
from bridge.pipeline.extract import CODECS, sent_frames
from bridge.pipeline.fitting import even
from bridge.pipeline.planned import PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.requests import Cuts, requests

HEIGHT = 360  # pixels at most, where the model lets us choose
PICTURES = 8  # of the first look
LONGEST = 1500  # frames; of a longer shot there is the first look alone


@dataclass(frozen=True)
class Sketch:
    """One request for a shot that fits into one: the shot is small, frames are those sent."""

    shot: PlannedShot
    recipe: Recipe
    model: Model
    only: tuple[int, ...] = ()  # frames of the request that are wanted; none named: all

    @property
    def frames(self) -> tuple[int, ...]:
        """Of the request, wanted; in the result they lie one after another."""
        return self.only or tuple(range(self.shot.segments[0].sent))

    def place_of(self, record: int) -> int:
        """Which picture of the result is nearest to a record frame of the shot."""
        head, segment = self.shot.handles.head, self.shot.segments[0]
        wanted = segment.sent_at(head + record, self.shot.step)
        return min(range(len(self.frames)), key=lambda place: abs(self.frames[place] - wanted))


def sketch(shot: PlannedShot, recipe: Recipe, model: Model) -> Sketch:
    """All of the shot; `PlanRefused` where the model takes it in several parts only."""
    if len(shot.segments) != 1:
        raise PlanRefused(
            f"{shot.name} is too long for a preview by {model.name}.",
            hint="Choose a shorter part of the shot.",
        )
    return Sketch(_small(shot, model), recipe, model)


def first_look(whole: Sketch) -> Sketch:
    """A few frames of it, spread over the shot, and those that were painted."""
    shot, segment = whole.shot, whole.shot.segments[0]
    places = range(0, shot.record.count, apart(shot.record.count))
    spread = [segment.sent_at(shot.handles.head + place, shot.step) for place in places]
    # a model that carries painted frames on begins at theirs
    painted = [
        segment.sent_at(still.frame, shot.step)
        for still in shot.keyframes
        if still.frame in segment.frames
    ]
    return replace(whole, only=tuple(sorted({*_sooner(whole, spread), *painted})))


def _sooner(whole: Sketch, spread: list[int]) -> list[int]:
    """The nearest frames that decode by themselves, where each has one within half a step."""
    shot, segment = whole.shot, whole.shot.segments[0]
    if shot.media is None or not shot.media.keys:
        return spread
    keys = frozenset(shot.media.keys)
    alone = [frame for frame, number in enumerate(sent_frames(shot, segment)) if number in keys]
    if not alone:
        return spread
    # of two that are as near always the later: else two moments would share one
    nearest = [min(alone, key=lambda each: (abs(each - frame), -each)) for frame in spread]
    step = apart(shot.record.count)
    near = all(
        2 * shot.step * abs(key - frame) <= step for key, frame in zip(nearest, spread, strict=True)
    )
    return nearest if near else spread


def apart(frames: int) -> int:
    """Record frames from one picture of the first look to the next."""
    return max(1, -(-frames // PICTURES))


def cut(sketch: Sketch, out: Path) -> Delivery | None:
    """The footage that an edit gets; None for a new shot."""
    shot, codec = sketch.shot, CODECS[sketch.shot.form]
    if shot.media is None:
        return None
    sent = sent_frames(shot, shot.segments[0])
    numbers = tuple(sent[frame] for frame in sketch.frames)
    return Delivery(
        parts=(Frames(shot.media.source, numbers),),
        out=out.with_suffix(codec.suffix),
        codec=codec,
        rate=shot.render_rate,
        width=shot.render_width,
        height=shot.render_height,
        colour=shot.colour,
        draft=bool(sketch.only),
    )


def asked(sketch: Sketch, key: str, folder: Path, cuts: Cuts) -> RenderRequest:
    """The request; of `cuts` the folders are not looked at."""
    shot = sketch.shot
    (request,) = requests(shot, sketch.recipe, sketch.model, key, replace(cuts, folders=[folder]))
    return replace(request, only=sketch.only)


def _small(shot: PlannedShot, model: Model) -> PlannedShot:
    """With square pixels; a model that makes certain sizes keeps what was planned."""
    if model.limits.sizes or model.limits.min_side:
        return shot
    height = min(HEIGHT, shot.render_height)
    seen = Fraction(shot.render_width, shot.render_height) * shot.render_pixel_aspect
    width = even(round(height * seen))
    return replace(shot, render_width=width, render_height=height, render_pixel_aspect=Fraction(1))
