"""Previews under way. In: what to look at. Out: looks that become better, until a newer one comes.

A first look at a few frames as soon as possible, then the whole shot; both small. Nothing is paid
for, nothing leaves this machine, and nothing is left when the daemon ends.
"""

import asyncio
import logging
import shutil
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.daemon.films import Film
from bridge.daemon.pictures import Ask, Picture, Pictures
from bridge.daemon.records import new_id
from bridge.daemon.sketching import Sketching
from bridge.engines.base import Kind
from bridge.errors import BridgeError, InternalError, NotFound
from bridge.media.facts import MediaFacts
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.sketch import LONGEST, Sketch, apart, first_look
from bridge.pipeline.tools import Tools

AT_ONCE = 2  # previews that work at the same time; slots are few
GLANCE_SECONDS = 0.3  # in which the first look is fetched; the whole shot takes all cores
ATTEMPTS = 10  # to empty the folder, a tenth of a second apart
USUAL = Recipe(Kind.edit).engine  # loaded before anybody asks
KEPT = 16  # previews that can still be asked for

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    """What can be seen of a preview: pictures at record frames `0, step, 2 * step ...`."""

    stage: str = "none"
    count: int = 0
    step: int = 1
    film: Film | None = None


@dataclass
class Preview:
    id: str
    slot: str
    sketch: Sketch
    state: str = "working"
    revision: int = 0
    look: Look = field(default_factory=Look)
    error: dict[str, Any] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)  # and a new one after it
    seen: asyncio.Event = field(default_factory=asyncio.Event)  # a picture of it was fetched
    task: asyncio.Task[None] | None = None

    def end(self, state: str, error: BridgeError | None = None) -> None:
        """What came of it; the first word counts."""
        if self.state == "working":
            self.state, self.error = state, None if error is None else error.as_data()
            self.tell()

    def tell(self) -> None:
        """Wake whoever waits for a change."""
        told, self.changed = self.changed, asyncio.Event()
        told.set()


class Previews:
    """Used from the event loop."""

    def __init__(self, tools: Tools, folder: Path) -> None:
        self._folder = folder
        self._tools = tools
        self._sketching = Sketching(tools, folder)
        self._pictures = Pictures(tools.room, folder / "pictures")
        self._known: OrderedDict[str, Preview] = OrderedDict()
        self._turns: dict[str, object] = {}  # by slot: who came last
        self._places = asyncio.Semaphore(AT_ONCE)
        self._warming: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Nothing of an earlier daemon stays; what the first one needs is loaded meanwhile."""
        await asyncio.to_thread(_removed, self._folder)
        self._warming = asyncio.create_task(self._warm())

    async def _warm(self) -> None:
        await self._tools.room.warm()
        with suppress(BridgeError):  # whoever asks for it will hear of it
            await asyncio.to_thread(self._tools.engines.get, USUAL)

    async def close(self) -> None:
        if self._warming is not None:
            await self._warming
        for preview in self._known.values():
            await self._end(preview, "cancelled")
        await asyncio.to_thread(_removed, self._folder)

    def take_turn(self, slot: str) -> object:
        """Whoever comes now ends what works in this slot, before anything is looked at."""
        turn = self._turns[slot] = object()
        for preview in self._known.values():
            if preview.slot == slot:
                self._stop(preview, "superseded")
        return turn

    def begin(self, slot: str, turn: object, sketch: Sketch) -> Preview:
        """Start; where somebody else came meanwhile it is superseded before it began."""
        preview = Preview(new_id("v"), slot, sketch)
        if self._turns.get(slot) is not turn:
            preview.end("superseded")
        else:
            preview.task = asyncio.create_task(self._run(preview))
            preview.task.add_done_callback(_note)
        self._known[preview.id] = preview
        while len(self._known) > KEPT:
            self._forget(next(iter(self._known.values())))
        return preview

    def get(self, preview_id: str) -> Preview:
        """`NotFound` where there is none, or none any more."""
        known = self._known.get(preview_id)
        if known is None:
            raise NotFound(f"There is no preview {preview_id[:60]}.", hint="Ask for a new one.")
        return known

    async def cancel(self, preview_id: str) -> Preview:
        preview = self.get(preview_id)
        await self._end(preview, "cancelled")
        return preview

    async def strip(self, preview: Preview, ask: Ask) -> Picture:
        """Of the best look there is; `NotFound` where there is none yet."""
        film = preview.look.film
        if film is None:
            raise NotFound("There is nothing to be seen of this preview yet.", hint="Wait for it.")
        try:
            return await self._pictures.strip(film, ask)
        finally:
            preview.seen.set()

    # ---- the work

    async def _run(self, preview: Preview) -> None:
        try:
            async with self._places:
                await self._looks(preview)
            preview.end("done")
        except BridgeError as error:
            preview.end("failed", error)
        finally:  # else a fault of the engine's or ours: the log has it
            preview.end("failed", InternalError("The preview failed."))

    async def _looks(self, preview: Preview) -> None:
        whole, count = preview.sketch, preview.sketch.shot.record.count
        step = apart(count)
        if whole.model.sparse and step > 1:
            media = await self._sketching.made(first_look(whole), f"{preview.id}-strip")
            few = len(range(0, count, step))
            self._show(preview, Look("strip", few, step, _film(first_look(whole), media)))
            with suppress(TimeoutError):
                await asyncio.wait_for(preview.seen.wait(), GLANCE_SECONDS)
        if count <= LONGEST:
            media = await self._sketching.made(whole, f"{preview.id}-shot")
            self._show(preview, Look("shot", count, 1, _film(whole, media)))

    def _show(self, preview: Preview, look: Look) -> None:
        preview.look = look
        preview.revision += 1
        preview.tell()

    def _stop(self, preview: Preview, state: str) -> None:
        if preview.task is not None and not preview.task.done():
            preview.end(state)
            preview.task.cancel()

    async def _end(self, preview: Preview, state: str) -> None:
        self._stop(preview, state)
        if preview.task is not None:
            await asyncio.wait({preview.task})

    def _forget(self, preview: Preview) -> None:
        self._stop(preview, "superseded")
        del self._known[preview.id]
        for stage in ("strip", "shot"):
            self._sketching.drop(f"{preview.id}-{stage}")


def _removed(folder: Path) -> None:
    """What was given up a moment ago may still be writing there."""
    for _ in range(ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _note(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("A preview failed.", exc_info=error)


def _film(sketch: Sketch, media: MediaFacts) -> Film:
    return Film(media, sketch.shot.record.count, sketch.place_of)
