"""The local engine. In: a request. Out: a worker's handle, its progress, and result.mov.

The work is done by a process of its own, which goes on when the daemon stops. Whoever watches
starts it again if it died: the work is free, and the same request gives the same bytes.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

from bridge.engines.base import (
    Engine,
    Model,
    Progress,
    RawResult,
    RenderHandle,
    RenderRequest,
)
from bridge.engines.local import models, process
from bridge.engines.local.folder import Outcome, Step, WorkFolder
from bridge.engines.local.sketches import Sketches
from bridge.errors import EngineCancelled, EngineFailed, EngineRefused

MOST_ATTEMPTS = 4  # the first one and three more
LOOK_SECONDS = 0.1
# What a worker may use: enough for its libraries and a still of the largest size that is read, and
# for the pictures that it holds at once (measured at 1080p and 4K: 110 bytes a pixel).
LEAST_MEMORY_MB = 4096
MEMORY_PER_PIXEL = 200  # bytes


class LocalEngine(Engine):
    """Looks, in-betweens and camera moves, free and on this machine."""

    name = "local"
    remote = False
    repeatable = True  # a folder holds one piece of work, however often it is submitted

    def __init__(
        self,
        *,
        memory_mb: int | None = None,  # of a worker; None: by the size of the pictures
        look_seconds: float = LOOK_SECONDS,
        stall_seconds: float = 120,
    ) -> None:
        self._memory_mb = memory_mb
        self._look_seconds = look_seconds
        self._stall_seconds = stall_seconds
        self._sketches = Sketches()

    def models(self) -> tuple[Model, ...]:
        return models.MODELS

    def check(self, request: RenderRequest) -> tuple[str, ...]:
        return models.check(request)

    async def submit(self, request: RenderRequest) -> RenderHandle:
        self.check(request)
        folder = WorkFolder(request.folder.absolute())
        await asyncio.to_thread(self._start, folder, request)
        return RenderHandle(self.name, request.key, {"folder": str(folder.path)})

    def _start(self, folder: WorkFolder, request: RenderRequest) -> None:
        known = folder.request()
        if known is not None and known.key != request.key:
            raise EngineRefused(f"{folder.path} belongs to another attempt, {known.key}.")
        folder.begin(request)
        process.start(folder, self._memory_mb or memory_for(request))

    async def watch(self, handle: RenderHandle) -> AsyncIterator[Progress]:
        folder, request = _known(handle)
        life = _Life(folder, self._memory_mb or memory_for(request), self._stall_seconds)
        shown: Step | None = None
        while not await asyncio.to_thread(life.ended):
            step = folder.step()
            if step is not None and step != shown:
                shown = step
                yield Progress(step.frames / step.of, f"frame {step.frames} of {step.of}")
            await asyncio.sleep(self._look_seconds)
        yield Progress(1.0, "done")

    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        work, request = _known(handle)
        outcome = work.outcome()
        if outcome is None:
            raise EngineFailed(f"The local work {handle.key} has no result yet.")
        path = await asyncio.to_thread(_brought, work, outcome, folder)
        return RawResult(
            path,
            credits=Decimal(0),
            seed=request.seed,
            facts={"frames": str(outcome.frames), **outcome.facts},
            warnings=outcome.warnings,
            sureness=outcome.sureness,
        )

    async def cancel(self, handle: RenderHandle) -> None:
        folder = WorkFolder(Path(handle.data.get("folder", "")))
        if folder.request() is None or folder.outcome() or folder.error():
            return
        folder.cancel()
        await asyncio.to_thread(process.stop, folder)

    async def sketch(self, request: RenderRequest) -> RawResult:
        self.check(request)
        folder = WorkFolder(request.folder.absolute())
        await asyncio.to_thread(folder.begin, request, lasting=False)
        await self._sketches.make(folder, self._memory_mb or memory_for(request))
        return RawResult(folder.result, credits=Decimal(0), seed=request.seed)

    async def close(self) -> None:
        await asyncio.to_thread(self._sketches.close)


class _Life:
    """Looks after one worker: says whether the work has ended, starts the dead again."""

    def __init__(self, folder: WorkFolder, memory_mb: int, stall_seconds: float) -> None:
        self._folder = folder
        self._memory_mb = memory_mb
        self._stall_seconds = stall_seconds
        self._starts = 0
        self._step: Step | None = None
        self._changed = time.monotonic()  # does not run while the machine sleeps

    def ended(self) -> bool:
        """True where the work is done; raises if it failed or was cancelled."""
        # looked at first: a worker that ends in between has left its outcome behind
        alive = process.alive(self._folder)
        if self._folder.cancelled:
            raise EngineCancelled("The local work was cancelled.")
        error = self._folder.error()
        if error is not None:
            raise error
        if self._folder.outcome() is not None:
            return True
        if not alive:
            self._start_again()
        elif self._stalled():
            process.stop(self._folder)
        return False

    def _stalled(self) -> bool:
        """Whether the worker has not moved for too long."""
        step, now = self._folder.step(), time.monotonic()
        if step != self._step:
            self._step, self._changed = step, now
        return now - self._changed > self._stall_seconds

    def _start_again(self) -> None:
        worker = self._folder.worker()
        if max(self._starts + 1, worker.attempt if worker else 0) >= MOST_ATTEMPTS:
            raise EngineFailed(
                f"The local worker ended {MOST_ATTEMPTS} times without a result: "
                f"{self._folder.last_words() or 'it said nothing'}",
                hint="Look at worker.log in the job's folder; the footage may be too large.",
                log=str(self._folder.log),
            )
        self._starts += 1
        self._changed = time.monotonic()
        process.start(self._folder, self._memory_mb)


def memory_for(request: RenderRequest) -> int:
    """Megabytes that a worker may use for pictures of this size."""
    shot = request.footage
    pixels = max(request.width * request.height, shot.width * shot.height if shot else 0)
    return LEAST_MEMORY_MB + pixels * MEMORY_PER_PIXEL // 1_000_000


def _known(handle: RenderHandle) -> tuple[WorkFolder, RenderRequest]:
    folder = WorkFolder(Path(handle.data["folder"]))
    request = folder.request()
    if request is None:
        raise EngineFailed(f"The local engine has no work {handle.key} in {folder.path}.")
    return folder, request


def _brought(work: WorkFolder, outcome: Outcome, folder: Path) -> Path:
    """The result in `folder`: linked where the disk can, copied where it cannot."""
    size = work.result.stat().st_size if work.result.exists() else 0
    if size != outcome.size:
        raise EngineFailed(f"{work.result} has {size} bytes, and {outcome.size} were written.")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "result.mov"
    if target.exists() and target.samefile(work.result):
        return target
    part = folder / "result.mov.part"
    part.unlink(missing_ok=True)
    try:
        os.link(work.result, part)
    except OSError:  # another disk, or one without links
        shutil.copyfile(work.result, part)
    return part.replace(target)
