"""Stage 4. Extract -> Render: hand the segments to the engine and see them through.

The intent is noted before anything is sent and the engine's name for the work before it is watched.
An intent without a name tells of a submit cut short: it is repeated only where that costs nothing.
"""

from dataclasses import dataclass

from bridge.engines.base import Engine, RenderHandle, RenderRequest
from bridge.errors import EngineUncertain
from bridge.pipeline.extract import Extract, model_of
from bridge.pipeline.requests import requests
from bridge.pipeline.tools import HANDLE, INTENT, Notes, Report, Tools


@dataclass(frozen=True)
class Render:
    extract: Extract
    handles: tuple[RenderHandle, ...]  # one a segment
    warnings: tuple[str, ...] = ()


async def render(extract: Extract, tools: Tools, notes: Notes, report: Report) -> Render:
    """Start or take up every segment, one after another, and wait until all have ended."""
    engine = tools.engines.get(extract.order.recipe.engine)
    requests = _requests(extract, tools)
    warnings = tuple(warning for request in requests for warning in engine.check(request))
    handles: list[RenderHandle] = []
    for number, request in enumerate(requests):
        handle = await _submitted(engine, request, notes)
        async for progress in engine.watch(handle):
            done = None if progress.done is None else (number + progress.done) / len(requests)
            report(done, progress.note or "rendering")
        handles.append(handle)
    return Render(extract, tuple(handles), tuple(dict.fromkeys(warnings)))


async def _submitted(engine: Engine, request: RenderRequest, notes: Notes) -> RenderHandle:
    known = await notes.read(HANDLE + request.key)
    if known is not None:
        return RenderHandle.from_data(known)
    if await notes.read(INTENT + request.key) is not None and not engine.repeatable:
        raise EngineUncertain(
            f"{engine.name} may have started {request.key} when the last run was cut short.",
            key=request.key,
        )
    await notes.write(INTENT + request.key, {"engine": engine.name, "model": request.model})
    handle = await engine.submit(request)
    await notes.write(HANDLE + request.key, handle.as_data())
    return handle


def _requests(extract: Extract, tools: Tools) -> tuple[RenderRequest, ...]:
    order = extract.order
    folders = [
        tools.store.scratch(order.key) / f"engine_{number}"
        for number in range(len(order.shot.segments))
    ]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    model = model_of(order, tools)
    return requests(order.shot, order.recipe, model, order.key, extract.footage, folders)
