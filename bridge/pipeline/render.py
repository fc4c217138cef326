"""Stage 4. Extract -> Render: hand the segments to the engine and see them through.

The intent is noted before anything is sent and the engine's name for the work before it is watched.
An intent without a name tells of a submit cut short: it is repeated only where that costs nothing.
Work that failed at no cost is asked for once more where the engine says that this may help.
What an attempt before sent is looked at first: where it ended well it is not sent, and paid, again.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from bridge.engines.base import Engine, Progress, RenderHandle, RenderRequest
from bridge.errors import EngineCancelled, EngineFailed, EngineRefused, EngineUncertain
from bridge.media.facts import MediaFacts
from bridge.pipeline.extract import Extract, model_of
from bridge.pipeline.pieces import Piece
from bridge.pipeline.requests import Cuts, first_still, requests
from bridge.pipeline.segments import Segment
from bridge.pipeline.tools import (
    AGAIN,
    COST,
    EARLIER,
    HANDLE,
    INTENT,
    Notes,
    Report,
    Tools,
    result_of,
)
from bridge.source import Source


@dataclass(frozen=True)
class Render:
    extract: Extract
    handles: tuple[RenderHandle, ...]  # one a segment
    warnings: tuple[str, ...] = ()


async def render(extract: Extract, tools: Tools, notes: Notes, report: Report) -> Render:
    """Start or take up every segment, one after another, and wait until all have ended."""
    work = _Work(extract, tools, notes, report)
    return await work.done()


class _Work:
    """One run of the stage."""

    def __init__(self, extract: Extract, tools: Tools, notes: Notes, report: Report) -> None:
        self._extract, self._tools, self._notes, self._report = extract, tools, notes, report
        self._engine: Engine = tools.engines.get(extract.order.recipe.engine)
        self._shot = extract.order.shot
        self._requests = _requests(extract, tools)
        self._handles: list[RenderHandle] = []
        self._warnings: list[str] = []

    async def done(self) -> Render:
        for request in self._requests:  # nothing is spent before all of it may be
            self._warnings += self._engine.check(request)
        for number, request in enumerate(self._requests):
            handle = await self._earlier(number, request)
            self._handles.append(handle or await self._anew(number, request))
        return Render(self._extract, tuple(self._handles), tuple(dict.fromkeys(self._warnings)))

    async def _anew(self, number: int, request: RenderRequest) -> RenderHandle:
        if self._shot.segments[number].follows:
            await self._cut_first(number)
            self._warnings += self._engine.check(request)
        return await self._rendered(number, request)

    async def _rendered(self, number: int, request: RenderRequest) -> RenderHandle:
        """The segment's work, ended well; what failed for nothing is begun once more."""
        try:
            return await self._seen_through(number, request)
        except EngineFailed as error:
            if not error.detail.get("again"):
                raise
            if (cost := error.detail.get("credits")) is not None:
                await self._notes.write(COST + request.key, str(cost))
            self._warnings.append(
                f"Part {number + 1} failed and was rendered once more: {error.message}"
            )
        folder = request.folder.with_name(request.folder.name + AGAIN)
        folder.mkdir(parents=True, exist_ok=True)
        second = replace(request, key=request.key + AGAIN, folder=folder)
        return await self._seen_through(number, second)

    async def _seen_through(self, number: int, request: RenderRequest) -> RenderHandle:
        return await self._watched(
            number, await self._submitted(request, self._shot.segments[number])
        )

    async def _watched(self, number: int, handle: RenderHandle) -> RenderHandle:
        async for progress in self._engine.watch(handle):
            self._tell(number, progress)
        return handle

    def _tell(self, number: int, progress: Progress) -> None:
        done = None if progress.done is None else (number + progress.done) / len(self._requests)
        self._report(done, progress.note or "rendering")

    async def _submitted(self, request: RenderRequest, segment: Segment) -> RenderHandle:
        known = await self._notes.read(HANDLE + request.key)
        if known is not None:
            return RenderHandle.from_data(known)
        engine, intent = self._engine, INTENT + request.key
        if await self._notes.read(intent) is not None and not engine.repeatable:
            raise EngineUncertain(
                f"{engine.name} may have started {request.key} when the last run was cut short.",
                key=request.key,
            )
        await engine.prepare(request)
        await self._notes.write(
            intent,
            {
                "engine": engine.name,
                "model": request.model,
                "door": request.door,
                "credits": str(segment.price),
            },
        )
        handle = await engine.submit(request)
        await self._notes.write(HANDLE + request.key, handle.as_data())
        return handle

    # ---- what the attempt before has sent

    async def _earlier(self, number: int, request: RenderRequest) -> RenderHandle | None:
        """That work, ended well; None where there is none, and it is no longer looked for."""
        known = await self._notes.read(EARLIER + request.key)
        # it failed then, as now, or its engine does not know it any more
        with suppress(EngineFailed, EngineCancelled, EngineRefused):
            if known is not None:
                return await self._watched(number, RenderHandle.from_data(known))
        await self._give_up_from(number)
        return None

    async def _give_up_from(self, number: int) -> None:
        """
        Before another one takes its place: also what went on from it does not fit any more.

        The last of them first, so that a stop in between leaves none that goes on from another.
        """
        chain = [self._requests[number]]
        for segment, request in zip(
            self._shot.segments[number + 1 :], self._requests[number + 1 :], strict=True
        ):
            if not segment.follows:
                break
            chain.append(request)
        for request in reversed(chain):
            if await self._notes.read(EARLIER + request.key) is not None:
                await self._notes.write(EARLIER + request.key, None)

    # ---- going on from the segment before

    async def _cut_first(self, number: int) -> None:
        """The last frame of the segment before, as it was rendered, where this one needs it."""
        out = first_still(self._requests[number].folder)
        if out.exists():  # it is made under another name and is whole
            return
        shot = self._shot
        with result_of(self._handles[number - 1].key):
            raw = await self._raw(number - 1)
            piece = Piece(shot.segments[number - 1], raw, shot.rate, shot.render_rate)
            shared = shot.segments[number].frames.start
            await self._tools.room.still(raw.source, piece.raw_frame(shared), out)

    async def _raw(self, number: int) -> MediaFacts:
        folder = self._requests[number].folder.with_name(f"before_{number + 1}")
        folder.mkdir(parents=True, exist_ok=True)
        result = await self._engine.fetch(self._handles[number], folder)
        return await self._tools.room.probe(Source(result.path))


def _requests(extract: Extract, tools: Tools) -> tuple[RenderRequest, ...]:
    order = extract.order
    folders = [
        tools.store.scratch(order.key) / f"engine_{number}"
        for number in range(len(order.shot.segments))
    ]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    cuts = Cuts(folders, extract.footage, extract.keyframes, extract.references)
    return requests(order.shot, order.recipe, model_of(order, tools), order.key, cuts)
