"""What there is to be seen. In: shots, takes and moments by name. Out: which frame is shown when.

Which source frame a record frame shows is decided by the pipeline's own map, for pictures as for
work.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bridge.daemon.allowed import check_timeline
from bridge.daemon.records import Selections
from bridge.errors import MediaChanged, NotFound
from bridge.media.facts import MediaFacts
from bridge.media.stills import file_of, numbered, numbers_in
from bridge.pipeline.selection import Shot, picture_at, shot_at
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.source import Source, SourceKind
from bridge.store.takes import SourceFile, numbers_of
from bridge.wire.selections import SelectionOut

KEPT_SHOTS = 512


@dataclass(frozen=True)
class Film:
    """Something of so many record frames; frame i shows source frame `at(i)` of the media."""

    media: MediaFacts
    frames: int
    at: Callable[[int], int]

    def shown(self, frame: int) -> int:
        """The source frame; where the media ends too early, its nearest one."""
        return min(max(0, self.at(frame)), self.media.frames - 1)


class Films:
    """Used from the event loop. What was looked at is known as long as its file is the same."""

    def __init__(self, tools: Tools, settings: Settings) -> None:
        self._tools = tools
        self._settings = settings
        self._selections = Selections(settings.data)
        self._bundles = settings.data / "bundles"
        self._shots: OrderedDict[tuple[str, int, int], Shot] = OrderedDict()

    async def selection(self, selection: str) -> SelectionOut:
        """`NotFound` where there is none; `MediaForbidden` where its timeline may not be read."""
        known = await asyncio.to_thread(self._selections.get, selection)
        await asyncio.to_thread(check_timeline, Path(known.timeline), self._settings)
        return known

    async def shot(self, known: SelectionOut, number: int) -> Film:
        """The shot of that place in the selection's list."""
        shot = await self.shot_of(known, number)
        return Film(shot.media, shot.clip.record.count, shot.map.at)

    async def shot_of(self, known: SelectionOut, number: int) -> Shot:
        """The same, for work."""
        if number >= len(known.shots):
            raise NotFound(f"The selection has no shot {number}.", hint="Shots count from 0.")
        name = (known.id, number, await asyncio.to_thread(_changed, Path(known.timeline)))
        shot = self._shots.get(name)
        if shot is None or not await asyncio.to_thread(_is_as_it_was, shot.media):
            shot = await self._looked_at(known, number)
        self._keep(name, shot)
        return shot

    async def moment(self, known: SelectionOut, moment: str) -> Film:
        """What the timeline shows there."""
        still = await picture_at(Path(known.timeline), moment, self._tools, self._bundles)
        return Film(still.media, 1, lambda _: still.number)

    async def take(self, take_id: str) -> Film:
        """The take without its handles."""
        store = self._tools.store
        take = await asyncio.to_thread(store.take, take_id)
        try:
            path = await asyncio.to_thread(store.path_of, take.media)
        except NotFound:  # the file that was given to the editor is the same
            path = take.delivered
        media = await self._tools.room.probe(Source(path))
        return Film(media, take.record.count, lambda frame: take.handles.head + frame)

    async def original(self, take_id: str) -> Film:
        """What the take was made of, frame for frame; `NotFound` for a new shot."""
        take = await asyncio.to_thread(self._tools.store.take, take_id)
        if take.source is None:
            raise NotFound("This take is a new shot: it has no original.", hint="Show the take.")
        source = await asyncio.to_thread(_source_of, take.source)
        media = await self._tools.room.probe(source)
        _check_same(media, take.source)
        numbers = numbers_of(take.source_frames)[take.handles.head :]
        return Film(media, take.record.count, numbers.__getitem__)

    async def picture(self, image: Path) -> Film:
        media = await self._tools.room.probe(Source(image, SourceKind.still))
        return Film(media, 1, lambda _: 0)

    async def _looked_at(self, known: SelectionOut, number: int) -> Shot:
        wanted, timeline = known.shots[number], Path(known.timeline)
        return await shot_at(
            timeline, known.clips, wanted.place, wanted.record_start, self._tools, self._bundles
        )

    def _keep(self, name: tuple[str, int, int], shot: Shot) -> None:
        self._shots[name] = shot
        self._shots.move_to_end(name)
        if len(self._shots) > KEPT_SHOTS:
            self._shots.popitem(last=False)


def _changed(path: Path) -> int:
    """When the file was written, nanoseconds; 0 where it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _is_as_it_was(media: MediaFacts) -> bool:
    """Whether it is the file that was looked at; of numbered pictures, whether their first is."""
    source = media.source
    path = file_of(source, 0) if source.kind is SourceKind.sequence else source.path
    try:
        status = path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (media.size, media.modified_ns)


def _source_of(file: SourceFile) -> Source:
    """Takes know a file's name; of numbered pictures the first is the one that they describe."""
    path, kind = file.path, SourceKind.sequence
    if path.is_file() or "%" not in path.name:
        return Source(path)
    folder = file_of(Source(path, kind), 0).parent
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    for number in sorted(numbers_in(path.name, names)):
        status = (folder / numbered(path.name, number)).stat()
        if (status.st_size, status.st_mtime_ns) == (file.size, file.modified_ns):
            return Source(path, kind, number)
    raise _other(path)


def _check_same(media: MediaFacts, file: SourceFile) -> None:
    if (media.size, media.modified_ns) != (file.size, file.modified_ns):
        raise _other(file.path)


def _other(path: Path) -> MediaChanged:
    return MediaChanged(
        f"{path} is not the file any more of which the take was made.",
        hint="Put the original back to see it beside the take.",
        path=str(path),
    )
