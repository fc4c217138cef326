"""The takes of a data folder, a JSON file each. In: takes, questions. Out: takes, newest first."""

import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError, Conflict, DiskRefused, NotFound
from bridge.store.files import PART, Disk, create, discard, write, writing
from bridge.store.names import key_name
from bridge.store.takes import Status, Take, as_data, from_data

log = logging.getLogger(__name__)

SUFFIX = ".json"
# what `json.loads` and `from_data` answer to a file that holds something else
UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, RecursionError, BridgeError)
HASHES = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True)
class BrokenTake:
    """A take file that cannot be read, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Shelf:
    """All takes, newest first, and the files that should be takes and are not."""

    takes: tuple[Take, ...]
    broken: tuple[BrokenTake, ...]


class TakeFolder:
    """`takes/<id>.json` and, for the numbers that were given out, `numbers/<series>/0001`."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder / "takes"
        self._numbers = folder / "numbers"
        self._disk = disk
        # file name -> when it was written, how long it was, what it said
        self._read: dict[str, tuple[int, int, Take | BrokenTake]] = {}

    def record(self, take: Take) -> None:
        """Write a take down. The same take again changes nothing; another one is a `Conflict`."""
        if create(self._file(take.id), _text(as_data(take)), self._disk):
            return
        known = self.find(take.id)
        if known is None or as_data(known) != as_data(take):
            raise Conflict(f"There is another take with the id {take.id!r}.", take=take.id)

    def find(self, take_id: str) -> Take | None:
        """The take with that id, if there is one; `DiskRefused` where its file is broken."""
        path = self._file(take_id)
        with writing(path):
            if not path.exists():
                return None
            found = self._looked_at(path.name, path.stat())
        if isinstance(found, Take):
            return found
        raise DiskRefused(
            f"The file of take {take_id!r} is broken: {found.reason}.",
            hint=f"Mend {path}: the file beside the delivered media has the same under `take`.",
        )

    def get(self, take_id: str) -> Take:
        """`find`, with `NotFound` where there is none."""
        found = self.find(take_id)
        if found is None:
            raise NotFound(f"There is no take {take_id!r}.", hint="List them: `nle-bridge takes`.")
        return found

    def mark(self, take_id: str, status: Status) -> Take:
        """Change what became of a take; nothing else about it ever changes."""
        path = self._file(take_id)
        if self.get(take_id).status is not status:
            # as it lies there: a newer version may have written more than is known here
            with writing(path):
                data = json.loads(path.read_bytes())
            write(path, _text(data | {"status": status.value}), self._disk)
        return self.get(take_id)

    def shelf(self) -> Shelf:
        """Look at every take file that changed since the last time."""
        found: list[Take | BrokenTake] = []
        for entry in self._entries():
            try:
                found.append(self._looked_at(entry.name, entry.stat()))
            except FileNotFoundError:
                continue  # removed by hand meanwhile
        takes = [take for take in found if isinstance(take, Take)]
        takes.sort(key=lambda take: (take.created, take.number, take.id), reverse=True)
        return Shelf(tuple(takes), tuple(bad for bad in found if isinstance(bad, BrokenTake)))

    def media(self) -> frozenset[str]:
        """Every hash that any take file names anywhere, whichever version wrote it."""
        with writing(self.folder):
            texts = [Path(entry.path).read_bytes() for entry in self._entries()]
        return frozenset(match.decode() for text in texts for match in HASHES.findall(text))

    def next_number(self, timeline: str, series: str, take_id: str) -> int:
        """
        The take's number in that series (a place, say) of that timeline: 1, 2, 3 ...

        No two takes get the same one, in however many processes; the same take gets its own again.
        """
        folder = self._numbers / key_name(json.dumps([timeline, series]))
        # named for the take, so that one left by a stop is found by the next try
        part = folder / f"{key_name(take_id)}{PART}"
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            given = {int(file.name): file for file in folder.iterdir() if file.name.isdigit()}
            owned = [number for number, file in given.items() if file.read_text("utf-8") == take_id]
        if owned:
            discard(part)
            return min(owned)
        number = max(given, default=0) + 1
        while not create(folder / f"{number:04d}", take_id.encode(), self._disk, part):
            number += 1
        return number

    def _file(self, take_id: str) -> Path:
        return self.folder / f"{key_name(take_id)}{SUFFIX}"

    def _entries(self) -> list[os.DirEntry[str]]:
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with os.scandir(self.folder) as entries:
                return [entry for entry in entries if entry.name.endswith(SUFFIX)]

    def _looked_at(self, name: str, status: os.stat_result) -> Take | BrokenTake:
        seen = self._read.get(name)
        if seen is None or seen[:2] != (status.st_mtime_ns, status.st_size):
            found = _read(self.folder / name)
            seen = self._read[name] = (status.st_mtime_ns, status.st_size, found)
        return seen[2]


def _read(path: Path) -> Take | BrokenTake:
    try:
        return from_data(json.loads(path.read_bytes()))
    except UNREADABLE as error:
        reason = f"{type(error).__name__}: {error}"
    except OSError as error:
        reason = error.strerror or str(error)
    log.warning("The take file %s is broken and passed over: %s", path, reason)
    return BrokenTake(path, reason)


def _text(data: dict[str, Any]) -> bytes:
    """Readable JSON; a file name that is not Unicode keeps its bytes as escapes."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace")
