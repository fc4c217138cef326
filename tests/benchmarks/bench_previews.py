"""Previews against their limits. In: nothing. Out: on standard output, what a person waits for.

    python -m tests.benchmarks.bench_previews

From the first byte of the request to the last one of the first strip: eight pictures, 360 lines
high, of a 1080p H.264 shot. Cold is a daemon that has just come up and never saw the file; warm is
the next words over the same shot, or the next look at its painted frame. Everything goes over HTTP,
as the page asks.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np

from bridge.client import Client
from bridge.daemon.server import Daemon, Embedded
from bridge.frames import Rate
from bridge.media.scenery import harbour
from bridge.media.slate import Picture, Slate, make
from bridge.settings import Settings
from bridge.wire.selections import PushedClipIn, PushedSelectionIn

COLD_MS, WARM_MS = 500, 200
VISITS = 3
UP_SECONDS = 2  # from the daemon's start to the first request: nobody is faster
RATE = Rate.of("24000/1001")
MEDIA = {  # frames between key frames, and B-frames: an editor's, a camera's and the encoder's own
    "1080p, key frame every 12": Slate(192, RATE, 1920, 1080, gop=12, b_frames=2),
    "1080p, key frame every 48": Slate(192, RATE, 1920, 1080, gop=48, b_frames=2),
    "1080p, key frame every 250": Slate(192, RATE, 1920, 1080, gop=250, b_frames=3),
}
SHOT = (96, 30)  # frames, and the first one's number
PAINTED = 40  # record frames into the shot
COLOURS = ((40, 40, 200), (40, 200, 40))  # of the paint, one after another
WORDS = ("warm", "cool", "night", "sepia", "vivid", "dusk", "fog", "bleach bypass")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, slate) in enumerate(MEDIA.items()):
            media = make(Path(folder) / f"{number}.mp4", slate, panned)
            measured(name, media, Path(folder) / f"data {number}")


@cache
def scenery(width: int, height: int) -> Picture:
    """A harbour with grain, twice as wide."""
    grain = np.random.default_rng(5).integers(-6, 7, (height, width * 2, 1))
    return np.clip(harbour(0, width * 2, height) + grain, 0, 255).astype(np.uint8)


def panned(number: int, width: int, height: int, alpha: bool) -> Picture:
    left = number * 4
    return np.ascontiguousarray(scenery(width, height)[:, left : left + width])


def measured(name: str, media: Path, data: Path) -> None:
    with house(data) as asked:
        selection = asked.select(media)
    stills = [painted(data, colour) for colour in COLOURS]
    cold, whole, warm, again = [], [], [], []
    paint: list[list[float]] = [[], []]
    carried: list[list[float]] = [[], []]
    for _ in range(VISITS):
        with house(data) as asked:
            time.sleep(UP_SECONDS)
            cold.append(asked.first_look(selection, prompt=WORDS[0]))
            whole.append(asked.rest())
            warm += [asked.first_look(selection, prompt=words) for words in WORDS[1:4]]
            asked.rest()
            again.append(timed(lambda: asked.to_the_end(selection, prompt=WORDS[5])))
            for turn, still in enumerate(stills):
                keyframes = [{"at": str(PAINTED), "image": str(still)}]
                took = asked.first_look(selection, model="paint", keyframes=keyframes)
                paint[turn].append(took)
                carried[turn].append(asked.rest())
    say(f"{name}: first strip, cold", cold, COLD_MS)
    say(f"{name}: first strip, warm", warm, WARM_MS)
    say(f"{name}: whole shot after it, cold", whole)
    say(f"{name}: whole shot, warm", again)
    for turn, try_ in enumerate(("first try", "second try")):
        say(f"{name}: a painted frame's strip, {try_}", paint[turn])
        say(f"{name}: whole shot after it, {try_}", carried[turn])


def painted(folder: Path, colour: tuple[int, int, int]) -> Path:
    """A frame of the shot with something painted on it."""
    picture = panned(SHOT[1] + PAINTED, 1920, 1080, alpha=False)[..., ::-1].copy()
    cv2.circle(picture, (900, 500), 150, colour, -1)
    path = folder / f"painted {colour}.png"
    cv2.imwrite(str(path), picture)
    return path


@contextmanager
def house(data: Path) -> Iterator["Asked"]:
    settings = Settings(data=data, port=0, open_browser=False, takes_folder=data / "takes")
    with Embedded(settings) as daemon:
        headers = {"Authorization": f"Bearer {daemon.token}"}
        with httpx.Client(base_url=f"{daemon.url}/v1", headers=headers, timeout=60) as http:
            http.get("/health").raise_for_status()
            yield Asked(daemon, http)


@dataclass
class Asked:
    daemon: Daemon
    http: httpx.Client
    shown: dict[str, Any] | None = None  # the last preview

    def select(self, media: Path) -> str:
        count, first = SHOT
        clip = PushedClipIn(
            name="Boat",
            media=str(media),
            record_start=0,
            frames=count,
            source_start=first,
            rate=str(RATE),
        )
        with Client.at(self.daemon.url, self.daemon.token) as client:
            return client.select(PushedSelectionIn(rate=str(RATE), clips=(clip,))).id

    def first_look(self, selection: str, **recipe: Any) -> float:
        """Milliseconds until the first strip is here."""

        def act() -> None:
            self._begin(selection, recipe)
            self._revision(1)
            self._strip()

        return timed(act)

    def rest(self) -> float:
        """Milliseconds until the whole shot is there."""
        return timed(lambda: self._revision(2))

    def to_the_end(self, selection: str, **recipe: Any) -> None:
        self._begin(selection, recipe)
        self._revision(2)

    def _begin(self, selection: str, recipe: dict[str, Any]) -> None:
        body = {"selection": selection, "recipe": recipe}
        self.shown = self.http.post("/previews", json=body).raise_for_status().json()

    def _revision(self, number: int) -> None:
        assert self.shown is not None
        path = f"/previews/{self.shown['id']}"
        while self.shown["revision"] < number:
            query = {"after": self.shown["revision"], "wait": 20}
            self.shown = self.http.get(path, params=query).raise_for_status().json()
            assert self.shown["error"] is None, self.shown

    def _strip(self) -> None:
        assert self.shown is not None
        shown = self.shown["shown"]
        query = {"count": shown["count"], "step": shown["step"], "height": 360}
        path = f"/previews/{self.shown['id']}/strip"
        answer = self.http.get(path, params=query).raise_for_status()
        assert int(answer.headers["x-nle-bridge-count"]) == shown["count"]


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def say(what: str, each: list[float], limit: float | None = None) -> None:
    median = statistics.median(each)
    more = "" if limit is None else f"{median / limit:.2f} of its limit"
    print(f"{what:56} {median:7.0f} ms  {more}")  # noqa: T201 - a measurement is for reading


if __name__ == "__main__":
    main()
