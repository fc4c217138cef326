"""What is left out of a selection, whichever editor it came from."""

from dataclasses import dataclass

Fault = tuple[str, str] | None  # a word, and the rest of a sentence


@dataclass(frozen=True)
class Out:
    """An item that is left out, and the reason in a sentence that names it."""

    place: str
    name: str
    reason: str  # transition, title, offline, retime ...
    sentence: str
