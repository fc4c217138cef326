"""Takes on their way into an editor. In: a script's questions. Out: what to place, or to wait for.

A take goes to one script at a time, and only to one that has the right timeline open.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from bridge.daemon.host_facts import HostFacts
from bridge.daemon.house import House
from bridge.daemon.runners import Runner, Said
from bridge.jobs.facts import Job, JobFilter, PlacementOrder, PlacementState, Status
from bridge.wire.hosts import (
    AskIn,
    HeldOut,
    HoldIn,
    NextOut,
    ReleasedOut,
    ReleaseIn,
    StoppedOut,
)
from bridge.wire.orders import OrderOut, order_out
from bridge.wire.placements import AckIn, PlacementOut, placement_out

LOOK_SECONDS = 0.5  # between looks, while a script waits for a take
PAUSE_SECONDS = 1.0
PRESS = {  # by host
    "resolve": " Choose Workspace > Scripts > AI Bridge - Place Finished Takes.",
    "premiere": " Open Window > UXP Plugins > NLE Bridge.",
}
OPEN = (Status.queued, Status.running)


async def next_order(host: str, asked: AskIn, house: House, closing: asyncio.Event) -> NextOut:
    """The next take for this script, held for it; an answer without one after `wait` seconds."""
    said = Said(**asked.model_dump(include=set(Said.__dataclass_fields__)))
    first = house.runners.seen(host, asked.runner, said)
    if first and asked.once:
        await _offer_refused_again(host, asked, house)
    end = asyncio.get_running_loop().time() + asked.wait
    while True:
        answer = await _looked(host, asked, house)
        if answer.placement is not None or answer.stop or closing.is_set():
            return answer
        left = end - asyncio.get_running_loop().time()
        if left <= 0:
            return answer
        try:
            await asyncio.wait_for(closing.wait(), min(left, LOOK_SECONDS))
        except TimeoutError:
            house.runners.seen(host, asked.runner, said)


async def _looked(host: str, asked: AskIn, house: House) -> NextOut:
    if house.runners.must_stop(asked.runner):
        return NextOut(stop=True, say="Another script has taken over, or this one was stopped.")
    if asked.busy:
        return NextOut(say=f"Waiting: {asked.busy}", pause=PAUSE_SECONDS)
    waiting = await house.jobs.placements(host=host, state=PlacementState.waiting)
    jobs = await _jobs_of(waiting, house)
    fitting = [order for order in waiting if _fits(jobs[order.job].origin, asked)]
    async with house.runners.one_at_a_time:
        order = await _held(host, asked, fitting, house)
    if order is not None:
        return await _given(host, asked, order, jobs[order.job], house)
    if asked.once and not fitting and not await _under_way(host, house):
        return NextOut(stop=True, say=_nothing_more(waiting, jobs))
    return NextOut(say=_waiting_for(waiting, fitting, jobs), pause=PAUSE_SECONDS)


async def _held(
    host: str, asked: AskIn, fitting: list[PlacementOrder], house: House
) -> PlacementOrder | None:
    """None while another script places anything there: both would add tracks to one timeline."""
    holders = await house.jobs.holders()
    others = {runner.id for runner in house.runners.alive(host)} - {asked.runner}
    if any(holders.get(order.id) in others for order in fitting):
        return None
    for order in fitting:
        if await house.jobs.hold(order.id, asked.runner):
            return order
    return None


async def _given(host: str, asked: AskIn, order: PlacementOrder, job: Job, house: House) -> NextOut:
    facts = await asyncio.to_thread(HostFacts(house.settings.data, host).read)
    return NextOut(
        say=f"Placing {order.instruction.get('name', order.take)}.",
        end_frame=facts.end_frame(asked.version),
        placement=await _order(order, job, house),
    )


async def _order(order: PlacementOrder, job: Job, house: House) -> OrderOut:
    of_job = await house.jobs.placements(job=job.id, state=None)
    return order_out(order, job, [one.instruction["media"] for one in of_job])


async def _jobs_of(orders: tuple[PlacementOrder, ...], house: House) -> dict[str, Job]:
    return {name: await house.jobs.job(name) for name in {order.job for order in orders}}


def _fits(origin: Mapping[str, Any], asked: AskIn) -> bool:
    """A whole new timeline, and clips for the bins alone, only want their project."""
    if not asked.project_id or origin.get("project_id", "") not in ("", asked.project_id):
        return False
    if origin.get("new_timeline") or origin.get("loose"):
        return True
    return bool(asked.timeline_id) and origin.get("timeline_id", "") in ("", asked.timeline_id)


async def _offer_refused_again(host: str, asked: AskIn, house: House) -> None:
    refused = await house.jobs.placements(host=host, state=PlacementState.refused)
    jobs = await _jobs_of(refused, house)
    for order in refused:
        if not order.withdrawn and _fits(jobs[order.job].origin, asked):
            await house.jobs.offer_again(order.id)


async def _under_way(host: str, house: House) -> bool:
    running = await house.jobs.jobs(JobFilter(status=OPEN, limit=500))
    return any(job.host == host for job in running)


def _waiting_for(
    waiting: tuple[PlacementOrder, ...], fitting: list[PlacementOrder], jobs: Mapping[str, Job]
) -> str:
    if fitting:
        return "Another script is placing what waits."
    if not waiting:
        return "Nothing waits to be placed."
    return _nothing_more(waiting, jobs)


def _nothing_more(waiting: tuple[PlacementOrder, ...], jobs: Mapping[str, Job]) -> str:
    if not waiting:
        return "All finished takes are placed."
    origins = (jobs[order.job].origin for order in waiting)
    named = {f"{o.get('project') or '?'} / {o.get('timeline') or '?'}" for o in origins}
    takes = "1 take waits" if len(waiting) == 1 else f"{len(waiting)} takes wait"
    return f"{takes} for another timeline to be opened: {', '.join(sorted(named))}."


async def hold(placement: str, asked: HoldIn, house: House) -> HeldOut:
    house.runners.touch(asked.runner)
    return HeldOut(held=await house.jobs.hold(placement, asked.runner))


async def release(placement: str, asked: ReleaseIn, house: House) -> ReleasedOut:
    await house.jobs.let_go(placement, asked.runner)
    return ReleasedOut()


async def acknowledge(placement: str, wanted: AckIn, house: House) -> PlacementOut:
    """Note what became of it, and what the host's version was found to do on the way."""
    order = await house.jobs.acknowledge(placement, wanted.state, wanted.readback)
    facts = HostFacts(house.settings.data, order.host)
    await asyncio.to_thread(facts.learn, wanted.readback)
    return placement_out(order)


