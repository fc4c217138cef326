"""One look at a shot, made. In: a sketch. Out: the facts of a small movie that shows it.

What an engine needs (small footage, fitted stills) is kept by content, and so is what it found out
itself: the next words over the same shot begin where the engine begins.
"""

import asyncio
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

from bridge.daemon.picture_cache import PictureCache
from bridge.daemon.pictures import key_of
from bridge.engines.base import Footage, Keyframe
from bridge.errors import EngineFailed
from bridge.media.facts import Delivery, Fitting, MediaFacts
from bridge.pipeline.extract import fitting_of
from bridge.pipeline.planned import PlannedStill
from bridge.pipeline.requests import Cuts
from bridge.pipeline.sketch import Sketch, asked, cut
from bridge.pipeline.tools import Tools
from bridge.source import Source
from bridge.store import files


class Sketching:
    """Everything lies in one folder, which is emptied when the daemon starts and when it ends."""

    def __init__(self, tools: Tools, folder: Path) -> None:
        self._tools = tools
        self._work = folder / "work"
        self._kept = folder / "kept"
        self._parts = PictureCache(folder / "parts")

    async def made(self, sketch: Sketch, key: str) -> MediaFacts:
        """See it through; a cancelled call ends what it began."""
        folder = self._work / key
        engine = self._tools.engines.get(sketch.recipe.engine)
        cuts = await self._cuts(sketch)
        request = replace(asked(sketch, key, folder, cuts), kept=self._kept)
        engine.check(request)
        with files.writing(folder):
            await asyncio.to_thread(folder.mkdir, parents=True)
        await engine.prepare(request)
        result = await engine.sketch(request)
        media = await self._tools.room.probe(Source(result.path))
        if media.frames != len(request.wanted):
            raise EngineFailed(
                f"The preview has {media.frames} frames, not {len(request.wanted)}.",
                hint="Start the job itself: it says more.",
            )
        return media

    def drop(self, key: str) -> None:
        shutil.rmtree(self._work / key, ignore_errors=True)

    # ---- what the engine gets

    async def _cuts(self, sketch: Sketch) -> Cuts:
        footage = await self._footage(sketch)
        shot = sketch.shot
        keyframes = [
            Keyframe(still.frame, await self._still(still, fitting_of(still, shot)), still.window)
            for still in shot.keyframes
        ]
        references = [await self._still(still, None) for still in shot.references]
        return Cuts((), footage, keyframes, references)

    async def _footage(self, sketch: Sketch) -> tuple[Footage, ...]:
        order = cut(sketch, Path("footage"))
        if order is None or sketch.shot.media is None:
            return ()
        size = f"{order.codec} {order.rate} {order.width} x {order.height}"
        key = await asyncio.to_thread(key_of, sketch.shot.media, order.parts[0].numbers, size)
        make = partial(self._deliver, order, sketch.shot.media)
        path = await self._parts.picture(key, order.codec.suffix, make)
        return (Footage(path, order.frames, order.rate, order.width, order.height),)

    async def _deliver(self, order: Delivery, media: MediaFacts, out: Path) -> None:
        await self._tools.room.deliver(replace(order, out=out), facts=(media,), soon=True)

    async def _still(self, still: PlannedStill, fitting: Fitting | None) -> Path:
        if still.is_file and fitting is None:
            return still.image
        key = await asyncio.to_thread(key_of, still.media, (still.number,), repr(fitting))
        draw = partial(self._tools.room.still, still.media.source, still.number, fitting=fitting)
        return await self._parts.picture(key, ".png", draw)
