"""FCP7 XML output.

In: an edited document. Out: xmeml text that reads back as the same edit, or a refusal.

The published adapter joins all uses of one file and then loses their source starts (11 clips of
Premiere's own sample come back 353 frames in instead of 434), and it writes no retimes. So what it
wrote is read again, and every clip compared, before anything is kept.
"""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from opentimelineio import adapters, schema

from bridge.errors import TimelineUnwritable
from bridge.frames import position
from bridge.timeline import xmeml
from bridge.timeline.clips import clips
from bridge.timeline.document import Document
from bridge.timeline.facts import Clip
from bridge.timeline.read import Loaded, open_document
from bridge.timeline.retime import Span
from bridge.timeline.xml_edit import with_takes

SHOWN = 5


def bytes_of(document: Document, path: Path) -> bytes:
    """
    `TimelineUnwritable` names the first clips that this format would not bring back as they are.
    """
    source = document.held.xml
    if source is not None and not document.held.added:
        return source
    data = with_takes(source, document) if source is not None else _by_adapter(document)
    wrong = _wrong(data, document, path) if data is not None else ["the edited tracks"]
    if data is None or wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise TimelineUnwritable(
            f"FCP7 XML would not bring back {', '.join(wrong[:SHOWN])}{more} as they are.",
            hint="Write an .otio file, or use the mode `above`.",
            path=str(path),
        )
    return data


def _by_adapter(document: Document) -> bytes:
    text = adapters.write_to_string(document.timeline, adapter_name="fcp_xml")
    return str(text).encode("utf-8")


def _wrong(data: bytes, document: Document, path: Path) -> list[str]:
    """What reads back otherwise, by name."""
    found = xmeml.load(data, path)
    root = found.root if isinstance(found.root, schema.Timeline) else found.root[0]
    loaded = Loaded(root, document.folder, Span.record, document.facts.flavour)
    again = open_document(root, path, loaded)
    wrong = list(_differences(clips(document), clips(again)))
    if again.facts.start_frame != document.facts.start_frame:
        wrong.insert(0, "the start timecode")
    return wrong


def _differences(before: tuple[Clip, ...], after: tuple[Clip, ...]) -> Iterator[str]:
    for one, other in zip_longest(before, after):
        if one is None or other is None:
            yield (one or other).place
        elif _facts(one) != _facts(other):
            yield f"{one.place} ({one.name})"


def _facts(clip: Clip) -> tuple[object, ...]:
    offset = None
    if clip.media_in is not None and clip.media_rate is not None:
        offset = position((clip.source_in - clip.media_in) * clip.media_rate.fps)
    path = clip.source.path if clip.source else None
    return clip.place, clip.record, path, offset, float(clip.source_in), clip.speed, clip.enabled
