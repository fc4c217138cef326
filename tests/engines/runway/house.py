"""An engine before a fake service, both on this machine. In: what goes wrong. Out: what follows."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridge.engines.base import Home, Keyframe, Kind, Progress, RenderHandle, RenderRequest
from bridge.engines.runway import downloads, uploads
from bridge.engines.runway.engine import Runway
from bridge.engines.runway.fake.ledger import Entry
from bridge.engines.runway.fake.server import FakeRunway
from bridge.engines.runway.keys import Keys, forget_environment
from bridge.engines.runway.patience import Pace
from bridge.frames import Rate

CANARY = "key_canary_" + "0123456789abcdef" * 2
PACE = Pace(look=0.01, spread=0.0, least=0.0, most=0.02)
UPLOADS = uploads.Bounds(connect=2, silence=0.5, total=5, pauses=(0, 0))
DOWNLOADS = downloads.Bounds(connect=2, silence=0.5, total=5, pauses=(0, 0, 0))


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class House:
    """`folder` is the engine's side; the fake, in `at`, may have served others before."""

    fake: FakeRunway
    at: Path
    folder: Path
    clock: Clock

    def __post_init__(self) -> None:
        self.fake.script(
            clear=True, credits=100_000, any_key=True, clock_seconds=0, url_seconds=86_400
        )
        self._creates, self._uploads = len(self.fake.creates), self._uploaded()

    @property
    def creates(self) -> tuple[Entry, ...]:
        """All that was begun, and billed, in this house."""
        return self.fake.creates[self._creates :]

    @property
    def uploads(self) -> int:
        """Files that came whole."""
        return self._uploaded() - self._uploads

    def _uploaded(self) -> int:
        return len(list(self.at.glob("uploads/*/media*")))

    def engine(self, url: str | None = None, *, key: str = CANARY, **more: Any) -> Runway:
        """Another instance, as after a restart; `url` where something stands before the fake."""
        home = Home(self.folder / "home", {"base_url": url or self.fake.url})
        keys = Keys(home.folder, environ={"RUNWAYML_API_SECRET": key}, keyring=lambda: None)
        given = {"pace": PACE, "upload_bounds": UPLOADS, "download_bounds": DOWNLOADS} | more
        return Runway(home, keys=keys, clock=self.clock, **given)

    def request(self, number: int = 0, **more: Any) -> RenderRequest:
        """Words to one second of a small picture: 2 credits."""
        request = RenderRequest(
            key=f"attempt-{number}",
            kind=Kind.generate,
            model="grok_imagine_1_5_lite",
            prompt="a calm sea",
            frames=24,
            rate=Rate.of(24),
            width=480,
            height=480,
            folder=self.folder / "work",
            door="text_to_video",
            seconds=1,
        )
        return replace(request, **more)

    def with_still(self, number: int = 0, **more: Any) -> RenderRequest:
        """The same from a still, which is uploaded."""
        image = self.folder / "still.png"
        if not image.exists():
            from tests.contracts.engine_contract import make_still

            make_still(image, 1, 480, 480)
        stills = (Keyframe(0, image),)
        door = "image_to_video"
        return self.request(number, **{"door": door, "keyframes": stills} | more)


@contextmanager
def house(fake: FakeRunway, at: Path, folder: Path) -> Iterator[House]:
    forget_environment()
    yield House(fake, at, folder, Clock())
    forget_environment()


async def watched(engine: Runway, handle: RenderHandle) -> list[Progress]:
    return [step async for step in engine.watch(handle)]


async def walked(engine: Runway, request: RenderRequest, folder: Path) -> Any:
    """From the request to its raw result."""
    try:
        handle = await engine.submit(request)
        await watched(engine, handle)
        return await engine.fetch(handle, folder)
    finally:
        await engine.close()


async def steps_until(steps: AsyncIterator[Progress], words: str) -> Progress:
    """The first step whose note has these words."""
    async with asyncio.timeout(20):
        async for step in steps:
            if words in step.note:
                return step
    raise AssertionError(f"It ended before {words!r}.")
