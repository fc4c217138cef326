"""OTIO bundles.

In: an .otioz file. Out: its timeline's text, and its media in a folder where one is given.
"""

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from bridge.errors import TimelineUnreadable
from bridge.timeline import guard
from bridge.timeline.border import reading
from bridge.timeline.document import Document

CONTENT = "content.otio"
MEDIA = "media"
VERSION = "version.txt"
MOST_ENTRIES = 100_000
MOST_UNPACKED = 1 << 40  # media is stored as it is; the disk is the limit that counts
MOST_RATIO = 200  # deflated text reaches 30; a bomb goes beyond 1000


def unpack(path: Path, media_folder: Path | None) -> bytes:
    """The timeline's bytes. Media goes to `media_folder`; nothing is written outside of it."""
    if not path.is_file():
        raise TimelineUnreadable(
            f"There is no file {path}.", hint="Check the path.", path=str(path)
        )
    with reading(path), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _check(entries, path)
        if CONTENT not in archive.namelist():
            raise TimelineUnreadable(f"{path} has no {CONTENT} in it.", path=str(path))
        with archive.open(CONTENT) as file:
            data = guard.limited(file, guard.MOST_BYTES, path)
        if media_folder is not None:
            for entry in entries:
                _extract(archive, entry, media_folder, path)
    return data


def _check(entries: list[zipfile.ZipInfo], path: Path) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise TimelineUnreadable(f"{path} holds more than a timeline does.", path=str(path))
    if unpacked > guard.MOST_BYTES and unpacked > MOST_RATIO * max(1, packed):
        raise TimelineUnreadable(f"{path} would unpack to {unpacked >> 20} MiB.", path=str(path))


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, path: Path) -> None:
    name = PurePosixPath(entry.filename)
    if entry.is_dir() or name.parts[:1] != (MEDIA,):
        return
    if ".." in name.parts or "\\" in entry.filename or ":" in entry.filename or _is_link(entry):
        raise TimelineUnreadable(
            f"{path} holds {entry.filename[:80]!r}, which leads out of it.", path=str(path)
        )
    target = folder.joinpath(*name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with archive.open(entry) as inside, part.open("wb") as out:
        shutil.copyfileobj(inside, out, 1 << 20)
    if part.stat().st_size != entry.file_size:
        raise TimelineUnreadable(f"{entry.filename[:80]!r} in {path} is damaged.", path=str(path))
    part.replace(target)


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def is_bundle(path: Path | None) -> bool:
    return path is not None and path.suffix.lower() == ".otioz"


def pack(document: Document, part: Path) -> None:
    """
    Write an .otioz with the takes in it, and with the media of the bundle that was read.

    Nothing else is packed: a stranger's timeline must not be able to name files of this machine and
    get them into a bundle. Other references stay as they are.
    """
    carried = _carried(document.path)
    names = _names([one.media for one in document.held.added], carried)
    text = _text(document, names)
    with zipfile.ZipFile(part, "w") as archive:
        archive.writestr(VERSION, "1.0.0", zipfile.ZIP_DEFLATED)
        archive.writestr(CONTENT, text, zipfile.ZIP_DEFLATED)
        for media, name in names.items():
            archive.write(media, name, zipfile.ZIP_STORED)
        if carried and document.path is not None:
            _carry(document.path, carried, archive)


def _carried(source: Path | None) -> tuple[str, ...]:
    """The media entries of the bundle that was read; none where it was no bundle."""
    if source is None or not is_bundle(source):
        return ()
    with zipfile.ZipFile(source) as archive:
        return tuple(name for name in archive.namelist() if name.startswith(f"{MEDIA}/"))


def _carry(source: Path, names: tuple[str, ...], out: zipfile.ZipFile) -> None:
    with zipfile.ZipFile(source) as archive:
        for name in names:
            if not name.endswith("/"):
                with archive.open(name) as inside, out.open(name, "w", force_zip64=True) as copy:
                    shutil.copyfileobj(inside, copy, 1 << 20)


def _text(document: Document, names: dict[Path, str]) -> str:
    added = document.held.added
    spelled = [(one.reference, one.reference.target_url) for one in added]
    try:
        for one in added:
            one.reference.target_url = quote(names[one.media])
        return str(document.timeline.to_json_string())
    finally:
        for reference, url in spelled:
            reference.target_url = url


def _names(media: list[Path], taken: tuple[str, ...]) -> dict[Path, str]:
    """A name in the bundle for each file; equal names of different files are told apart."""
    found: dict[Path, str] = {}
    used = {name.removeprefix(f"{MEDIA}/").lower() for name in taken}
    for path in dict.fromkeys(media):
        number, name = 1, path.name
        while name.lower() in used:
            number += 1
            name = f"{path.stem}_{number}{path.suffix}"
        used.add(name.lower())
        found[path] = f"{MEDIA}/{name}"
    return found
