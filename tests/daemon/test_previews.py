"""Previews: a quick look, then the whole shot; the newest wins, and nothing is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import psutil
import pytest

from bridge.client import Client
from bridge.daemon.server import Daemon, Embedded
from bridge.frames import Rate
from bridge.media.slate import Slate, make, read_number
from bridge.media.workers import WORKER
from bridge.settings import Settings
from bridge.wire.selections import FileSelectionIn, PushedClipIn, PushedSelectionIn
from tests.children import children as living
from tests.daemon.house import running, timeline

FILM = Rate.of("24000/1001")
HOUR = 86_400  # frame number of 01:00:00:00 at 23.976
SIZE = (640, 360)


@dataclass(frozen=True)
class Asked:
    daemon: Daemon
    selection: str
    data: Path

    def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.daemon.token}"}
        return httpx.post(f"{self.daemon.url}/v1/{path}", headers=headers, json=body, timeout=60)

    def get(self, path: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.daemon.token}"}
        return httpx.get(f"{self.daemon.url}/v1/{path}", headers=headers, timeout=60)

    def start(self, shot: int = 0, slot: str = "panel", **recipe: Any) -> dict[str, Any]:
        body = {"selection": self.selection, "shot": shot, "slot": slot, "recipe": recipe}
        answer = self.post("previews", body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def looks(self, preview: dict[str, Any]) -> list[dict[str, Any]]:
        """Every revision until the end, as a page waits for them."""
        seen = [preview]
        while seen[-1]["state"] == "working":
            last = seen[-1]
            seen.append(self.get(f"previews/{last['id']}?after={last['revision']}&wait=20").json())
        return seen[1:]

    def numbers(self, preview: dict[str, Any], words: str) -> list[int]:
        answer = self.get(f"previews/{preview['id']}/strip?height=72&{words}")
        assert answer.status_code == 200, answer.text
        row = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
        count = int(answer.headers["x-nle-bridge-count"])
        return [read_number(each) for each in np.split(row, count, axis=1)]


def clip(media: Path, start: int, frames: int, first: int, **more: Any) -> PushedClipIn:
    told = {"name": "Boat", "rate": str(FILM), **more}
    return PushedClipIn(
        media=str(media), record_start=start, frames=frames, source_start=first, **told
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("house")
    film = make(folder / "film.mov", Slate(96, FILM, *SIZE, b_frames=2))
    settings = Settings(
        data=folder / "data", port=0, open_browser=False, takes_folder=folder / "takes"
    )
    clips = (clip(film, 0, 30, 10), clip(film, 40, 20, 70, speed="-1"), clip(film, 60, 5, 3))
    with Embedded(settings) as daemon, Client.at(daemon.url, daemon.token) as client:
        wanted = PushedSelectionIn(rate=str(FILM), start_frame=HOUR, clips=clips)
        yield Asked(daemon, client.select(wanted).id, settings.data)
    assert not (settings.data / "previews").exists()
    assert children() == []


def children() -> list[psutil.Process]:
    return living("bridge.engines.local.sketcher", "bridge.engines.local.worker", WORKER)


def test_first_a_few_frames_then_all(house: Asked) -> None:
    begun = house.start(prompt="warm")
    facts = ("frames", "rate", "width", "height")
    assert [begun[name] for name in facts] == [30, "24000/1001", 640, 360]
    first, last = house.looks(begun)
    assert (first["state"], first["revision"], first["stage"]) == ("working", 1, "strip")
    assert first["shown"] == {"first": 0, "count": 8, "step": 4}
    assert (last["state"], last["revision"], last["stage"]) == ("done", 2, "shot")
    assert last["shown"] == {"first": 0, "count": 30, "step": 1}
    assert house.numbers(last, "first=3&count=4") == [13, 14, 15, 16]
    assert house.numbers(last, "first=28&count=4") == [38, 39]


def test_pictures_of_the_first_look_are_the_nearest(house: Asked) -> None:
    """While the whole shot is still being made."""
    begun = house.start(prompt="cool, blur 5%, sepia 10%")
    first = house.get(f"previews/{begun['id']}?after=0&wait=20").json()
    shown = house.numbers(first, "count=8&step=4")
    if house.get(f"previews/{begun['id']}").json()["revision"] == 1:
        assert house.numbers(first, "first=1&count=3") == [10, 10, 14]
    assert shown == [10, 14, 18, 22, 26, 30, 34, 38]
    house.looks(first)


def test_a_reversed_and_a_short_shot(house: Asked) -> None:
    *_, last = house.looks(house.start(1, prompt="warm"))
    assert house.numbers(last, "count=20") == list(range(70, 50, -1))
    (only,) = house.looks(house.start(2, prompt="warm"))
    assert (only["revision"], only["stage"]) == (1, "shot")  # a few frames would be all
    assert house.numbers(only, "count=64") == [3, 4, 5, 6, 7]


def test_it_looks_like_what_was_asked_for(house: Asked) -> None:
    *_, plain = house.looks(house.start(prompt="warm 0%"))
    *_, night = house.looks(house.start(prompt="night"))
    pictures = []
    for preview in (plain, night):
        answer = house.get(f"previews/{preview['id']}/strip?height=72")
        pictures.append(cv2.imdecode(np.frombuffer(answer.content, np.uint8), 1).mean())
    assert pictures[1] < pictures[0] * 0.7


def test_a_new_shot_between_two_frames_of_the_timeline(house: Asked) -> None:
    stills = [{"at": "100", "frame_of": "4"}, {"at": "123", "frame_of": "44"}]
    first, last = house.looks(house.start(kind="generate", at="100", duration=24, keyframes=stills))
    assert (first["frames"], first["shown"]["step"], last["frames"]) == (24, 3, 24)
    assert house.numbers(last, "first=0")[0] == 14
    assert house.numbers(last, "first=23")[0] == 66


def test_a_gap_is_filled_without_its_neighbours(house: Asked) -> None:
    """The clips' own frames go to the engine and are no part of the new shot."""
    *_, last = house.looks(house.start(kind="generate", fill="35"))
    assert last["frames"] == 10
    answer = house.get(f"previews/{last['id']}/strip?count=64")
    assert answer.headers["x-nle-bridge-count"] == "10"


