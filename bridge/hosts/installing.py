"""Files put into other programs' folders: decided first, then done, and kept on record.

In: the files that are wanted, the record of what was written before, what lies there now.
Out: a plan; then the files, and a record from which everything can be taken away again.

A file that is not as it was written belongs to whoever changed it: it stays, and that is said.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bridge import __version__
from bridge.errors import DiskRefused
from bridge.hosts.private import write_private
from bridge.store.files import Disk, write, writing

# Stands in everything that is written into a foreign folder: known again without a record
SIGNATURE = re.compile(rb"nle.?bridge", re.IGNORECASE)


class State(StrEnum):
    new = "new"
    updated = "updated"
    same = "same"
    kept = "kept"  # not as it was written: left as it is
    removed = "removed"


@dataclass(frozen=True)
class File:
    path: Path
    data: bytes
    own: bool = False  # in a folder of ours: replaced whatever it holds
    private: bool = False  # for its owner's eyes alone


@dataclass(frozen=True)
class Wanted:
    files: tuple[File, ...]
    folders: tuple[Path, ...] = ()  # wanted even while empty

    def all_folders(self) -> tuple[Path, ...]:
        """Outermost first."""
        inside = {parent for file in self.files for parent in file.path.parents}
        around = {parent for folder in self.folders for parent in (folder, *folder.parents)}
        return tuple(sorted(inside | around, key=lambda folder: len(folder.parts)))


@dataclass(frozen=True)
class Record:
    """What was written: each file's SHA-256, and the folders that were made for them."""

    files: Mapping[Path, str] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()  # outermost first
    version: str = ""  # of the program that wrote them; empty: nothing is installed


@dataclass(frozen=True)
class Step:
    path: Path
    state: State
    data: bytes | None = None  # to be written
    private: bool = False


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...]
    make: tuple[Path, ...] = ()  # folders, outermost first
    clear: tuple[Path, ...] = ()  # folders to remove where empty, innermost first
    record: Record = Record()  # as it is afterwards

    @property
    def changes(self) -> bool:
        idle = {State.same, State.kept}
        return bool(self.make) or any(step.state not in idle for step in self.steps)


# ---- what is there


def read_record(file: Path) -> Record:
    """As it was written; one that cannot be understood is none."""
    try:
        data = json.loads(content(file) or b"{}")
        return Record(
            {Path(path): str(sha256) for path, sha256 in data.get("files", {}).items()},
            tuple(map(Path, data.get("folders", ()))),
            str(data.get("version", "")),
        )
    except (ValueError, TypeError, AttributeError):
        return Record()


def content(file: Path) -> bytes | None:
    """None where nothing lies; `DiskRefused` where it cannot be read."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DiskRefused(f"{file} cannot be read: {error.strerror}.", path=str(file)) from error


def found(paths: Iterable[Path]) -> Mapping[Path, bytes | None]:
    return {path: content(path) for path in paths}


# ---- deciding


def install_plan(wanted: Wanted, record: Record) -> Plan:
    """What it takes to have those files there, and no others of an earlier version."""
    paths = dict.fromkeys([*(file.path for file in wanted.files), *record.files])
    missing = tuple(folder for folder in wanted.all_folders() if not folder.is_dir())
    return decide_install(wanted, record, found(paths), missing)


def decide_install(
    wanted: Wanted,
    record: Record,
    there: Mapping[Path, bytes | None],
    missing: tuple[Path, ...] = (),
) -> Plan:
    """Pure; `there`: what lies under each path wanted or on record, `missing`: folders to make."""
    steps = tuple(_put(file, record, there[file.path]) for file in wanted.files)
    today = {file.path for file in wanted.files}
    gone = tuple(_taken(record, there, keep=today))
    written = {
        file.path: _sha256(file.data)
        for file, step in zip(wanted.files, steps, strict=True)
        if step.state is not State.kept
    }
    # what somebody changed stays on record as it was written, and is seen as changed again
    still = {path: sha256 for path, sha256 in record.files.items() if path in today - set(written)}
    folders = tuple(dict.fromkeys([*record.folders, *missing]))
    ordered = tuple(sorted(folders, key=lambda folder: len(folder.parts)))
    return Plan(
        (*steps, *gone),
        make=missing,
        clear=tuple(folder for folder in reversed(ordered) if folder not in wanted.all_folders()),
        record=Record(written | still, ordered, __version__),
    )


def uninstall_plan(record: Record, leftovers: Iterable[Path], own: Iterable[Path]) -> Plan:
    """
    What it takes to have nothing of it left.

    `leftovers`: files that came about beside ours, `own`: folders that are ours whoever made them.
    """
    there = found(record.files)
    left = tuple(path for path in leftovers if path not in there)
    steps = (*_taken(record, there), *(Step(path, State.removed) for path in left))
    folders = {*record.folders, *own}
    return Plan(
        steps, clear=tuple(sorted(folders, key=lambda folder: len(folder.parts), reverse=True))
    )


def _put(file: File, record: Record, there: bytes | None) -> Step:
    if there is None:
        return Step(file.path, State.new, file.data, file.private)
    if there == file.data:
        return Step(file.path, State.same)
    written = record.files.get(file.path)
    ours = bool(SIGNATURE.search(there)) if written is None else _sha256(there) == written
    if not (ours or file.own):
        return _kept(file.path)
    return Step(file.path, State.updated, file.data, file.private)


def _taken(
    record: Record, there: Mapping[Path, bytes | None], keep: Iterable[Path] = ()
) -> Iterator[Step]:
    for path, written in record.files.items():
        data = there[path]
        if data is not None and path not in keep:
            yield Step(path, State.removed) if _sha256(data) == written else _kept(path)


def _kept(path: Path) -> Step:
    return Step(path, State.kept)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---- doing


def do(plan: Plan, record_file: Path, disk: Disk) -> None:
    """Each file whole or not at all; `DiskFull`, `DiskRefused`. Cut off, it can be done again."""
    for folder in plan.make:
        with writing(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
    for step in plan.steps:
        if step.data is not None:
            (write_private if step.private else write)(step.path, step.data, disk)
        elif step.state is State.removed:
            with writing(step.path):
                step.path.unlink(missing_ok=True)
    _note(plan.record, record_file, disk)
    for folder in plan.clear:
        _clear(folder)


def _note(record: Record, file: Path, disk: Disk) -> None:
    if not record.version:
        with writing(file):
            file.unlink(missing_ok=True)
    elif read_record(file) != record:
        data = {
            "version": record.version,
            "files": {str(path): sha256 for path, sha256 in record.files.items()},
            "folders": [str(folder) for folder in record.folders],
        }
        write(file, json.dumps(data, indent=2).encode(), disk)


def _clear(folder: Path) -> None:
    """A folder with anything in it stays."""
    try:
        folder.rmdir()
    except OSError:
        return
