"""A job with nothing faked but its footage. In: a folder. Out: tools and a plan for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import opentimelineio as otio

from bridge.engines.base import Kind
from bridge.engines.registry import Engines
from bridge.frames import Rate
from bridge.jobs.service import Jobs
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make
from bridge.pipeline.plan import plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.selection import select
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store

RATE = Rate.of(25)


def timeline_in(
    folder: Path, frames: int, clips: int = 2, size: tuple[int, int] = (64, 36)
) -> Path:
    """A reel of clips that follow each other in one counted movie."""
    media = make(folder / "A001.mov", Slate(frames * clips, RATE, *size))
    at = otio.opentime.RationalTime
    available = otio.opentime.TimeRange(at(0, 25), at(frames * clips, 25))
    reference = otio.schema.ExternalReference(str(media), available)
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for number in range(clips):
        span = otio.opentime.TimeRange(at(number * frames, 25), at(frames, 25))
        track.append(otio.schema.Clip(f"shot {number + 1}", reference.deepcopy(), span))
    path = folder / "reel.otio"
    otio.adapters.write_to_file(otio.schema.Timeline("reel", [track]), str(path))
    return path


@asynccontextmanager
async def real_jobs(folder: Path) -> AsyncIterator[tuple[Jobs, Tools]]:
    settings = Settings(data=folder / "data")
    tools = Tools(MediaRoom(settings), Engines(), Store(settings.data / "store"))
    jobs = Jobs(settings, tools)
    await jobs.start()
    try:
        yield jobs, tools
    finally:
        await jobs.stop()
        await tools.engines.close()
        await tools.room.close()


async def real_plan(folder: Path, tools: Tools, frames: int = 12) -> Plan:
    timeline = timeline_in(folder, frames)
    recipe = Recipe(Kind.edit, "dusk", out=folder / "new.otio")
    selection = await select(timeline, ["V1:1", "V1:2"], recipe, tools)
    return plan(selection, recipe, tools.engines.model("local"))
