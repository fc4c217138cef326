"""Which of the reported items may be worked on. In: a report, the exported clips. Out: a verdict.

Where Premiere exported the sequence, the export says where a clip's frames come from, and the
items' own ticks must not contradict it. Where it did not, the ticks alone must be plain. What is
not plain is left out by name.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bridge.hosts.outs import Fault, Out
from bridge.hosts.premiere.pictures import may_be_sequence
from bridge.hosts.premiere.report import TICKS, Item, Media, Report, frame_at, seconds_in
from bridge.hosts.premiere.speeds import begins, fits, media_frame, plain_speed, unit_of
from bridge.source import SourceKind
from bridge.timeline.facts import Clip
from bridge.timeline.paths import is_still

NESTED = "is a nested sequence: open it and select a clip inside"
Numbered = Callable[[str], bool]  # whether a picture file may be the first of a sequence
NEIGHBOURS = (
    "is one of several numbered pictures, and Premiere does not say whether it shows them all"
)


@dataclass(frozen=True)
class Kept:
    """An item and the clip of the exported sequence that it is."""

    clip: Clip
    item: Item


@dataclass(frozen=True)
class PlainClip:
    """An item whose first source frame its own ticks tell."""

    item: Item
    media: Media
    record_start: int  # record frames from the sequence's beginning
    frames: int  # record frames
    source_in: Fraction  # seconds from the media's head
    speed: Fraction


@dataclass(frozen=True)
class Verdict:
    kept: tuple[Kept, ...]
    left_out: tuple[Out, ...]


def judge(report: Report, clips: Sequence[Clip], numbered: Numbered = may_be_sequence) -> Verdict:
    """`clips` are those of the exported sequence; linear in both."""
    known = {(_track(clip), clip.record.start): clip for clip in clips}
    kept, outs = [], []
    for item in _once(report.items):
        clip = known.get((item.track, _nearest(report, item.start)))
        fault = _no_plain_clip(report, item) or _not_as_exported(report, item, clip, numbered)
        if fault is not None or clip is None:
            outs.append(left_out(report, item, fault or ("unknown", "is unknown")))
        else:
            kept.append(Kept(clip, item))
    return Verdict(tuple(kept), tuple(outs))


def judge_alone(
    report: Report, numbered: Numbered = may_be_sequence
) -> tuple[tuple[PlainClip, ...], tuple[Out, ...]]:
    """The same without an export: what runs in a way that the ticks do not tell is left out."""
    unit = unit_of(report.items, report.sequence.timebase)
    kept, outs = [], []
    for item in _once(report.items):
        fault = _no_plain_clip(report, item) or _not_plainly_timed(report, item, unit, numbered)
        if fault is not None or item.media is None:
            outs.append(left_out(report, item, fault or ("unknown", "is unknown")))
        else:
            kept.append(_plain(report, item, item.media, unit))
    return tuple(kept), tuple(outs)


def spelled(path: str) -> str:
    """One spelling for all that a machine may use for a file."""
    return unicodedata.normalize("NFC", path.replace("\\", "/")).casefold()


def _once(items: Iterable[Item]) -> Iterable[Item]:
    return {(item.track, item.start): item for item in items}.values()


def _track(clip: Clip) -> int:
    return int(clip.place.split(":")[0][1:])


def _frame(report: Report, ticks: int) -> int | None:
    return frame_at(ticks, report.sequence.timebase)


def _nearest(report: Report, ticks: int) -> int:
    return round(Fraction(ticks, report.sequence.timebase))


def _no_plain_clip(report: Report, item: Item) -> Fault:
    if fault := _no_file(item.adjustment, item.media):
        return fault
    if item.length < 1:
        return "empty", "has no frames"
    if _frame(report, item.start) is None or _frame(report, item.end) is None:
        return "unclear", "begins or ends between two frames of the sequence: trim it to whole ones"
    return None


MEDIA_FAULTS: tuple[tuple[Callable[[Media], bool], str, str], ...] = (
    (
        lambda media: media.multicam,
        "multicam",
        "is a multicam clip: flatten it (Multi-Camera > Flatten), then select it",
    ),
    (lambda media: media.sequence, "nested", NESTED),
    (
        lambda media: media.offline,
        "offline",
        "is offline: link its media again, then select it",
    ),
    (
        lambda media: not media.path,
        "no_file",
        "has no file of its own: render and replace it, then select it",
    ),
    (
        lambda media: bool(media.proxy) and spelled(media.path) == spelled(media.proxy),
        "proxy",
        "names nothing but its proxy: attach the full media, then select it",
    ),
)


def _no_file(adjustment: bool, media: Media | None) -> Fault:
    if adjustment:
        return "adjustment", "is an adjustment layer: select the clips below it"
    if media is None:
        return "no_media", "is a graphic, a title or a matte: it has no media"
    faults = ((word, words) for found, word, words in MEDIA_FAULTS if found(media))
    return next(faults, None)


# ---- with an exported sequence


def _not_as_exported(report: Report, item: Item, clip: Clip | None, numbered: Numbered) -> Fault:
    if clip is None:
        return "unknown", "does not lie there in the sequence that Premiere exported"
    if clip.refusal is not None:
        return clip.refusal.reason, _after_name(clip.refusal.sentence)
    if "/" in clip.place:
        return "nested", NESTED
    end = _frame(report, item.end)
    if clip.record.end != end:
        return "unclear", f"ends at record frame {end}, and at {clip.record.end} in the export"
    return _other_media(item, clip, numbered) or _other_frames(item, clip, report.sequence.timebase)


def _other_media(item: Item, clip: Clip, numbered: Numbered) -> Fault:
    """Of sequences both write the name in their own way."""
    if clip.source is None or item.media is None:
        return "no_media", "has no media in the exported sequence"
    if clip.source.kind is SourceKind.still and numbered(item.media.path):
        return "sequence", NEIGHBOURS
    movie = clip.source.kind is SourceKind.movie
    if movie and spelled(item.media.path) != spelled(str(clip.source.path)):
        return "unclear", "shows another file than the exported sequence says"
    return None


def _after_name(sentence: str) -> str:
    """`V1:3 (boat) is a title.` without its beginning and its full stop."""
    return sentence.partition(") ")[2].rstrip(".") or sentence.rstrip(".")


def _other_frames(item: Item, clip: Clip, timebase: int) -> Fault:
    """Stills do not run."""
    if clip.source is None or clip.source.kind is SourceKind.still:
        return None
    if not fits(item, clip.speed, timebase):
        return "retime", "is retimed in a way that its numbers and the exported sequence tell apart"
    if clip.media_in is None:
        return "unclear", "does not say in the exported sequence where its media begins"
    head = (clip.source_in - clip.media_in) * TICKS
    places = begins(item, clip.speed)
    # less than a frame: times of other rates are exported in whole frames
    slack = max(Fraction(timebase), media_frame(item, timebase)) * Fraction(3, 4)
    if places and not any(abs(place - head) <= slack for place in places):
        return "unclear", "begins at one source frame by its numbers, at another in the export"
    return None


# ---- by the numbers alone


def _not_plainly_timed(report: Report, item: Item, unit: int | None, numbered: Numbered) -> Fault:
    path = item.media.path if item.media is not None else ""
    if is_still(path):
        return ("sequence", NEIGHBOURS) if numbered(path) else None
    if item.in_point is None or item.span is None:
        return "unclear", "does not say which frames it shows, and no sequence was exported"
    if item.reversed:
        return "retime", "is reversed: only an exported sequence tells which frames it shows"
    if plain_speed(item, unit, report.sequence.timebase) is None:
        return "retime", "is retimed, or may be, in a way that only an exported sequence tells"
    return None


def _plain(report: Report, item: Item, media: Media, unit: int | None) -> PlainClip:
    """A picture does not run: In of stills counts on a clock of its own."""
    still = is_still(media.path)
    speed = None if still else plain_speed(item, unit, report.sequence.timebase)
    start = _nearest(report, item.start)
    return PlainClip(
        item,
        media,
        start,
        _nearest(report, item.end) - start,
        seconds_in(0 if still else item.in_point or 0),
        speed or Fraction(1),
    )


# ---- saying


def left_out(report: Report, item: Item, fault: tuple[str, str]) -> Out:
    """The item with its reason: a word, and the rest of a sentence that names it."""
    place = f"V{item.track}@{report.sequence.timecode(item.start)}"
    name = item.name or Path(item.media.path if item.media else "").name or "unnamed"
    return Out(place, name, fault[0], f"{place} ({name}) {fault[1]}.")
