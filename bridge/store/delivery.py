"""Delivery. In: a stored file, a folder, a name, a take. Out: the file and its sidecar, once.

The sidecar comes first: whoever creates it owns the name, so that two takes never write one file
and a delivery that was stopped half way is taken up where it stood.
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bridge.errors import BridgeError, Conflict, DeliveryError
from bridge.store import sidecar
from bridge.store.files import (
    PART,
    Disk,
    copy,
    create,
    discard,
    flush_folder,
    sha256_of,
    writing,
)
from bridge.store.names import key_name, safe_stem
from bridge.store.objects import StoredObject, check
from bridge.store.takes import Take, sound_beside

MOST_NAMES = 999


def deliver(
    stored: StoredObject,
    folder: Path,
    name: str,
    take: Take,
    disk: Disk,
    sound: StoredObject | None = None,
) -> Path:
    """
    Put the file into the folder as `<name>.<suffix>`, or `<name>-2`, `-3` ... where that is taken.

    * `sound` comes beside it as `<name>.sound.wav`; the name counts as taken where that is.

    * Never writes over a file; a folder that is not there is made.
    * The same take again gives the same path, after a stop in the middle too.
    * `DeliveryError` where the stored file is damaged, `DiskFull` and `DiskRefused` for the folder.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for each in filter(None, (stored, sound)):
        check(each)
    for path in _names(folder, safe_stem(name), stored.suffix):
        beside = sound_beside(path)
        if sound is not None and os.path.lexists(beside) and not _same(beside, sound):
            continue
        if not _claimed(path, stored, take, disk) or not _placed(path, stored, disk):
            continue
        if sound is None or _put(beside, sound, disk):
            return path
    raise Conflict(f"{folder} has {MOST_NAMES} files named {name} already.", path=str(folder))


def _names(folder: Path, stem: str, suffix: str) -> Iterator[Path]:
    yield folder / f"{stem}{suffix}"
    for number in itertools.takewhile(lambda number: number <= MOST_NAMES, itertools.count(2)):
        yield folder / f"{stem}-{number}{suffix}"


def _claimed(path: Path, stored: StoredObject, take: Take, disk: Disk) -> bool:
    """Is the name this take's own? A free name is made so."""
    beside = sidecar.path_beside(path)
    # named for the take, so that one left by a stop is found by the next try
    part = beside.with_name(f"{beside.name}.{key_name(take.id)[-8:]}{PART}")
    if not os.path.lexists(beside):
        if os.path.lexists(path) and not _same(path, stored):
            return False
        if create(beside, sidecar.text(replace(take, delivered=path)), disk, part):
            return True
    discard(part)
    return sidecar.take_id(beside) == take.id


def _placed(path: Path, stored: StoredObject, disk: Disk) -> bool:
    """Is the file there under that name? False where another one is."""
    try:
        return _put(path, stored, disk)
    except BridgeError:
        discard(sidecar.path_beside(path))
        raise


def _put(path: Path, stored: StoredObject, disk: Disk) -> bool:
    if os.path.lexists(path):
        return _same(path, stored)
    with writing(path):
        discard(_part(path))
        there = _linked(path, stored, disk) or _copied(path, stored, disk)
        flush_folder(path.parent)
    return there


def _linked(path: Path, stored: StoredObject, disk: Disk) -> bool:
    """One file with two names where the disk can do that: no second copy of the media."""
    try:
        disk.link(stored.path, path)
    except OSError:
        return False
    return True


def _copied(path: Path, stored: StoredObject, disk: Disk) -> bool:
    if os.path.lexists(path):
        return _same(path, stored)
    part = _part(path)
    try:
        copy(stored.path, part)
        if sha256_of(part) != stored.sha256:
            raise DeliveryError(f"The copy to {path} came out different.", path=str(path))
        disk.rename(part, path)
    finally:
        discard(part)
    return True


def _part(path: Path) -> Path:
    """The copy under way; the name's owner alone writes it."""
    return path.with_name(f"{path.name}{PART}")


def _same(path: Path, stored: StoredObject) -> bool:
    """Is that the stored content? What cannot be read is somebody else's."""
    try:
        if not path.is_file() or path.stat().st_size != stored.size:
            return False
        return path.samefile(stored.path) or sha256_of(path) == stored.sha256
    except OSError:
        return False
