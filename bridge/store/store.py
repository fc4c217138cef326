"""The store as the other rooms see it. In: media, takes, opaque keys. Out: files that last.

    <root>/objects/ab/abcd....mov   media under the SHA-256 of its content, read-only
    <root>/takes/<id>.json          one file a take
    <root>/numbers/<series>/0001    take numbers given out, each with its take's id
    <root>/scratch/<key>/           work folders

Files only, no database: several processes, also on several machines, may share a root.
"""

import os
import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bridge.errors import DiskFull
from bridge.store import delivery, sweep
from bridge.store.files import Disk, writing
from bridge.store.names import key_name, take_stem
from bridge.store.objects import Objects, StoredObject
from bridge.store.take_folder import TakeFolder
from bridge.store.takes import Lineage, Status, Take, take_of

SPARE = 256 << 20  # bytes left to the system and to other programs


class Store:
    """All methods may be called from any thread; they block while the disk works."""

    def __init__(self, root: Path, disk: Disk | None = None) -> None:
        self.root = root
        self._disk = disk or Disk()
        self._objects = Objects(root / "objects", self._disk)
        self._takes = TakeFolder(root, self._disk)
        self._scratch = root / "scratch"

    # ---- media

    def put(self, path: Path, *, move: bool = False, sha256: str | None = None) -> StoredObject:
        """Keep a file under its content's hash; see `Objects.put`."""
        return self._objects.put(path, move=move, sha256=sha256)

    def path_of(self, sha256: str) -> Path:
        """Where the media with that hash lies; `NotFound`."""
        return self._objects.get(sha256).path

    def verify(self, sha256: str) -> StoredObject:
        """Read the media again; `DeliveryError` where it is no longer what was stored."""
        return self._objects.verify(sha256)

    def need_space(self, size: int, folder: Path | None = None) -> None:
        """`DiskFull` unless that many bytes fit, here or where `folder` is or will be."""
        place = (folder or self.root).absolute()
        with writing(place):
            while not place.exists() and place != place.parent:
                place = place.parent
            free = self._disk.free(place)
        if free < size + SPARE:
            raise DiskFull(
                f"{size >> 20} MiB are needed in {place} and {SPARE >> 20} MiB to spare, "
                f"{free >> 20} MiB are free.",
                needed=size,
                free=free,
                path=str(place),
            )

    # ---- work folders

    def scratch(self, key: str) -> Path:
        """The key's work folder, made if it is not there."""
        folder = self._scratch / key_name(key)
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def drop_scratch(self, key: str) -> None:
        """Remove the key's work folder; nothing happens where there is none."""
        folder = self._scratch / key_name(key)
        with writing(folder):
            if folder.exists():
                shutil.rmtree(folder)

    # ---- takes

    def deliver(
        self,
        lineage: Lineage,
        stored: StoredObject,
        folder: Path,
        sound: StoredObject | None = None,
    ) -> Take:
        """
        Number, name, place and record a result: `<folder>/<clip>_take<NN>_<model>_<seed>.<suffix>`.

        Sound that came with the pictures lies beside them as `<the same>.sound.wav`. The same
        lineage id gives the same take, however often and after whatever stop.
        """
        known = self.find_take(lineage.id)
        if known is not None:
            lying = [known.delivered, *([known.sound_path] if known.sound_path else [])]
            if not all(map(os.path.lexists, lying)):
                self.place(stored, known.delivered.parent, known.delivered.stem, known, sound)
            return known
        folder = folder.absolute()
        # a new shot has no place of its own: it is counted among those of its name
        series = f"new: {lineage.clip}" if lineage.place is None else lineage.place
        number = self.next_number(lineage.timeline, series, lineage.id)
        name = take_stem(lineage.clip, number, lineage.model, lineage.seed)
        heard = None if sound is None else sound.sha256
        take = take_of(lineage, number, stored.sha256, folder / name, heard)
        take = replace(take, delivered=self.place(stored, folder, name, take, sound))
        self.record(take)
        return take

    def place(
        self,
        stored: StoredObject,
        folder: Path,
        name: str,
        take: Take,
        sound: StoredObject | None = None,
    ) -> Path:
        """Put a named file, its sidecar and sound into a folder; see `delivery.deliver`."""
        return delivery.deliver(stored, folder, name, take, self._disk, sound)

    def next_number(self, timeline: str, series: str, take_id: str) -> int:
        """The take's number in its series, 1, 2, 3 ...; its own again when asked again."""
        return self._takes.next_number(timeline, series, take_id)

    def record(self, take: Take) -> None:
        """Write a take down; `Conflict` where another one has its id."""
        self._takes.record(take)

    def find_take(self, take_id: str) -> Take | None:
        return self._takes.find(take_id)

    def take(self, take_id: str) -> Take:
        """`NotFound` where there is none."""
        return self._takes.get(take_id)

    def takes(
        self,
        *,
        timeline: str | None = None,
        clip: str | None = None,
        job: str | None = None,
        engine: str | None = None,
    ) -> tuple[Take, ...]:
        """Those that have every named value, newest first."""
        wanted = {"timeline": timeline, "clip": clip, "job": job, "engine": engine}
        asked = {name: value for name, value in wanted.items() if value is not None}
        return tuple(
            take
            for take in self._takes.shelf().takes
            if all(getattr(take, name) == value for name, value in asked.items())
        )

    def mark(self, take_id: str, status: Status) -> Take:
        """Say what became of a take."""
        return self._takes.mark(take_id, status)

    # ---- room

    def sweep(
        self, keep: Collection[str], older_than: timedelta, *, dry_run: bool = False
    ) -> sweep.Swept:
        """Remove old media and work folders that neither `keep` nor a take refers to."""
        before = datetime.now(UTC) - older_than
        return sweep.sweep(self._objects, self._takes, self._scratch, keep, before, dry_run=dry_run)
