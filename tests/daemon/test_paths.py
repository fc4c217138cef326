"""Hostile paths: everything that is no plain local file, refused before it is opened."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.errors import ERRORS_BY_CODE
from tests.daemon.house import Running, running, timeline

WORDS = {
    "traversal": "/tmp/../etc/passwd",
    "traversal at the end": "/tmp/..",
    "relative": "reel.otio",
    "home": "~/reel.otio",
    "UNC": "\\\\evil.example\\share\\a.otio",
    "UNC with slashes": "//evil.example/share/a.otio",
    "long path prefix": "\\\\?\\C:\\a.otio",
    "device prefix": "\\\\.\\PhysicalDrive0",
    "URL": "http://127.0.0.1:1/a.otio",
    "file URL": "file:///etc/passwd",
    "concat": "concat:/a.mov|/b.mov",
    "data URI": "data:application/json,{}",
    "device": "/dev/zero",
    "process file": "/proc/self/environ",
    "device by a detour": "/tmp/./../dev/zero",
    "control characters": "/tmp/a\x1b[31m.otio",
    "line feed": "/tmp/a\n.otio",
    "endless": "/" + "a/" * 4000,
    "empty": "",
    "DOS device": "/tmp/NUL.txt",
}


def post(daemon: Running, path: str, body: Any) -> httpx.Response:
    return httpx.post(
        daemon.url + path, json=body, headers=daemon.headers, trust_env=False, timeout=10
    )


def clip(media: str) -> dict[str, Any]:
    return {"media": media, "record_start": 0, "frames": 10, "source_start": 0}


@pytest.mark.parametrize("path", WORDS.values(), ids=WORDS.keys())
def test_words_are_judged_everywhere(daemon: Running, path: str) -> None:
    recipe = {"selection": "s1", "recipe": {}}
    asked = [
        ("/v1/selections", {"timeline": path}),
        ("/v1/selections", {"rate": "25", "clips": [clip(path)]}),
        ("/v1/plans", recipe | {"recipe": {"out": path}}),
        ("/v1/plans", recipe | {"recipe": {"media_folder": path}}),
        ("/v1/plans", recipe | {"recipe": {"references": [path]}}),
        ("/v1/plans", recipe | {"recipe": {"keyframes": [{"at": "0", "image": path}]}}),
    ]
    for route, body in asked:
        answer = post(daemon, route, body)
        assert answer.status_code == 422, (route, body, answer.text)
        assert answer.json()["code"] in ERRORS_BY_CODE


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("things")
    os.mkfifo(folder / "fifo.otio")
    (folder / "folder.otio").mkdir()
    (folder / "loop.otio").symlink_to(folder / "loop.otio")
    (folder / "zero.otio").symlink_to("/dev/zero")
    (folder / "memory.otio").symlink_to("/proc/self/mem")
    (folder / "empty.otio").write_bytes(b"")
    (folder / "broken.otio").write_bytes(b'{"OTIO_SCHEMA": ')
    (folder / "binary.otio").write_bytes(bytes(range(256)))
    (folder / "deep.otio").write_bytes(b"[" * 200_000)
    (folder / "other.otio").write_bytes(b'{"OTIO_SCHEMA": "Nothing.1"}')
    return {path.stem: path for path in folder.iterdir()} | {"absent": folder / "absent.otio"}


@pytest.mark.parametrize(
    "name",
    [
        "fifo",
        "folder",
        "loop",
        "zero",
        "memory",
        "empty",
        "broken",
        "binary",
        "deep",
        "other",
        "absent",
    ],
)
def test_no_timeline(daemon: Running, things: dict[str, Path], name: str) -> None:
    answer = post(daemon, "/v1/selections", {"timeline": str(things[name]), "clips": ["all"]})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["message"]


@pytest.mark.parametrize("name", ["fifo", "folder", "zero", "memory", "empty", "absent"])
def test_no_media(daemon: Running, things: dict[str, Path], name: str) -> None:
    body = {"rate": "25", "clips": [clip(str(things[name]))]}
    answer = post(daemon, "/v1/selections", body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"].startswith("media_")


class TestRoots:
    """Only what lies in the named folders is read, whatever links lead there."""

    @pytest.fixture
    def rooted(self, tmp_path: Path) -> Any:
        inside, outside = tmp_path / "inside", tmp_path / "outside"
        inside.mkdir()
        outside.mkdir()
        with running(tmp_path, roots=(inside,)) as daemon:
            yield daemon, inside, outside

    def test_inside_is_read(self, rooted: Any) -> None:
        daemon, inside, _ = rooted
        body = {"timeline": str(timeline(inside)), "clips": ["V1:1"]}
        assert post(daemon, "/v1/selections", body).status_code == 201

    def test_outside_is_not(self, rooted: Any) -> None:
        daemon, _, outside = rooted
        body = {"timeline": str(timeline(outside)), "clips": ["V1:1"]}
        answer = post(daemon, "/v1/selections", body)
        assert answer.json()["code"] == "media_forbidden"

    def test_links_that_lead_outside_are_not(self, rooted: Any) -> None:
        daemon, inside, outside = rooted
        link = inside / "link.otio"
        link.symlink_to(timeline(outside))
        answer = post(daemon, "/v1/selections", {"timeline": str(link), "clips": ["V1:1"]})
        assert answer.json()["code"] == "media_forbidden"

    def test_pushed_media_outside_is_not(self, rooted: Any) -> None:
        daemon, _, outside = rooted
        media = outside / "a.mov"
        media.write_bytes(b"a movie")
        body = {"rate": "25", "clips": [clip(str(media))]}
        assert post(daemon, "/v1/selections", body).json()["code"] == "media_forbidden"


class TestOutputs:
    """A new timeline replaces nothing but a timeline, and never what the shots come from."""

    @pytest.fixture
    def planned(self, daemon: Running, tmp_path: Path) -> Any:
        source = timeline(tmp_path)
        selection = post(
            daemon, "/v1/selections", {"timeline": str(source), "clips": ["V1:1"]}
        ).json()["id"]

        def plan(**recipe: Any) -> httpx.Response:
            plain = {name: str(value) for name, value in recipe.items()}
            body = {"selection": selection, "recipe": {"engine": "fake", **plain}}
            return post(daemon, "/v1/plans", body)

        return plan, tmp_path, source

    def test_new_files_and_folders(self, planned: Any) -> None:
        plan, folder, _ = planned
        assert plan(out=folder / "new" / "deeper" / "b.otio").status_code == 200
        assert plan(media_folder=folder / "takes" / "today").status_code == 200
        assert not (folder / "new").exists()  # it was only looked at

    def test_an_older_result_may_be_replaced(self, planned: Any) -> None:
        plan, folder, _ = planned
        (folder / "old.otio").write_text('{"OTIO_SCHEMA": "Timeline.1"}')
        (folder / "empty.otio").touch()
        for name in ("old.otio", "empty.otio"):
            assert plan(out=folder / name).status_code == 200

    @pytest.mark.parametrize("name", ["package.json", "page.xml", "old.otio", "backup.otioz"])
    def test_what_is_no_timeline_is_not_replaced(self, planned: Any, name: str) -> None:
        plan, folder, _ = planned
        (folder / name).write_text('{"precious": 1}')
        assert plan(out=folder / name).json()["code"] == "timeline_unwritable"
        assert (folder / name).read_text() == '{"precious": 1}'

    def test_nothing_into_the_data_folder(self, planned: Any, daemon: Running) -> None:
        plan, folder, _ = planned
        data = daemon.daemon.house.settings.data
        (folder / "way").symlink_to(data)
        for place in (data / "runtime.json", data / "new" / "a.otio", folder / "way" / "a.otio"):
            assert plan(out=place).json()["code"] == "disk_refused"
        assert plan(media_folder=data / "store").json()["code"] == "disk_refused"

    def test_not_the_input(self, planned: Any) -> None:
        plan, folder, source = planned
        (folder / "hard.otio").hardlink_to(source)
        for out in (source, folder / "hard.otio"):
            answer = plan(out=out)
            assert answer.status_code == 422
            assert answer.json()["code"] == "timeline_unwritable"

    def test_no_links(self, planned: Any) -> None:
        plan, folder, _ = planned
        (folder / "link.otio").symlink_to(folder / "elsewhere.otio")
        assert plan(out=folder / "link.otio").json()["code"] == "timeline_unwritable"

    @pytest.mark.parametrize("name", ["notes.txt", "A001.mov", ".bashrc", "reel", "reel.otio.sh"])
    def test_only_timelines(self, planned: Any, name: str) -> None:
        plan, folder, _ = planned
        assert plan(out=folder / name).json()["code"] == "timeline_unwritable"

    def test_no_folder_where_a_file_is(self, planned: Any) -> None:
        plan, folder, source = planned
        (folder / "folder.otio").mkdir()
        assert plan(out=folder / "folder.otio").json()["code"] == "timeline_unwritable"
        assert plan(out=source / "b.otio").json()["code"] == "disk_refused"
        assert plan(media_folder=source).json()["code"] == "disk_refused"
