"""The panel inside Premiere, at the daemon's HTTP door: reports, orders, what is known of it."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import opentimelineio as otio
import pytest
from pydantic import ValidationError

from bridge.daemon.host_facts import HostFacts
from bridge.frames import Rate
from bridge.hosts.premiere.report import TICKS
from bridge.wire.hosts import NextOut, SelectedOut
from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import PushedClipIn, SelectionOut
from tests.daemon.house import Running, running, timeline

FILM = Rate.of("24000/1001")
NTSC = Rate.of("30000/1001")
HOUR = 86400
PROJECT, SEQUENCE = {"id": "p1", "name": "Film"}, {"id": "q1", "name": "Reel: 1"}


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, open_browser=False) as started:
        yield started


def ticks(frames: float, rate: Rate = FILM) -> str:
    return str(round(frames * TICKS / rate.fps))


def item(number: int, media: Path, rate: Rate = FILM, **more: Any) -> dict[str, Any]:
    """48 record frames, which begin on source frame 24."""
    start = 48 * (number - 1)
    clip = {"id": f"m{number}", "name": media.name, "path": str(media), "rate": float(rate.fps)}
    known = {
        "id": f"v0@{number}",
        "name": f"shot {number}",
        "track": 0,
        "start": ticks(start, rate),
        "end": ticks(start + 48, rate),
        "in_point": ticks(24, rate),
        "out_point": ticks(72, rate),
        "speed": 1,
        "reversed": 0,
        "media": clip,
    }
    return {**known, **more}


def report(folder: Path, *items: dict[str, Any], rate: Rate = FILM, **more: Any) -> dict[str, Any]:
    """A sequence of two shots, both selected, exported as OTIO."""
    export = timeline(folder)
    as_premiere_writes_it(export)
    given = items or tuple(item(n, folder / f"A{n:03d}.mov") for n in (1, 2))
    sequence = {
        **SEQUENCE,
        "timebase": ticks(1, rate),
        "zero_point": ticks(HOUR, rate),
        "end": ticks(96, rate),
        "width": 1280,
        "height": 720,
        "playhead": ticks(50, rate),
        "in_point": "0",
        "out_point": ticks(96, rate),
    }
    known = {
        "runner": secrets.token_hex(8),
        "lane": "uxp",
        "page": "none",
        "product": "premierepro",
        "version": "26.3.0",
        "plugin": "0.1.0",
        "project": {**PROJECT, "path": "/p/film.prproj"},
        "sequence": {**sequence, **more.pop("sequence", {})},
        "export": str(export),
        "rung": "selected",
        "items": list(given),
    }
    return {**known, **more}


def as_premiere_writes_it(export: Path, start: bool = False) -> None:
    made = otio.adapters.read_from_file(str(export))
    made.tracks.name, made.name = made.name, ""
    made.metadata["PremierePro_OTIO"] = {"MetadataVersion": "1.0"}
    if not start:
        made.global_start_time = None
    otio.adapters.write_to_file(made, str(export))


def ask(daemon: Running, path: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = httpx.post(f"{daemon.url}/v1{path}", json=body, headers=daemon.headers, timeout=30)
    assert answer.status_code == status, answer.text
    return answer.json()


def select(daemon: Running, body: dict[str, Any]) -> SelectionOut:
    said = SelectedOut.model_validate(ask(daemon, "/hosts/premiere/selections", body, 201))
    with daemon.client() as client:
        return client.selection(said.selection)


def places(found: SelectionOut) -> list[tuple[str, int, int, int, str]]:
    shots = found.shots
    return [(s.place, s.record_start, s.frames, s.source_first, s.speed) for s in shots]


def finished(daemon: Running, selection: SelectionOut, **more: Any) -> str:
    recipe = RecipeIn(engine="fake", prompt="make it dusk", **more.pop("recipe", {}))
    with daemon.client() as client:
        job = client.submit(JobIn(selection=selection.id, recipe=recipe, **more)).id
    daemon.jobs.finish(job)
    return job


def following(daemon: Running, who: str = "0" * 16, **more: Any) -> NextOut:
    body = {
        "runner": who,
        "lane": "uxp",
        "version": "26.3.0",
        "project_id": "p1",
        "project": "Film",
        "timeline_id": "q1",
        "timeline": "Reel: 1",
        **more,
    }
    return NextOut.model_validate(ask(daemon, "/hosts/premiere/next", body))


# ---- reports


def test_a_report_becomes_a_selection_of_the_exported_sequence(daemon, tmp_path):
    found = select(daemon, report(tmp_path))
    assert places(found) == [("V1:1", 0, 48, 24, "1"), ("V1:2", 48, 48, 24, "1")]
    assert (found.host, found.project, found.facts.name) == ("premiere", "Film", "Reel: 1")
    assert (found.facts.width, found.facts.height) == (1280, 720)
    assert found.facts.start_timecode == "01:00:00:00"
    assert found.warnings == ()
    state = found.host_state
    assert (state.lane, state.playhead, state.mark_in) == ("uxp", "01:00:02:02", None)
    known = state.items["V1:2"]
    assert (known.id, known.track, known.start, known.frames) == ("v0@2", 1, 48, 48)


def test_drop_frame_marks_and_markers_of_another_sequence(daemon, tmp_path):
    daemon.room.rate = NTSC
    shots = [item(n, tmp_path / f"A{n:03d}.mov", NTSC) for n in (1, 2)]
    body = report(
        tmp_path,
        *shots,
        rate=NTSC,
        action="generate",
        export="",
        sequence={
            "zero_point": ticks(107892, NTSC),
            "in_point": ticks(10, NTSC),
            "out_point": ticks(40, NTSC),
        },
        markers=[
            {"start": ticks(20.5, NTSC), "name": "here", "colour": "Green"},
            {"start": ticks(-1, NTSC), "name": "before"},
        ],
    )
    found = select(daemon, body)
    assert places(found) == [("V1:1", 0, 48, 24, "1"), ("V1:2", 48, 48, 24, "1")]
    assert (found.facts.rate, found.facts.drop_frame) == (str(NTSC), True)
    state = found.host_state
    assert (state.action, state.playhead) == ("generate", "01:00:01;20")
    assert (state.mark_in, state.mark_out, state.marked_frames) == (
        "01:00:00;10",
        "01:00:01;09",
        30,
    )
    assert [(mark.frame, mark.name) for mark in state.markers] == [(20, "here")]


@pytest.mark.parametrize(
    "export", ["", "gone.otio", "broken.otio", "list.otio", "short.otio", "proxies.otio"]
)
def test_without_a_fitting_export_the_ticks_make_the_timeline(daemon, tmp_path, export):
    body = report(tmp_path)
    (tmp_path / "broken.otio").write_text("{")
    (tmp_path / "list.otio").write_text("[]")
    made = otio.adapters.read_from_file(body["export"])
    made.tracks[0][1].media_reference.target_url = (tmp_path / "Proxies" / "A002.mov").as_uri()
    otio.adapters.write_to_file(made, str(tmp_path / "proxies.otio"))
    del made.tracks[0][1]
    otio.adapters.write_to_file(made, str(tmp_path / "short.otio"))
    body["items"][1]["media"]["proxy"] = str(tmp_path / "Proxies" / "A002.mov")
    backwards = item(3, tmp_path / "A002.mov", reversed=1)
    body |= {"export": export and str(tmp_path / export), "items": [*body["items"], backwards]}
    found = select(daemon, body)
    assert places(found) == [("V1:1", 0, 48, 24, "1"), ("V1:2", 48, 48, 24, "1")]
    assert [shot.media for shot in found.shots] == [str(tmp_path / f"A00{n}.mov") for n in (1, 2)]
    assert [out.error.detail["reason"] for out in found.left_out] == ["retime"]
    assert "frame holds" in found.warnings[0]
    assert found.host_state.items["V1:2"].frames == 48


def test_a_start_that_the_export_says_must_be_the_sequences(daemon, tmp_path):
    body = report(tmp_path)
    export = timeline(tmp_path)
    as_premiere_writes_it(export, start=True)
    assert select(daemon, body).warnings == ()
    body["sequence"]["zero_point"] = ticks(HOUR + 24)
    assert "another rate or start" in select(daemon, body).warnings[0]


def test_media_at_another_rate_keeps_what_is_over_of_its_frame(daemon, tmp_path):
    """A cut of the sequence at 23.976 lies within a frame of media at 25."""
    daemon.room.rate = Rate.of(25)
    first = item(1, tmp_path / "A001.mov")
    first["media"]["rate"] = 25.0
    found = select(daemon, report(tmp_path, first, export=""))
    ((place, _, frames, source, _),) = places(found)
    # source frame 24 * 25 * 1001 / 24000 = 25.025
    assert (place, frames, source) == ("V1:1", 48, 25)
    made = otio.adapters.read_from_file(found.timeline)
    start = made.tracks[0][0].source_range.start_time
    assert (start.rate, round(start.value, 6)) == (25.0, 25.025)


@pytest.mark.parametrize("rest", ["1", "1/0", "5/4", "-1/2", "0.5", 0.5, ""])
def test_what_is_over_of_a_frame_is_less_than_one(rest):
    clip = {"media": "/m/a.mov", "record_start": 0, "frames": 1, "source_start": 0}
    assert PushedClipIn(**clip, source_rest="3/4").source_rest == "3/4"
    with pytest.raises(ValidationError):
        PushedClipIn(**clip, source_rest=rest)


def test_footage_that_is_interpreted_runs_at_the_rate_that_premiere_says(daemon, tmp_path):
    """60 frames of the file in a second, shown at 23.976: every frame, one after the other."""
    daemon.room.rate = Rate.of("60000/1001")
    body = report(tmp_path)
    found = select(daemon, body)
    assert found.shots == ()
    assert {out.error.detail["reason"] for out in found.left_out} == {"interpreted"}
    assert "60000/1001" in found.left_out[0].error.message
    alone = select(daemon, body | {"export": ""})
    assert places(alone)[0] == ("V1:1", 0, 48, 24, "2/5")
    assert alone.shots[0].source_last == 24 + 47


def test_what_the_export_tells_otherwise_is_left_out_by_name(daemon, tmp_path):
    body = report(tmp_path)
    body["items"][1] |= {"in_point": ticks(30), "out_point": ticks(78)}
    found = select(daemon, body)
    assert [place for place, *_ in places(found)] == ["V1:1"]
    (out,) = found.left_out
    assert (out.error.code, out.error.detail["reason"]) == ("shot_refused", "unclear")
    assert out.error.message.startswith("V1@01:00:02:00 (shot 2) ")


def test_a_retime_of_the_export_is_kept_where_its_length_fits(daemon, tmp_path):
    """Premiere's files count a retimed clip's length in source frames, by others' reports."""
    body = report(tmp_path)
    made = otio.adapters.read_from_file(body["export"])
    clip = made.tracks[0][0]
    clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=2.0))
    clip.source_range = otio.opentime.TimeRange(
        clip.source_range.start_time, otio.opentime.RationalTime(96, 24000 / 1001)
    )
    otio.adapters.write_to_file(made, body["export"])
    body["items"][0] |= {"speed": 200, "out_point": ticks(24 + 96)}
    found = select(daemon, body)
    assert places(found)[0] == ("V1:1", 0, 48, 24, "2")
    assert found.host_state.items["V1:1"].retimed
    # the other way: the file is then longer or shorter than the sequence, and is not used
    clip.source_range = otio.opentime.TimeRange(
        clip.source_range.start_time, otio.opentime.RationalTime(48, 24000 / 1001)
    )
    otio.adapters.write_to_file(made, body["export"])
    other = select(daemon, body)
    assert "frames long" in other.warnings[0]


