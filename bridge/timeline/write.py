"""Timelines onto disk.

In: a document, a path, a flavour. Out: the path, written whole or not at all.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opentimelineio import core

from bridge.errors import TimelineUnwritable, disk_error
from bridge.timeline import bundles, resolve_fit, xml_out
from bridge.timeline.border import writing
from bridge.timeline.document import Document
from bridge.timeline.facts import Flavour
from bridge.timeline.flavours import spell
from bridge.timeline.moved import follow

LONG = 5_000  # items on all tracks
SUFFIXES = (".otio", ".json", ".otioz", ".xml")
FORMATS = ".otio, .json, .otioz and FCP7 .xml"


def write(document: Document, path: Path, flavour: Flavour) -> Path:
    """As `save`, for those who want the path."""
    save(document, path, flavour)
    return path.absolute()


def save(document: Document, path: Path, flavour: Flavour) -> Document:
    """
    Write the timeline; an existing file is replaced, the one it was read from never.

    Out comes the document as it lies there: Resolve's import takes less than was read, and what an
    edited timeline had to leave out is in the warnings (`resolve_fit`). `TimelineUnwritable` names
    what the format cannot hold; `DiskFull` and `DiskRefused` what the disk does.
    """
    path = path.absolute()
    _check_target(document, path)
    if not (bundles.is_bundle(path) and bundles.is_bundle(document.path)):
        follow(document, path.parent)
    # a pathurl is a URL, whoever reads it
    spell(document, Flavour.premiere if path.suffix.lower() == ".xml" else flavour, path)
    part = path.with_name(path.name + ".part")
    try:
        with _disk(path), writing(path):
            written = _write_part(document, part, path, flavour)
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return written


def _check_target(document: Document, path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise TimelineUnwritable(f"{path.name}: only {FORMATS} can be written.", path=str(path))
    if path.is_dir():
        raise TimelineUnwritable(f"{path} is a folder.", path=str(path))
    source = document.path
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise TimelineUnwritable(
            f"{path} is the timeline that was read; it is never written over.",
            hint="Choose another output file with -o.",
            path=str(path),
        )


def _write_part(document: Document, part: Path, path: Path, flavour: Flavour) -> Document:
    suffix = path.suffix.lower()
    if suffix == ".otioz":
        bundles.pack(document, part)
    elif suffix == ".xml":
        store(xml_out.bytes_of(document, path), part)
    else:
        document, text = _fitted(document, flavour)
        store(text, part)
    return document


def _fitted(document: Document, flavour: Flavour) -> tuple[Document, bytes]:
    """The document and its text, which is asked only where nothing else tells what it holds."""
    for_resolve = flavour is Flavour.resolve
    if for_resolve and resolve_fit.is_needed(document):
        document = resolve_fit.fit(document)
        return document, json_of(document)
    text = json_of(document)
    if for_resolve and resolve_fit.is_needed(document, text):
        document = resolve_fit.fit(document)
        text = json_of(document)
    return document, text


def json_of(document: Document) -> bytes:
    """Indented as OTIO's own writer does it; long ones, which nobody reads by eye, are not."""
    items = sum(len(t) for t in document.timeline.tracks if isinstance(t, core.Composition))
    return str(document.timeline.to_json_string(-1 if items > LONG else 4)).encode("utf-8")


def store(data: bytes, part: Path) -> None:
    """Write, flush to the disk and read back."""
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if part.stat().st_size != len(data):
        raise TimelineUnwritable(f"{part} was not written whole.", path=str(part))


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error
