"""The mask of a request. In: what was asked, the shot. Out: a plane for each of its pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from bridge.engines.base import RenderRequest
from bridge.engines.local.flow import FLOW_WIDTH
from bridge.engines.local.look.looks import Picture, Plane
from bridge.engines.local.mask import masks
from bridge.engines.local.mask.mask_follow import Track, carried, moved
from bridge.engines.local.mask.mask_words import Key, Mask, Moment, Polygon
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import still
from bridge.engines.local.shelf import shelved
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard

OUTSIDE = "outside the mask"  # the fact's name


@dataclass
class Masking:
    """
    Called with a frame of the request and its picture as it came: height x width, 0 to 1.

    A mask that follows is measured when it is first asked for. How much lies outside is told.
    """

    mask: Mask
    picture: Path | None  # the still that is the mask
    request: RenderRequest
    facts: MediaFacts  # of the footage
    guard: Guard
    notes: Notes
    cuts: bool = False  # what lies outside is left out, and not left as it came
    holds: bool = True  # the work is done in the samples of the shot
    outside: int = field(default=0, init=False)  # pixels, of all pictures
    seen: int = field(default=0, init=False)

    def __call__(self, number: int, picture: Picture) -> Plane:
        plane = self.plane(number, lambda: picture)
        self.outside += int(np.count_nonzero(plane == 0))
        self.seen += plane.size
        stays = ", the source's bit for bit before encoding" if self.untouched else ""
        self.notes.fact(OUTSIDE, f"{self.outside} of {self.seen} pixels{stays}")
        return plane

    def plane(self, number: int, picture: Callable[[], Picture]) -> Plane:
        """The same, and nothing is told of it; the picture is asked for where it matters."""
        return masks.meant(self.mask, self._plain(number, picture))

    @property
    def untouched(self) -> bool:
        """Whether what lies outside goes to the encoder as it came."""
        return self.compares and self.holds

    @property
    def compares(self) -> bool:
        """Whether what lies outside is to be the source, pixel by pixel."""
        size = (self.request.width, self.request.height)
        return not self.cuts and size == (self.facts.width, self.facts.height)

    @cached_property
    def still(self) -> Picture | None:
        return None if self.picture is None else still(self.picture, self.guard)

    def _plain(self, number: int, picture: Callable[[], Picture]) -> Plane:
        """Without its edge, and not yet turned round."""
        shape = self.mask.shape
        if isinstance(shape, Key):
            return masks.keyed(shape, picture())
        if self.mask.drawn_at is None:
            return self._standing
        place = self._places[number]
        return self._track.plane(place, self.facts.width, self.facts.height)

    @cached_property
    def _standing(self) -> Plane:
        return self.drawn(self.facts.width, self.facts.height)

    def drawn(self, width: int, height: int) -> Plane:
        """As it was drawn; not for a colour, which nobody draws."""
        shape = self.mask.shape
        assert not isinstance(shape, Key)  # noqa: S101 - a colour is not drawn
        return masks.drawn(shape, width, height, self.still)

    @cached_property
    def start(self) -> int:
        """The place in the footage of the picture on which it is drawn, or of the nearest one."""
        frame = (self.mask.drawn_at or Moment()).frame(self.request.frames)
        frames = self.request.wanted
        return min(range(len(frames)), key=lambda place: abs(frames[place] - frame))

    @cached_property
    def _places(self) -> dict[int, int]:
        """Of the frames in the footage: a preview has not all of them."""
        return {frame: place for place, frame in enumerate(self.request.wanted)}

    @cached_property
    def _track(self) -> Track:
        shape, beat = self.mask.shape, self.guard.beat
        with shelved(self.facts, FLOW_WIDTH, self.request.folder, self.guard) as pictures:
            if isinstance(shape, Polygon):
                track: Track = moved(shape, pictures, self.start, beat)
            else:
                track = carried(self._standing, pictures, self.start, beat)
        lost = [frame for frame, place in self._places.items() if place not in track]
        if lost:
            self.notes.say(
                f"On {len(lost)} frames, the first of them frame {lost[0]}, what the mask covers "
                "is not found again (it is gone, or there is a cut): nothing is inside it there."
            )
        return track