def test_a_selection_of_nothing_usable_stands_and_says_why(daemon, tmp_path):
    title = item(1, tmp_path / "A001.mov") | {"media": None}
    found = select(daemon, report(tmp_path, title))
    assert (found.shots, found.clips) == ((), ())
    assert found.left_out[0].error.detail["reason"] == "no_media"


@pytest.mark.parametrize(
    "sequence",
    [
        {"timebase": "1"},
        {"timebase": "99999999999999999999"},
        {"zero_point": "99999999999999999999"},
    ],
)
def test_a_sequence_that_cannot_be_is_refused(daemon, tmp_path, sequence):
    body = report(tmp_path, sequence=sequence, export="")
    assert ask(daemon, "/hosts/premiere/selections", body, 422)["code"] == "usage"


@pytest.mark.parametrize(
    "more",
    [{"lane": "python"}, {"page": "tab"}, {"rung": "pool"}, {"export": 1}, {"extra": 1}],
)
def test_a_report_is_closed(daemon, tmp_path, more):
    ask(daemon, "/hosts/premiere/selections", report(tmp_path) | more, 422)


# ---- the page


@pytest.mark.parametrize(("page", "opens"), [("none", False), ("browser", True)])
def test_the_page_is_opened_where_the_panel_does_not_show_it(tmp_path, page, opens):
    asked: list[str] = []
    with running(tmp_path) as daemon:
        object.__setattr__(daemon.daemon.house, "open_page", lambda url: not asked.append(url))
        body = report(tmp_path, page=page)
        said = SelectedOut.model_validate(ask(daemon, "/hosts/premiere/selections", body, 201))
    assert said.opened is opens
    assert asked == ([said.url] if opens else [])
    assert f"&s={said.selection}" in said.url
    assert ("browser" in said.say) is opens
    assert said.say.startswith("2 shots selected.")


