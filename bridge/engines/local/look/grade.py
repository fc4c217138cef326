"""What is done to a shot's colours. In: looks, a match, strengths. Out: what each frame gets.

Decided before any frame is read; the same for all frames but for strengths and grain.
"""

from dataclasses import dataclass
from itertools import takewhile

from bridge.engines.local.look import looks
from bridge.engines.local.look.looks import LOOKS, Picture, Place
from bridge.engines.local.look.match import ColourMap
from bridge.engines.local.look.strengths import Curve, moment_of
from bridge.engines.local.look.vocabulary import LookStep


@dataclass(frozen=True)
class Change:
    """What is done to one frame: the map first, then the looks in order; none is without effect."""

    colours: ColourMap | None
    steps: tuple[LookStep, ...]
    place: Place

    @property
    def nothing(self) -> bool:
        return self.colours is None and not self.steps

    @property
    def alone(self) -> tuple[LookStep, ...]:
        """The looks, from the first, that change each pixel for itself."""
        return tuple(takewhile(lambda step: LOOKS[step.look].alone, self.steps))

    def first(self, picture: Picture) -> Picture:
        """The map and the looks that are `alone`: a table can do the same."""
        if self.colours is not None:
            picture = self.colours.apply(picture)
        return looks.apply(self.alone, picture, self.place)

    def rest(self, picture: Picture) -> Picture:
        return looks.apply(self.steps[len(self.alone) :], picture, self.place)


@dataclass(frozen=True)
class Grade:
    colours: ColourMap | None  # whole, of the match
    matched: LookStep
    steps: tuple[LookStep, ...]
    over: Curve
    frames: int  # of the request
    seed: int

    @property
    def steady(self) -> bool:
        """Whether strengths are the same on every frame."""
        steps = (self.matched, *self.steps)
        return self.over.steady and all(step.until is None for step in steps)

    @property
    def single(self) -> bool:
        """Whether there is one look, and no map, among what changes each pixel for itself."""
        return self.colours is None and sum(LOOKS[step.look].alone for step in self.steps) == 1

    def at(self, frame: int) -> Change:
        moment = moment_of(frame, self.frames)
        factor = self.over.at(moment)
        matched, *steps = (step.at(moment).scaled(factor) for step in (self.matched, *self.steps))
        used = self.colours is not None and matched.strength > 0
        return Change(
            self.colours.at(matched.strength) if self.colours and used else None,
            tuple(step for step in steps if step.strength),
            Place(frame, self.seed),
        )
