"""Stages without codecs, and plans for them. In: names of shots. Out: work that jobs can walk.

`render` is the real stage, so that engines, intents and handles are real; the others copy small
files. `Scene` tells tests what happened and lets them trip or stop any stage by its name.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bridge import __version__
from bridge.engines.base import Engine, Footage, Kind
from bridge.engines.registry import Engines
from bridge.frames import FrameMap, FrameRange, Handles, Rate
from bridge.jobs.stages import Stages
from bridge.media.facts import Colour, MediaFacts
from bridge.pipeline.collect import Collected, Raw
from bridge.pipeline.conform import Conformed
from bridge.pipeline.extract import Extract, ShotOrder
from bridge.pipeline.planned import Plan, PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.reinsert import Reinserted, _placement
from bridge.pipeline.render import Render, render
from bridge.pipeline.segments import Segment
from bridge.pipeline.tools import Notes, Report, Tools, result_of
from bridge.source import Source
from bridge.store.store import Store
from bridge.store.takes import Lineage, runs
from bridge.timeline.facts import Flavour, TimelineFacts
from tests.fakes.room import FakeRoom

RATE = Rate.of("24000/1001")
FRAMES = 24


def planned_shot(number: int, name: str, *, segments: int = 1, price: str = "5") -> PlannedShot:
    span = FrameRange(0, FRAMES)
    return PlannedShot(
        id=f"s{number:03d}",
        name=name,
        place=f"V1:{number}",
        record=FrameRange((number - 1) * FRAMES, FRAMES),
        rate=RATE,
        render_rate=RATE,
        handles=Handles(),
        media=media_facts(Path("/nowhere/source.mov")),
        map=FrameMap(Fraction(0), Fraction(1)),
        width=64,
        height=36,
        pixel_aspect=Fraction(1),
        colour=Colour(),
        render_width=64,
        render_height=36,
        segments=(Segment(span, span, FRAMES, price=Decimal(price) / segments),) * segments,
        keyframes=(),
        references=(),
        start_frame=86400,
        drop=False,
        sound=None,
        price=Decimal(price),
    )


def media_facts(path: Path) -> MediaFacts:
    return MediaFacts(
        Source(path), "prores", "yuv422p10le", 10, 64, 36, Fraction(1), RATE, frames=FRAMES
    )


def plan_of(
    *names: str,
    engine: str = "fake",
    model: str = "fake-1",
    prompt: str = "make it dusk",
    out: Path | None = None,
    segments: int = 1,
    price: str = "5",
) -> Plan:
    """A plan with one shot for each name."""
    shots = tuple(
        planned_shot(number, name, segments=segments, price=price)
        for number, name in enumerate(names, 1)
    )
    return Plan(
        timeline=Path("/nowhere/reel.otio"),
        folder=Path("/nowhere"),
        facts=TimelineFacts("Reel 1", RATE, 86400, False, len(names) * FRAMES, Flavour.otio),
        recipe=Recipe(Kind.edit, prompt, engine, model, out=out),
        engine=engine,
        model=model,
        door="",
        shots=shots,
        price=sum((shot.price for shot in shots), Decimal(0)),
    )


def tools_of(data: Path, *engines: Engine) -> Tools:
    return Tools(
        FakeRoom(),  # type: ignore[arg-type]
        Engines({engine.name: engine for engine in engines}),
        Store(data / "store"),
    )


@dataclass
class Scene:
    """What the stages did (`seen`), and what each does before and after its work."""

    seen: list[str] = field(default_factory=list)
    acts: dict[str, Callable[[], object]] = field(default_factory=dict)
    waits: dict[str, asyncio.Event] = field(default_factory=dict)

    def stages(self) -> Stages:
        return Stages(self._extract, self._render, self._collect, self._conform, self._reinsert)

    def kill_at(self, point: str) -> None:
        """The process dies there, as by `kill -9`."""
        self.acts[point] = die

    async def at(self, point: str, shot: str = "") -> None:
        """Points are `before:extract`, `in:extract`, `after:extract` ..., or those with `:s001`."""
        self.seen.append(f"{point}:{shot}" if shot else point)
        for name in (point, f"{point}:{shot}"):
            if name in self.acts:
                self.acts[name]()
            if name in self.waits:
                await self.waits[name].wait()

    async def _extract(self, order: ShotOrder, tools: Tools, report: Report) -> Extract:
        await self.at("before:extract", order.shot.id)
        part = tools.store.scratch(order.key) / "footage.mov.part"
        part.write_bytes(order.key.encode())
        report(0.5, "extracting")
        await self.at("in:extract", order.shot.id)
        part.replace(part.with_suffix(""))
        footage = Footage(part.with_suffix(""), FRAMES, RATE, 64, 36)
        await self.at("after:extract", order.shot.id)
        return Extract(order, (footage,) * len(order.shot.segments))

    async def _render(self, extract: Extract, tools: Tools, notes: Notes, report: Report) -> Render:
        await self.at("before:render", extract.order.shot.id)
        result = await render(extract, tools, notes, report)
        await self.at("after:render", extract.order.shot.id)
        return result

    async def _collect(self, done: Render, tools: Tools, report: Report) -> Collected:
        order = done.extract.order
        await self.at("before:collect", order.shot.id)
        engine = tools.engines.get(order.recipe.engine)
        raws = []
        for number, handle in enumerate(done.handles):
            folder = tools.store.scratch(order.key) / f"raw_{number}"
            folder.mkdir(exist_ok=True)
            with result_of(handle.key):
                result = await engine.fetch(handle, folder)
            await self.at("in:collect", order.shot.id)
            stored = tools.store.put(result.path, move=True)
            raws.append(Raw(media_facts(stored.path), stored.sha256, result.credits, None, {}))
        await self.at("after:collect", order.shot.id)
        return Collected(done, tuple(raws))

    async def _conform(self, done: Collected, tools: Tools, report: Report) -> Conformed:
        order = done.render.extract.order
        await self.at("before:conform", order.shot.id)
        part = tools.store.scratch(order.key) / "conformed.mov.part"
        part.write_bytes(f"conformed {order.key}".encode())
        await self.at("in:conform", order.shot.id)
        part.replace(part.with_suffix(""))
        stored = tools.store.put(part.with_suffix(""), move=True)
        take = tools.store.deliver(_lineage(done), stored, order.media_folder)
        await self.at("after:conform", order.shot.id)
        return Conformed(order, take, take.delivered)

    async def _reinsert(self, plan: Plan, shots: Sequence[Conformed], out: Path) -> Reinserted:
        await self.at("before:reinsert")
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_name(f"{out.name}.part")
        part.write_text("\n".join(shot.take.id for shot in shots))
        await self.at("in:reinsert")
        part.replace(out)
        await self.at("after:reinsert")
        return Reinserted(out, tuple(_placement(shot) for shot in shots))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _lineage(done: Collected) -> Lineage:
    order = done.render.extract.order
    shot = order.shot
    return Lineage(
        id=order.key,
        clip=shot.name,
        place=shot.place,
        timeline=order.timeline_name,
        source=None,
        source_frames=runs(shot.source_frames),
        record=shot.record,
        rate=shot.rate,
        handles=shot.handles,
        recipe={"prompt": order.recipe.prompt},
        prompt=order.recipe.prompt,
        engine=order.recipe.engine,
        model=order.model,
        seed=None,
        credits=done.credits,
        raws=tuple(raw.sha256 for raw in done.raws),
        frames=shot.frames,
        width=shot.width,
        height=shot.height,
        codec=order.recipe.codec.value,
        job=order.job,
        shot=shot.id,
        software=__version__,
    )
