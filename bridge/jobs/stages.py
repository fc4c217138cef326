"""The stages as the runner calls them. In: an attempt's last result. Out: the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bridge.jobs.facts import Stage
from bridge.jobs.shot_ledger import Kept
from bridge.jobs.values import from_json, to_json
from bridge.pipeline.collect import Collected, collect
from bridge.pipeline.conform import Conformed, conform
from bridge.pipeline.extract import Extract, ShotOrder, extract
from bridge.pipeline.planned import Plan
from bridge.pipeline.reinsert import Reinserted, reinsert
from bridge.pipeline.render import Render, render
from bridge.pipeline.tools import Notes, Report, Tools

BYTES_PER_PIXEL = 1  # ProRes 4444, the largest that is delivered, takes some 0.8


@dataclass(frozen=True)
class Stages:
    """The real ones; tests put others in their places."""

    extract: Callable[[ShotOrder, Tools, Report], Awaitable[Extract]] = extract
    render: Callable[[Extract, Tools, Notes, Report], Awaitable[Render]] = render
    collect: Callable[[Render, Tools, Report], Awaitable[Collected]] = collect
    conform: Callable[[Collected, Tools, Report], Awaitable[Conformed]] = conform
    reinsert: Callable[[Plan, Sequence[Conformed], Path], Awaitable[Reinserted]] = reinsert

    async def run(
        self,
        stage: Stage,
        order: ShotOrder,
        before: Any,
        tools: Tools,
        notes: Notes,
        report: Report,
    ) -> Any:
        """One stage; `before` is the JSON that the stage before it left."""
        match stage:
            case Stage.extract:
                return await self.extract(order, tools, report)
            case Stage.render:
                await asyncio.to_thread(check_space, order, tools)
                return await self.render(from_json(Extract, before), tools, notes, report)
            case Stage.collect:
                return await self.collect(from_json(Render, before), tools, report)
            case Stage.conform:
                return await self.conform(from_json(Collected, before), tools, report)
            case _:
                raise ValueError(f"{stage} is no stage of a shot")


def check_space(order: ShotOrder, tools: Tools) -> None:
    """`DiskFull` before anything is paid for whose result would not fit."""
    shot = order.shot
    sent = sum(segment.sent for segment in shot.segments)
    raw = sent * shot.render_width * shot.render_height * BYTES_PER_PIXEL
    delivered = shot.frames * shot.width * shot.height * BYTES_PER_PIXEL
    tools.store.need_space(raw + delivered)
    tools.store.need_space(delivered, order.media_folder)


def kept(result: Extract | Render | Collected | Conformed) -> Kept:
    if isinstance(result, Collected):
        return Kept(to_json(result), costs=_costs(result))
    if isinstance(result, Conformed):
        return Kept(to_json(result), take=result.take.id)
    return Kept(to_json(result))


def _costs(done: Collected) -> dict[str, Decimal]:
    """By request: one raw result for each segment's handle, in order."""
    handles = done.render.handles
    return {h.key: raw.credits for h, raw in zip(handles, done.raws, strict=True)}
