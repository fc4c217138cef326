"""How each editor wants its OTIO.

In: a flavour and what the bridge added. Out: media spelled its way, and what it will lose.

Only references that the bridge added are spelled; what was in the file before stays as it was
written.
"""

from collections.abc import Iterable
from pathlib import Path

from bridge.timeline.document import Document
from bridge.timeline.facts import Clip, Flavour, Retime
from bridge.timeline.paths import file_url
from bridge.timeline.retime import Span


def address(media: Path, flavour: Flavour) -> str:
    """
    Resolve takes bare absolute paths, Premiere and plain OTIO take URLs.

    `file://` is reported rejected by Resolve 20.2 (OTIO #1985).
    """
    return str(media.absolute()) if flavour is Flavour.resolve else file_url(media.absolute())


def spell(document: Document, flavour: Flavour, path: Path) -> None:
    """Write the added references the flavour's way; name an edited timeline that has no name."""
    held = document.held
    for added in held.added:
        added.reference.target_url = address(added.media, flavour)
    if held.added and flavour is Flavour.resolve and not held.timeline.name:
        # Resolve imports nothing, without a message, where the name is taken: the file's name is
        # the user's choice.
        held.timeline.name = path.stem


def losses(document: Document, clips: Iterable[Clip], flavour: Flavour) -> tuple[str, ...]:
    """What this editor is known not to read right from this timeline, in sentences."""
    found: list[str] = []
    known = list(clips)
    retimed = [c.place for c in known if c.retime in (Retime.constant, Retime.reverse)]
    span = Span.source if flavour is Flavour.premiere else Span.record
    if retimed and span is not document.span:
        found.append(
            f"{_some(retimed)} retimed: Resolve and Premiere read the length of retimed clips in "
            "opposite ways; check them."
        )
    titles = [c.place for c in known if c.refusal is not None and c.refusal.reason == "title"]
    if titles and flavour is Flavour.resolve:
        found.append(f"{_some(titles)} titles: Resolve cannot import a timeline that holds them.")
    return tuple(found)


def _some(places: list[str]) -> str:
    more = (
        f" and {len(places) - 5} more are"
        if len(places) > 5
        else " are"
        if len(places) > 1
        else " is"
    )
    return ", ".join(places[:5]) + more
