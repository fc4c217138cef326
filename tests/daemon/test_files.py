"""Files as answers: whole, in one part, and nothing that is not a take or stored media."""

import contextlib
import os
from pathlib import Path

import httpx
import pytest

from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn
from bridge.wire.takes import TakeOut
from tests.daemon.house import Running, timeline


@pytest.fixture
def take(daemon: Running, tmp_path: Path) -> TakeOut:
    with daemon.client() as client:
        chosen = FileSelectionIn(timeline=str(timeline(tmp_path)), clips=("V1:1",))
        recipe = RecipeIn(engine="fake", media_folder=str(tmp_path / "takes"))
        job = client.submit(JobIn(selection=client.select(chosen).id, recipe=recipe))
        daemon.jobs.finish(job.id)
        return client.takes(job=job.id)[0]


def ask(daemon: Running, name: str, method: str = "GET", **headers: str) -> httpx.Response:
    given = daemon.headers | headers
    return httpx.request(method, f"{daemon.url}/v1/media/{name}", headers=given, trust_env=False)


def test_whole_file(daemon: Running, take: TakeOut) -> None:
    content = Path(take.media).read_bytes()
    for name in (take.id, take.sha256):
        answer = ask(daemon, name)
        assert answer.status_code == 200
        assert answer.content == content
        assert answer.headers["content-type"] == "video/quicktime"
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["etag"] == f'"{take.sha256}"'
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_head_says_the_same_without_the_file(daemon: Running, take: TakeOut) -> None:
    whole, head = ask(daemon, take.id), ask(daemon, take.id, "HEAD")
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=5-", 5, None),
        ("bytes=-4", -4, None),
        ("bytes=5-999999", 5, None),
        ("bytes=-999999", 0, None),
    ],
)
def test_one_range(
    daemon: Running, take: TakeOut, asked: str, first: int, last: int | None
) -> None:
    content = Path(take.media).read_bytes()
    wanted = content[first:] if last is None else content[first : last + 1]
    answer = ask(daemon, take.id, Range=asked)
    assert answer.status_code == 206
    assert answer.content == wanted
    start = first % len(content)
    ends = f"bytes {start}-{start + len(wanted) - 1}/{len(content)}"
    assert answer.headers["content-range"] == ends


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,3-4",
        "bytes=" + ",".join(f"{n}-" for n in range(1000)),
        "bytes=9-5",
        "bytes=999999-",
        "bytes=-0",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=--5",
        "bytes=-5-",
        "lines=0-1",
        "0-1",
        "bytes=" + "9" * 100 + "-",
        "bytes=\xb2-",
    ],
)
def test_other_ranges_are_refused(daemon: Running, take: TakeOut, asked: str) -> None:
    given = daemon.headers | {"Range": asked.encode("latin-1")}
    answer = httpx.get(f"{daemon.url}/v1/media/{take.id}", headers=given, trust_env=False)
    assert answer.status_code == 416
    assert answer.json()["code"] == "usage"
    size = Path(take.media).stat().st_size
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_changed_content_is_given_whole(daemon: Running, take: TakeOut) -> None:
    answer = ask(daemon, take.id, Range="bytes=0-1", **{"If-Range": '"another"'})
    assert answer.status_code == 200
    assert answer.content == Path(take.media).read_bytes()


@pytest.mark.parametrize("name", ["0" * 64, "F" * 64, "j1-s001-1", "..", "%2e%2e", "..%2f..%2fetc"])
def test_what_is_not_there(daemon: Running, name: str) -> None:
    assert ask(daemon, name).status_code in (404, 422)


def test_delivered_file_that_was_moved(daemon: Running, take: TakeOut) -> None:
    Path(take.media).unlink()
    answer = ask(daemon, take.id)
    assert answer.status_code == 404
    assert answer.json()["hint"]
    assert ask(daemon, take.sha256).status_code == 200  # the stored one is still there


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither without asking")
@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_delivered_file_that_became_something_else(
    daemon: Running, take: TakeOut, tmp_path: Path, kind: str
) -> None:
    path = Path(take.media)
    path.unlink()
    secret = tmp_path / "secret"
    secret.write_text("nobody's business")
    make = {
        "link": lambda: path.symlink_to(secret),
        "fifo": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }
    make[kind]()
    answer = ask(daemon, take.id)
    assert answer.status_code == 404
    with contextlib.suppress(OSError):
        path.unlink()
