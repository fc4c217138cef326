"""Rows as values. In: rows of the ledger's tables. Out: jobs, shots, money, events, placements."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bridge.jobs import tables
from bridge.jobs.facts import (
    Charge,
    Event,
    Job,
    PlacementOrder,
    PlacementState,
    ShotRun,
    Spend,
    Stage,
    Status,
)

# everything but the plan, which may be megabytes
JOB_COLUMNS = tuple(column for column in tables.jobs.c if column.name != "plan")
SHOT_COLUMNS = tuple(column for column in tables.shots.c if column.name != "result")


def job_of(row: sa.Row[Any], shots: Iterable[sa.Row[Any]]) -> Job:
    """A job with the latest attempts of its shots; `shots` holds all its attempts, in order."""
    attempts = list(shots)
    facts = row.facts
    return Job(
        id=row.id,
        created=row.created,
        changed=row.changed,
        status=Status(row.status),
        kind=facts["kind"],
        engine=row.engine,
        model=facts["model"],
        prompt=facts["prompt"],
        timeline_name=facts["timeline_name"],
        timeline=None if row.timeline is None else Path(row.timeline),
        price=row.price,
        credits=sum((shot.credits for shot in attempts if shot.credits is not None), Decimal(0)),
        shots=tuple(shot_of(shot) for shot in attempts if shot.latest),
        warnings=tuple(row.warnings),
        error=row.error,
        host=row.host,
        budget=row.budget,
        project=row.project or "",
        origin=row.origin or {},
    )


def shot_of(row: sa.Row[Any]) -> ShotRun:
    price = row.facts.get("price")  # older jobs have none
    return ShotRun(
        id=row.shot,
        name=row.facts["name"],
        place=row.facts["place"],
        attempt=row.attempt,
        status=Status(row.status),
        stage=Stage(row.stage),
        progress=row.progress,
        note=row.note or "",
        take=row.take,
        credits=row.credits,
        error=row.error,
        started=row.started,
        ended=row.ended,
        price=None if price is None else Decimal(price),
    )


def spend_of(row: sa.Row[Any]) -> Spend:
    return Spend(
        key=row.key,
        attempt=row.attempt,
        job=row.job,
        project=row.project or "",
        shot=row.shot,
        engine=row.engine,
        model=row.model,
        door=row.door,
        day=date.fromisoformat(row.day),
        planned=row.planned,
        credits=row.credits,
        state=Charge(row.state),
        created=row.created,
        changed=row.changed,
        evidence=row.evidence,
    )


def event_of(row: sa.Row[Any]) -> Event:
    return Event(row.seq, row.time, row.job, row.shot, row.what, row.data)


def placement_of(row: sa.Row[Any]) -> PlacementOrder:
    return PlacementOrder(
        id=row.id,
        job=row.job,
        take=row.take,
        host=row.host,
        state=PlacementState(row.state),
        instruction=row.instruction,
        readback=row.readback,
    )
