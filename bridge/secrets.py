"""Keys in this process, and text without them. In: keys, text. Out: text that may be written down.

Whoever gets hold of a key wraps it as a `Secret`; from then on no text that went through `redacted`
shows it. What only looks like a secret is hidden too; every pattern is bounded, since the text may
be hostile.
"""

import re
from collections.abc import Iterable
from threading import Lock

LONGEST = 64 << 10  # letters; cut before any pattern looks at the text
HIDDEN = "***"
SIGN = r"['\"]?[:=] ?['\"]?"
WORD = r"[\w.~+/=-]{6,4096}"
PATTERNS = (
    (re.compile(rf"(?i)\b(authorization{SIGN}(?:(?:bearer|basic) )?){WORD}"), r"\1" + HIDDEN),
    (re.compile(rf"(?i)\b(bearer[ .]|(?:api[-_]?key|token|secret){SIGN}){WORD}"), r"\1" + HIDDEN),
    (re.compile(r"\bkey_[A-Za-z0-9]{8,256}"), "key_" + HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,4096}\.[\w-]{1,8192}\.[\w-]{0,2048}"), HIDDEN),
    (re.compile(r"\b(https?://)[^\s/@?#]{1,256}@"), r"\1" + HIDDEN + "@"),
    (re.compile(r"\b(https?://[^\s?#'\"]{1,1024})\?[^\s'\"]{1,8192}"), r"\1?" + HIDDEN),
    (re.compile(r"\bdata:[\w.+-]{1,64}/[\w.+-]{1,64}[;,][^\s'\"]{0,65536}"), "data:" + HIDDEN),
    # whoever has the address of an upload can use the upload
    (re.compile(r"\brunway://[^\s'\"]{1,4096}"), "runway://" + HIDDEN),
)

_known: set[str] = set()
_lock = Lock()


class Secret:
    """A key that no `repr`, log line or pickle shows; `reveal` is for the one who sends it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        with _lock:
            _known.add(value)

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> str:
        raise TypeError("A secret stays in its process.")


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """One line, at most `LONGEST` letters, without `secrets`, known keys and what looks so."""
    with _lock:
        known = {*_known, *secrets} - {""}
    for secret in sorted(known, key=len, reverse=True):  # a key may begin with another
        text = text.replace(secret, HIDDEN)
    text = text[:LONGEST].replace("\r", "\\r").replace("\n", "\\n")
    for pattern, shown in PATTERNS:
        text = pattern.sub(shown, text)
    return text
