"""How sure each delivered frame is. In: a shot and its raw results. Out: percents; pure.

An engine that carries something through a shot knows where it had to guess. What it says of its own
frames is said here of the frames that are delivered.
"""

from collections.abc import Iterator, Sequence

from bridge.frames import FrameRange
from bridge.media.facts import MediaFacts
from bridge.pipeline.collect import Raw
from bridge.pipeline.pieces import Piece
from bridge.pipeline.planned import PlannedShot

UNSURE = 50  # percent; below it the editor is told


def sureness(shot: PlannedShot, raws: Sequence[Raw]) -> tuple[int, ...]:
    """Of each delivered frame, handles included; none where not every part of the shot tells."""
    found: list[int] = []
    for number, (segment, raw) in enumerate(zip(shot.segments, raws, strict=True)):
        if not isinstance(raw.facts, MediaFacts) or len(raw.sureness) != raw.facts.frames:
            return ()
        piece = Piece(segment, raw.facts, shot.rate, shot.render_rate)
        found += _percents(piece, raw, _span(shot, number))
    return tuple(found)


def least_sure(percents: Sequence[int], shown: FrameRange) -> int | None:
    """The frame of those shown that is least sure, the middle one of equals; None: all are sure."""
    here = percents[shown.start : shown.end]
    lowest = min(here, default=100)
    if lowest >= UNSURE:
        return None
    equals = [shown.start + number for number, percent in enumerate(here) if percent == lowest]
    return equals[len(equals) // 2]


def _span(shot: PlannedShot, number: int) -> FrameRange:
    """The delivered frames that a segment shows, to its neighbours' middles."""
    start = shot.segments[number].keep.start if number else 0
    last = number + 1 == len(shot.segments)
    return FrameRange.between(start, shot.frames if last else shot.segments[number + 1].keep.start)


def _percents(piece: Piece, raw: Raw, span: FrameRange) -> Iterator[int]:
    for frame in span:
        yield round(100 * min(1.0, max(0.0, raw.sureness[piece.raw_frame(frame)])))
