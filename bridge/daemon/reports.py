"""What a script inside an editor reports. In: its report. Out: a selection, as any other."""

from dataclasses import replace
from datetime import UTC, datetime

from bridge.daemon import premiere_reports, resolve_reports
from bridge.daemon.edits import Edit, Opened
from bridge.daemon.house import House
from bridge.daemon.records import new_id
from bridge.daemon.work import kept_selection, selected, sized
from bridge.engines.base import Kind
from bridge.errors import BridgeError, ShotRefused
from bridge.frames import timecode
from bridge.hosts.outs import Out
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.selection import Selection
from bridge.timeline.facts import TimelineFacts
from bridge.timeline.references import record_frame
from bridge.wire.hosts import ReportIn
from bridge.wire.premiere import PremiereReportIn
from bridge.wire.selections import (
    HostStateOut,
    LeftOutOut,
    MomentOut,
    SelectionOut,
    facts_out,
    left_out_out,
    shots_out,
)

Reported = ReportIn | PremiereReportIn


async def make_reported(reported: Reported, house: House) -> SelectionOut:
    """Keep a selection of what was reported; `UsageError` where the timeline has no rate."""
    opened, edit = await _edit(reported, house)
    found, late = await _looked_at(edit, house)
    found = sized(found, *opened.size)
    answer = SelectionOut(
        id=new_id("s"),
        host=opened.host,
        created=datetime.now(UTC),
        timeline=edit.timeline,
        clips=edit.places if found.shots else (),
        project=opened.project,
        facts=facts_out(replace(found.facts, name=opened.name)),
        shots=shots_out(found),
        left_out=(*map(_left_out, edit.left_out), *left_out_out(found.left_out), *late),
        warnings=(*edit.warnings, *found.warnings),
        host_state=_state(reported, opened, found.facts, edit),
    )
    return await kept_selection(answer, house)


async def _edit(reported: Reported, house: House) -> tuple[Opened, Edit]:
    if isinstance(reported, ReportIn):
        opened = resolve_reports.opened_in(reported)
        return opened, await resolve_reports.edit_of(reported, opened, house)
    opened = premiere_reports.opened_in(reported)
    return opened, await premiere_reports.edit_of(reported, opened, house)


async def _looked_at(edit: Edit, house: House) -> tuple[Selection, tuple[LeftOutOut, ...]]:
    """With no clip left the selection stands all the same: the page says why each is left out."""
    recipe = Recipe(Kind.edit)
    try:
        return await selected(edit.timeline, edit.places, recipe, house), ()
    except BridgeError as error:
        none = await selected(edit.timeline, (), recipe, house)
        late = LeftOutOut.model_validate(
            {"place": ", ".join(edit.places[:5]), "name": "", "error": error.as_data()}
        )
        return none, (late,)


def _left_out(one: Out) -> LeftOutOut:
    error = ShotRefused(one.sentence, reason=one.reason, clip=one.place)
    return LeftOutOut.model_validate(
        {"place": one.place, "name": one.name, "error": error.as_data()}
    )


def _state(reported: Reported, opened: Opened, facts: TimelineFacts, edit: Edit) -> HostStateOut:
    marked = opened.marked
    return HostStateOut(
        action=reported.action,
        rung=reported.rung,
        product=reported.product,
        version=reported.version,
        lane=reported.lane,
        project_id=reported.project.id,
        project=reported.project.name,
        timeline_id=reported.timeline.id,
        timeline=reported.timeline.name,
        playhead=_playhead(opened.playhead, facts),
        mark_in=None if marked is None else _timecode(marked[0], facts),
        mark_out=None if marked is None else _timecode(marked[1], facts),
        marked_frames=None if marked is None else marked[1] - marked[0] + 1,
        markers=tuple(
            MomentOut(
                frame=marker.frame,
                timecode=_timecode(marker.frame, facts),
                colour=marker.colour,
                name=marker.name,
            )
            for marker in opened.markers
            if marker.frame >= 0
        ),
        items=edit.items,
        loose=edit.loose,
    )


def _playhead(text: str, facts: TimelineFacts) -> str | None:
    try:
        return _timecode(record_frame(text, facts), facts)
    except BridgeError:
        return None


def _timecode(frame: int, facts: TimelineFacts) -> str:
    return timecode(facts.start_frame + frame, facts.rate, drop=facts.drop)
