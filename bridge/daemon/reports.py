"""What a script inside an editor reports. In: its report. Out: a selection, as any other.

The timeline that the editor exported is the edit; without it the clips' own numbers make one.
"""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bridge.daemon.host_facts import HostFacts
from bridge.daemon.house import House
from bridge.daemon.pushed import write_pushed
from bridge.daemon.records import Selections, Uploads, new_id
from bridge.daemon.work import selected, sized
from bridge.engines.base import Kind
from bridge.errors import BridgeError, ShotRefused, TimelineUnreadable
from bridge.frames import Rate, timecode
from bridge.hosts.resolve.judge import Kept, Out, PlainClip, judge, judge_alone, left_out
from bridge.hosts.resolve.report import Media, Report
from bridge.media.paths import check_words
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.selection import Selection
from bridge.store.names import safe_stem
from bridge.timeline.clips import clips as clips_of
from bridge.timeline.facts import Clip, Retime, TimelineFacts
from bridge.timeline.metadata import BRIDGE, DROP
from bridge.timeline.read import read
from bridge.timeline.references import record_frame
from bridge.wire.hosts import ReportIn
from bridge.wire.selections import (
    HostItemOut,
    HostStateOut,
    LeftOutOut,
    MomentOut,
    PushedClipIn,
    PushedSelectionIn,
    SelectionOut,
    facts_out,
    left_out_out,
    shots_out,
)

HOST = "resolve"
MOST_BYTES = 64 << 20  # of an exported timeline
ELSEWHERE = ("elsewhere", "lies before the timeline, or its file is not on this machine")


@dataclass(frozen=True)
class Edit:
    """The reported timeline as a file of ours, and what of it may be worked on."""

    timeline: Path
    places: tuple[str, ...]
    items: dict[str, HostItemOut]  # by place
    left_out: tuple[Out, ...]
    warnings: tuple[str, ...] = ()
    loose: bool = False


async def make_reported(reported: ReportIn, house: House) -> SelectionOut:
    """Keep a selection of what was reported; `UsageError` where the timeline has no rate."""
    report, rate = reported.value(), Rate.of(reported.timeline.rate)
    facts = HostFacts(house.settings.data, HOST)
    await asyncio.to_thread(facts.met, reported.product, reported.version, reported.lane)
    edit = await _edit(report, rate, house)
    found, late = await _looked_at(edit, house)
    found = sized(found, *report.timeline.size)
    answer = SelectionOut(
        id=new_id("s"),
        host=HOST,
        created=datetime.now(UTC),
        timeline=edit.timeline,
        clips=edit.places if found.shots else (),
        project=reported.project.name,
        facts=facts_out(replace(found.facts, name=reported.timeline.name)),
        shots=shots_out(found),
        left_out=(*map(_left_out, edit.left_out), *left_out_out(found.left_out), *late),
        warnings=(*edit.warnings, *found.warnings),
        host_state=_state(reported, report, found.facts, edit),
    )
    selections = Selections(house.settings.data)
    await asyncio.to_thread(selections.keep, answer)
    return answer


async def _edit(report: Report, rate: Rate, house: House) -> Edit:
    if report.pool and not report.items:
        return await _from_pool(report, rate, house)
    fault = "Resolve exported no timeline"
    if report.export is not None:
        try:
            return await asyncio.to_thread(_exported, report, rate, report.export, house)
        except (BridgeError, OSError, ValueError, RecursionError) as error:
            fault = f"The timeline that Resolve exported cannot be read ({error})"
    warning = f"{fault}: retimed clips are left out, and the new timeline has the clips alone."
    return await _from_numbers(report, rate, warning, house)


# ---- from the exported timeline


def _exported(report: Report, rate: Rate, export: Path, house: House) -> Edit:
    timeline = _copied(report, export, house)
    document = read(timeline)
    if document.facts.rate != rate or document.facts.start_frame != report.timeline.start_frame:
        raise TimelineUnreadable(f"{export.name} has another rate or start than is open.")
    verdict = judge(report, rate, clips_of(document))
    places = tuple(kept.clip.place for kept in verdict.kept)
    items = {kept.clip.place: _known(kept) for kept in verdict.kept}
    return Edit(timeline, places, items, verdict.left_out)


