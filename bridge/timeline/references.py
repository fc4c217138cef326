"""Clip references. In: what a person typed (`V1:3`, `01:00:04:12`, `marker:RED`, a name). Out: the clips that were meant.

V1:3  V1:*  V2:1/V1:4        by place, a whole track, inside a nest
01:00:04:12  V1@01:00:04:12  what is on top there, or on that track
A-B  V1@A-B                  the parts between two positions (timecodes or frame numbers)
marker:NAME  colour:orange  name:NAME  NAME  all
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import groupby, pairwise

from bridge.errors import ClipAmbiguous, ClipNotFound, RangeError, UsageError
from bridge.frames import (
    TIMECODE,
    FrameRange,
    Handles,
    Rate,
    frames_per_day,
    timecode,
    timecode_frame,
)
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip, TimelineFacts
from bridge.timeline.markers import Mark, marks

PLACE = re.compile(r"V\d+:\d+(/V\d+:\d+)*", re.IGNORECASE)
TRACK = re.compile(r"V(\d+):\*", re.IGNORECASE)
POSITION = r"\+?\d+|\d{1,2}:\d{2}:\d{2}[:;.,]\d{2,3}"
MOMENT = re.compile(rf"(?:V(\d+)@)?({POSITION})(?:\s*-\s*({POSITION}))?", re.IGNORECASE)
SHOWN = 12  # places listed in a message


def choose(document: Document, clips: Sequence[Clip], refs: Sequence[str]) -> tuple[Clip, ...]:
    """
    The clips that the references name, each once, in the timeline's order; parts of clips cut exactly.

    `ClipNotFound` (with near matches), `ClipAmbiguous` (with places), `UsageError` for a malformed position,
    `RangeError` for an empty range and for ranges that share a part of one clip.
    """
    found = [clip for ref in refs for clip in _chosen(document, clips, ref.strip())]
    order = {clip.place: number for number, clip in enumerate(clips)}
    unique = dict.fromkeys((clip.place, clip.record) for clip in found)
    values = {(clip.place, clip.record): clip for clip in found}
    ordered = sorted(unique, key=lambda key: (order[key[0]], key[1]))
    chosen = tuple(values[key] for key in ordered)
    _check_overlaps(chosen)
    return chosen


def record_frame(text: str, facts: TimelineFacts) -> int:
    """
    Record frames from the timeline's start: `01:00:04:12` counts from its start timecode, `48` and `+48` from zero.

    `UsageError` for what is neither, `RangeError` for a position before the start.
    """
    text = text.strip()
    if re.fullmatch(r"\+?\d{1,12}", text):
        return int(text)
    if TIMECODE.fullmatch(text) is None:
        raise UsageError(
            f"{text[:40]!r} is no position.",
            hint="Give a timecode (HH:MM:SS:FF) or a frame number from the timeline's start.",
        )
    drop = facts.drop or text[-3] in ";," or text[-4] in ";,"
    frame = timecode_frame(text, facts.rate, drop=drop)
    if frame < facts.start_frame:
        return _before_start(text, frame, facts)
    return frame - facts.start_frame


def _before_start(text: str, frame: int, facts: TimelineFacts) -> int:
    """A timeline that runs over midnight goes on there; anything else lies before it."""
    after_midnight = frame + frames_per_day(facts.rate, drop=facts.drop) - facts.start_frame
    if after_midnight < facts.frames:
        return after_midnight
    start = timecode(facts.start_frame, facts.rate, drop=facts.drop)
    raise RangeError(
        f"{text} lies before the timeline's start, {start}.",
        hint=f"Timecodes count from the timeline's start timecode {start}.",
    )


def _chosen(document: Document, clips: Sequence[Clip], ref: str) -> Sequence[Clip]:
    kind, _, rest = ref.partition(":")
    if not ref or (kind in ("marker", "colour", "color", "name") and not rest):
        raise UsageError("An empty clip reference names nothing.", hint=ClipNotFound.default_hint)
    if ref.lower() == "all":
        return clips
    if PLACE.fullmatch(ref):
        return _by_place(clips, ref)
    if track := TRACK.fullmatch(ref):
        return _on_track(clips, int(track[1]), ref)
    if kind == "marker":
        return _by_marker(document, clips, rest)
    if kind in ("colour", "color"):
        return _by_colour(document, clips, rest.lower())
    if kind == "name":
        return _by_name(clips, rest)
    if (moment := MOMENT.fullmatch(ref)) and not any(clip.name == ref for clip in clips):
        return _by_moment(document.facts, clips, moment)
    return _by_name(clips, ref)


def _by_place(clips: Sequence[Clip], ref: str) -> Sequence[Clip]:
    """A nest's own place names the clip that fills it."""
    wanted = ref.upper()
    found = [c for c in clips if c.place == wanted or c.place.startswith(wanted + "/")]
    if not found:
        raise _not_found(f"There is no clip {wanted}.", wanted, [clip.place for clip in clips])
    return found


def _on_track(clips: Sequence[Clip], number: int, ref: str) -> Sequence[Clip]:
    found = [clip for clip in clips if _track(clip) == number]
    if not found:
        raise _not_found(f"There are no clips on {ref.upper()[:-2]}.", ref, [])
    return found


