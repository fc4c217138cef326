"""One take for an editor to place. In: a placement order, its job. Out: what a script is told."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from bridge.jobs.facts import Job, PlacementOrder
from bridge.wire.base import Outward

MARKER = "Purple"  # a colour of both of Resolve's palettes, the markers' and the clips'
BIN = "NLE Bridge"
PlaceMode = Literal["above", "take", "replace", "append", "timeline", "bin"]


class MarkerOut(Outward):
    colour: str = MARKER
    name: str
    note: str
    custom: str = Field(description="The placement's id: by it the take is known again.")


class OriginalOut(Outward):
    """The clip that a take was made from, as it lay when it was selected."""

    id: str = Field(description="The host's own.")
    track: int = Field(description="Video track, from 1.")
    start: int = Field(description="Record frames from the timeline's start.")
    frames: int = Field(description="Record frames.")


class OrderOut(Outward):
    """One take, and all that is needed to place it."""

    id: str
    job: str
    take: str
    mode: PlaceMode = Field(
        description="replace: above, with `original` disabled; what a host cannot do is not asked."
    )
    project_id: str
    timeline_id: str = Field(description="Empty: whichever is open.")
    media: str
    sound: str | None
    media_frames: int
    source_start: int = Field(description="Frame of `media` shown first.")
    frames: int
    record_start: int = Field(description="Record frames from the timeline's start.")
    track: int = Field(description="Video track of the original.")
    item: str = Field(description="The host's id of the original; empty where it has none.")
    original: OriginalOut | None = Field(None, description="Where the host says it by place.")
    name: str
    bins: tuple[str, ...]
    track_name: str = "AI takes"
    sound_track_name: str = "AI sound"
    marker: MarkerOut
    clip_colour: str = MARKER
    timeline_file: str = ""
    timeline_name: str = ""
    all_media: tuple[str, ...] = ()
    decomposed: dict[str, str] = Field(
        default_factory=dict,
        description="Paths whose letters some systems spell in another way, and that way.",
    )


def order_out(order: PlacementOrder, job: Job, all_media: Sequence[str]) -> OrderOut:
    """The order for a host: the instruction of the job, and where in the host it belongs."""
    told, origin = order.instruction, job.origin
    whole, loose = bool(origin.get("new_timeline")), bool(origin.get("loose"))
    original = _original(origin, told.get("clip"))
    return OrderOut(
        id=order.id,
        job=job.id,
        take=order.take,
        mode=_mode(order, origin, original),
        project_id=str(origin.get("project_id", "")),
        timeline_id="" if whole or loose else str(origin.get("timeline_id", "")),
        media=told["media"],
        sound=told.get("sound"),
        media_frames=told["media_frames"],
        source_start=told["source_start"],
        frames=told["frames"],
        record_start=told["record_start"],
        track=told["track"] or 1,
        item=str(original.get("id", "")),
        original=OriginalOut(**original) if original.get("frames") else None,
        name=told["name"],
        bins=(BIN, f"{job.created:%Y-%m-%d} {job.id}"),
        marker=MarkerOut(
            name="AI take", note=f"{job.prompt[:400]}\n{job.id} {order.take}", custom=order.id
        ),
        timeline_file="" if job.timeline is None or not whole else str(job.timeline),
        timeline_name=f"{origin.get('timeline') or job.timeline_name} {job.id}" if whole else "",
        all_media=tuple(all_media) if whole else (),
        decomposed=spellings([told["media"], told.get("sound") or "", *all_media]),
    )


def spellings(paths: Iterable[str]) -> dict[str, str]:
    """Paths with accents as macOS hands them out: for scripts that cannot compose letters."""
    both = ((path, unicodedata.normalize("NFD", path)) for path in paths)
    return {path: decomposed for path, decomposed in both if decomposed != path}


def _original(origin: Mapping[str, Any], place: str | None) -> Mapping[str, Any]:
    items = origin.get("items")
    found = items.get(place) if isinstance(items, dict) and place else None
    return found if isinstance(found, dict) else {}


def _mode(
    order: PlacementOrder, origin: Mapping[str, Any], original: Mapping[str, Any]
) -> PlaceMode:
    """
    How a host places it.

    Resolve has takes: one beside the original is played at the original's speed, so that what was
    retimed gets its take above it. Premiere has none: its take lies above, and where it is to
    replace the original, that is disabled.
    """
    told = order.instruction
    if origin.get("loose"):
        return "bin"
    if origin.get("new_timeline"):
        return "timeline"
    if told["mode"] == "append":
        return "append"
    replaces = told["mode"] == "replace"
    if order.host == "premiere":
        return (
            "replace" if original.get("frames") and (replaces or origin.get("replace")) else "above"
        )
    beside = (replaces or origin.get("beside")) and told.get("clip")
    return "take" if beside and not original.get("retimed") else "above"
