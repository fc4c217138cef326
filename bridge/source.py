"""Where pictures lie on disk: the one value that the timeline names and the media room opens."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bridge.frames import Rate


class SourceKind(StrEnum):
    movie = "movie"
    still = "still"  # one picture, held as long as the edit wants
    sequence = "sequence"  # numbered pictures, one frame each


@dataclass(frozen=True, slots=True)
class Source:
    """
    A movie, a still, or a sequence whose path is a printf pattern (`shot.%04d.png`).

    `rate` is how fast the edit plays a sequence, which its files cannot say; None for movies.
    """

    path: Path
    kind: SourceKind = SourceKind.movie
    first_number: int = 0  # sequences: the number in the first file's name
    count: int | None = None  # sequences: files, where known
    rate: Rate | None = None
