"""FCP7 XML.

In: the bytes that Premiere, Resolve or Final Cut Pro 7 wrote. Out: an OTIO timeline with true
source times.

The reading is the published adapter's (otio-fcp-adapter 1.0); this module stands around it: hostile
files are refused before it, and what it leaves wrong is put right after it. It keeps the in point
of a retimed clip on the warped clock; the true one is in Premiere's `pproTicksIn`.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from opentimelineio import adapters, opentime, schema

from bridge.errors import TimelineUnreadable, UsageError
from bridge.frames import Rate, exact
from bridge.timeline.border import reading
from bridge.timeline.facts import Flavour
from bridge.timeline.metadata import lookup
from bridge.timeline.times import rate_of

MOST_BYTES = 256 << 20
MOST_ITEMS = 200_000  # after every nested sequence is written out where it is used
TICKS = 254_016_000_000  # a second, Premiere
DOCTYPE = re.compile(rb"<!DOCTYPE\s+(\w+)\s*>")
XML = "fcp_xml"


@dataclass(frozen=True)
class Xmeml:
    root: Any
    flavour: Flavour
    drop: bool
    size: tuple[int, int] | None


def load(data: bytes, path: Path) -> Xmeml:
    """
    `TimelineUnreadable` for anything but an xmeml file of sane size, without entities or cycles.
    """
    with reading(path):
        tree = _tree(data, path)
        root = adapters.read_from_string(
            ElementTree.tostring(tree, encoding="unicode"), adapter_name="fcp_xml"
        )
        timelines = [root] if isinstance(root, schema.Timeline) else list(root)
        for timeline in timelines:
            if isinstance(timeline, schema.Timeline) and timeline.tracks is not None:
                _correct_all(timeline.tracks)
    premiere = b"MZ." in data or b"pproTicks" in data
    flavour = Flavour.premiere if premiere else Flavour.otio
    if b" (Resolve)</name>" in data:
        flavour = Flavour.resolve
    first = timelines[0] if timelines else None
    return Xmeml(root, flavour, _drop(first), _size(first))


def _tree(data: bytes, path: Path) -> Element:
    """The parsed file. Entities and external subsets are refused: the parser would follow them."""
    doctype = b"<!DOCTYPE" in data
    if b"\0" in data[:4]:
        raise TimelineUnreadable(f"{path} is not UTF-8 text.", path=str(path))
    if b"<!ENTITY" in data or (doctype and DOCTYPE.search(data) is None):
        raise TimelineUnreadable(f"{path} declares entities, which are not read.", path=str(path))
    # Entities are refused above; expat itself follows none that is outside of the file.
    tree = ElementTree.fromstring(data)  # noqa: S314
    if tree.tag != "xmeml":
        raise TimelineUnreadable(
            f"{path} is XML, but not an FCP7 timeline (its root is {tree.tag[:40]!r}).",
            path=str(path),
        )
    _check_growth(tree, path)
    _mend(tree)
    return tree


def _mend(tree: Element) -> None:
    """
    Give clips without a file or sequence (multiclips, adjustment layers) an empty file.

    Without one the adapter's whole reading ends; with it each is a clip without media.
    """
    for number, item in enumerate(tree.iter("clipitem")):
        if item.find("file") is None and item.find("sequence") is None:
            file = SubElement(item, "file", id=f"nle-bridge-none-{number}")
            SubElement(file, "name").text = item.findtext("name")


def _check_growth(tree: Element, path: Path) -> None:
    """
    Refuse nests that grow too large.

    Nested sequences are written once and named again by id, and the adapter writes out every use:
    thirty of them, each used twice in the next, would be a billion.
    """
    full = {
        element.get("id", ""): element
        for element in tree.iter("sequence")
        if element.get("id") and len(element)
    }
    known: dict[str, int] = {}
    total = 0
    for sequence in tree.iter("sequence"):
        total += _grown(sequence, full, known, (), path)
        if total > MOST_ITEMS:
            raise TimelineUnreadable(
                f"{path} nests its sequences into more than {MOST_ITEMS} items.", path=str(path)
            )


def _grown(
    sequence: Element,
    full: dict[str, Element],
    known: dict[str, int],
    around: tuple[str, ...],
    path: Path,
) -> int:
    name = sequence.get("id", "")
    if name in known:
        return known[name]
    if (name and name in around) or len(around) > 50:
        raise TimelineUnreadable(f"{path} nests a sequence in itself.", path=str(path))
    body = full.get(name, sequence)
    count = 1
    for item in body.iter("clipitem"):
        inner = item.find("sequence")
        count += 1 if inner is None else _grown(inner, full, known, (*around, name), path)
    count = min(count, MOST_ITEMS + 1)
    if name:
        known[name] = count
    return count


def _correct_all(stack: Any) -> None:
    """True source times and OTIO's own time effects for all retimed clips, nested ones too."""
    for track in stack:
        head: Any = None
        for item in track:
            if isinstance(item, schema.Transition):
                head = item
                continue
            if isinstance(item, schema.Clip):
                _correct(item, head)
            elif isinstance(item, schema.Stack):
                _correct_all(item)
            head = None


