"""A media room without codecs. In: files of any content. Out: the facts that it was told."""

import asyncio
from fractions import Fraction
from pathlib import Path

from bridge.frames import Rate
from bridge.media.facts import Fitting, Frames, MediaFacts
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
        self.drawn: list[tuple[int, ...]] = []  # source frames of every strip and still
        self.held = asyncio.Event()  # strips wait for it
        self.held.set()
        self.given_up = 0  # strips that nobody waited for any more
        self.loop: asyncio.AbstractEventLoop | None = None  # that it is used from
        self.closed = False

    async def warm(self) -> None:
        """It is never cold."""

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

    async def strip(self, frames: Frames, facts: MediaFacts, out: Path, *, height: int) -> Path:
        """The numbers of the frames, where the room has JPEG."""
        self.drawn.append(frames.numbers)
        self.loop = asyncio.get_running_loop()
        try:
            await self.held.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return written(out, f"strip {frames.numbers} {height}")

    async def still(
        self,
        source: Source,
        frame: int,
        out: Path,
        *,
        width: int | None = None,
        fitting: Fitting | None = None,
    ) -> Path:
        self.drawn.append((frame,))
        return written(out, f"still {frame} {fitting}")

    async def close(self) -> None:
        self.closed = True


def written(out: Path, words: str) -> Path:
    out.write_text(words)
    return out
