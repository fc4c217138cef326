"""Pictures over HTTP: exactly the frame that the timeline shows, made once, kept for a while."""

import base64
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import opentimelineio as otio
import pytest

from bridge.client import Client
from bridge.daemon.server import Daemon, Embedded
from bridge.frames import Rate
from bridge.media.kept import sweep
from bridge.media.slate import Slate, make, read_number
from bridge.settings import Settings
from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn, PushedClipIn, PushedSelectionIn
from tests.daemon.house import Running, running, timeline
from tests.media.test_stills import bomb, write_picture

FILM = Rate.of("24000/1001")
HOUR = 86_400  # frame number of 01:00:00:00 at 23.976


@dataclass(frozen=True)
class Real:
    """A daemon with real media: footage with B-frames, in a timeline at 24000/1001."""

    daemon: Daemon
    client: Client
    folder: Path
    selection: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        token = {"Authorization": f"Bearer {self.daemon.token}"}
        return httpx.get(f"{self.daemon.url}/v1/{path}", headers=token | headers, timeout=60)

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        token = {"Authorization": f"Bearer {self.daemon.token}"}
        return httpx.post(f"{self.daemon.url}/v1/{path}", headers=token, json=body, timeout=60)

    def shot(self, number: int, words: str) -> list[int]:
        return numbers(self.get(f"selections/{self.selection}/shots/{number}/strip?{words}"))


def numbers(answer: httpx.Response) -> list[int]:
    """The frame numbers in an answer's pictures."""
    assert answer.status_code == 200, answer.text
    row = picture(answer)
    return [read_number(each) for each in np.split(row, counted(answer), axis=1)]


def picture(answer: httpx.Response) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)


def counted(answer: httpx.Response) -> int:
    return int(answer.headers["x-nle-bridge-count"])


def clip(media: Path, start: int, frames: int, first: int, **more: Any) -> PushedClipIn:
    told: dict[str, Any] = {"name": "Boat: 1", "rate": str(FILM), **more}
    return PushedClipIn(
        media=str(media), record_start=start, frames=frames, source_start=first, **told
    )


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    folder = tmp_path_factory.mktemp("real")
    film = make(folder / "film.mov", Slate(120, FILM, 128, 72, b_frames=2, start_timecode=HOUR))
    slow = make(folder / "slow.mp4", Slate(60, Rate.of(25), 128, 72, b_frames=2))
    settings = Settings(
        data=folder / "data", port=0, open_browser=False, takes_folder=folder / "takes"
    )
    clips = (
        clip(film, 0, 40, 10),
        clip(film, 50, 30, 70, speed="-1"),
        clip(film, 90, 30, 20, speed="2"),
        clip(film, 130, 20, 33, speed="0"),
        clip(slow, 160, 50, 5, rate="25/1"),
        clip(film, 160, 10, 100, track=2, name="over"),
    )
    with Embedded(settings) as daemon, Client.at(daemon.url, daemon.token) as client:
        chosen = client.select(PushedSelectionIn(rate=str(FILM), start_frame=HOUR, clips=clips))
        assert len(chosen.shots) == len(clips)
        yield Real(daemon, client, folder, chosen.id)


# ---- exactly the frame


def test_a_shot_shows_its_own_frames(real: Real) -> None:
    assert real.shot(0, "count=16&height=72") == list(range(10, 26))
    assert real.shot(0, "first=36&count=16&height=72") == [46, 47, 48, 49]  # the shot ends
    assert real.shot(0, "first=1&count=3&step=13&height=72") == [11, 24, 37]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [70, 69, 68, 67]),  # reversed
        (2, [20, 22, 24, 26]),  # twice as fast
        (3, [33, 33, 33, 33]),  # a freeze
        (5, [100, 101, 102, 103]),  # on another track
    ],
)
def test_a_retimed_shot_shows_what_the_timeline_shows(
    real: Real, number: int, expected: list[int]
) -> None:
    assert real.shot(number, "count=4&height=72") == expected


