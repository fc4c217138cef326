"""A third party's engine, whole: it turns a shot round, left to right. Start your own from here.

A real one would hand the footage to a service in `submit` and ask it in `watch`. This one notes in
the request's folder when the service will be ready, so that any process can go on from the handle.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import av
from pydantic import Field

from bridge.engines.base import (
    Engine,
    EngineOptions,
    Kind,
    Limits,
    Model,
    Price,
    Progress,
    RawResult,
    RenderHandle,
    RenderRequest,
)
from bridge.errors import EngineCancelled, EngineFailed, EngineRefused

NOTE = "mirror.json"


class MirrorOptions(EngineOptions):
    upside_down: bool = Field(False, description="Turn it over as well.")


MIRROR = Model(
    name="mirror-1",
    kinds=frozenset({Kind.edit}),
    limits=Limits(concurrency=8),
    price=Price(per_second=Decimal("0.5")),
    options=MirrorOptions,
    words={"mirror": "left becomes right"},
    summary="Turns the shot round",
)


class MirrorEngine(Engine):
    name = "mirror"
    remote = False

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds  # that the service takes

    def models(self) -> tuple[Model, ...]:
        return (MIRROR,)

    def check(self, request: RenderRequest) -> tuple[str, ...]:
        MIRROR.checked(request.options)
        if "mirror" not in request.prompt:
            raise EngineRefused("Mirrors only mirror.", hint='Say "mirror".')
        return ()

    async def submit(self, request: RenderRequest) -> RenderHandle:
        self.check(request)
        if request.footage is None:
            raise EngineRefused("There is nothing to mirror.", hint="Give a clip.")
        note = {
            "footage": str(request.footage.path),
            "upside_down": MIRROR.checked(request.options).model_dump()["upside_down"],
            "ready": time.time() + self.seconds,
            "credits": str(MIRROR.price.of(request.work)),
        }
        write_note(request.folder, note)
        return RenderHandle(self.name, request.key, {"folder": str(request.folder)})

    async def watch(self, handle: RenderHandle) -> AsyncIterator[Progress]:
        while (note := read_note(handle))["ready"] > time.time():
            if note.get("cancelled"):
                raise EngineCancelled("The mirror was covered.")
            yield Progress(None, "mirroring")
            await asyncio.sleep(0.05)
        yield Progress(1.0)

    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        note = read_note(handle)
        path = await asyncio.to_thread(mirrored, note, folder)
        return RawResult(path, credits=Decimal(note["credits"]))

    async def cancel(self, handle: RenderHandle) -> None:
        folder = Path(handle.data["folder"])
        if (folder / NOTE).exists():
            write_note(folder, read_note(handle) | {"cancelled": True})


def read_note(handle: RenderHandle) -> dict:
    try:
        return json.loads((Path(handle.data["folder"]) / NOTE).read_text())
    except FileNotFoundError as error:
        raise EngineFailed(f"The mirror knows nothing of {handle.key}.") from error


def write_note(folder: Path, note: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{NOTE}.part"
    part.write_text(json.dumps(note))
    part.replace(folder / NOTE)


def mirrored(note: dict, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    part, target = folder / "mirrored.mov.part", folder / "mirrored.mov"
    with av.open(note["footage"]) as shot, av.open(str(part), "w", format="mov") as out:
        source = shot.streams.video[0]
        stream = out.add_stream("prores_ks", rate=source.base_rate, options={"profile": "3"})
        stream.width, stream.height, stream.pix_fmt = source.width, source.height, "yuv422p10le"
        for frame in shot.decode(source):
            picture = frame.to_ndarray(format="rgb48le")[:, ::-1]
            picture = picture[::-1] if note["upside_down"] else picture
            turned = av.VideoFrame.from_ndarray(picture.copy(), format="rgb48le")
            turned.pts, turned.time_base = frame.pts, frame.time_base
            out.mux(stream.encode(turned))
        out.mux(stream.encode(None))
    return part.replace(target)
