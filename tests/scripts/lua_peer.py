"""The daemon's side of the mailbox, for the Lua scripts. In: Fusion.prefs. Out: answer files.

Frames are read and answers spelled by the daemon's own functions; the answers are an `Office`'s.
Bodies are the wire's: no key that it does not know, and none left out but those that may be null.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel

from bridge.hosts.resolve.mailbox import (
    Part,
    answer_file,
    answer_text,
    error_text,
    parts_in,
    received,
    received_text,
    request_of,
)
from bridge.wire.hosts import HoldIn, NextIn, ReleaseIn, ReportIn, StopIn
from bridge.wire.placements import AckIn
from tests.scripts.py_house import Office, Reply

HOST, PLACEMENTS = "/v1/hosts/resolve", "/v1/placements"
VERBS: dict[str, tuple[str, type[BaseModel]]] = {
    "select": (f"{HOST}/selections", ReportIn),
    "next": (f"{HOST}/next", NextIn),
    "stop": (f"{HOST}/stop", StopIn),
    "hold": (f"{PLACEMENTS}/{{}}/hold", HoldIn),
    "release": (f"{PLACEMENTS}/{{}}/release", ReleaseIn),
    "ack": (f"{PLACEMENTS}/{{}}/ack", AckIn),
}


@dataclass
class Peer:
    """`look` once is what the daemon does between two of its pauses."""

    office: Office
    preferences: Path
    folder: Path
    calls: Callable[[], int]  # that were made of Resolve
    away: bool = False  # no daemon runs
    given: dict[str, Any] | None = None  # what the next question gets; then stop
    on_given: Callable[[], None] = lambda: None
    parts: int = 0  # received, of all requests
    refused: list[Reply] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)  # sessions and verbs
    _seen: int = -1

    def look(self) -> None:
        calls = self.calls()
        if self.away or calls == self._seen or not self.preferences.exists():
            return
        self._seen = calls
        for part in parts_in(self.preferences.read_bytes()):
            last = received(self.folder, part.session)
            if (part.seq, part.number) > (last.seq, last.part):
                self._take_in(part)

    def _take_in(self, part: Part) -> None:
        assert len(part.data) <= 4000
        self.parts += 1
        pile = self.folder / f"{part.session}-{part.seq}.pile"
        before = pile.read_bytes() if part.number > 1 else b""
        pile.write_bytes(before + part.data)
        text = received_text(part)
        if part.number == part.of:
            text = self._answer(part, pile.read_bytes())
        if self.away:  # it went while it worked
            self._seen = -1
            return
        made = self.folder / "answer.part"
        made.write_text(text, encoding="ascii")
        made.replace(answer_file(self.folder, part.session))

    def _answer(self, part: Part, request: bytes) -> str:
        asked = request_of([request])
        assert asked is not None
        verb, body = asked
        self.asked.append((part.session, verb))
        path, model = VERBS[verb]
        placement = body.pop("placement", "")
        whole = checked(model, body)
        if verb == "next" and self.given is not None:
            return answer_text(part, self._given())
        try:
            return answer_text(part, self.office.post(path.format(placement), whole))
        except Reply as reply:
            self.refused.append(reply)
            return error_text(part, reply.body)

    def _given(self) -> dict[str, Any]:
        """One order for a run, whatever became of it before."""
        told, self.given = self.given, {"stop": True}
        self.on_given()
        return told or {}


def checked(model: type[BaseModel], body: dict[str, Any]) -> dict[str, Any]:
    """With the keys that stand for null, as the other door has them."""
    _all_there(model, body)
    return model.model_validate(body).model_dump(mode="json")


def _all_there(model: type[BaseModel], body: dict[str, Any]) -> None:
    for name, about in model.model_fields.items():
        kinds = get_args(about.annotation)
        if name not in body:
            assert NoneType in kinds, f"{model.__name__} lacks {name}"
            continue
        inner = [kind for kind in (about.annotation, *kinds) if _is_model(kind)]
        rows = body[name] if isinstance(body[name], list) else [body[name]]
        for row in rows if inner else []:
            _all_there(inner[0], row)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
