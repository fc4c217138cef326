"""What Resolve's scripts report. In: a report. Out: what was open, and the edit to work on.

The timeline that Resolve exported is the edit; without it the clips' own numbers make one.
"""

import asyncio
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.daemon.edits import (
    ELSEWHERE,
    UNREADABLE,
    Edit,
    Moment,
    Opened,
    Pushed,
    clip_or_none,
    copied,
    edit_from,
    mark_drop,
    written,
)
from bridge.daemon.house import House
from bridge.errors import BridgeError, TimelineUnreadable
from bridge.frames import Rate
from bridge.hosts.outs import Out
from bridge.hosts.resolve.judge import Kept, PlainClip, judge, judge_alone, left_out
from bridge.hosts.resolve.report import Media, Report
from bridge.timeline.clips import clips as clips_of
from bridge.timeline.facts import Retime
from bridge.timeline.read import read
from bridge.wire.hosts import ReportIn
from bridge.wire.selections import HostItemOut, PushedClipIn


def opened_in(reported: ReportIn) -> Opened:
    """`UsageError` where the timeline has no rate."""
    report = reported.value()
    said = report.timeline
    return Opened(
        host=reported.host,
        name=said.name,
        project=report.project,
        rate=Rate.of(reported.timeline.rate),
        start_frame=max(0, said.start_frame),
        drop=said.is_drop,
        size=said.size,
        playhead=report.playhead,
        marked=report.marked,
        markers=tuple(Moment(m.frame, m.colour, m.name) for m in reported.markers),
    )


async def edit_of(reported: ReportIn, opened: Opened, house: House) -> Edit:
    report = reported.value()
    if report.pool and not report.items:
        return await _from_pool(report, opened, house)
    fault = "Resolve exported no timeline"
    if report.export is not None:
        try:
            return await asyncio.to_thread(_exported, report, opened.rate, report.export, house)
        except (BridgeError, *UNREADABLE) as error:
            fault = f"The timeline that Resolve exported cannot be read ({error})"
    warning = f"{fault}: retimed clips are left out, and the new timeline has the clips alone."
    return await _from_numbers(report, opened, warning, house)


# ---- from the exported timeline


def _exported(report: Report, rate: Rate, export: Path, house: House) -> Edit:
    def with_drop(content: dict[str, Any]) -> None:
        if report.timeline.is_drop:
            mark_drop(content)

    timeline = copied(export, report.timeline.name, with_drop, house)
    document = read(timeline)
    if document.facts.rate != rate or document.facts.start_frame != report.timeline.start_frame:
        raise TimelineUnreadable(f"{export.name} has another rate or start than is open.")
    verdict = judge(report, rate, clips_of(document))
    places = tuple(kept.clip.place for kept in verdict.kept)
    items = {kept.clip.place: _known(kept) for kept in verdict.kept}
    return Edit(timeline, places, items, verdict.left_out)


def _known(kept: Kept) -> HostItemOut:
    return HostItemOut(id=kept.item.id, retimed=kept.clip.retime is not Retime.none)


# ---- from the clips' own numbers


async def _from_numbers(report: Report, opened: Opened, warning: str, house: House) -> Edit:
    kept, outs = judge_alone(report, opened.rate)
    tried = [(one, _pushed(one)) for one in kept]
    strange = [left_out(report, one.item, ELSEWHERE) for one, clip in tried if clip is None]
    clips = [
        Pushed(clip, HostItemOut(id=one.item.id, retimed=False)) for one, clip in tried if clip
    ]
    return await edit_from(opened, clips, (*outs, *strange), warning, house)


def _pushed(one: PlainClip) -> PushedClipIn | None:
    item = one.item
    return clip_or_none(
        name=item.name,
        track=item.track,
        media=one.media.path,
        record_start=one.record_start,
        frames=item.duration,
        source_start=one.source_start,
        enabled=item.enabled,
    )


async def _from_pool(report: Report, opened: Opened, house: House) -> Edit:
    """Source clips of the media pool, one after the other: their takes go into the pool too."""
    pushed: list[PushedClipIn] = []
    outs: list[Out] = []
    start = 0
    for media in report.pool:
        frames = None if media.offline else _record_frames(media, opened.rate)
        told = {"name": media.name, "media": media.path, "frames": frames, "source_start": 0}
        clip = clip_or_none(**told, record_start=start)
        if clip is None:
            sentence = f"{media.name or 'A clip'} is no video clip with a file that can be read."
            outs.append(Out("", media.name, "no_file", sentence))
            continue
        pushed.append(clip)
        start += clip.frames
    timeline = await written(opened, pushed, house)
    places = tuple(f"V1:{number}" for number in range(1, len(pushed) + 1))
    return Edit(timeline, places, {}, tuple(outs), loose=True)


def _record_frames(media: Media, rate: Rate) -> int | None:
    if media.frames is None or media.rate is None:
        return None
    return int(Fraction(media.frames) * rate.fps / media.rate.fps) or None
