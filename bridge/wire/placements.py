"""Placements: takes for a host to place. In: what was read back. Out: what to place, and where."""

from typing import Any

from pydantic import Field, field_validator

from bridge.jobs.facts import PlacementOrder, PlacementState
from bridge.wire.base import Attached, Inward, Outward


class AckIn(Inward):
    runner: str | None = Field(None, max_length=64, description="The script that placed it.")
    state: PlacementState = Field(description="placed, or refused with the reason in `readback`.")
    readback: Attached = Field(
        default_factory=dict,
        description="What the host found after placing.",
        examples=[{"track": 2, "record_start": 86, "frames": 48}],
        max_length=64,
    )

    @field_validator("state")
    @classmethod
    def _decided(cls, state: PlacementState) -> PlacementState:
        if state is PlacementState.waiting:
            raise ValueError("an acknowledgement says placed or refused")
        return state


class PlacementOut(Outward):
    id: str
    job: str
    take: str
    host: str
    state: str
    instruction: dict[str, Any] = Field(
        description="media, sound, record_start, frames, rate, source_start, track, mode, name ..."
    )
    readback: dict[str, Any] | None
    waits_for: str = Field("", description="Why it is not placed yet, in a sentence.")


class PlacementsOut(Outward):
    placements: tuple[PlacementOut, ...]


def placement_out(order: PlacementOrder, waits_for: str = "") -> PlacementOut:
    return PlacementOut(
        id=order.id,
        job=order.job,
        take=order.take,
        host=order.host,
        state=order.state.value,
        instruction=order.instruction,
        readback=order.readback,
        waits_for=waits_for,
    )