def test_another_rate_than_the_timelines(real: Real) -> None:
    """50 record frames at 23.976 last as long as 52 source frames at 25: two are left out."""
    exact = [5 + frame * 25 * 1001 // 24000 for frame in range(50)]
    assert real.shot(4, "count=50&height=72") == exact
    assert exact[-1] == 5 + 49 + 2


def test_a_moment_shows_the_top_clip(real: Real) -> None:
    for at, expected in (
        ("01:00:00:03", 13),
        ("160", 100),  # covered by V2
        ("V1@160", 5),
        ("01:00:02:02", 70),
    ):
        answer = real.get(f"selections/{real.selection}/moment?at={at}&height=72")
        assert numbers(answer) == [expected]
    nothing = real.get(f"selections/{real.selection}/moment?at=45")
    assert (nothing.status_code, nothing.content) == (204, b"")


def test_a_still_to_paint_on(real: Real) -> None:
    answer = real.get(f"selections/{real.selection}/shots/0/still?frame=7")
    assert answer.headers["content-type"] == "image/png"
    name = 'attachment; filename="Boat-1_01-00-00-07.png"'
    assert answer.headers["content-disposition"] == name
    assert (picture(answer).shape, read_number(picture(answer))) == ((72, 128, 3), 17)


def test_an_anamorphic_still_has_square_pixels(real: Real, tmp_path: Path) -> None:
    media = make(tmp_path / "wide.mov", Slate(10, FILM, 128, 72, pixel_aspect=Fraction(2)))
    chosen = real.client.select(PushedSelectionIn(rate=str(FILM), clips=(clip(media, 0, 5, 2),)))
    answer = real.get(f"selections/{chosen.id}/shots/0/still?frame=1")
    assert (picture(answer).shape, read_number(picture(answer))) == ((72, 256, 3), 3)


def test_a_take_and_its_original(real: Real) -> None:
    """Handles are skipped in both; the take is the same frame as its original."""
    recipe = RecipeIn(prompt="warm", handles=5, out=str(real.folder / "new.otio"))
    chosen = real.client.select(
        PushedSelectionIn(
            rate=str(FILM), clips=(clip(real.folder / "film.mov", 0, 8, 60, speed="-1"),)
        )
    )
    job = real.client.submit(JobIn(selection=chosen.id, recipe=recipe))
    assert real.client.wait(job.id).status == "done"
    (take,) = real.client.takes(job=job.id)
    assert take.handles.head == 5
    for of in ("take", "original"):
        answer = real.get(f"takes/{take.id}/strip?of={of}&first=2&count=9&height=72")
        assert numbers(answer) == [58, 57, 56, 55, 54, 53]
    beyond = real.get(f"takes/{take.id}/strip?first=8")
    assert (beyond.status_code, beyond.json()["code"]) == (404, "not_found")


def test_a_sequence_and_its_take(real: Real, tmp_path: Path) -> None:
    """Takes know the pattern only; which picture is the first is found again."""
    for number in range(30, 50):
        write_picture(tmp_path / f"shot.{number:04d}.png", number)
    reference = otio.schema.ImageSequenceReference(
        str(tmp_path), "shot.", ".png", 32, 1, 24, 4, available_range=span(0, 18)
    )
    made = otio.schema.Timeline("s")
    track = otio.schema.Track("V1", kind="Video")
    track.append(otio.schema.Clip("numbered", reference, span(3, 12)))
    made.tracks.append(track)
    otio.adapters.write_to_file(made, str(tmp_path / "s.otio"))
    chosen = real.client.select(FileSelectionIn(timeline=str(tmp_path / "s.otio"), clips=("all",)))
    answer = real.get(f"selections/{chosen.id}/shots/0/strip?count=3&step=4&height=72")
    assert numbers(answer) == [35, 39, 43]
    job = real.client.submit(JobIn(selection=chosen.id, recipe=RecipeIn(prompt="warm")))
    assert real.client.wait(job.id).status == "done"
    (take,) = real.client.takes(job=job.id)
    original = real.get(f"takes/{take.id}/strip?of=original&count=3&step=4&height=72")
    assert numbers(original) == [35, 39, 43]
    write_picture(tmp_path / "shot.0032.png", 99)
    changed = real.get(f"takes/{take.id}/strip?of=original")
    assert changed.json()["code"] == "media_changed"


def span(start: int, count: int) -> otio.opentime.TimeRange:
    at = otio.opentime.RationalTime
    return otio.opentime.TimeRange(at(start, 24), at(count, 24))


def test_footage_that_was_written_anew_is_shown_anew(real: Real, tmp_path: Path) -> None:
    media = make(tmp_path / "a.mov", Slate(20, FILM, 128, 72))
    chosen = real.client.select(PushedSelectionIn(rate=str(FILM), clips=(clip(media, 0, 5, 2),)))
    path = f"selections/{chosen.id}/shots/0/strip?height=72"
    assert numbers(real.get(path)) == [2]
    make(media, Slate(20, FILM, 128, 72, first_number=500))
    assert numbers(real.get(path)) == [502]


# ---- pictures that are brought


def test_a_painted_still_is_taken_in_and_worked_with(real: Real, tmp_path: Path) -> None:
    content = write_picture(tmp_path / "p.png", 321).read_bytes()
    body = {"name": "../../boat at dusk.PNG", "content": base64.b64encode(content).decode()}
    first, again = real.post("stills", body), real.post("stills", body | {"name": "b.jpg"})
    assert first.status_code == 201, first.text
    taken = first.json()
    assert again.json() == taken  # the same content is the same picture
    path = Path(taken["image"])
    assert path.read_bytes() == content
    assert path.parent.parent == real.folder / "data" / "stills"
    assert (taken["name"], taken["width"], taken["height"]) == ("boat-at-dusk.png", 64, 36)
    assert numbers(real.get(f"stills/{taken['id']}/strip?height=72")) == [321]
    assert real.get("stills/i0/strip").status_code == 404


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"not a picture at all", "media_unsupported"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "media_damaged"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(200), "media_unsupported"),  # a movie
        (b"BM" + bytes(200), "media_unsupported"),  # a kind that pages do not bring
    ],
)
def test_what_is_no_picture_is_not_kept(real: Real, content: bytes, code: str) -> None:
    before = set((real.folder / "data" / "stills").glob("*"))
    answer = real.post("stills", {"name": "a", "content": base64.b64encode(content).decode()})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert set((real.folder / "data" / "stills").glob("*")) == before


