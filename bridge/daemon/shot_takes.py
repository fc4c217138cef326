"""Takes of a selection's shots. In: a selection, a decision. Out: its takes, and what is placed.

A clip is known again by the pictures it shows: its number on the track changes with every cut that
is made before it.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

from bridge.daemon import placing
from bridge.daemon.house import House
from bridge.errors import NotFound
from bridge.jobs.decisions import STATUS, Decision, sentence
from bridge.jobs.facts import PlacementOrder
from bridge.store.store import Store
from bridge.store.takes import Status, Take, numbers_of
from bridge.wire.placements import PlacementOut
from bridge.wire.selections import HostStateOut, SelectionOut, ShotOut
from bridge.wire.takes import DecidedOut, take_out

DECIDED = "take_decided"  # an event

Numbered = tuple[Take, int | None]
"""A take and its shot's index; None: a new shot."""


async def takes_of(selection: SelectionOut, house: House) -> tuple[Numbered, ...]:
    """All takes of its shots, from earlier selections too, and new shots; newest first."""
    made = await asyncio.to_thread(_numbered, selection, house.tools.store)
    new = {take.job for take, number in made if number is None}
    elsewhere = await _elsewhere(new, selection.host_state, house)
    return tuple(
        (take, number) for take, number in made if number is not None or take.job not in elsewhere
    )


def _numbered(selection: SelectionOut, store: Store) -> list[Numbered]:
    made = store.takes(timeline=selection.facts.name)
    of_shots = ((take, number_of(take, selection.shots)) for take in made)
    return [(take, number) for take, number in of_shots if number is not None or take.place is None]


def number_of(take: Take, shots: Sequence[ShotOut]) -> int | None:
    """Index of the shot that shows most of what the take was made of; None: no shot does."""
    if take.source is None:
        return None
    source, shown = str(take.source.path), _shown(take)
    fits = {
        index: _fit(take, shown, shot) for index, shot in enumerate(shots) if shot.media == source
    }
    best = max(fits, key=lambda index: fits[index], default=None)
    return best if best is not None and fits[best][0] > 0 else None


def _fit(take: Take, shown: tuple[int, int], shot: ShotOut) -> tuple[int, bool, bool]:
    """Source frames in common; then, of the same pictures shown twice, the same place."""
    first, last = sorted((shot.source_first, shot.source_last))
    common = min(last, shown[1]) - max(first, shown[0]) + 1
    return common, shot.place == take.place, shot.record_start == take.record.start


def _shown(take: Take) -> tuple[int, int]:
    """The lowest and the highest source frame, handles left out."""
    numbers = numbers_of(take.source_frames)[take.handles.head :][: take.record.count]
    return min(numbers, default=0), max(numbers, default=-1)


async def _elsewhere(
    jobs: Iterable[str], state: HostStateOut | None, house: House
) -> frozenset[str]:
    """Those of another timeline with this name: editors call each first one alike."""
    if state is None:
        return frozenset()
    here = {"project_id": state.project_id, "timeline_id": state.timeline_id}
    found: set[str] = set()
    for job in jobs:
        with suppress(NotFound):
            origin = (await house.jobs.job(job)).origin
            if any(origin.get(name, "") not in ("", value) for name, value in here.items()):
                found.add(job)
    return frozenset(found)


async def decide(take_id: str, decision: Decision, house: House) -> DecidedOut:
    """Note it, let the take's placement follow, and say what is left to do."""
    take = await asyncio.to_thread(house.tools.store.mark, take_id, STATUS[decision])
    order = await order_of(take, house)
    follows = True
    if order is not None:
        order, follows = await house.jobs.direct(order.id, decision)
    await house.jobs.tell(DECIDED, {"take": take.id, "decision": decision.value}, take.job)
    return DecidedOut(
        take=take_out(take),
        placement=None if order is None else await _shown_order(order, house),
        say=sentence(decision, order, follows=follows),
    )


async def offer_again(placement: str, house: House) -> PlacementOut:
    """A take that did not come onto its timeline waits for it once more, and is wanted again."""
    order = await house.jobs.offer_again(placement)
    take = await asyncio.to_thread(house.tools.store.find_take, order.take)
    if take is not None and take.status is Status.rejected:
        await asyncio.to_thread(house.tools.store.mark, take.id, Status.delivered)
        await house.jobs.tell(DECIDED, {"take": take.id, "decision": Decision.open.value}, take.job)
    return await _shown_order(order, house)


async def order_of(take: Take, house: House) -> PlacementOrder | None:
    orders = await house.jobs.placements(job=take.job, state=None)
    return next((order for order in orders if order.take == take.id), None)


async def _shown_order(order: PlacementOrder, house: House) -> PlacementOut:
    return (await placing.listed((order,), house))[0]
