"""Which of the reported items may be worked on. In: a report, the exported clips. Out: a verdict.

Where Resolve exported the timeline, the export says where a clip's frames come from, retimes
included, and the items' own numbers must not contradict it. Where it did not, the numbers alone
must be plain: no retime can be read from them.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bridge.frames import Rate, timecode
from bridge.hosts.outs import Fault, Out
from bridge.hosts.resolve.report import Item, Media, Report
from bridge.source import SourceKind
from bridge.timeline.facts import Clip, Retime

SLACK = 1  # source frames by which the numbers of scripting are known to be off
SPEED_SLACK = Fraction(1, 100)


@dataclass(frozen=True)
class Kept:
    """An item and the clip of the exported timeline that it is."""

    clip: Clip
    item: Item


@dataclass(frozen=True)
class PlainClip:
    """An item that runs at normal speed, by its own numbers."""

    item: Item
    media: Media
    record_start: int  # record frames from the timeline's start
    source_start: int  # source frames from the media's first frame


@dataclass(frozen=True)
class Verdict:
    kept: tuple[Kept, ...]
    left_out: tuple[Out, ...]


def judge(report: Report, rate: Rate, clips: Sequence[Clip]) -> Verdict:
    """`clips` are those of the exported timeline; linear in both."""
    known = {(_track(clip), clip.record.start): clip for clip in clips}
    kept, outs = [], []
    for item in _once(report.items):
        clip = known.get((item.track, item.start - report.timeline.start_frame))
        fault = _no_plain_clip(item) or _not_as_exported(item, clip, rate)
        if fault is not None or clip is None:
            outs.append(left_out(report, item, fault or ("unknown", "is unknown")))
        else:
            kept.append(Kept(clip, item))
    return Verdict(tuple(kept), tuple(outs))


def judge_alone(report: Report, rate: Rate) -> tuple[tuple[PlainClip, ...], tuple[Out, ...]]:
    """The same without an export: what is retimed, or may be, is left out."""
    kept, outs = [], []
    for item in _once(report.items):
        fault = _no_plain_clip(item) or _not_plainly_timed(item, rate)
        if fault is not None or item.media is None:
            outs.append(left_out(report, item, fault or ("unknown", "is unknown")))
            continue
        start = item.start - report.timeline.start_frame
        kept.append(PlainClip(item, item.media, start, _source_start(item, rate)))
    return tuple(kept), tuple(outs)


def _once(items: Iterable[Item]) -> Iterable[Item]:
    return {(item.id or item.name, item.track, item.start): item for item in items}.values()


def _track(clip: Clip) -> int:
    return int(clip.place.split(":")[0][1:])


def _no_plain_clip(item: Item) -> Fault:
    if item.is_transition:
        return "transition", "is a transition"
    if item.media is None:
        return "no_media", "is a title, a generator or an adjustment clip: it has no media"
    if item.media.offline:
        return "offline", "is offline: link its media again, then select it"
    if not item.media.path:
        return "no_file", "is a compound, multicam or Fusion clip: open it and select a clip inside"
    if item.duration < 1:
        return "empty", "has no frames"
    return None


def _not_as_exported(item: Item, clip: Clip | None, rate: Rate) -> Fault:
    if clip is None:
        return "unknown", "is not in the timeline that Resolve exported: save, and select it again"
    if clip.refusal is not None:
        return clip.refusal.reason, _after_name(clip.refusal.sentence)
    if "/" in clip.place:
        return "nested", "is a compound clip: open it and select a clip inside"
    if clip.record.count != item.duration:
        return "unclear", (
            f"is {item.duration} frames long, and {clip.record.count} in the exported timeline"
        )
    if _other_file(item, clip):
        return "unclear", "shows another file than the exported timeline says"
    return _other_frames(item, clip, rate)


def _after_name(sentence: str) -> str:
    """`V1:3 (boat) is a title.` without its beginning and its full stop."""
    return sentence.partition(") ")[2].rstrip(".") or sentence.rstrip(".")


def _other_file(item: Item, clip: Clip) -> bool:
    """Of sequences both write the name in their own way."""
    if clip.source is None or clip.source.kind is SourceKind.sequence or item.media is None:
        return False
    return _spelled(item.media.path) != _spelled(str(clip.source.path))


def _spelled(path: str) -> str:
    return unicodedata.normalize("NFC", path.replace("\\", "/")).casefold()


def _other_frames(item: Item, clip: Clip, rate: Rate) -> Fault:
    """Speed and beginning by both accounts, for getters that are known to be off by a frame."""
    media_rate = clip.media_rate or (item.media.rate if item.media is not None else None)
    if clip.source is None or clip.source.kind is SourceKind.still or media_rate is None:
        return None
    ratio = media_rate.fps / rate.fps  # source frames a record frame at normal speed
    if not _same_speed(item, clip.speed, ratio):
        return "retime", "is retimed in a way that Resolve's numbers and its export disagree about"
    if clip.retime is not Retime.none or clip.media_in is None:
        return None
    head = media_rate.frames(clip.source_in - clip.media_in)
    if not _same_start(item, head, ratio):
        return (
            "unclear",
            "begins at one source frame by Resolve's numbers, at another by its export",
        )
    return None


def _same_speed(item: Item, speed: Fraction, ratio: Fraction) -> bool:
    if item.speed is not None and abs(item.speed / 100 - speed) > SPEED_SLACK:
        return False
    span = _span(item)
    if span is None or speed == 0:
        return True
    slack = SLACK + ratio * abs(speed)
    return abs(span - item.duration * ratio * speed) <= slack


def _span(item: Item) -> Fraction | None:
    """Source frames from first to last, negative where reversed; 0 to 0 says nothing."""
    if item.source_start is None or item.source_end is None:
        return None
    return (item.source_end - item.source_start) or None


def _same_start(item: Item, head: Fraction, ratio: Fraction) -> bool:
    accounts = _accounts(item, ratio)
    return not accounts or any(abs(account - head) <= SLACK + ratio for account in accounts)


def _accounts(item: Item, ratio: Fraction) -> list[Fraction]:
    """The first source frame as each getter may mean it: some count at the timeline's rate."""
    found: list[Fraction] = []
    if item.left_offset is not None:
        found += [item.left_offset, item.left_offset * ratio]
    if item.source_start is not None:
        first = item.media.first if item.media is not None else 0
        found += [item.source_start, item.source_start - first]
    return found