def test_a_bomb_and_what_is_no_base64_are_refused(real: Real, tmp_path: Path) -> None:
    huge = base64.b64encode(bomb(tmp_path / "bomb.png", 16_000, 16_000).read_bytes()).decode()
    assert real.post("stills", {"name": "a", "content": huge}).json()["code"] == "media_unsupported"
    assert real.post("stills", {"name": "a", "content": "%%%%"}).json()["code"] == "usage"


# ---- made once


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[tuple[Running, str]]:
    with running(tmp_path) as started, started.client() as client:
        chosen = FileSelectionIn(timeline=str(timeline(tmp_path)), clips=("all",))
        yield started, client.select(chosen).id


def test_pictures_are_kept(fake: tuple[Running, str]) -> None:
    daemon, selection = fake
    url = f"{daemon.url}/v1/selections/{selection}/shots/1/strip?count=4"
    first = httpx.get(url, headers=daemon.headers)
    second = httpx.get(url, headers=daemon.headers)
    assert first.content == second.content
    assert daemon.room.drawn == [(24, 25, 26, 27)]
    assert first.headers["cache-control"] == "private, max-age=3600"
    known = httpx.get(url, headers=daemon.headers | {"if-none-match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    httpx.get(f"{url}&height=91", headers=daemon.headers)
    assert len(daemon.room.drawn) == 2


def test_asked_twice_at_once_is_made_once(fake: tuple[Running, str]) -> None:
    daemon, selection = fake
    daemon.room.held.clear()
    url = f"{daemon.url}/v1/selections/{selection}/shots/0/strip?count=2"
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(httpx.get, url, headers=daemon.headers) for _ in range(4)]
        until(lambda: daemon.room.drawn)
        time.sleep(0.2)
        release(daemon)
        answers = {answer.result().content for answer in asked}
    assert (len(answers), len(daemon.room.drawn)) == (1, 1)


def test_a_picture_that_nobody_waits_for_is_given_up(fake: tuple[Running, str]) -> None:
    daemon, selection = fake
    daemon.room.held.clear()
    path = f"/v1/selections/{selection}/shots/0/strip"
    url = f"{daemon.url}{path}"
    with closing(HTTPConnection("127.0.0.1", daemon.port)) as line:
        line.request("GET", path, headers=daemon.headers)
        until(lambda: daemon.room.drawn)
    until(lambda: daemon.room.given_up)
    release(daemon)
    assert httpx.get(url, headers=daemon.headers).status_code == 200
    assert len(daemon.room.drawn) == 2


def test_what_is_not_there(fake: tuple[Running, str]) -> None:
    daemon, selection = fake
    for path, status in (
        (f"selections/{selection}/shots/2/strip", 404),
        (f"selections/{selection}/shots/0/strip?first=48", 404),
        ("selections/s0/shots/0/strip", 404),
        ("takes/t0/strip", 404),
        (f"selections/{selection}/shots/0/strip?height=15", 422),
        (f"selections/{selection}/shots/0/strip?count=65", 422),
    ):
        answer = httpx.get(f"{daemon.url}/v1/{path}", headers=daemon.headers)
        assert answer.status_code == status, path
        assert answer.json()["hint"]
    assert httpx.get(f"{daemon.url}/v1/selections/{selection}/moment?at=0").status_code == 401


def test_a_new_shot_has_no_original(fake: tuple[Running, str]) -> None:
    daemon, selection = fake
    new = RecipeIn(kind="generate", engine="fake", prompt="fog", at="200", duration=24)
    with daemon.client() as client:
        job = client.submit(JobIn(selection=selection, recipe=new)).id
        daemon.jobs.finish(job)
        (take,) = client.takes(job=job)
    url = f"{daemon.url}/v1/takes/{take.id}/strip"
    assert httpx.get(url, headers=daemon.headers).status_code == 200
    original = httpx.get(f"{url}?of=original", headers=daemon.headers)
    assert (original.status_code, "new shot" in original.json()["message"]) == (404, True)


def test_pictures_take_no_more_room_than_they_may(tmp_path: Path) -> None:
    for number in range(10):
        path = tmp_path / f"{number}" / f"{number}.jpg"
        path.parent.mkdir()
        path.write_bytes(bytes(100))
        os.utime(path, (number, number))
    sweep(tmp_path, 350)
    assert sorted(path.name for path in tmp_path.glob("*/*")) == ["7.jpg", "8.jpg", "9.jpg"]


def until(true: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def release(daemon: Running) -> None:
    """The fake room's event belongs to the daemon's thread."""
    done = threading.Event()
    loop = daemon.room.loop
    assert loop is not None
    loop.call_soon_threadsafe(lambda: (daemon.room.held.set(), done.set()))
    assert done.wait(10)
