"""The stills of a motion. In: keyframes by frame, how one is read. Out: what lies between two.

Read when they are needed and forgotten when they are behind: three pictures are held at most.
"""

from collections.abc import Callable, Sequence

from bridge.engines.base import Keyframe
from bridge.engines.local.flow import Grey, grey
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.move.bend import Neighbour, bend
from bridge.engines.local.move.between import Between
from bridge.engines.local.move.flow_to import BETWEEN_WIDTH, Movement, movement


class Stills:
    """Asked for segment by segment, forwards; a segment goes from a still to the next."""

    def __init__(self, keyframes: Sequence[Keyframe], read: Callable[[Keyframe], Picture]) -> None:
        self._keyframes = keyframes
        self._read = read
        self._pictures: dict[int, Picture] = {}
        self._greys: dict[int, Grey] = {}
        self._movements: dict[int, Movement] = {}

    def picture(self, number: int) -> Picture:
        """A still; those before it will not be asked for again."""
        for behind in [known for known in self._pictures if known < number]:
            del self._pictures[behind]
        return self._known(number)

    def between(self, number: int) -> Between:
        """From that still to the next, bent as the stills around them say."""
        for known in (self._greys, self._movements):
            for behind in [each for each in known if each < number - 1]:
                del known[behind]
        first = self.picture(number)
        this = self._movement(number)
        bent = None
        if this.related:
            bent = bend(
                this, self._neighbour(number - 1, number), self._neighbour(number + 1, number)
            )
        return Between(first, self._known(number + 1), this, bent)

    def _neighbour(self, number: int, this: int) -> Neighbour | None:
        if not 0 <= number < len(self._keyframes) - 1:
            return None
        return Neighbour(self._movement(number), self._frames(number) / self._frames(this))

    def _frames(self, number: int) -> int:
        return self._keyframes[number + 1].frame - self._keyframes[number].frame

    def _movement(self, number: int) -> Movement:
        if number not in self._movements:
            self._movements[number] = movement(self._grey(number), self._grey(number + 1))
        return self._movements[number]

    def _grey(self, number: int) -> Grey:
        if number not in self._greys:
            self._greys[number] = grey(self._known(number), BETWEEN_WIDTH)
        return self._greys[number]

    def _known(self, number: int) -> Picture:
        if number not in self._pictures:
            self._pictures[number] = self._read(self._keyframes[number])
        return self._pictures[number]
