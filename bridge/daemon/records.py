"""Small durable records. In: JSON shapes, timeline files. Out: the same after a restart.

<data>/selections/<id>.json     a selection as it was answered
<data>/selections/<id>.otio     the timeline of one that a host pushed
<data>/uploads/<id>/<name>.otio an uploaded timeline
"""

import contextlib
import re
import secrets
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from bridge.errors import NotFound
from bridge.store import files
from bridge.wire.selections import SelectionOut

# A job that waits for a person still reads the pushed timeline when it is taken up again
KEPT_DAYS = 90
MOST_SELECTIONS = 2000
MOST_UPLOADS = 200
ID = re.compile(r"[a-z0-9]{1,40}")


def new_id(letter: str) -> str:
    """Sorts by time, and cannot be guessed."""
    return f"{letter}{time.time_ns() // 1_000_000:011x}{secrets.token_hex(5)}"


class Selections:
    """Selections by id, newest last in the folder's order."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "selections"

    def timeline_of(self, selection_id: str) -> Path:
        """Where a pushed selection's timeline is to lie; its folder is there."""
        with files.writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{selection_id}.otio"

    def keep(self, selection: SelectionOut) -> None:
        path = self._folder / f"{selection.id}.json"
        files.write(path, selection.model_dump_json().encode(), files.Disk())
        self._drop_old()

    def get(self, selection_id: str) -> SelectionOut:
        """`NotFound` where there is none, or none any more."""
        known = self._read(self._folder / f"{selection_id}.json") if _plain(selection_id) else None
        if known is None:
            raise NotFound(f"There is no selection {selection_id[:60]}.", hint="Select again.")
        return known

    def newest(self, limit: int) -> tuple[SelectionOut, ...]:
        found = (self._read(path) for path in self._paths()[:limit])
        return tuple(selection for selection in found if selection is not None)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("s*.json"), reverse=True)

    def _read(self, path: Path) -> SelectionOut | None:
        try:
            return SelectionOut.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def _drop_old(self) -> None:
        oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).timestamp()
        for rank, path in enumerate(self._paths()):
            if rank >= MOST_SELECTIONS or _older(path, oldest):
                files.discard(path)
                files.discard(path.with_suffix(".otio"))


class Uploads:
    """Uploaded timelines by id; each in a folder of its own, under a name that an editor shows."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "uploads"

    def keep(self, upload_id: str, name: str, content: bytes) -> Path:
        path = self.place(upload_id, name)
        files.write(path, content, files.Disk())
        return path

    def place(self, upload_id: str, name: str) -> Path:
        """Where it is to lie; its folder is there, and the oldest ones are gone."""
        path = self._folder / upload_id / f"{name}.otio"
        with files.writing(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        for old in self.newest(MOST_UPLOADS * 2)[MOST_UPLOADS - 1 :]:
            self.drop(old.parent.name)
        return path

    def drop(self, upload_id: str) -> None:
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder / upload_id)

    def find(self, upload_id: str) -> Path | None:
        inside = (self._folder / upload_id).glob("*.otio") if _plain(upload_id) else ()
        return next(iter(inside), None)

    def newest(self, limit: int) -> tuple[Path, ...]:
        return tuple(sorted(self._folder.glob("t*/*.otio"), reverse=True)[:limit])


def _plain(name: str) -> bool:
    return ID.fullmatch(name) is not None


def _older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False