def _by_name(clips: Sequence[Clip], name: str) -> Sequence[Clip]:
    found = [clip for clip in clips if clip.name == name]
    found = found or [clip for clip in clips if clip.name.casefold() == name.casefold()]
    if not found:
        raise _not_found(f"There is no clip named {name[:80]!r}.", name, [c.name for c in clips])
    if len(found) > 1:
        places = ", ".join(clip.place for clip in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise ClipAmbiguous(
            f"{len(found)} clips are named {name[:80]!r}: {places}{more}.",
            places=[clip.place for clip in found],
        )
    return found


def _by_marker(document: Document, clips: Sequence[Clip], name: str) -> Sequence[Clip]:
    wanted = name.casefold()
    found = [c for c in clips if any(marker.casefold() == wanted for marker in c.markers)]
    on_timeline = [mark for mark in marks(document) if mark.name.casefold() == wanted]
    found += _under(on_timeline, clips)
    if not found:
        names = [marker for clip in clips for marker in clip.markers]
        names += [mark.name for mark in marks(document)]
        raise _not_found(f"There is no clip at a marker named {name[:80]!r}.", name, names)
    return found


def _by_colour(document: Document, clips: Sequence[Clip], colour: str) -> Sequence[Clip]:
    found = [clip for clip in clips if colour in clip.colours]
    on_timeline = [mark for mark in marks(document) if mark.colour == colour]
    found += _under(on_timeline, clips)
    if not found:
        colours = [known for clip in clips for known in clip.colours]
        colours += [mark.colour for mark in marks(document)]
        raise _not_found(f"There is no clip of the colour {colour[:40]!r}.", colour, colours)
    return found


def _under(found: Iterable[Mark], clips: Sequence[Clip]) -> list[Clip]:
    """The clips on top where the markers of the timeline stand."""
    return [clip for mark in found if (clip := _top_at(clips, mark.frame, mark.track)) is not None]


def _by_moment(
    facts: TimelineFacts, clips: Sequence[Clip], moment: "re.Match[str]"
) -> Sequence[Clip]:
    track = int(moment[1]) if moment[1] else None
    first = record_frame(moment[2], facts)
    if moment[3] is None:
        found = _top_at(clips, first, track)
        if found is None:
            where = f" on V{track}" if track else ""
            raise ClipNotFound(f"There is no enabled clip at {moment[2]}{where}.")
        return [found]
    span = FrameRange.between(first, record_frame(moment[3], facts))
    if not span.count:
        raise RangeError(f"The range {moment[0]} is empty.")
    parts = _in_range(clips, span, track, moment[0])
    return [cut(clip, part, facts.rate) for clip, part in parts]


def _in_range(
    clips: Sequence[Clip], span: FrameRange, track: int | None, ref: str
) -> list[tuple[Clip, FrameRange]]:
    inside = [
        clip
        for clip in clips
        if clip.enabled and clip.record.overlaps(span) and track in (None, _track(clip))
    ]
    if not inside:
        raise ClipNotFound(f"There is no enabled clip between {ref.replace('-', ' and ')}.")
    if track is not None:
        return [(clip, clip.record.clamped(span)) for clip in inside]
    return _visible(inside, span)


def _visible(clips: Sequence[Clip], span: FrameRange) -> list[tuple[Clip, FrameRange]]:
    """What is seen of each clip: from the top track down, the parts that nothing above hides."""
    free = [span]
    found: list[tuple[Clip, FrameRange]] = []
    ordered = sorted(clips, key=lambda clip: (-_track(clip), clip.record))
    for _, on_track in groupby(ordered, key=_track):
        free, seen = _through(list(on_track), free)
        found += seen
    return found


def _through(
    clips: Sequence[Clip], free: Sequence[FrameRange]
) -> tuple[list[FrameRange], list[tuple[Clip, FrameRange]]]:
    """What one track leaves free, and what is seen of its clips; both are in order, so one pass does."""
    left: list[FrameRange] = []
    seen: list[tuple[Clip, FrameRange]] = []
    waiting = list(reversed(free))
    for clip in clips:
        while waiting and waiting[-1].start < clip.record.end:
            hole = waiting.pop()
            part = clip.record.clamped(hole)
            if not part.count:
                left.append(hole)
                continue
            seen.append((clip, part))
            if hole.start < part.start:
                left.append(FrameRange.between(hole.start, part.start))
            if part.end < hole.end:
                waiting.append(FrameRange.between(part.end, hole.end))
    return left + list(reversed(waiting)), seen


def cut(clip: Clip, record: FrameRange, rate: Rate) -> Clip:
    """The part of a clip that lies at `record`; its source position moves along, at `rate` record frames."""
    if record == clip.record:
        return clip
    before = record.start - clip.record.start
    after = clip.record.end - record.end
    head, tail = clip.transitions.head, clip.transitions.tail
    return replace(
        clip,
        record=record,
        source_in=clip.source_in + rate.seconds(before) * clip.speed,
        transitions=Handles(0 if before else head, 0 if after else tail),
    )


def _top_at(clips: Sequence[Clip], frame: int, track: int | None) -> Clip | None:
    there = [
        clip
        for clip in clips
        if clip.enabled and frame in clip.record and track in (None, _track(clip))
    ]
    return max(there, key=_track, default=None)


def _track(clip: Clip) -> int:
    return int(clip.place[1 : clip.place.index(":")])


def _check_overlaps(chosen: Sequence[Clip]) -> None:
    for one, other in pairwise(chosen):
        if one.place == other.place and one.record.overlaps(other.record):
            raise RangeError(
                f"Two ranges share a part of {one.place} ({one.name}).",
                hint="Give ranges that do not overlap, or the clip as a whole.",
                clip=one.place,
            )


def _not_found(sentence: str, wanted: str, known: Sequence[str]) -> ClipNotFound:
    names = sorted({name for name in known if name})
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in get_close_matches(wanted.casefold(), list(folded), 5, 0.5)]
    said = f" Near are {', '.join(map(repr, near))}." if near else ""
    return ClipNotFound(sentence + said, near=near)
