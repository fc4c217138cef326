"""The verbs of scripts inside editors. In: a verb and its body. Out: an answer; by HTTP or mailbox.

Both doors carry the same words: what one script can do, every script can.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from bridge.daemon import placing
from bridge.daemon.browser import open_panel, panel_url
from bridge.daemon.host_facts import HostFacts
from bridge.daemon.house import House
from bridge.daemon.reports import Reported, make_reported
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
from bridge.wire.panel import PanelOpened
from bridge.wire.placements import AckIn
from bridge.wire.premiere import PremiereNextIn
from bridge.wire.selections import SelectionOut

SHOWN = 20  # of what is left out; a whole timeline may be
MAILED = "resolve"  # the host whose scripts have a mailbox
Asked = NextIn | PremiereNextIn


@dataclass(frozen=True)
class Doors:
    """What the verbs work with."""

    house: House
    closing: asyncio.Event  # set when the daemon ends: who waits is let go


async def select(reported: Reported, doors: Doors) -> SelectedOut:
    """Take the report in and open the page on it; from now on this script is the one to place."""
    host = reported.host
    said = Said(
        project_id=reported.project.id,
        project=reported.project.name,
        timeline_id=reported.timeline.id,
        timeline=reported.timeline.name,
    )
    doors.house.runners.seen(host, reported.runner, said)
    await _met(host, reported, doors)
    selection = await make_reported(reported, doors.house)
    page = await _page(selection.id, doors, opens=reported.opens_page)
    left_out = tuple(one.error.message for one in selection.left_out)
    return SelectedOut(
        selection=selection.id,
        shots=len(selection.shots),
        left_out=left_out[:SHOWN],
        warnings=selection.warnings[:SHOWN],
        opened=page.opened,
        url=page.url,
        say=_say(selection, page.opened if reported.opens_page else None),
    )


async def _page(selection: str, doors: Doors, *, opens: bool) -> PanelOpened:
    """A panel in the editor shows the page itself: it only wants the address."""
    if opens:
        return await open_panel(doors.house, selection)
    return PanelOpened(opened=False, url=panel_url(doors.house, selection))


def _say(selection: SelectionOut, opened: bool | None) -> str:
    """`opened`: whether a browser took the page; None: none was asked."""
    count = len(selection.shots)
    found = f"{count} shot{'' if count == 1 else 's'} selected"
    left = f", {len(selection.left_out)} left out" if selection.left_out else ""
    where = {
        True: " The page is open in your browser.",
        False: " Open the page in your browser.",
        None: "",
    }
    return f"{found}{left}.{where[opened]}"


async def following(host: str, asked: Asked, doors: Doors) -> NextOut:
    await _met(host, asked, doors)
    return await placing.next_order(host, asked, doors.house, doors.closing)


async def stop(host: str, _: StopIn, doors: Doors) -> StoppedOut:
    return placing.stop(host, doors.house)


async def _met(host: str, asker: Reported | Asked, doors: Doors) -> None:
    facts = HostFacts(doors.house.settings.data, host)
    plugin = "" if isinstance(asker, ReportIn | NextIn) else asker.plugin
    await asyncio.to_thread(facts.met, asker.product, asker.version, asker.lane, plugin)


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
    "next": (NextIn, lambda asked, doors: following(MAILED, asked, doors)),
    "stop": (StopIn, lambda asked, doors: stop(MAILED, asked, doors)),
}
PLACEMENT_VERBS: dict[str, Verb] = {
    "hold": (HoldIn, lambda name, asked, doors: placing.hold(name, asked, doors.house)),
    "release": (ReleaseIn, lambda name, asked, doors: placing.release(name, asked, doors.house)),
    "ack": (AckIn, lambda name, asked, doors: placing.acknowledge(name, asked, doors.house)),
}