def _copied(report: Report, export: Path, house: House) -> Path:
    """
    A copy under the timeline's name, which Resolve leaves out of the file, as it does drop frame.

    Resolve keeps its file open, and the next export may come.
    """
    check_words(export)
    if export.stat().st_size > MOST_BYTES:
        raise TimelineUnreadable(f"{export.name} is too large.")
    content: Any = json.loads(export.read_bytes())
    if not isinstance(content, dict):
        raise TimelineUnreadable(f"{export.name} is no timeline.")
    if report.timeline.is_drop:
        content.setdefault("metadata", {})[BRIDGE] = {DROP: True}
    data = json.dumps(content, separators=(",", ":")).encode()
    name = safe_stem(report.timeline.name) or "timeline"
    return Uploads(house.settings.data).keep(new_id("t"), name, data)


def _known(kept: Kept) -> HostItemOut:
    return HostItemOut(id=kept.item.id, retimed=kept.clip.retime is not Retime.none)


# ---- from the clips' own numbers


async def _from_numbers(report: Report, rate: Rate, warning: str, house: House) -> Edit:
    kept, outs = judge_alone(report, rate)
    tried = [(one, _pushed(one)) for one in kept]
    strange = [left_out(report, one.item, ELSEWHERE) for one, clip in tried if clip is None]
    timeline = await _written(report, rate, [clip for _, clip in tried if clip], house)
    ids = {(one.item.track, one.record_start): one.item.id for one in kept}
    found = clips_of(await asyncio.to_thread(read, timeline))
    items = {clip.place: HostItemOut(id=ids[_at(clip)], retimed=False) for clip in found}
    return Edit(timeline, tuple(items), items, (*outs, *strange), (warning,))


def _at(clip: Clip) -> tuple[int, int]:
    return int(clip.place.split(":")[0][1:]), clip.record.start


def _pushed(one: PlainClip) -> PushedClipIn | None:
    """None for what no clip of a timeline on this machine can be."""
    item = one.item
    return _clip(
        name=item.name,
        track=item.track,
        media=one.media.path,
        record_start=one.record_start,
        frames=item.duration,
        source_start=one.source_start,
        enabled=item.enabled,
    )


def _clip(**told: Any) -> PushedClipIn | None:
    try:
        return PushedClipIn(**told)
    except ValidationError:
        return None


async def _from_pool(report: Report, rate: Rate, house: House) -> Edit:
    """Source clips of the media pool, one after the other: their takes go into the pool too."""
    pushed: list[PushedClipIn] = []
    outs: list[Out] = []
    start = 0
    for media in report.pool:
        frames = None if media.offline else _record_frames(media, rate)
        told = {"name": media.name, "media": media.path, "frames": frames, "source_start": 0}
        clip = _clip(**told, record_start=start)
        if clip is None:
            sentence = f"{media.name or 'A clip'} is no video clip with a file that can be read."
            outs.append(Out("", media.name, "no_file", sentence))
            continue
        pushed.append(clip)
        start += clip.frames
    timeline = await _written(report, rate, pushed, house)
    places = tuple(f"V1:{number}" for number in range(1, len(pushed) + 1))
    return Edit(timeline, places, {}, tuple(outs), loose=True)


def _record_frames(media: Media, rate: Rate) -> int | None:
    if media.frames is None or media.rate is None:
        return None
    return int(Fraction(media.frames) * rate.fps / media.rate.fps) or None


async def _written(report: Report, rate: Rate, clips: list[PushedClipIn], house: House) -> Path:
    said = report.timeline
    pushed = PushedSelectionIn(
        host=HOST,
        name=said.name or "timeline",
        project=report.project,
        rate=str(rate),
        start_frame=max(0, said.start_frame),
        drop_frame=said.is_drop,
        clips=tuple(clips),
    )
    uploads = Uploads(house.settings.data)
    timeline = uploads.place(new_id("t"), safe_stem(said.name) or "timeline")
    await write_pushed(pushed, timeline, house.tools.room)
    return timeline


# ---- into a selection


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


def _state(reported: ReportIn, report: Report, facts: TimelineFacts, edit: Edit) -> HostStateOut:
    marked = report.marked
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
        playhead=_playhead(report.playhead, facts),
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
            for marker in reported.markers
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
