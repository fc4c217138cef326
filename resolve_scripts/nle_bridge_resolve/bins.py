"""Media in the pool. In: a file, the bins it belongs into. Out: its item, verified."""

from typing import TYPE_CHECKING, Iterator, NamedTuple, Optional, Sequence, Tuple

from nle_bridge_resolve.ask import ask, rows, words
from nle_bridge_resolve.items import media_file
from nle_bridge_resolve.orders import Refused
from nle_bridge_resolve.paths import same_file

if TYPE_CHECKING:
    from fusionscript import Folder, MediaPool, MediaPoolItem


class Imported(NamedTuple):
    media: "MediaPoolItem"
    fresh: bool  # it came into its bin just now: nothing on any timeline can be of it


def import_media(pool: "MediaPool", bins: Sequence[str], path: str, frames: int = 0) -> Imported:
    """
    The pool's item of that file, imported into the bins unless it is there.

    `frames`: what Resolve must read in it; 0 where that does not matter. The editor's bin is open
    again afterwards, whatever happens: `ImportMedia` and `AddSubFolder` both go elsewhere.
    """
    before = ask(pool.GetCurrentFolder)
    try:
        folder = bin_of(pool, bins)
        known = _in(folder, path)
        media, fresh = (known, False) if known is not None else _imported(pool, folder, path)
    finally:
        if before is not None:
            ask(pool.SetCurrentFolder, before)
    if media is None:
        raise Refused(f"Resolve did not import {path}.", media=path)
    read = words(ask(media.GetClipProperty, "Frames")).strip()
    if frames and read.isdigit() and int(read) != frames:
        message = "Resolve reads {} frames in {}, where {} were delivered."
        raise Refused(message.format(read, path, frames), media=path, media_frames=int(read))
    return Imported(media, fresh)


def bin_of(pool: "MediaPool", bins: Sequence[str]) -> "Folder":
    """The innermost of nested bins, made where there is none of that name."""
    folder = ask(pool.GetRootFolder)
    for name in bins:
        inner = None if folder is None else _named(folder, name)
        if inner is None and folder is not None:
            ask(pool.AddSubFolder, folder, name)
            inner = _named(folder, name)
        folder = inner
    if folder is None:
        raise Refused("The bin {} could not be made.".format(" / ".join(bins)))
    return folder


def _named(folder: "Folder", name: str) -> "Optional[Folder]":
    inner = rows(ask(folder.GetSubFolderList))
    return next((one for one in inner if words(ask(one.GetName)) == name), None)


def _in(folder: "Folder", path: str) -> "Optional[MediaPoolItem]":
    clips = rows(ask(folder.GetClipList))
    return next((clip for clip in clips if same_file(media_file(clip), path)), None)


def _imported(
    pool: "MediaPool", folder: "Folder", path: str
) -> "Tuple[Optional[MediaPoolItem], bool]":
    """A file that the pool knows already stays where it lies, so that all bins are looked into."""
    ask(pool.SetCurrentFolder, folder)
    given = ask(pool.ImportMedia, [path])
    found = _in(folder, path)
    if found is not None:
        return found, True
    told = (clip for clip in rows(given) if same_file(media_file(clip), path))
    root = ask(pool.GetRootFolder)
    everywhere = () if root is None else _folders(root)
    media = next(told, None) or next(filter(None, (_in(f, path) for f in everywhere)), None)
    return media, False


def _folders(folder: "Folder") -> "Iterator[Folder]":
    yield folder
    for inner in rows(ask(folder.GetSubFolderList)):
        yield from _folders(inner)
