"""Media by content. In: a file. Out: the one stored file that has this content, under its hash."""

import contextlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import DeliveryError, NotFound
from bridge.store.files import (
    PART,
    Disk,
    copy,
    discard,
    flush,
    flush_folder,
    part_of,
    reading,
    regular_size,
    sha256_of,
    writing,
)

SHA256 = re.compile(r"[0-9a-f]{64}")
SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
# A file that is stored again counts as new for the sweep. Not at once: delivered files may be the
# very same file on the disk, and their time says to a plan that they are unchanged.
RENEWED_AFTER = 3600  # seconds


@dataclass(frozen=True)
class StoredObject:
    """One stored file. It is read-only: delivered files may be hard links to it."""

    sha256: str
    suffix: str  # lower case with its dot, or empty
    path: Path
    size: int  # bytes


class Objects:
    """`<folder>/<ab>/<abcd...>.<suffix>`; several processes may share the folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self._disk = disk

    def put(self, path: Path, *, move: bool = False, sha256: str | None = None) -> StoredObject:
        """
        Store a file; with `move` it is gone from its place afterwards. Content is kept once.

        * `DeliveryError` where `sha256` is given and the content has another; the file stays.
        * May be repeated after a stop: a file that was moved already is found by its `sha256`.
        * `DiskFull`, `DiskRefused`, `MediaMissing`, `MediaForbidden`: nothing was stored.
        """
        kept = self.find(sha256.lower()) if move and sha256 is not None else None
        if kept is not None and not os.path.lexists(path):
            return kept
        regular_size(path)
        with self._beside(path, move=move) as part:
            stored = self._keep(part, _agreed(part, path, sha256), path.suffix.lower())
        if move and not _is_name_of(path, stored.path):
            discard(path)
        return stored

    def find(self, sha256: str) -> StoredObject | None:
        """The stored file with that hash, if there is one."""
        if SHA256.fullmatch(sha256) is None:
            return None
        with writing(self.folder):
            found = sorted((self.folder / sha256[:2]).glob(f"{sha256}*"))
            return next((_stored(path) for path in found if _stored(path).sha256 == sha256), None)

    def get(self, sha256: str) -> StoredObject:
        """`find`, with `NotFound` where there is none."""
        found = self.find(sha256)
        if found is None:
            raise NotFound(
                f"No media with hash {sha256[:64]} is stored.",
                hint="It was swept away or belongs to another data folder.",
            )
        return found

    def verify(self, sha256: str) -> StoredObject:
        """Read the stored file again; `DeliveryError` where it is not what was stored."""
        return check(self.get(sha256))

    def all(self) -> Iterator[StoredObject]:
        """Every stored file, those under way not counted."""
        for path in sorted(self.folder.glob("??/*")):
            if SHA256.fullmatch(path.stem) and path.suffix != PART:
                with contextlib.suppress(FileNotFoundError):  # another process sweeps too
                    yield _stored(path)

    @contextlib.contextmanager
    def _beside(self, path: Path, *, move: bool) -> Iterator[Path]:
        """The content on the store's own disk: the file itself where it may move, else a copy."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            same_disk = self.folder.stat().st_dev == path.stat().st_dev
        if move and same_disk and not path.is_symlink():
            yield path
            return
        part = part_of(self.folder / path.name)
        try:
            copy(path, part)
            yield part
        finally:
            discard(part)

    def _keep(self, part: Path, sha256: str, suffix: str) -> StoredObject:
        kept = self.find(sha256)
        if kept is not None and kept.size == part.stat().st_size:
            _renew(kept.path)
            return kept
        name = f"{sha256}{suffix if SUFFIX.fullmatch(suffix) and suffix != PART else ''}"
        final = kept.path if kept else self.folder / sha256[:2] / name
        with writing(final):
            final.parent.mkdir(exist_ok=True)
            os.utime(part)
            flush(part)
            part.chmod(part.stat().st_mode & ~0o222)
            self._disk.rename(part, final)
            flush_folder(final.parent)
        return _stored(final)


def check(stored: StoredObject) -> StoredObject:
    """`DeliveryError` where the file no longer has the content it was stored with."""
    with reading(stored.path):
        found = sha256_of(stored.path)
    if found != stored.sha256:
        raise DeliveryError(
            f"The stored file {stored.path} has changed since it was stored.",
            hint="Check the disk, remove the file and retry the shot.",
            path=str(stored.path),
        )
    return stored


def _agreed(part: Path, path: Path, sha256: str | None) -> str:
    with reading(path):
        found = sha256_of(part)
    if sha256 is not None and sha256.lower() != found:
        raise DeliveryError(
            f"{path} has another content than it was announced with.",
            path=str(path),
            announced=sha256,
            found=found,
        )
    return found


def _is_name_of(path: Path, stored: Path) -> bool:
    """The very name, not only the same file: a hard link to the stored file may go."""
    return path.name == stored.name and path.parent.resolve() == stored.parent.resolve()


def _stored(path: Path) -> StoredObject:
    return StoredObject(path.stem, path.suffix, path, path.stat().st_size)


def _renew(path: Path) -> None:
    with writing(path):
        if time.time() - path.stat().st_mtime > RENEWED_AFTER:
            os.utime(path)
