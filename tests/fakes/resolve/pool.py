"""MediaPool and Folder as scripts see them. In: a project. Out: their answers."""

# ruff: noqa: N802, N803  (the names are Resolve's)

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fakes.resolve.building import rate_of
from tests.fakes.resolve.footage import media_of, sequence_of
from tests.fakes.resolve.media import MediaPoolItem
from tests.fakes.resolve.model import Bin, Cut, Media, Production
from tests.fakes.resolve.otio_in import import_file
from tests.fakes.resolve.placing import append
from tests.fakes.resolve.proxies import Proxy
from tests.fakes.resolve.timeline import Timeline


class MediaPool(Proxy):
    _held: Production

    def _alive(self) -> bool:
        return self._held is self._host.production

    def GetUniqueId(self) -> str:
        return f"{self._held.id}-pool"

    def GetRootFolder(self) -> Any:
        return Folder(self._host, self._held.root)

    def GetCurrentFolder(self) -> Any:
        return Folder(self._host, self._held.bin)

    def SetCurrentFolder(self, folder: Any) -> bool:
        if not isinstance(folder, Folder) or not folder._alive():
            return False
        self._held.bin = folder._held
        return True

    def AddSubFolder(self, folder: Any, name: str) -> Any:
        """None for a name that is there already; whether Resolve numbers it was not measured."""
        if not isinstance(folder, Folder) or not name or not folder._alive():
            return None
        if any(inner.name == name for inner in folder._held.bins):
            return None
        made = Bin(name)
        folder._held.bins.append(made)
        if self._host.habits.new_folder_is_current:
            self._held.bin = made
        return Folder(self._host, made)

    def ImportMedia(self, items: Sequence[Any]) -> Any:
        """Into the current folder. A path that the pool knows gives the item that is there."""
        if isinstance(items, str):
            items = [items]
        found = [media for item in items for media in self._imported(item)]
        if self._host.habits.import_returns == "nothing":
            return []
        empty = self._host.habits.import_returns == "empty ids"
        return [MediaPoolItem(self._host, media, nameless=empty) for media in found]

    def GetSelectedClips(self) -> Any:
        """None where nothing is selected (21.1)."""
        return [MediaPoolItem(self._host, media) for media in self._held.chosen] or None

    def DeleteClips(self, clips: Sequence[Any]) -> bool:
        """They go from the pool; what of them lies on timelines stays there."""
        for clip in clips:
            for folder in self._held.root.walk():
                if clip._held in folder.media:
                    folder.media.remove(clip._held)
                    clip._held.in_pool = False
        return bool(clips)

    def AppendToTimeline(self, clips: Any, *more: Any) -> Any:
        cut = self._held.current
        if cut is None:
            return None
        rows = list(clips) if isinstance(clips, (list, tuple)) else [clips, *more]
        return append(self._host, cut, rows)

    def CreateEmptyTimeline(self, name: str) -> Any:
        if self._taken(name):
            return None
        held = self._held
        fps, drop = rate_of(held.rate_text)
        start = fps.nominal * 3600 if not drop else round(fps.fps * 3600)
        cut = Cut(name, fps, start, drop, held.rate_text, held.width, held.height)
        return Timeline(self._host, held.add(cut))

    def DeleteTimelines(self, timeline: Sequence[Any]) -> bool:
        gone = [one._held for one in timeline if isinstance(one, Timeline) and one._alive()]
        for cut in gone:
            self._held.cuts.remove(cut)
            for folder in self._held.root.walk():
                folder.media = [media for media in folder.media if media.cut is not cut]
        if self._held.current in gone:
            self._held.current = self._held.cuts[0] if self._held.cuts else None
        return bool(gone)

    def ImportTimelineFromFile(self, filePath: str, importOptions: Any = None) -> Any:
        cut = import_file(self._host, self._held, filePath, importOptions or {})
        return None if cut is None else Timeline(self._host, cut)

    def _taken(self, name: str) -> bool:
        return not name or any(cut.name == name for cut in self._held.cuts)

    def _imported(self, item: Any) -> list[Media]:
        rate, _ = rate_of(self._held.rate_text)
        if isinstance(item, dict):
            if not self._host.habits.dict_import_works:
                return []
            first, last = int(item.get("StartIndex", 0)), int(item.get("EndIndex", 0))
            path = str(item["FilePath"])
            media = self._held.known(path) or sequence_of(path, first, last, rate)
        elif not Path(item).is_absolute():
            return []
        else:
            media = self._held.known(str(item)) or media_of(str(item), rate)
        if media is None:
            return []
        if media not in self._held.media():
            self._held.bin.media.append(media)
        return [media]


class Folder(Proxy):
    _held: Bin

    def _alive(self) -> bool:
        production = self._host.production
        return production is not None and self._held in production.root.walk()

    def GetName(self) -> str:
        return self._held.name

    def GetUniqueId(self) -> str:
        return self._held.id

    def GetClipList(self) -> Any:
        """Timelines are among them, with an empty "File Path"."""
        return [MediaPoolItem(self._host, media) for media in self._held.media]

    def GetSubFolderList(self) -> Any:
        return [Folder(self._host, inner) for inner in self._held.bins]

    def GetIsFolderStale(self) -> bool:
        return False
