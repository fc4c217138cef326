"""A timeline that was read.

In: OTIO objects, for this room only. Out: its facts, warnings and results, for everybody.

There is one set of OTIO objects to a file and no cheap copy of it (a clone of 100 000 clips takes
longer than reading them), so editing *consumes* a document: the edited one owns the objects, and
the old value is refused wherever it is used again. Read the file again to edit it in another way.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.errors import InternalError
from bridge.timeline.bulk import collector_paused
from bridge.timeline.facts import Clip, Placed, TimelineFacts
from bridge.timeline.retime import Span
from bridge.timeline.walk import Layout, Ruler, lay_out


@dataclass(frozen=True)
class Added:
    """
    A media reference that the bridge put in: the only kind that a writer may spell its own way.
    """

    reference: Any
    media: Path


@dataclass
class Held:
    """The OTIO objects of one document, and what has been worked out from them so far."""

    timeline: Any
    ruler: Ruler
    spelled: float  # the sequence's rate as the file writes it
    xml: bytes | None = None  # the FCP7 XML that it was read from
    added: tuple[Added, ...] = ()
    clips: tuple[Clip, ...] | None = None
    consumed: bool = False
    before: tuple[Any, ...] = ()  # the video tracks that were there before the first edit
    grown: bool = False  # an edit made the timeline longer
    known_layout: Layout | None = None

    @property
    def layout(self) -> Layout:
        if self.known_layout is None:
            with collector_paused():
                self.known_layout = lay_out(self.timeline, self.ruler)
        return self.known_layout


@dataclass(frozen=True)
class Document:
    """
    An OTIO timeline and what is known of it.

    `path` is the file it came from (None: built), `folder` where its relative media paths begin.
    """

    facts: TimelineFacts
    path: Path | None
    folder: Path
    span: Span
    _held: Held = field(repr=False, compare=False)
    warnings: tuple[str, ...] = ()
    placed: tuple[Placed, ...] = ()

    @property
    def held(self) -> Held:
        """The objects behind the document; for the timeline room only."""
        if self._held.consumed:
            raise InternalError(
                "This document was edited already; its objects belong to the edited one.",
                hint="Read the timeline again.",
            )
        return self._held

    @property
    def bundled(self) -> bool:
        """Whether its relative media paths are URLs, as OTIO's bundle writers encode them."""
        return self.path is not None and self.path.suffix.lower() in (".otioz", ".otiod")

    @property
    def timeline(self) -> Any:
        return self.held.timeline
