"""Stage 7. Plan + Conformed shots -> Reinserted.

A new timeline with the takes on it, and placements for a host.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bridge.pipeline.conform import Conformed
from bridge.pipeline.planned import Plan
from bridge.store.files import writing
from bridge.store.takes import Take
from bridge.timeline.clips import clips
from bridge.timeline.document import Document
from bridge.timeline.facts import Flavour, Mode, Placement
from bridge.timeline.flavours import complaints, losses
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert as edit
from bridge.timeline.write import save


@dataclass(frozen=True)
class Reinserted:
    timeline: Path
    placements: tuple[Placement, ...]  # as they lie on the new timeline
    warnings: tuple[str, ...] = ()


async def reinsert(plan: Plan, shots: Sequence[Conformed], out: Path) -> Reinserted:
    """Write the new timeline (with no shots an equal one); the one that came in is not touched."""
    placements = tuple(_placement(conformed) for conformed in shots)
    edited, warnings = await asyncio.to_thread(_write, plan, placements, out)
    lies = {placed.take: placed.record for placed in edited.placed}
    return Reinserted(
        out,
        tuple(replace(placement, record=lies[placement.take]) for placement in placements),
        warnings,
    )


def _placement(conformed: Conformed) -> Placement:
    shot, take = conformed.order.shot, conformed.take
    return Placement(
        take=take.id,
        name=conformed.path.stem,
        place=shot.place,
        record=shot.record,
        media=conformed.path,
        rate=shot.rate,
        frames=shot.frames,
        source_start=shot.handles.head,
        media_start_frame=shot.start_frame,
        track=shot.track,
        sound=take.sound_path,
        metadata=provenance(take),
    )


def provenance(take: Take) -> dict[str, Any]:
    """What a clip on a timeline says of the take that it shows."""
    return {
        "take": take.id,
        "job": take.job,
        "engine": take.engine,
        "model": take.model,
        "prompt": take.prompt,
        "sha256": take.media,
    }


def _write(
    plan: Plan, placements: tuple[Placement, ...], out: Path
) -> tuple[Document, tuple[str, ...]]:
    came_in = replace(read(plan.timeline), folder=plan.folder)
    flavour = plan.recipe.flavour or plan.facts.flavour
    return write_with(came_in, ((placements, plan.recipe.mode),), flavour, out)


def write_with(
    came_in: Document,
    laid: Iterable[tuple[tuple[Placement, ...], Mode]],
    flavour: Flavour,
    out: Path,
) -> tuple[Document, tuple[str, ...]]:
    """Write the document, which is consumed, with the takes on it; gives it and what to know."""
    lost = losses(came_in, clips(came_in), flavour) if flavour is not Flavour.otio else ()
    edited = came_in
    unheard: tuple[str, ...] = ()
    for placements, mode in laid:
        heard, warnings = _heard(placements, out)
        edited, unheard = edit(edited, heard, mode), (*unheard, *warnings)
    with writing(out.parent):  # the takes may lie in another folder
        out.parent.mkdir(parents=True, exist_ok=True)
    document = save(edited, out, flavour)
    return document, (*document.warnings, *lost, *complaints(out, flavour), *unheard)


def _heard(
    placements: tuple[Placement, ...], out: Path
) -> tuple[tuple[Placement, ...], tuple[str, ...]]:
    """FCP7 XML splits sound into linked mono tracks, which this program does not write."""
    loud = [placement.sound for placement in placements if placement.sound is not None]
    if not loud or out.suffix.lower() != ".xml":
        return placements, ()
    names = ", ".join(path.name for path in loud)
    warning = f"FCP7 XML takes no sound of takes from here: lay {names} under them by hand."
    return tuple(replace(placement, sound=None) for placement in placements), (warning,)
