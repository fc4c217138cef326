"""Pictures of what there is to be seen. In: a film and which frames of it. Out: files, made once.

The key of a picture is what is in it: the media as it is now, the source frames, the size.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from bridge.daemon.films import Film
from bridge.daemon.picture_cache import PictureCache
from bridge.errors import NotFound
from bridge.media.facts import Fitting, Frames, MediaFacts
from bridge.media.room import MediaRoom
from bridge.media.stills import file_of
from bridge.media.strip import most_in
from bridge.source import SourceKind

FORM = "1"  # of the pictures; those of another form are made anew


@dataclass(frozen=True)
class Ask:
    """At most `count` pictures, `step` record frames apart, `height` pixels high."""

    height: int
    first: int = 0
    count: int = 1
    step: int = 1


@dataclass(frozen=True)
class Picture:
    path: Path
    key: str  # of its content
    count: int  # frames in it


class Pictures:
    """Used from the event loop."""

    def __init__(self, room: MediaRoom, folder: Path) -> None:
        self._room = room
        self._cache = PictureCache(folder)

    async def strip(self, film: Film, ask: Ask) -> Picture:
        """Frames side by side as JPEG; fewer where the film or the picture's width ends."""
        numbers = wanted(film, ask)
        key = await asyncio.to_thread(key_of, film.media, numbers, f"strip {ask.height}")
        make = partial(self._strip, film.media, numbers, ask.height)
        return Picture(await self._cache.picture(key, ".jpg", make), key, len(numbers))

    async def still(self, film: Film, frame: int) -> Picture:
        """One frame at full size as PNG, its pixels square, to paint on."""
        numbers = wanted(film, Ask(1, frame))
        key = await asyncio.to_thread(key_of, film.media, numbers, "still")
        make = partial(self._still, film.media, numbers[0])
        return Picture(await self._cache.picture(key, ".png", make), key, 1)

    async def _strip(
        self, media: MediaFacts, numbers: tuple[int, ...], height: int, out: Path
    ) -> None:
        await self._room.strip(Frames(media.source, numbers), media, out, height=height)

    async def _still(self, media: MediaFacts, frame: int, out: Path) -> None:
        await self._room.still(media.source, frame, out, fitting=_square(media))


def wanted(film: Film, ask: Ask) -> tuple[int, ...]:
    """The source frames; `NotFound` where the first lies beyond the end."""
    frames = range(ask.first, film.frames, ask.step)[: ask.count]
    if not frames:
        raise NotFound(
            f"There is no frame {ask.first}: the last one is {film.frames - 1}.",
            hint="Ask for frames inside of the shot.",
        )
    return tuple(film.shown(frame) for frame in frames[: most_in(film.media, ask.height)])


def key_of(media: MediaFacts, numbers: tuple[int, ...], how: str) -> str:
    """SHA-256 of all that makes the picture; looks at every file of numbered pictures."""
    source = media.source
    files = [(media.size, media.modified_ns)]
    if source.kind is SourceKind.sequence:
        files = [_status(file_of(source, number)) for number in numbers]
    words = (FORM, source, files, numbers, media.pixel_aspect, media.colour, how)
    return hashlib.sha256(repr(words).encode()).hexdigest()


def _status(path: Path) -> tuple[int, int]:
    """Size and time; zeros for what is not there, which decoding says better."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _square(media: MediaFacts) -> Fitting | None:
    """The whole picture with square pixels; None where they are square already."""
    if media.pixel_aspect == 1:
        return None
    width, height = media.width, media.height
    return Fitting(max(1, round(width * media.pixel_aspect)), height, Fraction(width, height))
