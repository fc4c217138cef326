"""What is known of an editor from its scripts. In: what they said. Out: a small file, read again.

<data>/resolve/hosts.json   {"product", "version", "lane", "time", "end_frame", "measured": {...}}

`doctor` reads it too: edition and version cannot be seen from outside.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

from bridge.errors import BridgeError
from bridge.store import files

EndFrame = Literal["", "exclusive", "inclusive"]
MEASURED = ("exclusive", "inclusive")
MOST_VERSIONS = 50


@dataclass(frozen=True)
class Known:
    product: str = ""
    version: str = ""
    lane: str = ""
    time: str = ""  # UTC, ISO 8601
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
        words = {name: str(read.get(name, "")) for name in ("product", "version", "lane", "time")}
        measured = read.get("measured")
        known = measured if isinstance(measured, dict) else {}
        return Known(**words, measured={str(name): str(value) for name, value in known.items()})

    def met(self, product: str, version: str, lane: str) -> None:
        """A script of this version has asked."""
        known = self.read()
        if (product, version, lane) != (known.product, known.version, known.lane):
            self._write(Known(product, version, lane, _now(), known.measured))

    def learn(self, readback: Mapping[str, Any]) -> None:
        """A placing script says how `endFrame` is meant, where it measured it."""
        version, end_frame = readback.get("version"), readback.get("end_frame")
        known = self.read()
        if not isinstance(version, str) or end_frame not in MEASURED or not version:
            return
        if known.measured.get(version) == end_frame:
            return
        measured = dict([*known.measured.items(), (version[:100], end_frame)][-MOST_VERSIONS:])
        self._write(Known(known.product, known.version, known.lane, known.time, measured))

    def _write(self, known: Known) -> None:
        """It can be measured again: a full disk stops no placement."""
        written = {
            "product": known.product,
            "version": known.version,
            "lane": known.lane,
            "time": known.time,
            "end_frame": known.end_frame(known.version),
            "measured": dict(known.measured),
        }
        try:
            files.write(self._file, json.dumps(written).encode(), files.Disk())
        except BridgeError:
            return


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
