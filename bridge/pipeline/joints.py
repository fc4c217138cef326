"""Where one segment goes over into the next.

In: neighbouring pieces and how much their shared frames differ. Out: what is shown; pure.

The cut goes to where the two results are most alike, and a short dissolve hides what is left: two
generations of a frame differ in level and grain even where all stands at the same place. A level
that differs throughout is evened out slowly, on both sides of the cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from bridge.frames import FrameRange, Rate
from bridge.media.facts import Compared, Dissolve, Frames, Levels, Trim
from bridge.pipeline.pieces import Piece

DISSOLVE = 4  # frames at most; longer ones show what differs as two pictures at once
REACH = 60  # frames before and after the planned cut that are looked at
EVENING = 2  # seconds before and after the cut in which levels are evened out
# In 256ths of an 8 bit level: less is not seen, more is another picture and not another level.
LEAST_LEVEL, MOST_LEVEL = 64, 24 * 256


EVEN: Levels = (0, 0, 0)


@dataclass(frozen=True)
class Joint:
    """Frames count from the first delivered frame of the shot."""

    at: int  # the first frame that is the later piece's alone
    dissolve: int = 0  # frames before it in which the one goes over into the other
    levels: Levels = EVEN  # what the later piece has more

    @property
    def start(self) -> int:
        return self.at - self.dissolve

    @property
    def middle(self) -> int:
        """Where sound is cut."""
        return self.start + self.dissolve // 2


def shared(before: Piece, after: Piece, free: int) -> FrameRange:
    """
    The frames from `free` on that both have and that either may show; empty, at its place, for a
    hard cut.

    One frame alone, as the neighbours in a chain of stills share, is no choice.
    """
    cut = after.segment.keep.start
    low = max(before.has.start, after.has.start, free, cut - REACH)
    high = min(before.has.end, after.has.end, after.segment.keep.end, cut + REACH)
    if high - low > 1:
        return FrameRange(low, high - low)
    return FrameRange(max(low, min(cut, high)), 0)


def joint(both: FrameRange, found: Compared, planned: int) -> Joint:
    """
    The quietest place among the frames that both have, the nearest to the planned cut of equal
    ones. Where the two do not differ, a hard cut is none.
    """
    count = min(DISSOLVE, both.count)

    def cost(start: int) -> tuple[int, int, int]:
        first = start - both.start
        total = sum(found.differences[first : first + count])
        return total, abs(start + count // 2 - planned), start

    best = min(range(both.start, both.end - count + 1), key=cost)
    if not cost(best)[0]:
        return Joint(best + count // 2)
    unlike = [abs(level) >= LEAST_LEVEL for level in found.levels]
    one_level = max(map(abs, found.levels)) <= MOST_LEVEL
    return Joint(best + count, count, found.levels if any(unlike) and one_level else EVEN)


def parts(pieces: Sequence[Piece], joints: Sequence[Joint], frames: int) -> tuple[Frames, ...]:
    """Every delivered frame once: each piece until the next one is alone."""
    edges = [0, *(joint.at for joint in joints), frames]
    return tuple(
        piece.frames(FrameRange.between(*edge))
        for piece, edge in zip(pieces, pairwise(edges), strict=True)
    )


def dissolves(pieces: Sequence[Piece], joints: Sequence[Joint]) -> tuple[Dissolve, ...]:
    return tuple(
        Dissolve(joint.start, piece.frames(FrameRange(joint.start, joint.dissolve)))
        for piece, joint in zip(pieces[1:], joints, strict=True)
        if joint.dissolve
    )


def trims(joints: Sequence[Joint], rate: Rate, frames: int) -> tuple[Trim, ...]:
    """From one level to the other in a straight line, as long as neighbouring joints allow."""
    middles = [0, *(joint.middle for joint in joints), frames]
    most = round(rate.frames(Fraction(EVENING)))
    found: list[Trim] = []
    for joint, before, after in zip(joints, middles, middles[2:], strict=False):
        room = min(most, (joint.middle - before) // 2, (after - joint.middle) // 2)
        reach = FrameRange(joint.middle - room, 2 * room)
        if joint.levels != EVEN and reach.count:
            found.append(Trim(reach.start, tuple(_trim(joint, frame, reach) for frame in reach)))
    return tuple(found)


def _trim(joint: Joint, frame: int, reach: FrameRange) -> Levels:
    """The line at this frame, less what the frame has of the later level already."""
    line = Fraction(2 * (frame - reach.start) + 1, 2 * reach.count)
    step = min(max(0, frame - joint.start + 1), joint.dissolve + 1)
    missing = line - Fraction(step, joint.dissolve + 1)
    luma, blue, red = (round(level * missing) for level in joint.levels)
    return luma, blue, red
