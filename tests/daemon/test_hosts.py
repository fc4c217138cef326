"""Scripts inside an editor, at the daemon's HTTP door: reports, orders, claims, stops."""

import json
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import opentimelineio as otio
import pytest

from bridge.wire.hosts import NextOut, SelectedOut
from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn, SelectionOut
from tests.daemon.house import Running, running, timeline

HOUR = 86400
PROJECT, TIMELINE = {"id": "p1", "name": "Film"}, {"id": "t1", "name": "Reel: 1"}


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, open_browser=False) as started:
        yield started


def runner() -> str:
    return secrets.token_hex(8)


def ask(daemon: Running, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = httpx.post(f"{daemon.url}/v1{path}", json=body, headers=daemon.headers, timeout=30)
    assert answer.status_code == status, answer.text
    return answer.json()


def item(number: int, media: Path, **more: Any) -> dict[str, Any]:
    start = HOUR + 48 * (number - 1)
    known = {
        "id": f"item{number}",
        "name": f"shot {number}",
        "track": 1,
        "start": start,
        "end": start + 48,
        "duration": 48,
        "left_offset": 24.0,
        "source_start": 24,
        "source_end": 72,
        "media": {"name": media.name, "properties": {"File Path": str(media), "FPS": "23.976"}},
    }
    return {**known, **more}


def report(folder: Path, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The timeline of two shots that `timeline` makes, both selected, exported as OTIO."""
    export = timeline(folder)
    made = otio.adapters.read_from_file(str(export))
    made.name = ""  # as Resolve writes it
    otio.adapters.write_to_file(made, str(export))
    given = items or tuple(item(n, folder / f"A{n:03d}.mov") for n in (1, 2))
    known = {
        "runner": runner(),
        "lane": "python",
        "product": "DaVinci Resolve Studio",
        "version": "21.0.4.5",
        "project": PROJECT,
        "timeline": {
            **TIMELINE,
            "rate": "23.976",
            "start_frame": HOUR,
            "end_frame": HOUR + 96,
            "width": "1280",
            "height": "720",
        },
        "export": str(export),
        "rung": "selected",
        "items": list(given),
    }
    return {**known, **more}


def select(daemon: Running, body: dict[str, Any]) -> SelectionOut:
    said = SelectedOut.model_validate(ask(daemon, "/hosts/resolve/selections", body, 201))
    with daemon.client() as client:
        return client.selection(said.selection)


def finished(daemon: Running, selection: SelectionOut, **more: Any) -> str:
    recipe = RecipeIn(engine="fake", prompt="make it dusk", **more.pop("recipe", {}))
    with daemon.client() as client:
        job = client.submit(JobIn(selection=selection.id, recipe=recipe, **more)).id
    daemon.jobs.finish(job)
    return job


def following(daemon: Running, who: str, **more: Any) -> NextOut:
    body = {
        "runner": who,
        "lane": "python",
        "version": "21.0.4.5",
        "project_id": "p1",
        "project": "Film",
        "timeline_id": "t1",
        "timeline": "Reel: 1",
        **more,
    }
    return NextOut.model_validate(ask(daemon, "/hosts/resolve/next", body))


# ---- reports


def test_a_report_becomes_a_selection_of_the_exported_timeline(daemon, tmp_path):
    found = select(daemon, report(tmp_path))
    assert [(shot.place, shot.record_start, shot.source_first) for shot in found.shots] == [
        ("V1:1", 0, 24),
        ("V1:2", 48, 24),
    ]
    assert (found.host, found.project, found.facts.name) == ("resolve", "Film", "Reel: 1")
    assert (found.facts.width, found.facts.height) == (1280, 720)
    state = found.host_state
    assert state is not None
    assert {place: known.id for place, known in state.items.items()} == {
        "V1:1": "item1",
        "V1:2": "item2",
    }
    assert Path(found.timeline).is_relative_to(tmp_path / "data")


def test_the_export_may_be_gone_afterwards(daemon, tmp_path):
    body = report(tmp_path)
    found = select(daemon, body)
    Path(body["export"]).unlink()
    assert finished(daemon, found)


@pytest.mark.parametrize(
    "export", ["", "gone.otio", "broken.otio", "list.otio", "deep.otio", "other.otio"]
)
def test_without_an_export_the_numbers_make_the_timeline(daemon, tmp_path, export):
    body = report(tmp_path)
    (tmp_path / "broken.otio").write_text("{")
    (tmp_path / "list.otio").write_text("[]")
    (tmp_path / "deep.otio").write_text("[" * 100_000)
    other = otio.schema.Timeline("other")
    other.global_start_time = otio.opentime.RationalTime(0, 25)
    otio.adapters.write_to_file(other, str(tmp_path / "other.otio"))
    retimed = item(2, tmp_path / "A002.mov", source_end=120)
    body |= {"export": export and str(tmp_path / export), "items": [body["items"][0], retimed]}
    found = select(daemon, body)
    assert [(shot.place, shot.record_start, shot.source_first) for shot in found.shots] == [
        ("V1:1", 0, 24)
    ]
    assert [out.error.detail["reason"] for out in found.left_out] == ["retime"]
    assert "retimed clips are left out" in found.warnings[0]
    assert found.host_state.items["V1:1"].id == "item1"


def test_drop_frame_is_kept_though_the_export_has_no_word_for_it(daemon, tmp_path):
    daemon.room.rate = found_rate = type(daemon.room.rate).of("29.97")
    made = otio.schema.Timeline(global_start_time=otio.opentime.RationalTime(107892, 30000 / 1001))
    path = tmp_path / "df.otio"
    otio.adapters.write_to_file(made, str(path))
    said = {**TIMELINE, "rate": "29.97 DF", "start_frame": 107892, "end_frame": 107892}
    found = select(
        daemon,
        report(tmp_path)
        | {
            "timeline": said,
            "export": str(path),
            "items": [],
            "action": "generate",
            "playhead": "01:00:10;00",
            "mark_in": 300,
            "mark_out": 359,
            "rung": "none",
            "markers": [{"frame": 310, "colour": "Blue", "name": "here"}],
        },
    )
    assert (found.facts.drop_frame, found.facts.rate) == (True, str(found_rate))
    state = found.host_state
    assert (state.playhead, state.mark_in, state.mark_out, state.marked_frames) == (
        "01:00:10;00",
        "01:00:10;00",
        "01:00:11;29",
        60,
    )
    assert [(mark.timecode, mark.name) for mark in state.markers] == [("01:00:10;10", "here")]


def test_a_selection_of_nothing_usable_stands_and_says_why(daemon, tmp_path):
    title = item(1, tmp_path / "A001.mov") | {"media": None}
    (tmp_path / "A002.mov").touch()
    body = report(tmp_path, title, item(2, tmp_path / "A002.mov"))
    (tmp_path / "A002.mov").unlink()
    found = select(daemon, body)
    assert found.shots == ()
    assert [out.error.code for out in found.left_out] == ["shot_refused", "media_missing"]
    assert found.clips == ()


def test_clips_of_the_media_pool_are_a_timeline_of_their_own(daemon, tmp_path):
    media = tmp_path / "A001.mov"
    body = report(tmp_path) | {
        "items": [],
        "rung": "pool",
        "pool": [
            {
                "name": "A001",
                "properties": {"File Path": str(media), "FPS": "23.976", "Frames": "240"},
            },
            {"name": "a still", "properties": {"File Path": str(media)}},
        ],
    }
    found = select(daemon, body)
    assert [(shot.place, shot.frames) for shot in found.shots] == [("V1:1", 240)]
    assert [out.name for out in found.left_out] == ["a still"]
    finished(daemon, found)
    assert following(daemon, runner(), timeline_id="", timeline="").placement.mode == "bin"


@pytest.mark.parametrize("rate", ["", "fast", "0"])
def test_a_timeline_without_a_rate_is_refused(daemon, tmp_path, rate):
    body = report(tmp_path)
    body["timeline"]["rate"] = rate
    assert ask(daemon, "/hosts/resolve/selections", body, 422)["code"] == "usage"


# ---- orders


def test_a_finished_take_is_given_with_all_that_placing_it_needs(daemon, tmp_path):
    job = finished(daemon, select(daemon, report(tmp_path)), recipe={"handles": 8})
    given = following(daemon, runner()).placement
    assert (given.job, given.mode, given.track, given.item) == (job, "above", 1, "item1")
    assert (given.project_id, given.timeline_id) == ("p1", "t1")
    assert (given.record_start, given.frames, given.source_start) == (0, 48, 8)
    assert given.marker.custom == given.id
    assert "make it dusk" in given.marker.note
    assert Path(given.media).is_file()
    takes = daemon.daemon.house.settings.takes_folder
    assert Path(given.media).parent == takes / "Film" / "Reel-1"


@pytest.mark.parametrize(
    ("mode", "retimed", "expected"),
    [
        ("above", False, "above"),
        ("take", False, "take"),
        ("replace", False, "take"),
        ("take", True, "above"),
        ("append", False, "append"),
    ],
)
def test_modes_are_what_the_host_can_do(daemon, tmp_path, mode, retimed, expected):
    body = report(tmp_path)
    if retimed:
        made = otio.adapters.read_from_file(body["export"])
        made.tracks[0][0].effects.append(otio.schema.LinearTimeWarp(time_scalar=2.0))
        made.metadata["Resolve_OTIO"] = {"Resolve OTIO Meta Version": "1.0"}
        otio.adapters.write_to_file(made, body["export"])
        body["items"][0]["source_end"] = 120
    finished(daemon, select(daemon, body), recipe={"mode": mode})
    given = following(daemon, runner()).placement
    assert (given.mode, given.item) == (expected, "item1")


def test_a_whole_new_timeline_only_wants_its_project(daemon, tmp_path):
    job = finished(daemon, select(daemon, report(tmp_path)), new_timeline=True)
    given = following(daemon, runner(), timeline_id="t9").placement
    assert given.mode == "timeline"
    assert given.timeline_id == ""
    assert Path(given.timeline_file).is_file()
    assert job in given.timeline_name
    assert len(given.all_media) == 2


@pytest.mark.parametrize(
    "said",
    [
        {"project_id": "p2", "project": "Other"},
        {"project_id": "", "project": ""},
        {"timeline_id": "t2", "timeline": "Other"},
        {"timeline_id": ""},
        {"busy": "A dialog is open."},
    ],
)
def test_a_take_waits_for_its_timeline_and_says_so(daemon, tmp_path, said):
    finished(daemon, select(daemon, report(tmp_path)))
    answer = following(daemon, runner(), **said)
    assert answer.placement is None
    assert not answer.stop
    with daemon.client() as client:
        reasons = [one.waits_for for one in client.placements(host="resolve")]
    named = said.get("busy") or ("Film" if "project" in said else "Reel: 1")
    assert all(named in reason for reason in reasons), reasons


@pytest.mark.parametrize(("host", "menu"), [("resolve", True), ("premiere", False)])
def test_without_a_script_a_take_says_what_to_press(daemon, tmp_path, host, menu):
    chosen = FileSelectionIn(timeline=str(timeline(tmp_path)), clips=("V1:1",), host=host)
    with daemon.client() as client:
        finished(daemon, client.select(chosen))
        (waiting,) = client.placements(host=host)
    assert waiting.waits_for.startswith("No script of ours runs in the editor.")
    assert ("Workspace > Scripts" in waiting.waits_for) is menu


def test_one_script_at_a_time_is_given_a_take(daemon, tmp_path):
    finished(daemon, select(daemon, report(tmp_path)))
    asking = [runner() for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        given = list(threads.map(lambda who: following(daemon, who, once=True), asking))
    (order,) = [one.placement for one in given if one.placement is not None]
    ack = {"state": "placed", "readback": {}}
    ask(daemon, f"/placements/{order.id}/ack", ack)
    again = following(daemon, asking[0], once=True).placement
    assert again.id != order.id


def test_held_released_acknowledged(daemon, tmp_path):
    finished(daemon, select(daemon, report(tmp_path)))
    one, two = runner(), runner()
    given = following(daemon, one, once=True).placement
    path = f"/placements/{given.id}"
    assert ask(daemon, f"{path}/hold", {"runner": one}) == {"held": True}
    assert ask(daemon, f"{path}/hold", {"runner": two}) == {"held": False}
    ask(daemon, f"{path}/release", {"runner": one, "why": "The project was closed."})
    assert ask(daemon, f"{path}/hold", {"runner": two}) == {"held": True}
    ack = {
        "state": "placed",
        "runner": two,
        "readback": {"track": 2, "version": "21.0.4.5", "end_frame": "inclusive"},
    }
    for _ in range(2):
        assert ask(daemon, f"{path}/ack", ack)["state"] == "placed"
    assert ask(daemon, f"{path}/hold", {"runner": one}) == {"held": False}
    assert following(daemon, one, once=True).end_frame == "inclusive"
    assert following(daemon, one, once=True, version="21.1").end_frame == ""
    known = json.loads((tmp_path / "data" / "resolve" / "hosts.json").read_text())
    assert known["measured"] == {"21.0.4.5": "inclusive"}


def test_refused_takes_are_offered_again_to_who_asks_for_all(daemon, tmp_path):
    finished(daemon, select(daemon, report(tmp_path)))
    first = runner()
    for _ in range(2):
        given = following(daemon, first).placement
        refused = {"state": "refused", "readback": {"reason": "The track is full."}}
        ask(daemon, f"/placements/{given.id}/ack", refused)
    assert following(daemon, first).placement is None
    last = runner()
    assert following(daemon, last, once=True).placement is not None
    assert following(daemon, last, once=True).placement is not None
    assert following(daemon, last, once=True).placement is not None  # held by itself: once more


def test_one_refused_take_is_offered_again_by_hand(daemon, tmp_path):
    finished(daemon, select(daemon, report(tmp_path)))
    given = following(daemon, runner()).placement
    ask(daemon, f"/placements/{given.id}/ack", {"state": "refused", "readback": {}})
    again = httpx.post(f"{daemon.url}/v1/placements/{given.id}/again", headers=daemon.headers)
    assert again.json()["state"] == "waiting"


# ---- who runs


def test_who_places_what_waits_stops_when_nothing_is_left(daemon, tmp_path):
    assert following(daemon, runner(), once=True).stop
    selection = select(daemon, report(tmp_path))
    with daemon.client() as client:
        job = client.submit(
            JobIn(selection=selection.id, recipe=RecipeIn(engine="fake", prompt="x"))
        )
    late = runner()
    assert not following(daemon, late, once=True).stop  # a job is under way
    daemon.jobs.fail(job.id)
    assert following(daemon, late, once=True).stop


def test_a_newer_script_takes_over(daemon, tmp_path):
    old, once, new = runner(), runner(), runner()
    assert not following(daemon, old).stop
    following(daemon, once, once=True)
    assert not following(daemon, old).stop
    select(daemon, report(tmp_path) | {"runner": new})
    assert following(daemon, old).stop
    assert not following(daemon, new).stop


def test_stop_stops_all_that_run(daemon):
    one, two = runner(), runner()
    following(daemon, one)
    following(daemon, two)
    assert ask(daemon, "/hosts/resolve/stop", {}) == {"stopped": 2}
    assert following(daemon, two).stop
    assert not following(daemon, runner()).stop


def test_a_script_is_answered_as_soon_as_a_take_is_there(daemon, tmp_path):
    selection = select(daemon, report(tmp_path))
    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        asked = threads.submit(following, daemon, runner(), wait=20)
        finished(daemon, selection)
        assert asked.result().placement is not None
        assert time.monotonic() - began < 15


def test_who_waits_is_let_go_when_the_daemon_ends(tmp_path):
    with ThreadPoolExecutor(1) as threads, running(tmp_path, open_browser=False) as daemon:
        asked = threads.submit(following, daemon, runner(), wait=20)
        time.sleep(0.2)
        daemon.daemon.server.app.state.closing.set()
        assert asked.result(timeout=15).placement is None


def test_who_waits_in_vain_is_answered_when_the_time_is_over(tmp_path):
    with running(tmp_path, open_browser=False) as daemon:
        began = time.monotonic()
        answer = following(daemon, runner(), wait=1)
        assert (answer.placement, answer.stop) == (None, False)
        assert 1 <= time.monotonic() - began < 15
