"""Takes: what was made, of what, with what. In: the store's records. Out: JSON for everybody."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pydantic import Field

from bridge.jobs.decisions import Decision
from bridge.jobs.facts import Job, PlacementOrder
from bridge.pipeline.sureness import least_sure
from bridge.store.takes import Take, without_secrets
from bridge.timeline.facts import Mode
from bridge.wire.base import Credits, Id, Inward, Outward, PathOut, RateText, Time
from bridge.wire.jobs import ResultOut, ResultTakeOut
from bridge.wire.placements import PlacementOut
from bridge.wire.plans import HandlesOut

MOST_CHOSEN = 500
MOST_SPANS = 200


class SourceRunOut(Outward):
    """`count` source frames from `first`, each `step` after the one before."""

    first: int
    step: int
    count: int


class TakeOut(Outward):
    id: str
    number: int = Field(description="1, 2, 3 ... at its place of its timeline.")
    status: str
    created: Time
    clip: str
    place: str | None
    timeline: str
    job: str
    shot: str
    media: PathOut = Field(description="The delivered file.")
    sound: PathOut | None = Field(None, description="The sound that came with the pictures.")
    sha256: str
    frames: int = Field(description="On the timeline, record frames.")
    record_start: int = Field(description="Record frames from the timeline's start.")
    rate: RateText
    handles: HandlesOut
    delivered_frames: int = Field(description="Handles included.")
    source_start: int = Field(description="Frame of `media` shown first: its head handle.")
    source: PathOut | None = Field(description="The file the shot was cut from.")
    source_frames: tuple[SourceRunOut, ...]
    width: int
    height: int
    codec: str
    engine: str
    model: str
    prompt: str
    seed: int | None
    recipe: dict[str, Any]
    credits: Credits
    software: str
    warnings: tuple[str, ...]
    notes: dict[str, str] = Field(description="What the engine said of it, by name.")
    sureness: tuple[int, ...] = Field(
        description="Percent, over the frames on the timeline in equal spans, the lowest of each; "
        "empty: the engine tells nothing."
    )
    paint_next: int | None = Field(
        description="Where it is least sure, record frames from the timeline's start; "
        "null: it is sure enough."
    )


class TakesOut(Outward):
    takes: tuple[TakeOut, ...]


class ShotTakeOut(TakeOut):
    shot_number: int | None = Field(
        description="Index into the selection's shots; null: a new shot of this timeline."
    )


class ShotTakesOut(Outward):
    takes: tuple[ShotTakeOut, ...]


class DecisionIn(Inward):
    """A person's word on a take."""

    decision: Decision = Field(
        description="use; replace: in the original's stead; reject; open: nothing is decided."
    )


class DecidedOut(Outward):
    take: TakeOut
    placement: PlacementOut | None = Field(description="null: its job ordered none.")
    say: str = Field(description="What it means, and what is left to do in the editor.")


class ChosenIn(Inward):
    """Takes for a new timeline."""

    takes: tuple[Id, ...] = Field(min_length=1, max_length=MOST_CHOSEN)
    mode: Mode = Field(Mode.above, description="Of what has an original; new shots lie above.")


class ChosenOut(Outward):
    id: Id = Field(description="GET /v1/timelines/ID gives the file.")
    timeline: PathOut
    warnings: tuple[str, ...]


def take_out(take: Take) -> TakeOut:
    return TakeOut(
        id=take.id,
        number=take.number,
        status=take.status.value,
        created=take.created,
        clip=take.clip,
        place=take.place,
        timeline=take.timeline,
        job=take.job,
        shot=take.shot,
        media=take.delivered,
        sound=take.sound_path,
        sha256=take.media,
        frames=take.record.count,
        record_start=take.record.start,
        rate=str(take.rate),
        handles=HandlesOut(head=take.handles.head, tail=take.handles.tail),
        delivered_frames=take.frames,
        source_start=take.handles.head,
        source=None if take.source is None else take.source.path,
        source_frames=tuple(
            SourceRunOut(first=run.first, step=run.step, count=run.count)
            for run in take.source_frames
        ),
        width=take.width,
        height=take.height,
        codec=take.codec,
        engine=take.engine,
        model=take.model,
        prompt=take.prompt,
        seed=take.seed,
        recipe=without_secrets(take.recipe),
        credits=take.credits,
        software=take.software,
        warnings=take.warnings,
        notes=dict(take.notes),
        sureness=_spans(take.shown_sureness),
        paint_next=_paint_next(take),
    )


def _paint_next(take: Take) -> int | None:
    frame = least_sure(take.sureness, take.shown)
    return None if frame is None else take.record.start + frame - take.shown.start


def _spans(percents: Sequence[int]) -> tuple[int, ...]:
    """No more than `MOST_SPANS`."""
    count = min(MOST_SPANS, len(percents))
    edges = [len(percents) * number // count for number in range(count + 1)] if count else []
    return tuple(min(percents[start:end]) for start, end in pairwise(edges))


def shot_take_out(take: Take, number: int | None) -> ShotTakeOut:
    return ShotTakeOut(**dict(take_out(take)), shot_number=number)


def result_out(
    job: Job, takes: tuple[Take, ...], orders: tuple[PlacementOrder, ...] = ()
) -> ResultOut:
    """What came of a job; `takes` in the order of its shots, `orders` say where they lie now."""
    starts = {order.take: order.instruction["record_start"] for order in orders}
    return ResultOut(
        job=job.id,
        status=job.status.value,
        timeline=job.timeline,
        takes=tuple(_result_take(take, starts.get(take.id, take.record.start)) for take in takes),
        warnings=tuple(
            dict.fromkeys((*job.warnings, *(word for take in takes for word in take.warnings)))
        ),
    )


def _result_take(take: Take, record_start: int) -> ResultTakeOut:
    return ResultTakeOut(
        take=take.id,
        clip=take.clip,
        media=take.delivered,
        record_start=record_start,
        frames=take.record.count,
        rate=str(take.rate),
        source_start=take.handles.head,
        engine=take.engine,
        model=take.model,
        credits=take.credits,
    )
