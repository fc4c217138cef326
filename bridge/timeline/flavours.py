"""How each editor wants its OTIO.

In: a flavour and what the bridge added. Out: media spelled its way, and what it will lose.

Only references that the bridge added are spelled; what was in the file before stays as it was
written, but for what Resolve cannot import (`resolve_fit`).
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from bridge.timeline.document import Document
from bridge.timeline.facts import Clip, Flavour, Retime
from bridge.timeline.paths import file_url
from bridge.timeline.resolve_cut import parsed
from bridge.timeline.resolve_rules import Harm, Rule, check
from bridge.timeline.retime import Span

CHECKED = (".otio", ".json")
# Bytes: 43 000 plain clips on one line or 2 300 with all of Resolve's effects; at most 7 seconds.
# A plain clip takes 0.15 ms and one with effects 0.5 ms, reading the file included (Python 3.11).
MOST_CHECKED = 32 << 20


def address(media: Path, flavour: Flavour) -> str:
    """
    Resolve takes bare absolute paths, Premiere and plain OTIO take URLs.

    `file://` is reported rejected by Resolve 20.2 (OTIO #1985).
    """
    return str(media.absolute()) if flavour is Flavour.resolve else file_url(media.absolute())


def spell(document: Document, flavour: Flavour, path: Path) -> None:
    """Write the added references the flavour's way; for Resolve, name an edited timeline anew."""
    held = document.held
    for added in held.added:
        added.reference.target_url = address(added.media, flavour)
    if held.added and flavour is Flavour.resolve:
        held.timeline.name = _new_name(path.stem, document.facts.name)


def _new_name(wanted: str, old: str) -> str:
    """
    Resolve imports nothing, without a message, where the name is taken: the file's name is the
    user's choice, and where that is the old timeline's too, it is counted on.
    """
    return f"{wanted} 2" if wanted.casefold() == old.casefold() else wanted


def losses(document: Document, clips: Iterable[Clip], flavour: Flavour) -> tuple[str, ...]:
    """What this editor is known not to read right from this timeline, in sentences."""
    retimed = [c.place for c in clips if c.retime in (Retime.constant, Retime.reverse)]
    span = Span.source if flavour is Flavour.premiere else Span.record
    if not retimed or span is document.span:
        return ()
    return (
        f"{_some(retimed)} retimed: Resolve and Premiere read the length of retimed clips in "
        "opposite ways; check them.",
    )


def _some(places: list[str]) -> str:
    more = (
        f" and {len(places) - 5} more are"
        if len(places) > 5
        else " are"
        if len(places) > 1
        else " is"
    )
    return ", ".join(places[:5]) + more


def complaints(
    path: Path, flavour: Flavour, exists: Callable[[str], bool] = os.path.exists
) -> tuple[str, ...]:
    """What will keep a written timeline out of Resolve or be lost there: a sentence to a rule."""
    if flavour is not Flavour.resolve or path.suffix.lower() not in CHECKED:
        return ()
    if path.stat().st_size > MOST_CHECKED:
        return (f"{path.name} is too long to be checked against the rules of Resolve's import.",)
    found: defaultdict[Rule, list[str]] = defaultdict(list)
    for broken in check(parsed(path.read_bytes()), exists=exists):
        if broken.rule.harm is not Harm.unlike:
            found[broken.rule].append(broken.sentence.rstrip("."))
    return tuple(_complaint(rule, sentences) for rule, sentences in found.items())


def _complaint(rule: Rule, sentences: list[str]) -> str:
    more = f"; and {len(sentences) - 3} more" if len(sentences) > 3 else ""
    says = "imports nothing while" if rule.harm is Harm.refused else "loses something where"
    return f"Resolve {says} {rule.trouble}: {'; '.join(sentences[:3])}{more}."