# ---- orders


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("above", "above"), ("take", "above"), ("replace", "replace"), ("append", "append")],
)
def test_modes_are_what_premiere_can_do(daemon, tmp_path, mode, expected):
    finished(daemon, select(daemon, report(tmp_path)), recipe={"mode": mode, "handles": 8})
    given = following(daemon).placement
    assert (given.mode, given.item, given.track) == (expected, "v0@1", 1)
    assert given.original.model_dump() == {"id": "v0@1", "track": 1, "start": 0, "frames": 48}
    assert (given.record_start, given.frames, given.source_start) == (0, 48, 8)
    assert (given.project_id, given.timeline_id) == ("p1", "q1")
    takes = daemon.daemon.house.settings.takes_folder
    assert Path(given.media).parent == takes / "Film" / "Reel-1"


def test_a_retimed_original_can_be_replaced_too(daemon, tmp_path):
    slow = item(1, tmp_path / "A001.mov", speed=50, out_point=ticks(48))
    plain = item(2, tmp_path / "A002.mov", speed=100)
    found = select(daemon, report(tmp_path, slow, plain, export=""))
    assert places(found)[0] == ("V1:1", 0, 48, 24, "1/2")
    finished(daemon, found, recipe={"mode": "replace"})
    assert following(daemon).placement.mode == "replace"


