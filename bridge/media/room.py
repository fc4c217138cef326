"""The media room's door. In: sources and orders. Out: facts and files, made in child processes.

Other rooms use this, `facts` and `paths`. Engines, which decode in children of their own, and the
demo's footage use more of this folder.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from bridge.errors import BridgeError
from bridge.media import tasks
from bridge.media.deliver import check_order, part_of
from bridge.media.dub import check_dub
from bridge.media.facts import (
    Compared,
    Delivered,
    Delivery,
    Dub,
    Dubbed,
    Fitting,
    Frames,
    MediaFacts,
    SoundFacts,
)
from bridge.media.limits import Limits
from bridge.media.memory import Memory, identity_of
from bridge.media.paths import check_words
from bridge.media.workers import Crew, Patience, Running
from bridge.settings import Settings
from bridge.source import Source

PROBES_AT_ONCE = 4

Report = Callable[[int], None]
Rows = Sequence[tuple[str, tuple[tuple[Source, int], ...]]]


class MediaRoom:
    """
    Reads and writes media in child processes, one per call. `close` it in the end.

    Every call raises media errors for files, `DiskFull` and `DiskRefused` for targets, and
    `WorkerDied` when a child crashed or exceeded its limits. A cancelled call kills its child and
    leaves no file.
    """

    def __init__(self, settings: Settings) -> None:
        patience = Patience(settings.worker_seconds, settings.stall_seconds)
        self._crew = Crew(Limits.of(settings), patience)
        self._crew.expect()
        self._memory = Memory()
        self._under_way = set[Running]()
        # Two lanes, so that a probe does not wait behind an hour of conforming.
        self._long = ThreadPoolExecutor(settings.jobs_at_once, "media")
        self._short = ThreadPoolExecutor(PROBES_AT_ONCE, "media")

    async def warm(self) -> None:
        """Have the words ready in which children are told and answer, before anybody asks."""
        await asyncio.to_thread(tasks.warm)

    async def probe(self, source: Source) -> MediaFacts:
        """
        What the source is: counted frames, rate, size, tags, timecode.

        A file that was read before and is still the same is not read again.
        """
        check_words(source.path)
        known = self._memory.find(source)
        if known is not None:
            return known
        before = identity_of(source)
        facts = await self._run(tasks.Probe(source))
        assert isinstance(facts, MediaFacts)  # noqa: S101
        self._memory.keep(source, before, facts)
        return facts

    async def probe_sound(self, source: Source) -> SoundFacts:
        """What sound a file holds, with or without pictures; `MediaUnsupported` for none."""
        check_words(source.path)
        facts = await self._run(tasks.ProbeSound(source))
        assert isinstance(facts, SoundFacts)  # noqa: S101
        return facts

    async def decode_all(self, path: Path, *, strict: bool = True) -> int:
        """How many pictures and pieces of sound come out; `MediaDamaged` for what is not whole."""
        check_words(path)
        count = await self._run(tasks.DecodeAll(path, strict))
        assert isinstance(count, int)  # noqa: S101
        return count

    async def deliver(
        self,
        order: Delivery,
        report: Report | None = None,
        *,
        facts: Sequence[MediaFacts] = (),
        soon: bool = False,
    ) -> Delivered:
        """
        Write the order's file; `report` hears on the event loop how many frames are written.
        What is wanted `soon` does not wait behind longer work.

        A source that is no longer what `facts` say raises `MediaChanged`.
        """
        for part in order.read:
            check_words(part.source.path)
        check_order(order)
        result = await self._run(tasks.Deliver(order, tuple(facts)), report, order.out, soon=soon)
        assert isinstance(result, Delivered)  # noqa: S101
        return result

    async def dub(self, order: Dub) -> Dubbed:
        """Write the order's WAV."""
        for path in (order.out, *(part.path for part in order.parts)):
            check_words(path)
        check_dub(order)
        result = await self._run(order, None, order.out)
        assert isinstance(result, Dubbed)  # noqa: S101
        return result

    async def match(self, one: Frames, other: Frames) -> Compared:
        """How as many frames of two sources differ; see `match.compared`."""
        for frames in (one, other):
            check_words(frames.source.path)
        result = await self._run(tasks.Match(one, other))
        assert isinstance(result, Compared)  # noqa: S101
        return result

    async def still(
        self,
        source: Source,
        frame: int,
        out: Path,
        *,
        width: int | None = None,
        fitting: Fitting | None = None,
    ) -> Path:
        """
        Exactly that frame as PNG, in RGB by its own matrix and range; `width` scales it.

        A picture file is turned upright; with `fitting` the PNG is opaque, of that shape and size.
        """
        check_words(source.path)
        await self._run(tasks.Still(source, frame, out, width, fitting), None, out)
        return out

    async def sheet(self, rows: Rows, out: Path, *, width: int = 320) -> Path:
        """A contact sheet as PNG: one labelled row of frames each."""
        task = tasks.Sheet(tuple((label, tuple(cells)) for label, cells in rows), out, width)
        await self._run(task, None, out)
        return out

    async def strip(self, frames: Frames, facts: MediaFacts, out: Path, *, height: int) -> Path:
        """Those frames side by side as JPEG, each as wide as the others; see `strip.most_in`."""
        check_words(frames.source.path)
        await self._run(tasks.Strip(frames, facts, out, height), None, out)
        return out

    async def numbered(self, source: Source, out: Path, report: Report | None = None) -> int:
        """Every frame as a numbered PNG of 16 bits, with alpha, in the new folder `out`."""
        check_words(source.path)
        result = await self._run(tasks.Numbered(source, out), report)
        assert isinstance(result, int)  # noqa: S101 - what that task answers
        return result

    async def close(self) -> None:
        """End all children; calls under way raise `WorkerDied`."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for running in tuple(self._under_way):
            running.stop()
        for lane in (self._long, self._short):
            lane.shutdown(wait=True)
        self._crew.close()

    async def _run(
        self,
        task: tasks.Task,
        report: Report | None = None,
        out: Path | None = None,
        *,
        soon: bool = False,
    ) -> tasks.Result:
        """Run the task on a thread that waits for its child; a cancelled call kills the child."""
        running = Running()
        loop = asyncio.get_running_loop()
        long = isinstance(task, tasks.Deliver | tasks.Numbered | Dub) and not soon
        lane = self._long if long else self._short

        def tell(frames: int) -> None:
            if report is not None and not loop.is_closed():
                loop.call_soon_threadsafe(report, frames)

        work = loop.run_in_executor(lane, self._work, task, tell, running, out)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            running.stop()
            with suppress(BridgeError):
                await work
            raise

    def _work(
        self, task: tasks.Task, report: Report, running: Running, out: Path | None
    ) -> tasks.Result:
        self._under_way.add(running)
        try:
            return self._crew.run(task, report, running)
        except BridgeError:
            if out is not None:  # a child that was killed could not remove its half-written file
                with suppress(OSError):
                    part_of(out).unlink(missing_ok=True)
            raise
        finally:
            self._under_way.discard(running)