def _correct(clip: Any, head: Any) -> None:
    remap = next((effect for effect in clip.effects if _is_remap(effect)), None)
    if remap is None:
        return
    parameters = _parameters(remap)
    speed = _speed(parameters)
    ticks = lookup(clip.metadata, XML, "pproTicksIn")
    if speed == 0 and ticks is None:
        return  # Resolve 19 writes such a remap on every clip
    others = [effect for effect in clip.effects if effect is not remap]
    clip.effects[:] = [*others, _effect(parameters, speed, ticks)]
    if ticks is not None and speed is not None and speed > 0:
        _move(clip, Fraction(int(ticks), TICKS), speed, head)


def _effect(parameters: dict[str, Any], speed: Fraction | None, ticks: Any) -> Any:
    """A time effect without a map says that there is one, and that it is not known: a ramp."""
    varies = str(lookup(parameters.get("variablespeed"), "value")) == "1"
    reversed_ = str(lookup(parameters.get("reverse"), "value")).upper() == "TRUE"
    if varies or reversed_ or speed is None or speed < 0 or ticks is None:
        return schema.TimeEffect("Time Remap", "Time Remap")
    if speed == 0:
        return schema.FreezeFrame("Time Remap")
    return schema.LinearTimeWarp("Time Remap", float(speed))


def _move(clip: Any, true_in: Fraction, speed: Fraction, head: Any) -> None:
    """Put the source range's start on the media's own clock."""
    own = clip.source_range
    rate = (rate_of(own.start_time.rate) or Rate.of(24)).fps
    media = clip.media_reference
    available = media.available_range if media is not None else None
    media_in = Fraction(opentime.to_seconds(available.start_time)) if available else Fraction(0)
    warped = Fraction(own.start_time.value) / rate - media_in
    dissolve = Fraction(opentime.to_seconds(head.in_offset)) if head is not None else Fraction(0)
    shift = min((Fraction(0), dissolve), key=lambda s: abs(warped - s - true_in / speed))
    start = (media_in + true_in + shift * speed) * rate
    clip.source_range = opentime.TimeRange(
        opentime.RationalTime(round(float(start), 6), own.start_time.rate), own.duration
    )


def _is_remap(effect: Any) -> bool:
    return bool(lookup(effect.metadata, XML, "effectid") == "timeremap")


def _parameters(effect: Any) -> dict[str, Any]:
    found = lookup(effect.metadata, XML, "parameter")
    rows = [found] if lookup(found, "parameterid") is not None else list(found or ())
    return {str(lookup(row, "parameterid")): row for row in rows}


def _speed(parameters: dict[str, Any]) -> Fraction | None:
    """
    Per cent of the `speed` parameter, or exactly what the key frames at the cuts say: Premiere
    writes 500.012 for 500 (kdenlive's sample), whose key frames go from 20 -> 100 to 177 -> 885.
    """
    keys = lookup(parameters.get("graphdict"), "keyframe")
    try:
        cuts = [key for key in keys or () if lookup(key, "speedkfin") or lookup(key, "speedkfout")]
        whens = [exact(str(lookup(key, "when"))) for key in cuts]
        values = [exact(str(lookup(key, "value"))) for key in cuts]
        if len(cuts) == 2 and whens[1] > whens[0]:
            return (values[1] - values[0]) / (whens[1] - whens[0])
        return exact(str(lookup(parameters.get("speed"), "value"))) / 100
    except UsageError:
        return None


def _drop(timeline: Any) -> bool:
    said = lookup(timeline.metadata, XML, "timecode", "displayformat") if timeline else None
    return said == "DF"


def _size(timeline: Any) -> tuple[int, int] | None:
    keys = (XML, "media", "video", "format", "samplecharacteristics")
    shape = lookup(timeline.metadata, *keys) if timeline else None
    try:
        return int(str(lookup(shape, "width"))), int(str(lookup(shape, "height")))
    except ValueError:
        return None
