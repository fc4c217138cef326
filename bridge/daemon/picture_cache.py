"""Pictures that were made before. In: a key and how to make it. Out: the file, made once.

    <data>/pictures/ab/abcd....jpg

Files only, which may be thrown away at any time. Who asks for a picture that is being made waits
for it; when nobody waits any more, the making ends.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bridge.media.kept import sweep
from bridge.store import files

MOST_BYTES = 1 << 30  # of all pictures together
SWEEP_EVERY = 64 << 20  # bytes that were written

Make = Callable[[Path], Awaitable[object]]


@dataclass
class _Making:
    task: asyncio.Task[None]
    asked: int = 0


class PictureCache:
    """Used from the event loop."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most_bytes
        self._making: dict[str, _Making] = {}
        self._written = SWEEP_EVERY  # the first picture looks after what was there before

    async def picture(self, key: str, suffix: str, make: Make) -> Path:
        """The file with that key; where there is none, `make` writes it to the path it is given."""
        path = self._folder / key[:2] / f"{key}{suffix}"
        if not await asyncio.to_thread(_used, path):
            await self._made(path, make)
        return path

    async def _made(self, path: Path, make: Make) -> None:
        making = self._making.get(path.name)
        if making is None:
            making = _Making(asyncio.create_task(self._make(path, make)))
            self._making[path.name] = making
            making.task.add_done_callback(lambda task: self._ended(path.name, task))
        making.asked += 1
        try:
            await asyncio.shield(making.task)
        finally:
            making.asked -= 1
            if not making.asked and not making.task.done():
                self._making.pop(path.name, None)  # whoever asks from now on begins anew
                making.task.cancel()

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        known = self._making.get(name)
        if known is not None and known.task is task:
            del self._making[name]
        if not task.cancelled():
            task.exception()  # whoever still waits has it

    async def _make(self, path: Path, make: Make) -> None:
        # a name of its own: one that was given up may still be on its way
        part = files.part_of(path).with_suffix(path.suffix)
        with files.writing(path):
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        try:
            await make(part)
            self._written += await asyncio.to_thread(_settled, part, path)
        finally:
            files.discard(part)
        if self._written >= SWEEP_EVERY:
            self._written = 0
            await asyncio.to_thread(sweep, self._folder, self._most)


def _settled(part: Path, path: Path) -> int:
    """Give it its name; its bytes."""
    with files.writing(path):
        size = part.stat().st_size
        part.replace(path)
    return size


def _used(path: Path) -> bool:
    """Whether it is there; then it stays longer than what nobody asked for."""
    try:
        os.utime(path)
    except OSError:
        return False
    return True
