"""What is known of an editor from its scripts. In: what they said. Out: a small file, read again.

<data>/HOST/hosts.json   {"product", "version", "lane", "plugin", "origin", "time", "end_frame",
                          "measured": {...}}

`doctor` reads it too: edition and version cannot be seen from outside.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from bridge.errors import BridgeError
from bridge.store import files

EndFrame = Literal["", "exclusive", "inclusive"]
MEASURED = ("exclusive", "inclusive")
MOST_VERSIONS = 50
WORDS = ("product", "version", "lane", "plugin", "origin", "time")
NOTED = len("2026-11-28T05:1")  # of `time`: a question every ten minutes is noted
LONGEST_ORIGIN = 200
WRITING = threading.Lock()  # facts are read and written from several threads


@dataclass(frozen=True)
class Known:
    product: str = ""
    version: str = ""
    lane: str = ""
    plugin: str = ""  # version of the panel in the editor
    origin: str = ""  # what it was last seen to send, which no vendor documents
    time: str = ""  # of the last question, UTC, ISO 8601; not every one is noted
    measured: Mapping[str, str] = field(default_factory=dict)  # version: how endFrame is meant

    def end_frame(self, version: str) -> EndFrame:
        found = self.measured.get(version, "")
        return cast(EndFrame, found) if found in MEASURED else ""


class HostFacts:
    """Of one host."""

    def __init__(self, data: Path, host: str) -> None:
        self._file = data / host / "hosts.json"

    def read(self) -> Known:
        """Nothing where there is no such file, or no sense in it."""
        try:
            read = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return Known()
        if not isinstance(read, dict):
            return Known()
        words = {name: str(read.get(name, "")) for name in WORDS}
        measured = read.get("measured")
        known = measured if isinstance(measured, dict) else {}
        return Known(**words, measured={str(name): str(value) for name, value in known.items()})

    def met(self, product: str, version: str, lane: str, plugin: str = "") -> None:
        """A script of this version has asked."""
        now = _now()
        with WRITING:
            known = self.read()
            told = replace(known, product=product, version=version, lane=lane, plugin=plugin)
            if told != known or now[:NOTED] != known.time[:NOTED]:
                self._write(replace(told, time=now))

    def came_from(self, origin: str) -> None:
        """What a plug-in calls its own place: a header `Origin` that is no web address."""
        told = origin[:LONGEST_ORIGIN]
        with WRITING:
            known = self.read()
            if told != known.origin:
                self._write(replace(known, origin=told))

    def learn(self, readback: Mapping[str, Any]) -> None:
        """A placing script says how `endFrame` is meant, where it measured it."""
        version, end_frame = readback.get("version"), readback.get("end_frame")
        if not isinstance(version, str) or end_frame not in MEASURED or not version:
            return
        with WRITING:
            known = self.read()
            if known.measured.get(version) != end_frame:
                more = [*known.measured.items(), (version[:100], end_frame)]
                self._write(replace(known, measured=dict(more[-MOST_VERSIONS:])))

    def _write(self, known: Known) -> None:
        """It can be measured again: a full disk stops no placement."""
        written = {
            **{name: getattr(known, name) for name in WORDS},
            "end_frame": known.end_frame(known.version),
            "measured": dict(known.measured),
        }
        try:
            files.write(self._file, json.dumps(written).encode(), files.Disk())
        except BridgeError:
            return


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
