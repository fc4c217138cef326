"""Clip references.

In: what a person typed (`V1:3`, `01:00:04:12`, `marker:RED`, a name). Out: the clips that were
meant.

V1:3  V1:*  V2:1/V1:4        by place, a whole track, inside a nest
01:00:04:12  V1@01:00:04:12  what is on top there, or on that track
A-B  V1@A-B                  the parts between two positions (timecodes or frame numbers)
marker:NAME  colour:orange  name:NAME  NAME  all
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
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
WAYS = ("marker", "colour", "color", "name")
FEW = 8  # references for which a look through all clips is cheaper than an index
SHOWN = 12  # places listed in a message


def choose(document: Document, clips: Sequence[Clip], refs: Sequence[str]) -> tuple[Clip, ...]:
    """
    The clips that the references name, each once, in the timeline's order; parts are cut exactly.

    `ClipNotFound` (with near matches), `ClipAmbiguous` (with places), `UsageError` for a malformed
    position, `RangeError` for an empty range and for ranges that share a part of one clip.
    """
    catalogue = Catalogue(document, clips, few=len(refs) <= FEW)
    found = [clip for ref in refs for clip in catalogue.chosen(ref.strip())]
    if len(found) == 1:
        return tuple(found)
    order = {clip.place: number for number, clip in enumerate(clips)}
    unique = dict.fromkeys((clip.place, clip.record) for clip in found)
    values = {(clip.place, clip.record): clip for clip in found}
    ordered = sorted(unique, key=lambda key: (order[key[0]], key[1]))
    chosen = tuple(values[key] for key in ordered)
    _check_overlaps(chosen)
    return chosen


def record_frame(text: str, facts: TimelineFacts) -> int:
    """
    Record frames from the timeline's start.

    `01:00:04:12` counts from the start timecode, `48` and `+48` from zero. `UsageError` for what is
    neither, `RangeError` for a position before the start.
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


