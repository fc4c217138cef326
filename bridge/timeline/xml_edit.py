"""Takes into an FCP7 XML as its editor wrote it.

In: its bytes and the edited document. Out: the same XML with our clips.

New tracks and clips are put into the parsed tree, so that links, filters, exploded stereo tracks
and all else that the OTIO adapter does not write back stays as it was.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from bridge.frames import FrameRange, Rate
from bridge.timeline.document import Document
from bridge.timeline.metadata import BRIDGE
from bridge.timeline.times import nearest
from bridge.timeline.walk import Row

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n'
ITEMS = ("clipitem", "generatoritem", "transitionitem")


def with_takes(data: bytes, document: Document) -> bytes | None:
    """None where the edited document's tracks are not the file's plus new ones."""
    # the reader has refused entities and everything that is not plain xmeml
    tree = ElementTree.fromstring(data)  # noqa: S314
    sequence = next(_sequences(tree), None)
    video = None if sequence is None else sequence.find("media/video")
    if video is None:
        return None
    ours = {id(added.reference): added for added in document.held.added}
    rows = document.held.layout.rows
    new = [_is_new(row, ours) for row in rows]
    known = video.findall("track")
    if len(known) != new.count(False):
        return None
    _put(video, known, rows, new, ours, document)
    # tostring adds its own declaration unless the encoding is this word
    return HEAD + str(ElementTree.tostring(tree, encoding="unicode")).encode("utf-8")


def _sequences(tree: Element) -> Iterator[Element]:
    yield from tree.findall("./sequence")
    yield from tree.findall(".//children/sequence")


def _is_new(row: Row, ours: dict[int, Any]) -> bool:
    clips = [slot.item for slot in row.slots if not slot.is_gap]
    return bool(clips) and all(_reference(clip) in ours for clip in clips)


def _reference(clip: Any) -> int:
    return id(getattr(clip, "media_reference", None))


def _put(
    video: Element,
    known: list[Element],
    rows: tuple[Row, ...],
    new: list[bool],
    ours: dict[int, Any],
    document: Document,
) -> None:
    waiting = iter(known)
    below: Element | None = None
    for row, is_new in zip(rows, new, strict=True):
        track = Element("track") if is_new else next(waiting)
        if is_new:
            video.insert(0 if below is None else list(video).index(below) + 1, track)
        at = 1 + max((i for i, item in enumerate(track) if item.tag in ITEMS), default=-1)
        for slot in row.slots:
            if _reference(slot.item) in ours:
                record = nearest(slot.start + row.shift, slot.end + row.shift)
                track.insert(at, _clipitem(slot.item, record, document.facts.rate))
                at += 1
        below = track


def _clipitem(clip: Any, record: FrameRange, rate: Rate) -> Element:
    """A clip at 1x. `in` counts from the file's first frame, whatever its timecode."""
    media = clip.media_reference
    available = media.available_range
    first = round(available.start_time.value)
    start = round(clip.source_range.start_time.value) - first
    name = str(clip.metadata[BRIDGE]["take"])
    item = Element("clipitem", id=f"nle-bridge-{name}")
    _texts(item, name=clip.name, enabled="TRUE", duration=round(available.duration.value))
    item.append(_rate(rate))
    _texts(item, start=record.start, end=record.end)
    _texts(item, **{"in": start, "out": start + record.count})
    item.append(_file(media, f"nle-bridge-file-{name}", first, rate))
    return item


def _file(media: Any, name: str, first: int, rate: Rate) -> Element:
    file = Element("file", id=name)
    _texts(file, name=media.name, pathurl=media.target_url)
    file.append(_rate(rate))
    _texts(file, duration=round(media.available_range.duration.value))
    timecode = SubElement(file, "timecode")
    timecode.append(_rate(rate))
    _texts(timecode, frame=first, displayformat="NDF")
    SubElement(SubElement(file, "media"), "video")
    return file


def _rate(rate: Rate) -> Element:
    element = Element("rate")
    ntsc = "TRUE" if rate.fps.denominator == 1001 else "FALSE"
    _texts(element, timebase=rate.nominal, ntsc=ntsc)
    return element


def _texts(parent: Element, **texts: object) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = str(text)
