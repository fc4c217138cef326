"""Media references.

In: what an OTIO clip points to. Out: a `Source` with its rate and start, or the refusal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from opentimelineio import schema

from bridge.frames import Rate
from bridge.source import Source, SourceKind
from bridge.timeline.metadata import lookup
from bridge.timeline.paths import (
    NotLocal,
    is_still,
    local_text,
    pattern_of,
    sequence_path,
)
from bridge.timeline.times import Frames, media_rate_of, rate_of, whole


class Media(NamedTuple):
    """
    The media behind a clip; `fault` is a reason word and the rest of a sentence about the clip.
    """

    source: Source | None
    rate: Rate | None = None
    start: float = 0.0  # the media's first frame, at `raw`
    raw: float = 0.0  # the media's rate as the file writes it; 0: no available range
    frames: Frames | None = None
    fault: tuple[str, str] | None = None


@dataclass
class Sources:
    """The media of one timeline; every address is looked at once."""

    folder: Path
    titles: bool = False  # a lost reference without a length is a title, as Resolve writes them
    bundled: bool = False

    def __post_init__(self) -> None:
        self._known: dict[str, Source | str] = {}

    def media_of(self, clip: Any) -> Media:
        """The active reference, else the first other one that names a file."""
        active = clip.media_reference
        media = self._media(active)
        if media.fault is None:
            return media
        for other in _others(clip):
            found = self._media(other)
            if found.fault is None:
                return found
        return media

    def _media(self, reference: Any) -> Media:
        if isinstance(reference, schema.ExternalReference):
            return self._external(reference, reference.target_url)
        if isinstance(reference, schema.ImageSequenceReference):
            return self._sequence(reference)
        if isinstance(reference, schema.GeneratorReference):
            kind = reference.generator_kind or reference.name or "generator"
            return _fault("generator", f"is made by the editor ({kind[:60]}), not from a file")
        if isinstance(reference, schema.MissingReference):
            return self._missing(reference)
        return _fault("no_media", "points to no media that can be read")

    def _external(self, reference: Any, address: str) -> Media:
        known = self._known.get(address)
        if known is None:
            known = self._known[address] = self._resolved(address)
        if isinstance(known, str):
            return _fault("no_media", known)
        said = said_range(reference.available_range)
        if said is None:
            return Media(_numbered(known, None, None, None))
        start, raw, count = said
        rate = media_rate_of(raw)
        if known.kind is SourceKind.sequence:
            known = _numbered(known, start, count, rate)
        return Media(known, rate, start, raw, whole(count))

    def _resolved(self, address: str) -> Source | str:
        try:
            path = local_text(address, self.folder, bundled=self.bundled)
        except NotLocal as error:
            return f"has a media address that {error}"
        pattern = pattern_of(path)
        if pattern is not None:
            return Source(pattern.path, SourceKind.sequence, pattern.first or 0, pattern.count)
        return Source(Path(path), SourceKind.still if is_still(path) else SourceKind.movie)

    def _sequence(self, reference: Any) -> Media:
        if reference.frame_step != 1:
            return _fault("no_media", "is an image sequence with a step other than one")
        try:
            path = sequence_path(
                reference.target_url_base,
                reference.name_prefix,
                reference.name_suffix,
                reference.frame_zero_padding,
                self.folder,
            )
        except NotLocal as error:
            return _fault("no_media", f"has a media address that {error}")
        own = rate_of(reference.rate)
        said = said_range(reference.available_range)
        if said is None:
            return Media(Source(path, SourceKind.sequence, reference.start_frame, None, own), own)
        start, raw, count = said
        rate = media_rate_of(raw) or own
        source = Source(path, SourceKind.sequence, reference.start_frame, _count(count), rate)
        return Media(source, rate, start, raw, whole(count))

    def _missing(self, reference: Any) -> Media:
        """
        Resolve writes where offline media was: `Media Url`; titles have neither that nor a length.
        """
        address = lookup(reference.metadata, "Resolve_OTIO", "Media Url")
        if isinstance(address, str) and address:
            return self._external(reference, address)
        if self.titles and reference.available_range is None:
            return _fault("title", "is a title, which the editor does not export")
        return _fault("missing_media", "has lost its media in the editor")


def said_range(available: Any) -> tuple[float, float, float] | None:
    """
    First frame, rate and length as the file writes them; None where they say nothing.

    Some tools write a rate of 0, others infinite lengths.
    """
    if available is None:
        return None
    start = available.start_time
    first, raw, count = start.value, start.rate, available.duration.value
    known = isfinite(first) and isfinite(count) and isfinite(raw) and raw > 0
    return (first, raw, count) if known else None


def _others(clip: Any) -> Iterator[Any]:
    references = clip.media_references()
    for key in sorted(references):
        if key != clip.active_media_reference_key:
            yield references[key]


def _fault(reason: str, words: str) -> Media:
    return Media(None, fault=(reason, words))


def _numbered(
    source: Source, start: float | None, count: float | None, rate: Rate | None
) -> Source:
    """A pattern in an address does not say where it begins; the available range does."""
    if source.kind is not SourceKind.sequence:
        return source
    first = source.first_number if source.count is not None or start is None else int(whole(start))
    known = source.count if source.count is not None or count is None else _count(count)
    return Source(source.path, source.kind, first, known, rate)


def _count(value: float) -> int | None:
    frames = whole(value)
    return int(frames) if frames >= 1 else None
