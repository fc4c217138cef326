"""What is sent to a fake Runway in tests: small counted media, and a client at hand."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import httpx
from runwayml import RunwayML

from bridge.engines.runway.fake.server import FakeRunway
from bridge.frames import Rate
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.scenery import harbour
from bridge.media.slate import Slate, make
from bridge.source import Source

FILM = Rate.of("24000/1001")


def shot(folder: Path, frames: int = 49, **more: Any) -> Path:
    """Counted footage; two seconds and a frame where nothing else is said."""
    slate = Slate(**{"frames": frames, "rate": FILM, "width": 128, "height": 72, **more})
    return make(folder / f"shot_{frames}.mp4", slate)


def still(folder: Path, number: int, width: int = 128, height: int = 72) -> Path:
    path = folder / f"still_{number}.png"
    cv2.imwrite(str(path), cv2.cvtColor(harbour(number, width, height), cv2.COLOR_RGB2BGR))
    return path


@contextmanager
def client_of(fake: FakeRunway, **more: Any) -> Iterator[RunwayML]:
    with RunwayML(api_key=fake.key, base_url=fake.url, max_retries=0, **more) as client:
        yield client


@contextmanager
def raw(fake: FakeRunway, **headers: str) -> Iterator[httpx.Client]:
    """Plain HTTP with the right headers; an empty one is left out."""
    usual = {"Authorization": f"Bearer {fake.key}", "X-Runway-Version": "2024-11-06"}
    chosen = {name: value for name, value in {**usual, **headers}.items() if value}
    with httpx.Client(base_url=fake.url, headers=chosen) as client:
        yield client


def upload(client: RunwayML, path: Path) -> str:
    return client.uploads.create_ephemeral(file=path).uri


def ended(client: RunwayML, task: str) -> Any:
    """The task once it has ended."""
    while True:
        found = client.tasks.retrieve(task)
        if found.status in ("SUCCEEDED", "FAILED", "CANCELLED"):
            return found
        time.sleep(0.05)


def until(client: RunwayML, task: str, status: str) -> Any:
    """The task once it has that status."""
    while (found := client.tasks.retrieve(task)).status != status:
        time.sleep(0.01)
    return found


def fetched(url: str, folder: Path) -> Path:
    """The file behind an output's URL, under its own name."""
    path = folder / url.partition("?")[0].rpartition("/")[2]
    answer = httpx.get(url)
    assert answer.status_code == 200, answer.text
    path.write_bytes(answer.content)
    return path


def facts_of(path: Path) -> MediaFacts:
    return probe(Source(path), Guard())


def edit(client: RunwayML, source: str, **more: Any) -> str:
    """The name of an edit that was begun."""
    return client.video_to_video.create(model="aleph2", video_uri=source, **more).id
