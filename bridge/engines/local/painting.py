"""Painted frames carried through a shot. In: an edit with keyframes. Out: its pictures."""

from collections.abc import Iterator

from bridge.engines.base import RenderRequest
from bridge.engines.local.looks import Picture
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import shot
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard


def painted(
    request: RenderRequest, facts: MediaFacts, guard: Guard, notes: Notes
) -> Iterator[Picture]:
    yield from shot(facts, range(facts.frames), guard)
