"""Where results may be written. In: the places a recipe names. Out: nothing, or the reason why not.

Asked before anything is paid for: a render whose timeline cannot be written is money lost.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from bridge.errors import DiskRefused, TimelineUnwritable
from bridge.media.paths import check_words
from bridge.pipeline.recipe import Recipe
from bridge.timeline.write import SUFFIXES

HEAD_BYTES = 64 << 10
MARKS = {  # of which a file with that ending has one near its beginning
    ".otio": (b"OTIO_SCHEMA",),
    ".json": (b"OTIO_SCHEMA",),
    ".otioz": (b"content.otio", b"version.txt"),
    ".xml": (b"<xmeml", b"<fcpxml"),
}


def check_outputs(recipe: Recipe, inputs: Iterable[Path], data: Path) -> None:
    """
    `out` is a new timeline file, or one that may be written over; folders exist or can be made,
    and none lies in the data folder.

    Raises `MediaForbidden` for what is no local path, `TimelineUnwritable` and `DiskRefused`.
    """
    if recipe.out is not None:
        check_words(recipe.out)
        _check_not_ours(recipe.out, data)
        _check_new_timeline(recipe.out, inputs)
        _check_folder(recipe.out.parent)
    if recipe.media_folder is not None:
        check_words(recipe.media_folder)
        _check_not_ours(recipe.media_folder, data)
        _check_folder(recipe.media_folder)


def _check_not_ours(place: Path, data: Path) -> None:
    if Path(os.path.realpath(place)).is_relative_to(os.path.realpath(data)):
        raise DiskRefused(
            f"{place} lies in the data folder, which is the daemon's own.",
            hint="Choose a folder of your project.",
            path=str(place),
        )


def _check_new_timeline(out: Path, inputs: Iterable[Path]) -> None:
    if out.suffix.lower() not in SUFFIXES:
        raise TimelineUnwritable(
            f"{out.name} does not end like a timeline.",
            hint=f"Name it with one of {', '.join(SUFFIXES)}.",
            path=str(out),
        )
    if out.is_symlink() or (out.exists() and not out.is_file()):
        raise TimelineUnwritable(f"{out} exists and is no plain file.", path=str(out))
    if out.exists() and not _is_timeline(out):
        raise TimelineUnwritable(
            f"{out} is there already, and is no timeline; it is not written over.",
            hint="Choose another output file.",
            path=str(out),
        )
    if any(_same(out, path) for path in inputs):
        raise TimelineUnwritable(
            f"{out} is what the shots come from; it is never written over.",
            hint="Choose another output file.",
            path=str(out),
        )


def _is_timeline(file: Path) -> bool:
    """Or empty. A look at its beginning: there every writer says what it writes."""
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD_BYTES)
    except OSError:
        return False
    return not head.strip() or any(mark in head for mark in MARKS[file.suffix.lower()])


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return Path(os.path.realpath(one)) == Path(os.path.realpath(other))


def _check_folder(folder: Path) -> None:
    """It, or the nearest folder above it that exists, may be written to."""
    place = folder
    while not place.exists() and not place.is_symlink() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise DiskRefused(f"{place} is no folder.", path=str(folder))
    if not os.access(place, os.W_OK | os.X_OK):
        raise DiskRefused(f"{place} may not be written to.", path=str(folder))