def test_the_newest_in_a_slot_wins(house: Asked) -> None:
    older = house.start(prompt="night, fog, grain, blur")
    other = house.start(2, slot="beside", prompt="warm")
    newer = house.start(prompt="sepia")
    assert house.get(f"previews/{older['id']}").json()["state"] == "superseded"
    assert house.looks(newer)[-1]["state"] == "done"
    assert house.looks(other)[-1]["state"] == "done"


def test_a_refused_preview_ends_the_older_one_too(house: Asked) -> None:
    older = house.start(prompt="night, fog, grain, blur")
    refused = house.post(
        "previews", {"selection": house.selection, "recipe": {"prompt": "make it purple"}}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "engine_refused")
    assert house.get(f"previews/{older['id']}").json()["state"] == "superseded"


def test_a_cancelled_preview(house: Asked) -> None:
    begun = house.start(prompt="night, fog, grain")
    assert house.post(f"previews/{begun['id']}/cancel").json()["state"] == "cancelled"
    assert house.get(f"previews/{begun['id']}?after=99&wait=20").json()["state"] == "cancelled"
    done = house.looks(house.start(prompt="warm"))[-1]
    assert house.post(f"previews/{done['id']}/cancel").json()["state"] == "done"


def test_media_that_is_gone_is_said(house: Asked, tmp_path: Path) -> None:
    media = make(tmp_path / "a.mov", Slate(20, FILM, 128, 72))
    with Client.at(house.daemon.url, house.daemon.token) as client:
        chosen = client.select(PushedSelectionIn(rate=str(FILM), clips=(clip(media, 0, 10, 0),)))
    media.unlink()
    answer = house.post("previews", {"selection": chosen.id, "recipe": {"prompt": "warm"}})
    assert answer.json()["code"] == "media_missing"


def test_the_next_words_begin_where_the_engine_begins(house: Asked) -> None:
    """The small footage is there already: no piece of it is cut again."""
    house.looks(house.start(prompt="warm"))
    parts = sorted((house.data / "previews" / "parts").glob("*/*"))
    house.looks(house.start(prompt="vivid"))
    assert sorted((house.data / "previews" / "parts").glob("*/*")) == parts


def test_only_free_engines_of_this_machine(tmp_path: Path) -> None:
    with running(tmp_path) as daemon, daemon.client() as client:
        chosen = FileSelectionIn(timeline=str(timeline(tmp_path)), clips=("all",))
        selection = client.select(chosen).id
        asked = Asked(daemon.daemon, selection, tmp_path)
        body = {"selection": selection, "recipe": {"engine": "fake"}}
        answer = asked.post("previews", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "plan_refused")
        assert "free" in answer.json()["message"]
        assert asked.get("previews/v0").status_code == 404
        assert asked.get("previews/v0/strip").status_code == 404


def test_leftovers_of_a_daemon_that_died_are_swept(tmp_path: Path) -> None:
    left = tmp_path / "data" / "previews" / "work" / "v1-shot" / "result.mov"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half of it")
    with running(tmp_path):
        assert not left.exists()
