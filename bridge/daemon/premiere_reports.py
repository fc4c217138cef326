"""What the panel inside Premiere reports. In: a report. Out: what was open, the edit to work on.

The sequence that Premiere exported is the edit; without it the items' own ticks make one.
"""

import asyncio
import math
from collections.abc import Iterable
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
)
from bridge.daemon.house import House
from bridge.errors import BridgeError, TimelineUnreadable
from bridge.frames import Rate, position
from bridge.hosts.premiere.judge import Kept, PlainClip, judge, judge_alone, left_out, spelled
from bridge.hosts.premiere.report import Item, Report, frames_in
from bridge.source import Source, SourceKind
from bridge.timeline.clips import clips as clips_of
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip, Retime
from bridge.timeline.paths import is_still
from bridge.timeline.read import read
from bridge.wire.premiere import PremiereReportIn
from bridge.wire.selections import HostItemOut, PushedClipIn

FileRates = dict[str, Rate | None]  # by path; None: no movie that can be read
NO_RATE = ("unclear", "has no frame rate, neither by Premiere nor by its file")
ALONE = (
    "clips that run backwards are left out, frame holds and time remapping cannot be seen, and the "
    "new timeline has the clips alone."
)


def opened_in(reported: PremiereReportIn) -> Opened:
    """`UsageError` where the sequence has no rate."""
    report = reported.value()
    said = report.sequence
    return Opened(
        host=reported.host,
        name=said.name,
        project=report.project,
        rate=said.rate,
        start_frame=said.start_frame,
        drop=said.is_drop,
        size=(said.width or None, said.height or None),
        playhead=said.timecode(said.playhead),
        marked=said.marked,
        markers=tuple(
            Moment(math.floor(frames_in(int(mark.start), said.timebase)), mark.colour, mark.name)
            for mark in reported.markers
        ),
    )


async def edit_of(reported: PremiereReportIn, opened: Opened, house: House) -> Edit:
    report = reported.value()
    rates = await _file_rates(report.items, house)
    fault = "Premiere exported no sequence"
    if report.export is not None:
        try:
            return await asyncio.to_thread(_exported, report, opened, report.export, rates, house)
        except (BridgeError, *UNREADABLE) as error:
            fault = f"The sequence that Premiere exported cannot be used ({error})"
    return await _from_numbers(report, opened, f"{fault}: {ALONE}", rates, house)


async def _file_rates(items: Iterable[Item], house: House) -> FileRates:
    """Of every movie once; what cannot be opened is refused by name when it is looked at."""
    rates: FileRates = {}
    for item in items:
        path = item.media.path if item.media is not None else ""
        if not path or path in rates or is_still(path):
            continue
        try:
            rates[path] = (await house.tools.room.probe(Source(Path(path)))).rate
        except BridgeError:
            rates[path] = None
    return rates


# ---- from the exported sequence


def _exported(report: Report, opened: Opened, export: Path, rates: FileRates, house: House) -> Edit:
    def completed(content: dict[str, Any]) -> None:
        _complete(content, opened)

    timeline = copied(export, opened.name, completed, house)
    document = read(timeline)
    clips = clips_of(document)
    _check(report, opened, document, clips, export.name)
    verdict = judge(report, clips)
    odd = [(kept, _interpreted(kept, rates)) for kept in verdict.kept]
    good = [kept for kept, fault in odd if fault is None]
    outs = [left_out(report, kept.item, fault) for kept, fault in odd if fault is not None]
    items = {kept.clip.place: _known(kept) for kept in good}
    return Edit(timeline, tuple(items), items, (*verdict.left_out, *outs))


def _complete(content: dict[str, Any], opened: Opened) -> None:
    """Drop frame has no place in OTIO; whether Premiere writes the start is not known."""
    if opened.drop:
        mark_drop(content)
    start = content.get("global_start_time")
    if not isinstance(start, dict) or not start.get("value"):
        time = {"value": float(opened.start_frame), "rate": float(opened.rate.fps)}
        content["global_start_time"] = {"OTIO_SCHEMA": "RationalTime.1", **time}


def _check(
    report: Report, opened: Opened, document: Document, clips: tuple[Clip, ...], name: str
) -> None:
    """`TimelineUnreadable` where the file as a whole is not the open sequence."""
    facts, said = document.facts, report.sequence
    if facts.rate != opened.rate or facts.start_frame != opened.start_frame:
        raise TimelineUnreadable(f"{name} has another rate or start than is open.")
    # what a retimed clip's length counts is known from others' reports only
    if said.end > 0 and abs(facts.frames - said.end_frame) > 1:
        raise TimelineUnreadable(
            f"{name} is {facts.frames} frames long, and the open sequence {said.end_frame}."
        )
    proxies = {spelled(item.media.proxy) for item in report.items if item.media}
    shown = {spelled(str(clip.source.path)) for clip in clips if clip.source is not None}
    if proxies & shown:
        raise TimelineUnreadable(f"{name} names proxies.")


def _interpreted(kept: Kept, rates: FileRates) -> tuple[str, str] | None:
    media = kept.item.media
    if media is None or kept.clip.source is None or kept.clip.source.kind is not SourceKind.movie:
        return None
    own = rates.get(media.path)
    if own is None or media.rate is None or own == media.rate:
        return None
    return "interpreted", (
        f"is played at {media.rate} frames a second and its file runs at {own}: set it back "
        "(Modify > Interpret Footage) or transcode it, then select it"
    )


def _known(kept: Kept) -> HostItemOut:
    record = kept.clip.record
    return HostItemOut(
        id=kept.item.id,
        retimed=kept.clip.retime is not Retime.none,
        track=kept.item.track,
        start=record.start,
        frames=record.count,
    )


# ---- from the items' own ticks


async def _from_numbers(
    report: Report, opened: Opened, warning: str, rates: FileRates, house: House
) -> Edit:
    kept, found = judge_alone(report)
    outs, clips = list(found), list[Pushed]()
    for one in kept:
        rate = one.media.rate or rates.get(one.media.path)
        if rate is None and not is_still(one.media.path):
            outs.append(left_out(report, one.item, NO_RATE))
            continue
        clip = _pushed(one, rate)
        if clip is None:
            outs.append(left_out(report, one.item, ELSEWHERE))
        else:
            clips.append(Pushed(clip, _placed(one)))
    return await edit_from(opened, clips, outs, warning, house)


def _pushed(one: PlainClip, rate: Rate | None) -> PushedClipIn | None:
    """A picture has no rate, and begins with itself."""
    at = position(Fraction(0) if rate is None else rate.frames(one.source_in))
    start = math.floor(at)
    return clip_or_none(
        name=one.item.name,
        track=one.item.track,
        media=one.media.path,
        record_start=one.record_start,
        frames=one.frames,
        source_start=start,
        source_rest=str(at - start),
        rate=None if one.media.rate is None else str(one.media.rate),
        speed=str(one.speed.limit_denominator(1_000_000)),
        enabled=not one.item.disabled,
    )


def _placed(one: PlainClip) -> HostItemOut:
    return HostItemOut(
        id=one.item.id,
        retimed=one.speed != 1,
        track=one.item.track,
        start=one.record_start,
        frames=one.frames,
    )
