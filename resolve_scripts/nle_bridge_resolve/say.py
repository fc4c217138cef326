"""Tells the editor. In: a sentence. Out: the same in plain ASCII, in Resolve's console."""

import sys
import unicodedata

SPELLED = {
    "\u2013": "-",
    "\u2014": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00df": "ss",
    "\u2192": "->",
}


def plain(text: str) -> str:
    """Letters without their accents; a question mark for what ASCII has nothing like."""
    spelled = "".join(SPELLED.get(sign, sign) for sign in text)
    bare = (s for s in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(s))
    return "".join(bare).encode("ascii", "replace").decode("ascii")


def say(text: str) -> None:
    """One line, wherever standard output leads; Resolve's may be ASCII only, closed or missing."""
    if sys.stdout is None or not text:
        return
    try:
        sys.stdout.write(plain(text) + "\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        return
