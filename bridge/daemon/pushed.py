"""A selection that a host pushed. In: its clips. Out: an OTIO file; all that follows is one way."""

import asyncio
from fractions import Fraction
from pathlib import Path

from bridge.errors import BridgeError
from bridge.frames import FrameRange, Rate
from bridge.media.facts import MediaFacts
from bridge.media.room import MediaRoom
from bridge.source import Source, SourceKind
from bridge.timeline.build import build
from bridge.timeline.facts import BuiltClip, Flavour
from bridge.timeline.paths import is_still, pattern_of
from bridge.timeline.write import write
from bridge.wire.selections import PushedClipIn, PushedSelectionIn

Looked = dict[Path, MediaFacts | None]


async def write_pushed(pushed: PushedSelectionIn, out: Path, room: MediaRoom) -> None:
    """
    Write the clips as a timeline; `RangeError` for clips that overlap on one track.

    Hosts count from the media's first frame, and the file says so with the media's range: without
    it a reader would have to guess whether a position counts from the media's timecode.
    """
    rate = Rate.of(pushed.rate)
    sources = [_source(Path(clip.media), rate) for clip in pushed.clips]
    looked = await _looked_at(sources, room)
    clips = [
        _clip(clip, source, looked[source.path], rate)
        for clip, source in zip(pushed.clips, sources, strict=True)
    ]
    await asyncio.to_thread(_write, pushed, clips, out)


def _write(pushed: PushedSelectionIn, clips: list[BuiltClip], out: Path) -> None:
    document = build(
        pushed.name, Rate.of(pushed.rate), pushed.start_frame, clips, drop=pushed.drop_frame
    )
    write(document, out, Flavour.otio)


async def _looked_at(sources: list[Source], room: MediaRoom) -> Looked:
    """Each file once; what cannot be opened is refused by name when the selection is made."""
    looked: Looked = {}
    for source in sources:
        if source.path not in looked:
            try:
                looked[source.path] = await room.probe(source)
            except BridgeError:
                looked[source.path] = None
    return looked


def _source(path: Path, rate: Rate) -> Source:
    pattern = pattern_of(str(path))
    if pattern is not None:
        first = pattern.first or 0
        return Source(pattern.path, SourceKind.sequence, first, pattern.count, rate)
    return Source(path, SourceKind.still, rate=rate) if is_still(str(path)) else Source(path)


def _clip(clip: PushedClipIn, source: Source, media: MediaFacts | None, rate: Rate) -> BuiltClip:
    media_rate = media.rate if media is not None else Rate.of(clip.rate or rate)
    speed = Fraction(clip.speed)
    # Interpreted footage: the host plays the file's frames at a rate that the file does not know of
    interpreted = Rate.of(clip.rate).fps / media_rate.fps if clip.rate is not None else Fraction(1)
    return BuiltClip(
        name=clip.name or source.path.stem,
        track=clip.track,
        record=FrameRange(clip.record_start, clip.frames),
        source=source,
        source_in=clip.source_start + Fraction(clip.source_rest) + (1 if speed < 0 else 0),
        media_rate=media_rate,
        media_frames=_frames(media),
        speed=speed * interpreted,
        enabled=clip.enabled,
    )


def _frames(media: MediaFacts | None) -> int | None:
    return None if media is None or media.source.kind is SourceKind.still else media.frames
