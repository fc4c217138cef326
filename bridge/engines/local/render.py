"""The work itself. In: a request. Out: its pictures, one by one, and what the editor should know.

Memory does not grow with the length: a few pictures are held at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from av.video.format import VideoFormat

from bridge.engines.base import Kind, RenderRequest
from bridge.engines.forms import Alpha
from bridge.engines.local import models
from bridge.engines.local.look.grading import graded
from bridge.engines.local.mask import mask_words
from bridge.engines.local.mask.encoded import note_encoded
from bridge.engines.local.mask.masking import Masking
from bridge.engines.local.mask.mattes import matted
from bridge.engines.local.move.moving import motion
from bridge.engines.local.notes import Notes
from bridge.engines.local.paint.painting import painted
from bridge.engines.local.pictures import HD, Made, facts_of
from bridge.engines.local.samples import keeps
from bridge.errors import EngineRefused
from bridge.media.facts import Codec, Colour, Delivery, MediaFacts
from bridge.media.limits import Guard

MAKERS = {models.LOOKS.name: graded, models.PAINT.name: painted, models.MATTE.name: matted}


@dataclass(frozen=True)
class Work:
    """`pictures` may be taken once; `colour` is how they are to be tagged."""

    request: RenderRequest
    colour: Colour
    pictures: Iterator[Made]
    codec: Codec = Codec.prores_hq
    masking: Masking | None = None

    def order(self, out: Path) -> Delivery:
        """The file to write; where its frames come from is this engine's own affair."""
        request = self.request
        size = (request.width, request.height)
        return Delivery((), out, self.codec, request.rate, *size, colour=self.colour)

    def look_back(self, part: Path) -> None:
        """Note what of the written result can be told only now."""
        if self.masking is not None:
            note_encoded(part, self.order(part), self.masking)


def work(request: RenderRequest, guard: Guard, notes: Notes) -> Work:
    """Begin a request that was checked. Media errors and `EngineRefused` come while it is taken."""
    if request.kind is Kind.generate:
        return Work(request, HD, motion(request, guard, notes))
    facts = _shot_of(request, guard)
    model = models.model_named(request.model)
    parted = mask_words.parted(request, model)
    masking = None
    if parted.mask is not None:
        masking = Masking(
            parted.mask,
            parted.drawn,
            request,
            facts,
            guard,
            notes,
            cuts=model.alpha is Alpha.made,
            holds=keeps(VideoFormat(facts.pixel_format)),
        )
    make = MAKERS[model.name]
    transparent = model.alpha is Alpha.made or (model.alpha is Alpha.kept and facts.alpha)
    codec = Codec.prores_4444 if transparent else Codec.prores_hq
    made = make(parted.request, facts, guard, notes, masking)
    return Work(request, facts.colour, made, codec, masking)


def _shot_of(request: RenderRequest, guard: Guard) -> MediaFacts:
    if request.footage is None:
        raise EngineRefused("An edit needs the shot's frames.", hint="Give the clip to change.")
    facts = facts_of(request.footage, guard)
    if facts.frames != len(request.wanted):
        raise EngineRefused(
            f"The footage has {facts.frames} frames, and {len(request.wanted)} were asked for."
        )
    return facts
