"""A daemon for tests: the real application on a real port; jobs and media do as they are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import opentimelineio as otio

from bridge.client import Client
from bridge.daemon.server import Daemon, Embedded
from bridge.engines.registry import Engines
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store
from tests.fakes.engine import FakeEngine
from tests.fakes.jobs import FakeJobs
from tests.fakes.room import FakeRoom

FPS = 24000 / 1001
HOUR = 86400  # frames at 23.976 since midnight


@dataclass(frozen=True)
class Running:
    daemon: Daemon
    jobs: FakeJobs
    room: FakeRoom
    folder: Path

    @property
    def url(self) -> str:
        return self.daemon.url

    @property
    def port(self) -> int:
        return self.daemon.house.port

    @property
    def token(self) -> str:
        return self.daemon.house.token

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def client(self) -> Client:
        return Client.at(self.url, self.token)


class Rooms:
    """Opens fakes, and keeps them for the test to speak to."""

    def __init__(self, roots: tuple[Path, ...] = ()) -> None:
        self.room = FakeRoom(roots=roots)
        self.jobs: FakeJobs | None = None

    def __call__(self, settings: Settings) -> tuple[Tools, FakeJobs]:
        engines = Engines({"fake": FakeEngine()})
        tools = Tools(self.room, engines, Store(settings.data / "store"))
        self.jobs = FakeJobs(settings, tools)
        return tools, self.jobs


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Running]:
    wanted = Settings(**{"data": folder / "data", "port": 0, "open_browser": False, **settings})
    rooms = Rooms(wanted.roots)
    with Embedded(wanted, rooms=rooms) as daemon:
        assert rooms.jobs is not None
        yield Running(daemon, rooms.jobs, rooms.room, folder)


def timeline(folder: Path, clips: int = 2, frames: int = 48) -> Path:
    """An OTIO file: clips of 48 frames, cut back to back, on one video track at 23.976."""
    made = otio.schema.Timeline("reel 1", global_start_time=otio.opentime.RationalTime(HOUR, FPS))
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for number in range(clips):
        track.append(_clip(folder, number, frames))
    made.tracks.append(track)
    path = folder / "reel 1.otio"
    otio.adapters.write_to_file(made, str(path))
    return path


def _clip(folder: Path, number: int, frames: int) -> otio.schema.Clip:
    media = folder / f"A{number + 1:03d}.mov"
    media.write_bytes(b"a movie, says the fake room")
    span = otio.opentime.TimeRange(
        otio.opentime.RationalTime(24, FPS), otio.opentime.RationalTime(frames, FPS)
    )
    whole = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, FPS), otio.opentime.RationalTime(240, FPS)
    )
    reference = otio.schema.ExternalReference(media.as_uri(), whole)
    return otio.schema.Clip(f"shot {number + 1}", reference, span)
