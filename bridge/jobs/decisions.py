"""A person's word on a take. In: the word, the take's placement. Out: what becomes of both; why.

Pure: `PlacementLedger.direct` carries it out, and leaves alone what lies in the editor already.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bridge.jobs.facts import WITHDRAWN, PlacementOrder, PlacementState
from bridge.store.takes import Status
from bridge.timeline.facts import Mode

REASON = "You rejected this take."
BEFORE = "before"  # in the readback of a withdrawn order: what its host had said
EDITORS = {"resolve": "Resolve", "premiere": "Premiere"}  # that place takes by themselves
NOWHERE = "Its job ordered no placement: write a new timeline with it."
BUSY = "It is being placed just now, as it was decided before: "


class Decision(StrEnum):
    use = "use"
    # the member hides str.replace, as in Mode; the original stays and can be had back
    replace = "replace"  # type: ignore[assignment]
    reject = "reject"
    open = "open"  # nothing was decided


STATUS = {
    Decision.use: Status.used,
    Decision.replace: Status.used,
    Decision.reject: Status.rejected,
    Decision.open: Status.delivered,
}


@dataclass(frozen=True)
class Course:
    """What is to become of a placement."""

    state: PlacementState
    mode: str | None  # None: as it was planned
    readback: dict[str, Any] | None


def course(decision: Decision, order: PlacementOrder) -> Course:
    """Of one that waits or was refused."""
    mode = Mode.replace.value if decision is Decision.replace else None
    said = order.readback
    if order.withdrawn:
        said = (order.readback or {}).get(BEFORE)
    match decision:
        case Decision.reject:
            readback = {WITHDRAWN: True, "reason": REASON, BEFORE: said}
            return Course(PlacementState.refused, mode, readback)
        case Decision.open:
            state = PlacementState.waiting if said is None else PlacementState.refused
            return Course(state, mode, said)
        case _:
            return Course(PlacementState.waiting, mode, None)


def sentence(decision: Decision, order: PlacementOrder | None, *, follows: bool = True) -> str:
    """What it means now, and what is left to do; `follows`: the placement does as was decided."""
    word = WORDS[decision]
    if order is None:
        return f"{word} {NOWHERE}" if decision in (Decision.use, Decision.replace) else word
    if order.host not in EDITORS:
        return f"{word} {IN_A_FILE[decision]}".rstrip()
    editor = EDITORS[order.host]
    if order.state is PlacementState.placed:
        return f"{word} {PLACED[decision].format(editor=editor)}".rstrip()
    if not follows:
        return f"{word} {BUSY}{LATER[decision].format(editor=editor)}"
    return f"{word} {WAITING[decision].format(editor=editor)}".rstrip()


WORDS = {
    Decision.use: "This take is used.",
    Decision.replace: "This take is used in place of its original.",
    Decision.reject: "This take is rejected.",
    Decision.open: "Nothing is decided about this take.",
}
WAITING = {
    Decision.use: "{editor} gets it.",
    Decision.replace: "{editor} keeps its original and puts it in the place of that.",
    Decision.reject: "{editor} does not get it.",
    Decision.open: "",
}
PLACED = {
    Decision.use: "It lies in {editor} already.",
    Decision.replace: "It lies in {editor} already: disable its original there by hand.",
    Decision.reject: "It lies in {editor} already: delete it there by hand.",
    Decision.open: "It lies in {editor} already, and stays there.",
}
LATER = {
    Decision.use: "look in {editor} where it lies.",
    Decision.replace: "disable its original in {editor} by hand.",
    Decision.reject: "delete it in {editor} by hand.",
    Decision.open: "it stays in {editor}.",
}
IN_A_FILE = {
    Decision.use: "It lies on the timeline that its job wrote.",
    Decision.replace: "Write a new timeline with it, with the mode replace.",
    Decision.reject: "Only the timeline that its job wrote still has it.",
    Decision.open: "",
}
