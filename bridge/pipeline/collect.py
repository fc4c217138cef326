"""Stage 5. Render -> Collected.

The raw results, whole and looked at, kept in the store as they came.
"""

import asyncio
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bridge.engines.base import Change, RawResult
from bridge.errors import DeliveryError, EngineFailed, MediaError
from bridge.media.facts import MediaFacts, SoundFacts
from bridge.pipeline.extract import model_of
from bridge.pipeline.render import Render
from bridge.pipeline.tools import Report, Tools, result_of
from bridge.source import Source


@dataclass(frozen=True)
class Raw:
    """One segment's raw result; its facts name the stored file."""

    facts: MediaFacts | SoundFacts  # the latter of a model that makes sound
    sha256: str
    credits: Decimal
    seed: int | None
    notes: dict[str, str]
    sureness: tuple[float, ...] = ()  # of each frame, 0 to 1; none: not told


@dataclass(frozen=True)
class Collected:
    render: Render
    raws: tuple[Raw, ...]
    warnings: tuple[str, ...] = ()

    @property
    def credits(self) -> Decimal:
        return sum((raw.credits for raw in self.raws), Decimal(0))


async def collect(render: Render, tools: Tools, report: Report) -> Collected:
    """Fetch every segment's result; a result that does not open is refused, and kept for a look."""
    order = render.extract.order
    engine = tools.engines.get(order.recipe.engine)
    sound = Change.sound in model_of(order, tools).changes
    raws: list[Raw] = []
    warnings = list(render.warnings)
    for number, handle in enumerate(render.handles):
        report(number / len(render.handles), "collecting")
        folder = tools.store.scratch(order.key) / f"raw_{number}"
        folder.mkdir(parents=True, exist_ok=True)
        with result_of(handle.key):
            result = await engine.fetch(handle, folder)
            raws.append(await _kept(result, engine.name, folder, tools, sound=sound))
        warnings.extend(result.warnings)
    return Collected(render, tuple(raws), tuple(dict.fromkeys(warnings)))


async def _kept(result: RawResult, engine: str, folder: Path, tools: Tools, *, sound: bool) -> Raw:
    if not result.path.is_file():
        raise EngineFailed(f"{engine} said it was done, but there is no result.")
    stored = await asyncio.to_thread(tools.store.put, result.path, move=True)
    probe = tools.room.probe_sound if sound else tools.room.probe
    try:
        facts = await probe(Source(stored.path))
    except MediaError as error:
        # nothing that the next try could take for a part of a good download
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        raise DeliveryError(
            f"What {engine} returned does not open as {'sound' if sound else 'a movie'}: "
            f"{error.message}",
            sha256=stored.sha256,
        ) from error
    return Raw(
        facts, stored.sha256, result.credits, result.seed, dict(result.facts), result.sureness
    )
