"""Who prices and makes what tasks ask for. In: a task and the media of storage. Out: files."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.engines.base import RenderRequest
from bridge.engines.local.engine import LocalEngine
from bridge.engines.runway.fake import bill, films
from bridge.engines.runway.fake.canned import canned, lent
from bridge.engines.runway.fake.ledger import Task
from bridge.engines.runway.fake.render import request
from bridge.engines.runway.fake.scripts import Speed
from bridge.engines.runway.fake.storage import Storage
from bridge.engines.runway.fake.tasks import Rules
from bridge.engines.runway.fake.wanted import Media, Wanted, wanted
from bridge.media.facts import Codec, MediaFacts
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.source import Source

REAL_TIMES = 2  # how much longer than it plays a real one takes at least


class Kitchen:
    """Renders through the local engine, in child processes."""

    def __init__(self, folder: Path, storage: Storage, rules: Rules) -> None:
        self._folder = folder
        self._rules = rules
        self._media = Media(storage.file, lambda uri: _facts(storage.file(uri)))
        self._engine = LocalEngine(look_seconds=0.05)

    def bill(self, door: str, body: Mapping[str, Any]) -> bill.Bill:
        return bill.bill(door, body, self._media.facts, self._rules.prices)

    async def make(
        self, task: Task, folder: Path, speed: Speed, say: Callable[[float], None]
    ) -> tuple[str, ...]:
        """The results' names; what cannot be made raises `EngineFailed` or a media error."""
        ordered = await asyncio.to_thread(wanted, task, self._media)
        if speed is Speed.instant:
            return await asyncio.to_thread(self._canned, ordered, folder)
        began = asyncio.get_running_loop().time()
        work = self._folder / "work" / task.id
        try:
            asked = await asyncio.to_thread(self._request, task, ordered, work)
            raw = await self._rendered(asked, say) if asked else None
            names = await asyncio.to_thread(films.written, raw, ordered, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if speed is Speed.real:
            least = began + REAL_TIMES * float(ordered.seconds)
            await asyncio.sleep(max(0.0, least - asyncio.get_running_loop().time()))
        return names

    def _request(self, task: Task, ordered: Wanted, work: Path) -> RenderRequest | None:
        return request(task, ordered, self._media, work, any_words=self._rules.any_words)

    async def _rendered(self, asked: RenderRequest, say: Callable[[float], None]) -> Path:
        handle = await self._engine.submit(asked)
        try:
            async for step in self._engine.watch(handle):
                say(step.done or 0.0)
        except asyncio.CancelledError:
            await self._engine.cancel(handle)
            raise
        return (await self._engine.fetch(handle, asked.folder)).path

    def _canned(self, ordered: Wanted, folder: Path) -> tuple[str, ...]:
        """Right in length, size and form; the pictures are a slate."""
        if ordered.form.is_sound:
            return films.written(None, ordered, folder)
        codec = films.CODECS.get(ordered.form)
        frames, size = len(ordered.numbers), (ordered.width, ordered.height)
        sound = ordered.tone or bool(ordered.footage and ordered.footage.audio)
        cans = self._folder / "canned"
        film = canned(cans, frames, ordered.rate, size, codec or Codec.h264, sound=sound)
        if codec is None:
            return films.written(film, replace(ordered, numbers=tuple(range(frames))), folder)
        name = f"output{ordered.form.suffix}"
        lent(film, folder / name)
        return (name,)


def _facts(path: Path) -> MediaFacts:
    return probe(Source(path), Guard())
