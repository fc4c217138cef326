"""A walk with an engine that returns what a test makes. Out: the take, its files, the timeline."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.engines.base import Change, Kind, Model, RawResult, RenderHandle
from bridge.engines.registry import Engines
from bridge.media.slate import Slate, make
from bridge.pipeline.collect import Collected, collect
from bridge.pipeline.conform import Conformed, conform
from bridge.pipeline.extract import ShotOrder, extract
from bridge.pipeline.plan import plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.reinsert import Reinserted, reinsert
from bridge.pipeline.render import render
from bridge.pipeline.selection import select
from bridge.pipeline.tools import Tools
from tests.fakes.engine import InstantEngine
from tests.test_walk import Cut, Notebook, quiet, timeline_of, tools_in

RECIPE = Recipe(Kind.edit, engine="instant")
Returned = Callable[[Path, Path, int], Path]
"""From the footage, a folder and the segment's number: the file that comes back."""


class ReturningEngine(InstantEngine):
    def __init__(
        self, returned: Returned, changes: frozenset[Change], max_seconds: Fraction | None
    ) -> None:
        super().__init__()
        self._returned, self._changes, self._max_seconds = returned, changes, max_seconds
        self.fetched = 0

    def models(self) -> tuple[Model, ...]:
        (model,) = super().models()
        limits = replace(model.limits, max_seconds=self._max_seconds)
        return (replace(model, limits=limits, changes=self._changes),)

    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        self.fetched += 1
        came = await super().fetch(handle, folder)
        number = int(handle.key.rpartition("-")[2])
        return replace(came, path=self._returned(came.path, folder, number))


@dataclass
class Walk:
    """One shot's way, stage by stage."""

    tools: Tools
    engine: ReturningEngine
    timeline: Path
    out: Path
    recipe: Recipe

    async def rendered(self) -> Any:
        selection = await select(self.timeline, ["V1:1"], self.recipe, self.tools)
        model = self.tools.engines.model("instant")
        self.plan = plan(selection, self.recipe, model)
        order = ShotOrder(
            "j1", 1, self.plan.shots[0], self.recipe, model.name, model.door, "cut",
            self.out.parent / "takes",
        )  # fmt: skip
        return await render(await extract(order, self.tools, quiet), self.tools, Notebook(), quiet)

    async def collected(self) -> Collected:
        return await collect(await self.rendered(), self.tools, quiet)

    async def conformed(self) -> Conformed:
        return await conform(await self.collected(), self.tools, quiet)

    async def reinserted(self) -> tuple[Conformed, Reinserted]:
        done = await self.conformed()
        return done, await reinsert(self.plan, [done], self.out)


@contextmanager
def walking(
    folder: Path,
    returned: Returned,
    cut: Cut,
    *changes: Change,
    max_seconds: Fraction | None = None,
    recipe: Recipe = RECIPE,
    out: str = "new.otio",
) -> Iterator[Walk]:
    engine = ReturningEngine(returned, frozenset(changes), max_seconds)
    tools = replace(tools_in(folder), engines=Engines({"instant": engine}))
    try:
        yield Walk(tools, engine, timeline_of(cut, folder), folder / out, recipe)
    finally:
        asyncio.run(tools.room.close())


def returns(*slates: Slate, suffix: str = ".mov") -> Returned:
    """One slate a segment, whatever the footage was."""

    def made(_footage: Path, folder: Path, number: int) -> Path:
        return make(folder / f"came_back{suffix}", slates[number])

    return made
