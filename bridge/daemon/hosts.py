"""The verbs of scripts inside editors. In: a verb and its body. Out: an answer; by HTTP or mailbox.

Both doors carry the same words: what one script can do, every script can.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from bridge.daemon import placing
from bridge.daemon.browser import open_panel
from bridge.daemon.host_facts import HostFacts
from bridge.daemon.house import House
from bridge.daemon.reports import HOST, make_reported
from bridge.daemon.runners import Said
from bridge.errors import UsageError
from bridge.wire.base import Outward
from bridge.wire.hosts import (
    HoldIn,
    NextIn,
    NextOut,
    ReleaseIn,
    ReportIn,
    SelectedOut,
    StopIn,
    StoppedOut,
)
from bridge.wire.placements import AckIn
from bridge.wire.selections import SelectionOut

SHOWN = 20  # of what is left out; a whole timeline may be


@dataclass(frozen=True)
class Doors:
    """What the verbs work with."""

    house: House
    closing: asyncio.Event  # set when the daemon ends: who waits is let go


async def select(reported: ReportIn, doors: Doors) -> SelectedOut:
    """Take the report in and open the page on it; from now on this script is the one to place."""
    said = Said(
        project_id=reported.project.id,
        project=reported.project.name,
        timeline_id=reported.timeline.id,
        timeline=reported.timeline.name,
    )
    doors.house.runners.seen(HOST, reported.runner, said)
    selection = await make_reported(reported, doors.house)
    page = await open_panel(doors.house, selection.id)
    left_out = tuple(one.error.message for one in selection.left_out)
    return SelectedOut(
        selection=selection.id,
        shots=len(selection.shots),
        left_out=left_out[:SHOWN],
        warnings=selection.warnings[:SHOWN],
        opened=page.opened,
        url=page.url,
        say=_say(selection, opened=page.opened),
    )


def _say(selection: SelectionOut, *, opened: bool) -> str:
    count = len(selection.shots)
    found = f"{count} shot{'' if count == 1 else 's'} selected"
    left = f", {len(selection.left_out)} left out" if selection.left_out else ""
    where = "The page is open in your browser." if opened else "Open the page in your browser."
    return f"{found}{left}. {where}"


async def following(asked: NextIn, doors: Doors) -> NextOut:
    facts = HostFacts(doors.house.settings.data, HOST)
    await asyncio.to_thread(facts.met, asked.product, asked.version, asked.lane)
    return await placing.next_order(HOST, asked, doors.house, doors.closing)


async def stop(_: StopIn, doors: Doors) -> StoppedOut:
    return placing.stop(HOST, doors.house)


# ---- the mailbox's door


async def carried_out(verb: str, body: dict[str, Any], doors: Doors) -> dict[str, Any]:
    """The answer as JSON values; `BridgeError` as over HTTP."""
    found = VERBS.get(verb) or PLACEMENT_VERBS.get(verb)
    if found is None:
        raise UsageError(f"{verb[:40]!r} is no verb.", hint="Install the scripts again.")
    kind, work = found
    arguments: list[Any] = []
    if verb in PLACEMENT_VERBS:
        body = dict(body)
        arguments.append(str(body.pop("placement", "")))
    answer: Outward = await work(*arguments, _parsed(kind, body), doors)
    return answer.model_dump(mode="json")


def _parsed(kind: type[BaseModel], body: dict[str, Any]) -> BaseModel:
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise UsageError(f"{name} is not right: {first['msg']}.") from error


Verb = tuple[type[BaseModel], Callable[..., Awaitable[Outward]]]
VERBS: dict[str, Verb] = {
    "select": (ReportIn, select),
    "next": (NextIn, following),
    "stop": (StopIn, stop),
}
PLACEMENT_VERBS: dict[str, Verb] = {
    "hold": (HoldIn, lambda name, asked, doors: placing.hold(name, asked, doors.house)),
    "release": (ReleaseIn, lambda name, asked, doors: placing.release(name, asked, doors.house)),
    "ack": (AckIn, lambda name, asked, doors: placing.acknowledge(name, asked, doors.house)),
}
