"""A media room without codecs. In: files of any content. Out: the facts that it was told."""

from fractions import Fraction
from pathlib import Path

from bridge.frames import Rate
from bridge.media.facts import MediaFacts
from bridge.media.paths import opened
from bridge.source import Source

FRAMES = 240
RATE = Rate.of("24000/1001")


class FakeRoom:
    """Every readable file is a movie of `frames` frames at `rate`, 64 x 36 pixels."""

    def __init__(
        self, frames: int = FRAMES, rate: Rate = RATE, roots: tuple[Path, ...] = ()
    ) -> None:
        self.frames = frames
        self.rate = rate
        self.roots = roots
        self.probed: list[Source] = []
        self.closed = False

    async def probe(self, source: Source) -> MediaFacts:
        self.probed.append(source)
        with opened(source.path, self.roots) as file:
            return MediaFacts(
                source=source,
                codec="prores",
                pixel_format="yuv422p10le",
                bits=10,
                width=64,
                height=36,
                pixel_aspect=Fraction(1),
                rate=self.rate,
                frames=self.frames,
                size=file.size,
                modified_ns=file.modified_ns,
            )

    async def close(self) -> None:
        self.closed = True