@dataclass(frozen=True)
class Catalogue:
    """The clips of one timeline, to be looked up many times."""

    document: Document
    clips: Sequence[Clip]
    few: bool = False  # only a few references will be looked up: no index is made for them

    @cached_property
    def by_place(self) -> dict[str, list[Clip]]:
        """A nest's own place names the clip that fills it."""
        found: defaultdict[str, list[Clip]] = defaultdict(list)
        for clip in self.clips:
            parts = clip.place.split("/")
            for depth in range(1, len(parts) + 1):
                found["/".join(parts[:depth])].append(clip)
        return dict(found)

    @cached_property
    def by_name(self) -> dict[str, list[Clip]]:
        return _grouped((clip.name, clip) for clip in self.clips)

    @cached_property
    def by_folded_name(self) -> dict[str, list[Clip]]:
        return _grouped((clip.name.casefold(), clip) for clip in self.clips)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return marks(self.document)

    def chosen(self, ref: str) -> Sequence[Clip]:
        """What one reference names."""
        kind, _, rest = ref.partition(":")
        if not ref:
            raise UsageError("An empty reference names nothing.", hint=ClipNotFound.default_hint)
        if kind in WAYS:
            return self._in_a_way(kind, rest)
        if ref.lower() == "all":
            return self._enabled(self.clips, "This timeline has no enabled clips.")
        return self._by_form(ref)

    def _by_form(self, ref: str) -> Sequence[Clip]:
        """
        A place, a track, a position, else a name; a name that looks like a position is a name.
        """
        if PLACE.fullmatch(ref):
            return self._at_place(ref.upper())
        if track := TRACK.fullmatch(ref):
            return self._on_track(int(track[1]))
        moment = MOMENT.fullmatch(ref)
        if moment and ref not in self.by_name:
            return self._at_moment(moment)
        return self._named(ref)

    def _in_a_way(self, kind: str, rest: str) -> Sequence[Clip]:
        if not rest.strip():
            raise UsageError(f"{kind + ':'!r} names nothing.", hint=ClipNotFound.default_hint)
        if kind == "name":
            return self._named(rest)
        return self._marked(rest) if kind == "marker" else self._coloured(rest.lower())

    def _at_place(self, place: str) -> Sequence[Clip]:
        if self.few:
            nest = f"{place}/"
            found = [c for c in self.clips if c.place == place or c.place.startswith(nest)]
        else:
            found = self.by_place.get(place, [])
        if not found:
            raise _not_found(f"There is no clip {place}.", place, self.by_place)
        return found

    def _on_track(self, number: int) -> Sequence[Clip]:
        found = [clip for clip in self.clips if _track(clip) == number]
        return self._enabled(found, f"There are no enabled clips on V{number}.")

    def _enabled(self, clips: Sequence[Clip], sentence: str) -> Sequence[Clip]:
        """Nobody pays for what is switched off, unless it is named."""
        found = [clip for clip in clips if clip.enabled]
        if not found:
            raise ClipNotFound(sentence)
        return found

    def _named(self, name: str) -> Sequence[Clip]:
        found = self.by_name.get(name) or self.by_folded_name.get(name.casefold())
        if not name or not found:
            raise _not_found(f"There is no clip named {name[:80]!r}.", name, self.by_name)
        if len(found) > 1:
            places = ", ".join(clip.place for clip in found[:SHOWN])
            more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            raise ClipAmbiguous(
                f"{len(found)} clips are named {name[:80]!r}: {places}{more}.",
                places=[clip.place for clip in found],
            )
        return found

    def _marked(self, name: str) -> Sequence[Clip]:
        wanted = name.casefold()
        found = [c for c in self.clips if any(mark.casefold() == wanted for mark in c.markers)]
        found += self._under([mark for mark in self.marks if mark.name.casefold() == wanted])
        if not found:
            known = [mark for clip in self.clips for mark in clip.markers]
            known += [mark.name for mark in self.marks]
            raise _not_found(f"There is no clip at a marker named {name[:80]!r}.", name, known)
        return found

    def _coloured(self, colour: str) -> Sequence[Clip]:
        found = [clip for clip in self.clips if colour in clip.colours]
        found += self._under([mark for mark in self.marks if mark.colour == colour])
        if not found:
            known = [other for clip in self.clips for other in clip.colours]
            known += [mark.colour for mark in self.marks]
            raise _not_found(f"There is no clip of the colour {colour[:40]!r}.", colour, known)
        return found

    def _under(self, found: Iterable[Mark]) -> list[Clip]:
        """The clips on top where the markers of the timeline stand."""
        tops = [self._top_at(mark.frame, mark.track) for mark in found]
        return [clip for clip in tops if clip is not None]

    def _at_moment(self, moment: "re.Match[str]") -> Sequence[Clip]:
        facts = self.document.facts
        track = int(moment[1]) if moment[1] else None
        first = record_frame(moment[2], facts)
        if moment[3] is None:
            found = self._top_at(first, track)
            if found is None:
                where = f" on V{track}" if track else ""
                raise ClipNotFound(f"There is no enabled clip at {moment[2]}{where}.")
            return [found]
        span = FrameRange.between(first, record_frame(moment[3], facts))
        if not span.count:
            raise RangeError(f"The range {moment[0]} is empty.")
        parts = _in_range(self.clips, span, track, moment[0])
        return [cut(clip, part, facts.rate) for clip, part in parts]

    def _top_at(self, frame: int, track: int | None) -> Clip | None:
        there = [
            clip
            for clip in self.clips
            if clip.enabled and frame in clip.record and track in (None, _track(clip))
        ]
        return max(there, key=_track, default=None)


def _grouped(pairs: Iterable[tuple[str, Clip]]) -> dict[str, list[Clip]]:
    found: defaultdict[str, list[Clip]] = defaultdict(list)
    for name, clip in pairs:
        found[name].append(clip)
    return dict(found)


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
    """What one track leaves free, and what is seen of its clips; both in order: one pass does."""
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
    """The part of a clip that lies at `record`; its source position moves along."""
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


def _not_found(sentence: str, wanted: str, known: Iterable[str]) -> ClipNotFound:
    names = sorted({name for name in known if name})
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in get_close_matches(wanted.casefold(), list(folded), 5, 0.5)]
    said = f" Near are {', '.join(map(repr, near))}." if near else ""
    return ClipNotFound(sentence + said, near=near)