def _not_plainly_timed(item: Item, rate: Rate) -> Fault:
    media_rate = item.media.rate if item.media is not None else None
    if media_rate is None or item.left_offset is None:
        return "unclear", "does not say which frames it shows; Resolve did not export the timeline"
    ratio = media_rate.fps / rate.fps
    if not _same_speed(item, Fraction(1), ratio) or _span(item) is None:
        return "retime", "may be retimed, which only an exported timeline says"
    return None


def _source_start(item: Item, rate: Rate) -> int:
    """`GetLeftOffset` counts at the timeline's rate where the media runs at another one."""
    media_rate = item.media.rate if item.media is not None else None
    ratio = Fraction(1) if media_rate is None else media_rate.fps / rate.fps
    return round((item.left_offset or Fraction(0)) * ratio)


def left_out(report: Report, item: Item, fault: tuple[str, str]) -> Out:
    """The item with its reason: a word, and the rest of a sentence that names it."""
    said = report.timeline
    at = timecode(item.start, said.exact_rate, drop=said.is_drop) if item.start >= 0 else "?"
    place = f"V{item.track}@{at}"
    name = item.name or Path(item.media.path if item.media else "").name or "unnamed"
    return Out(place, name, fault[0], f"{place} ({name}) {fault[1]}.")