def stop(host: str, house: House) -> StoppedOut:
    return StoppedOut(stopped=house.runners.stop(host))


async def listed(orders: tuple[PlacementOrder, ...], house: House) -> tuple[PlacementOut, ...]:
    """Placements for a person to look at, each with what it waits for."""
    waiting = tuple(o for o in orders if o.state is PlacementState.waiting and o.host != "file")
    jobs, holders = await _jobs_of(waiting, house), await house.jobs.holders() if waiting else {}
    reasons = {
        order.id: _reason(order, jobs[order.job].origin, house.runners.alive(order.host), holders)
        for order in waiting
    }
    return tuple(placement_out(order, reasons.get(order.id, "")) for order in orders)


def _reason(
    order: PlacementOrder,
    origin: Mapping[str, Any],
    alive: tuple[Runner, ...],
    holders: Mapping[str, str],
) -> str:
    if order.id in holders:
        return "It is being placed."
    if not alive:
        return f"No script of ours runs in the editor.{PRESS.get(order.host, '')}"
    there, whole = alive[0], origin.get("new_timeline") or origin.get("loose")
    if origin.get("project_id", "") not in ("", there.project_id):
        open_now = f"{there.project} is open" if there.project else "none is open"
        return f"It waits for the project {origin.get('project')}; {open_now}."
    if not whole and origin.get("timeline_id", "") not in ("", there.timeline_id):
        open_now = f"{there.timeline} is open" if there.timeline else "none is open"
        return f"It waits for the timeline {origin.get('timeline')}; {open_now}."
    return f"It waits: {there.busy}" if there.busy else "It will be placed in a moment."
