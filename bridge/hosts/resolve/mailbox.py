"""The file mailbox of Resolve's sandboxed Lua. In: preference files, answers. Out: requests, files.

The sandbox of the free edition from 21.1 on cannot open a socket or write a file. What it can do is
load a Lua file, and keep preferences: a request leaves as text in `Fusion.prefs`, cut into parts,
and the answer comes back as a Lua table in a file of the session's own.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.store import files

PART = re.compile(
    rb"NLEB1:([0-9a-f]{16}):(\d{1,9}):(\d{1,6}):(\d{1,6}):([0-9a-f]{8}):([0-9a-f]*):END"
)
MOST_PARTS = 4000  # of at most 4000 bytes: 16 MB
SESSION = re.compile(r"[0-9a-f]{16}")
HEAD = re.compile(r"return \{session=\"([0-9a-f]{16})\",seq=(\d+),part=(\d+),done=(true|false)")
PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - set('"\\')


@dataclass(frozen=True)
class Part:
    """One piece of a request, as it stood in the preferences; whole, or it is not found."""

    session: str
    seq: int
    number: int  # from 1
    of: int
    data: bytes


@dataclass(frozen=True)
class Received:
    """How far a session's newest request has come, as its answer file says."""

    seq: int = 0
    part: int = 0
    done: bool = True


def parts_in(preferences: bytes) -> Iterator[Part]:
    """Whole parts only, whatever is written around them: the file may just be being written."""
    for match in PART.finditer(preferences):
        session, seq, number, of, check, digits = match.groups()
        if len(digits) % 2 or not 1 <= int(number) <= int(of) <= MOST_PARTS:
            continue
        data = bytes.fromhex(digits.decode("ascii"))
        if zlib.adler32(data) == int(check, 16):
            yield Part(session.decode("ascii"), int(seq), int(number), int(of), data)


def request_of(parts: Sequence[bytes]) -> tuple[str, dict[str, Any]] | None:
    """Verb and body; None for what is no request of ours."""
    try:
        read = json.loads(b"".join(parts))
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    verb, body = read.get("verb"), read.get("body")
    if not isinstance(verb, str) or not isinstance(body, dict):
        return None
    return verb, body


def received_text(part: Part) -> str:
    """The answer to a part that others follow."""
    return f"{_head(part)},done=false}}\n"


def answer_text(part: Part, body: Mapping[str, Any]) -> str:
    return f"{_head(part)},done=true,ok=true,body={lua(body)}}}\n"


def error_text(part: Part, error: Mapping[str, Any]) -> str:
    return f"{_head(part)},done=true,ok=false,error={lua(error)}}}\n"


def _head(part: Part) -> str:
    return f'return {{session="{part.session}",seq={part.seq},part={part.number}'


def answer_file(mailbox: Path, session: str) -> Path:
    return mailbox / f"in-{session}.lua"


def received(mailbox: Path, session: str) -> Received:
    """What was answered last; survives the daemon, so that nothing is carried out twice."""
    try:
        text = answer_file(mailbox, session).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return Received()
    head = HEAD.match(text)
    if head is None:
        return Received()
    return Received(int(head[2]), int(head[3]), head[4] == "true")


def put(file: Path, text: str) -> None:
    """Whole or not at all: the script may load the file at any moment."""
    files.write(file, text.encode("ascii"), files.Disk())


def lua(value: Any) -> str:
    """A JSON value as a Lua expression in plain ASCII; null is an absent key."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _quoted(value)
        case Mapping():
            pairs = (f"[{_quoted(str(key))}]={lua(item)}" for key, item in value.items())
            return "{" + ",".join(pairs) + "}"
        case Sequence():
            return "{" + ",".join(lua(item) for item in value) + "}"
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _quoted(text: str) -> str:
    """Every byte that is not plain as three digits, so that a digit after it is no part of it."""
    return '"' + "".join(sign if sign in PLAIN else _escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    try:
        data = sign.encode("utf-8", "surrogateescape")  # bytes of a path that are no UTF-8
    except UnicodeEncodeError:
        data = b"?"
    return "".join(f"\\{byte:03d}" for byte in data)
