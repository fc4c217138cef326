"""Making room. In: what is still needed, and an age. Out: what was removed, or would be."""

import os
import shutil
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bridge.errors import DiskRefused
from bridge.store.files import PART, writing
from bridge.store.names import key_name
from bridge.store.objects import Objects
from bridge.store.take_folder import TakeFolder


@dataclass(frozen=True)
class Swept:
    files: int
    bytes: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Leftover:
    """A file, or a folder with all that is in it."""

    path: Path
    files: int
    bytes: int


def sweep(
    objects: Objects,
    takes: TakeFolder,
    scratch: Path,
    keep: Collection[str],
    before: datetime,
    *,
    dry_run: bool = False,
) -> Swept:
    """
    Remove what is older and neither in `keep` (hashes and scratch keys) nor referred to by a take.

    * While a take file is broken no media is removed: what it refers to is not known.
    * What cannot be removed stays, and is named in the warnings.
    """
    moment = before.timestamp()
    parts = [*_parts(objects.folder, moment), *_parts(takes.folder, moment)]
    old_media = list(_old_media(objects, moment))
    # takes are read after the media were listed: one that was recorded meanwhile counts
    broken = takes.shelf().broken
    needed = takes.media().union(keep)
    media = [] if broken else [leftover for sha256, leftover in old_media if sha256 not in needed]
    folders = list(_old_folders(scratch, frozenset(map(key_name, keep)), moment))
    found = [*parts, *media, *folders]
    warnings = [f"No media was removed: {bad.path} is broken, {bad.reason}." for bad in broken]
    if not dry_run:
        found = [leftover for leftover in found if _removed(leftover, warnings)]
    return Swept(
        sum(leftover.files for leftover in found),
        sum(leftover.bytes for leftover in found),
        tuple(warnings),
    )


def _parts(folder: Path, moment: float) -> Iterator[_Leftover]:
    """Files that were never finished; their writers are long gone."""
    for path in folder.rglob(f"*{PART}"):
        leftover = _measured(path, moment)
        if leftover is not None:
            yield leftover


def _old_media(objects: Objects, moment: float) -> Iterator[tuple[str, _Leftover]]:
    for stored in objects.all():
        leftover = _measured(stored.path, moment)
        if leftover is not None:
            yield stored.sha256, leftover


def _old_folders(scratch: Path, keep: frozenset[str], moment: float) -> Iterator[_Leftover]:
    if not scratch.is_dir():
        return
    for folder in sorted(scratch.iterdir()):
        leftover = None if folder.name in keep else _measured(folder, moment)
        if leftover is not None:
            yield leftover


def _measured(path: Path, moment: float) -> _Leftover | None:
    """None for what is younger, in any of its parts, and for what is gone already."""
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else iter(())
    try:
        states = [part.lstat() for part in (path, *inside)]
    except FileNotFoundError:
        return None
    if any(state.st_mtime >= moment for state in states):
        return None
    sizes = [state.st_size for state in states if not stat.S_ISDIR(state.st_mode)]
    return _Leftover(path, len(sizes), sum(sizes))


def _removed(leftover: _Leftover, warnings: list[str]) -> bool:
    try:
        with writing(leftover.path):
            _remove(leftover.path)
    except DiskRefused as error:  # open in another program, or gone already
        if os.path.lexists(leftover.path):
            warnings.append(error.message)
        return False
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        _unlink(path)


def _unlink(path: Path) -> None:
    if os.name == "nt":  # read-only files are not removed there
        path.chmod(stat.S_IWRITE)
    path.unlink()
