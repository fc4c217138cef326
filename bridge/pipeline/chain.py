"""A new shot as a chain of segments that share one frame with each neighbour.

In: the shot's length, the frames where stills stand, what the model takes. Out: segments. Pure.

Between two stills lies one segment where the model can hold it. A stretch that is too long for it
is made piece by piece: each piece but the first begins with the last frame of the one before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bridge.engines.base import Limits, Model, Positions
from bridge.errors import PlanRefused
from bridge.frames import FrameRange, Rate
from bridge.pipeline.segments import Lengths, Segment

WHERE = MappingProxyType(
    {
        Positions.first: "the first frame",
        Positions.ends: "the first and the last frame",
        Positions.thirds: "the first, the middle and the last frame",
    }
)


@dataclass(frozen=True)
class Chain:
    """`onward` is the way of the same model by which a piece goes on from a still."""

    frames: int
    stills: tuple[int, ...]  # delivered frames, ascending
    rate: Rate  # the render rate
    step: int
    model: Model
    onward: Model
    named: Callable[[int], str]  # a delivered frame as the editor's timecode

    def segments(self) -> tuple[Segment, ...]:
        """`PlanRefused` names the frame where a still is missing, or stands wrong."""
        if self.stills and self.model.limits.positions is not Positions.any and self.stills[0]:
            raise self._missing(0, self.model)
        parts: list[Segment] = []
        start, last = 0, self.frames - 1
        while not parts or start < last:
            parts += self._from(start)
            start = parts[-1].frames.end - 1
        for part in parts:
            self._check(part)
        return _kept_once(parts)

    def _from(self, start: int) -> list[Segment]:
        """As far as one request reaches, else piece by piece up to the next still or the end."""
        last = self.frames - 1
        ends = sorted({*(still for still in self.stills if still > start), last})
        for end in reversed(ends):
            if self._fits(start, end):
                return [self._segment(start, end, self.model)]
        return self._pieces(start, ends[0])

    def _fits(self, start: int, end: int) -> bool:
        limits, stills = self.model.limits, self._inside(start, end)
        longest = self._lengths(self.model).longest
        return (
            (longest is None or end + 1 - start <= longest)
            and limits.min_keyframes <= len(stills) <= limits.keyframes
            and standing(stills, end - start + 1, limits)
        )

    def _pieces(self, start: int, end: int) -> list[Segment]:
        """
        The piece that is shorter than the longest comes last, where it can be cut off; before a
        still in which the stretch ends it comes first.
        """
        cut = self._backward if end in self.stills else self._forward
        cuts = cut(start, end)
        return [self._segment(*cuts[0], self.model)] + [
            replace(self._segment(*piece, self.onward), follows=True) for piece in cuts[1:]
        ]

    def _forward(self, start: int, end: int) -> list[tuple[int, int]]:
        cuts: list[tuple[int, int]] = []
        while start < end or not cuts:
            most = self._most(self.onward if cuts else self.model)
            cuts.append((start, min(end, start + most - 1)))
            start = cuts[-1][1]
        return cuts

    def _backward(self, start: int, end: int) -> list[tuple[int, int]]:
        most = min(self._most(self.model), self._most(self.onward))
        cuts: list[tuple[int, int]] = []
        while start < end:
            cuts.insert(0, (max(start, end - most + 1), end))
            end = cuts[0][0]
        return cuts

    def _most(self, model: Model) -> int:
        longest = self._lengths(model).longest
        if longest is not None and longest < 2:
            raise PlanRefused(f"The model {model.name} makes one frame: nothing follows from it.")
        return longest or self.frames

    def _segment(self, start: int, end: int, model: Model) -> Segment:
        span = FrameRange.between(start, end + 1)
        sent, seconds = self._lengths(model).fitted(span.count)
        # a still behind the first one stands where the model puts it: what is made must fit
        # between, also where a frame more comes back than was asked for
        fixed = model.limits.positions in (Positions.ends, Positions.thirds)
        later = any(still > start for still in self._inside(start, end))
        spread = sent * self.step < span.count or (fixed and later)
        return Segment(span, span, sent, seconds, door=model.door, spread=spread)

    def _lengths(self, model: Model) -> Lengths:
        return Lengths(model.limits, self.rate, self.step, made=True)

    def _inside(self, start: int, end: int) -> tuple[int, ...]:
        return tuple(still for still in self.stills if start <= still <= end)

    def _check(self, part: Segment) -> None:
        model = self.onward if part.follows else self.model
        start, end = part.frames.start, part.frames.end - 1
        stills = sorted({*self._inside(start, end), *([start] if part.follows else [])})
        if part.follows and not model.limits.keyframes:
            raise PlanRefused(
                f"The model {self.model.name} makes {self._most(self.model) - 1} frames at most, "
                "and takes no still to go on from.",
                hint="Ask for a shorter shot, or choose a model that takes a first frame.",
            )
        wrong = [still for still in stills if not self._stands(still, part, model)]
        if wrong or len(stills) > model.limits.keyframes:
            raise self._misplaced((wrong or stills)[0], model)
        if len(stills) < model.limits.min_keyframes:
            raise self._missing(start if start not in stills else end, model)

    def _stands(self, still: int, part: Segment, model: Model) -> bool:
        return standing((still - part.frames.start,), part.frames.count, model.limits, alone=True)

    def _misplaced(self, still: int, model: Model) -> PlanRefused:
        where = WHERE.get(model.limits.positions, "any frame")
        return PlanRefused(
            f"The model {model.name} takes {model.limits.keyframes} stills of a part, "
            f"at {where}; the one at {self.named(still)} has no place.",
            hint="Leave it out, or choose a model that takes stills there.",
        )

    def _missing(self, frame: int, model: Model) -> PlanRefused:
        return PlanRefused(
            f"The model {model.name} needs a still at {self.named(frame)}.",
            hint=f"Add --keyframe {self.named(frame)}=IMAGE.",
        )


def middles(count: int) -> tuple[int, int]:
    """The middle frame of so many, or the two beside the middle."""
    return (count - 1) // 2, count // 2


def standing(stills: Sequence[int], count: int, limits: Limits, *, alone: bool = False) -> bool:
    """
    Whether a model takes stills at these frames of `count`: no later one without a first, unless
    each is asked after `alone`.
    """
    places = {
        Positions.first: {0},
        Positions.ends: {0, count - 1},
        Positions.thirds: {0, *middles(count), count - 1},
    }.get(limits.positions)
    return places is None or (set(stills) <= places and (alone or not stills or 0 in stills))


def _kept_once(parts: Sequence[Segment]) -> tuple[Segment, ...]:
    """A frame that two segments share is shown as the earlier one made it."""
    return tuple(
        replace(part, keep=FrameRange.between(part.frames.start + bool(number), part.frames.end))
        for number, part in enumerate(parts)
    )