def test_a_whole_new_timeline_only_wants_its_project(daemon, tmp_path):
    job = finished(daemon, select(daemon, report(tmp_path)), new_timeline=True)
    given = following(daemon, timeline_id="q9").placement
    assert (given.mode, given.timeline_id) == ("timeline", "")
    assert Path(given.timeline_file).is_file()
    assert job in given.timeline_name


def test_refused_takes_are_offered_again_to_who_asks_for_all(daemon, tmp_path):
    finished(daemon, select(daemon, report(tmp_path)))
    for _ in range(2):
        given = following(daemon).placement
        ask(daemon, f"/placements/{given.id}/ack", {"state": "refused", "readback": {}})
    assert following(daemon).placement is None
    assert following(daemon, "1" * 16, once=True).placement is not None


def test_what_waits_says_what_to_open(daemon, tmp_path):
    body = report(tmp_path)
    finished(daemon, select(daemon, body))
    following(daemon, body["runner"], timeline_id="q2", timeline="Other")
    with daemon.client() as client:
        (one, _) = client.placements(host="premiere")
        assert "Reel: 1" in one.waits_for
    assert ask(daemon, "/hosts/premiere/stop", {}) == {"stopped": 1}
    assert following(daemon, body["runner"]).stop
    assert ask(daemon, "/hosts/resolve/stop", {}) == {"stopped": 0}


def test_hosts_do_not_see_each_others_takes(daemon, tmp_path):
    finished(daemon, select(daemon, report(tmp_path)))
    body = {"runner": "2" * 16, "lane": "python", "project_id": "p1", "timeline_id": "q1"}
    assert ask(daemon, "/hosts/resolve/next", body)["placement"] is None


# ---- what is known of it


def test_version_panel_and_contact_are_kept(daemon, tmp_path):
    select(daemon, report(tmp_path))
    facts = HostFacts(tmp_path / "data", "premiere")
    known = facts.read()
    assert (known.product, known.version, known.plugin) == ("premierepro", "26.3.0", "0.1.0")
    assert known.time
    facts.came_from("null")
    following(daemon, version="26.4", plugin="0.2.0")
    known = facts.read()
    assert (known.version, known.plugin, known.origin) == ("26.4", "0.2.0", "null")
    assert not (tmp_path / "data" / "resolve" / "hosts.json").exists()


def test_a_contact_is_noted_now_and_then_and_not_each_time(tmp_path):
    facts, file = HostFacts(tmp_path, "premiere"), tmp_path / "premiere" / "hosts.json"
    facts.met("premierepro", "26.3", "uxp", "0.1.0")
    old = json.loads(file.read_text()) | {"time": "2026-01-01T00:00:00+00:00"}
    file.write_text(json.dumps(old))
    facts.met("premierepro", "26.3", "uxp", "0.1.0")
    assert facts.read().time > "2026-01-02"
    before = file.stat().st_mtime_ns
    for _ in range(3):
        facts.met("premierepro", "26.3", "uxp", "0.1.0")
    assert file.stat().st_mtime_ns == before
