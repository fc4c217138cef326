"""What lies at and beside a moment.

In: a document, its clips, a moment (`01:00:04:12`, `86`, `V2@01:00:04:12`). Out: the clip that is
seen there, or the gap with the clips on both sides of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.errors import ClipAmbiguous, ClipNotFound, UsageError
from bridge.frames import FrameRange
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip
from bridge.timeline.references import MOMENT, choose, record_frame


@dataclass(frozen=True)
class Gap:
    """A hole in a track: what it would take to fill it from both sides."""

    record: FrameRange  # record frames from the timeline's start
    before: Clip
    after: Clip
    track: int


def clip_named(document: Document, clips: Sequence[Clip], reference: str) -> Clip:
    """The one clip that a reference names; `ClipAmbiguous` where it names several."""
    found = choose(document, clips, [reference])
    if len(found) > 1:
        raise ClipAmbiguous(
            f"{reference[:80]!r} names {len(found)} clips, and one is needed.",
            places=[clip.place for clip in found],
        )
    return found[0]


def seen_at(document: Document, clips: Sequence[Clip], moment: str) -> tuple[int, Clip]:
    """The record frame, and the top clip that is enabled there; `ClipNotFound` over a hole."""
    frame, track = _moment(document, moment)
    there = [clip for clip in _enabled(clips, track) if frame in clip.record]
    if not there:
        raise ClipNotFound(
            f"The timeline shows no clip at {moment}.", hint="Name a moment inside of a clip."
        )
    return frame, max(there, key=track_of)


def gap_at(document: Document, clips: Sequence[Clip], moment: str) -> Gap:
    """
    The gap at a moment, on the track that is named, else on the lowest that has one there.

    `ClipNotFound` where a clip lies there, or on one side none.
    """
    frame, named = _moment(document, moment)
    enabled = _enabled(clips, named)
    tracks = sorted({track_of(clip) for clip in enabled})
    if not tracks:
        raise ClipNotFound(f"There are no enabled clips{_on(named)}.")
    reasons: list[str] = []
    for track in tracks:
        found = _gap_on([clip for clip in enabled if track_of(clip) == track], frame, track, moment)
        if isinstance(found, Gap):
            return found
        reasons.append(found)
    raise ClipNotFound(
        reasons[0], hint="Name a moment between two clips, with its track: V1@01:00:04:12."
    )


def _gap_on(clips: Sequence[Clip], frame: int, track: int, moment: str) -> Gap | str:
    """The gap, or why there is none."""
    there = next((clip for clip in clips if frame in clip.record), None)
    if there is not None:
        return f"There is no gap at {moment} on V{track}: {there.place} ({there.name}) lies there."
    before = max(
        (clip for clip in clips if clip.record.end <= frame),
        key=lambda clip: clip.record.end,
        default=None,
    )
    after = min(
        (clip for clip in clips if clip.record.start > frame),
        key=lambda clip: clip.record.start,
        default=None,
    )
    if before is None or after is None:
        side = "before" if before is None else "after"
        return f"There is no clip {side} the gap at {moment} on V{track}."
    return Gap(FrameRange.between(before.record.end, after.record.start), before, after, track)


def track_of(clip: Clip) -> int:
    """The timeline's own track on which the clip, or the nest that it fills, lies."""
    return int(clip.place[1 : clip.place.index(":")])


def _moment(document: Document, text: str) -> tuple[int, int | None]:
    found = MOMENT.fullmatch(text.strip())
    if found is None or found[3] is not None:
        raise UsageError(
            f"{text[:40]!r} is no moment.", hint="Write it as 01:00:04:12 or V2@01:00:04:12."
        )
    return record_frame(found[2], document.facts), int(found[1]) if found[1] else None


def _enabled(clips: Iterable[Clip], track: int | None) -> list[Clip]:
    return [clip for clip in clips if clip.enabled and track in (None, track_of(clip))]


def _on(track: int | None) -> str:
    return "" if track is None else f" on V{track}"
