"""A person's word on takes, over HTTP: what becomes of them, of their placements, of a timeline."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import opentimelineio as otio
import pytest

from bridge.frames import Rate
from bridge.timeline.clips import clips
from bridge.timeline.read import read
from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn, SelectionOut
from tests.daemon.house import FPS, Running, running, timeline
from tests.daemon.test_hosts import report

RATE = Rate.of("24000/1001")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as started:
        yield started


def ask(daemon: Running, path: str, body: object = None, status: int = 200) -> Any:
    method = "GET" if body is None else "POST"
    url = f"{daemon.url}/v1{path}"
    answer = httpx.request(method, url, json=body, headers=daemon.headers, timeout=30)
    assert answer.status_code == status, answer.text
    return answer.json()


def selected(daemon: Running, file: Path, *names: str, host: str = "resolve") -> SelectionOut:
    with daemon.client() as client:
        return client.select(FileSelectionIn(timeline=str(file), clips=names, host=host))


def made(daemon: Running, selection: SelectionOut, **recipe: Any) -> list[str]:
    """The takes of a job on the selection, which has ended."""
    with daemon.client() as client:
        wanted = JobIn(selection=selection.id, recipe=RecipeIn(engine="fake", **recipe))
        job = client.submit(wanted).id
        daemon.jobs.finish(job)
        return [run.take for run in client.job(job).shots if run.take]


def decide(daemon: Running, take: str, decision: str) -> Any:
    return ask(daemon, f"/takes/{take}/decision", {"decision": decision})


def next_order(daemon: Running) -> Any:
    asked = {
        "runner": secrets.token_hex(8),
        "lane": "python",
        "project_id": "p1",
        "timeline_id": "t1",
        "once": True,
    }
    return ask(daemon, "/hosts/resolve/next", asked)["placement"]


def placement(daemon: Running, state: str = "waiting") -> Any:
    (found,) = ask(daemon, f"/placements?state={state}")["placements"]
    return found


class TestDecision:
    @pytest.fixture
    def take(self, daemon: Running) -> str:
        (take,) = made(daemon, selected(daemon, timeline(daemon.folder), "V1:1"))
        return take

    @pytest.mark.parametrize(
        ("decision", "status", "state"),
        [
            ("use", "used", "waiting"),
            ("replace", "used", "waiting"),
            ("reject", "rejected", "refused"),
            ("open", "delivered", "waiting"),
        ],
    )
    def test_changes_the_take_and_its_placement(
        self, daemon: Running, take: str, decision: str, status: str, state: str
    ) -> None:
        answer = decide(daemon, take, decision)
        assert answer["take"] == ask(daemon, f"/takes/{take}")
        assert answer["take"]["status"] == status
        assert (answer["placement"]["take"], answer["placement"]["state"]) == (take, state)
        assert "Resolve" in answer["say"] or decision == "open"
        event = ask(daemon, "/events")["events"][-1]
        assert (event["what"], event["job"]) == ("take_decided", answer["take"]["job"])
        assert event["data"] == {"take": take, "decision": decision}

    def test_to_replace_reaches_the_editor(self, daemon: Running, take: str) -> None:
        decide(daemon, take, "replace")
        assert placement(daemon)["instruction"]["mode"] == "replace"
        assert next_order(daemon)["mode"] == "take"  # Resolve keeps both in its take selector

    def test_to_use_is_as_it_was_planned(self, daemon: Running, take: str) -> None:
        decide(daemon, take, "replace")
        decide(daemon, take, "use")
        assert next_order(daemon)["mode"] == "above"

    def test_to_reject_keeps_it_from_the_editor_until_it_is_wanted(
        self, daemon: Running, take: str
    ) -> None:
        decide(daemon, take, "reject")
        assert next_order(daemon) is None  # though a script offers refused takes once more
        assert placement(daemon, "refused")["readback"]["reason"] == "You rejected this take."
        decide(daemon, take, "open")
        assert next_order(daemon)["take"] == take

    def test_rejected_and_offered_again_is_wanted_again(self, daemon: Running, take: str) -> None:
        decide(daemon, take, "reject")
        withdrawn = placement(daemon, "refused")["id"]
        assert ask(daemon, f"/placements/{withdrawn}/again", {})["state"] == "waiting"
        assert ask(daemon, f"/takes/{take}")["status"] == "delivered"
        assert next_order(daemon)["take"] == take

    @pytest.mark.parametrize(
        ("decision", "words"),
        [("reject", "delete it there"), ("replace", "disable its original"), ("use", "already")],
    )
    def test_about_a_placed_take_says_what_to_do_in_the_editor(
        self, daemon: Running, take: str, decision: str, words: str
    ) -> None:
        ask(daemon, f"/placements/{placement(daemon)['id']}/ack", {"state": "placed"})
        answer = decide(daemon, take, decision)
        assert answer["placement"]["state"] == "placed"
        assert words in answer["say"]

    def test_is_about_a_take_that_there_is(self, daemon: Running, take: str) -> None:
        ask(daemon, "/takes/none/decision", {"decision": "use"}, 404)
        for body in ({"decision": "maybe"}, {}, {"decision": "use", "more": 1}, []):
            ask(daemon, f"/takes/{take}/decision", body, 422)


def numbered(daemon: Running, selection: SelectionOut) -> list[tuple[str, int | None]]:
    found = ask(daemon, f"/selections/{selection.id}/takes")["takes"]
    return [(take["id"], take["shot_number"]) for take in found]


def cut_again(file: Path, change: Any) -> Path:
    """The editor goes on cutting, and exports once more."""
    edited = otio.adapters.read_from_file(str(file))
    change(edited.tracks[0])
    out = file.with_name("later.otio")
    otio.adapters.write_to_file(edited, str(out))
    return out


def frames(count: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(count, FPS)


def trimmed(track: otio.schema.Track) -> None:
    """The first clip begins 10 frames later and ends 8 frames earlier."""
    track[0].source_range = otio.opentime.TimeRange(frames(34), frames(30))


class TestTakesOfASelection:
    def test_are_of_its_shots_newest_first(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        both = selected(daemon, file, "all")
        first = made(daemon, both)
        (again,) = made(daemon, selected(daemon, file, "V1:2"))
        assert numbered(daemon, both) == [(again, 1), (first[1], 1), (first[0], 0)]
        assert numbered(daemon, selected(daemon, file, "V1:2")) == [(again, 0), (first[1], 0)]

    def test_are_found_where_the_clip_lies_now(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        first = made(daemon, selected(daemon, file, "all"))

        def turned(track: otio.schema.Track) -> None:
            trimmed(track)
            clip = track[0].deepcopy()
            del track[0]
            track.append(clip)

        assert numbered(daemon, selected(daemon, cut_again(file, turned), "all")) == [
            (first[1], 0),
            (first[0], 1),
        ]

    def test_of_other_frames_or_timelines_are_not_among_them(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        made(daemon, selected(daemon, file, "V1:1"))

        def elsewhere(track: otio.schema.Track) -> None:
            track[0].source_range = otio.opentime.TimeRange(frames(120), frames(48))

        assert numbered(daemon, selected(daemon, cut_again(file, elsewhere), "all")) == []
        other = otio.adapters.read_from_file(str(file))
        other.name = "reel 2"
        otio.adapters.write_to_file(other, str(file))
        assert numbered(daemon, selected(daemon, file, "all")) == []

    def test_hold_new_shots_of_the_timeline(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        selection = selected(daemon, file)
        still = {"at": 4, "frame_of": "01:00:00:10"}
        (new,) = made(daemon, selection, kind="generate", at=4, duration=24, keyframes=(still,))
        assert numbered(daemon, selected(daemon, file, "all")) == [(new, None)]

    def test_hold_no_new_shots_of_another_project_s_timeline_of_that_name(
        self, daemon: Running
    ) -> None:
        def reported(project: str) -> SelectionOut:
            told = report(daemon.folder, project={"id": project, "name": "Film"})
            made = ask(daemon, "/hosts/resolve/selections", told, 201)["selection"]
            return SelectionOut.model_validate(ask(daemon, f"/selections/{made}"))

        still = {"at": 4, "frame_of": "01:00:00:10"}
        new = {"kind": "generate", "at": 4, "duration": 24, "keyframes": (still,)}
        (first,) = made(daemon, reported("p1"), **new)
        (second,) = made(daemon, reported("p2"), **new)
        assert numbered(daemon, reported("p1")) == [(first, None)]
        assert numbered(daemon, reported("p2")) == [(second, None)]

    def test_of_an_unknown_selection_are_not_found(self, daemon: Running) -> None:
        ask(daemon, "/selections/s9/takes", status=404)


def written(daemon: Running, selection: SelectionOut, *takes: str, mode: str = "above") -> Any:
    body = {"takes": takes, "mode": mode}
    answer = ask(daemon, f"/selections/{selection.id}/timeline", body, 201)
    got = httpx.get(f"{daemon.url}/v1/timelines/{answer['id']}", headers=daemon.headers)
    assert got.content == Path(answer["timeline"]).read_bytes()
    return clips(read(Path(answer["timeline"])))


def shown(found: Any, delivered: str) -> list[tuple[str, int, int, int]]:
    """Where a take lies: place, first record frame, record frames, its own frame shown first."""
    return [
        (
            clip.place,
            clip.record.start,
            clip.record.count,
            int((clip.source_in - clip.media_in) * RATE.fps),
        )
        for clip in found
        if clip.source is not None and str(clip.source.path) == delivered
    ]


def delivered(daemon: Running, take: str) -> str:
    return str(ask(daemon, f"/takes/{take}")["media"])


class TestNewTimeline:
    @pytest.mark.parametrize(("mode", "place"), [("above", "V2:1"), ("replace", "V1:2")])
    def test_has_the_chosen_takes_and_no_others(
        self, daemon: Running, mode: str, place: str
    ) -> None:
        file = timeline(daemon.folder)
        before = file.read_bytes()
        selection = selected(daemon, file, "all")
        takes = [*made(daemon, selection, handles=4), *made(daemon, selection)]
        found = written(daemon, selection, takes[1], takes[1], mode=mode)
        assert shown(found, delivered(daemon, takes[1])) == [(place, 48, 48, 4)]
        for other in (0, 2, 3):
            assert shown(found, delivered(daemon, takes[other])) == []
        assert file.read_bytes() == before

    def test_has_a_take_under_the_frames_it_was_made_of(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        (take,) = made(daemon, selected(daemon, file, "V1:1"), handles=4)
        later = selected(daemon, cut_again(file, trimmed), "all")
        found = written(daemon, later, take, mode="replace")
        assert shown(found, delivered(daemon, take)) == [("V1:1", 0, 30, 14)]

    def test_has_no_take_that_is_too_short_now(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        (take,) = made(daemon, selected(daemon, file, "V1:1"), handles=4)

        def longer(track: otio.schema.Track) -> None:
            track[0].source_range = otio.opentime.TimeRange(frames(20), frames(57))

        later = selected(daemon, cut_again(file, longer), "all")
        body = {"takes": [take]}
        refused = ask(daemon, f"/selections/{later.id}/timeline", body, 422)
        assert (refused["code"], refused["detail"]["take"]) == ("shot_refused", take)
        assert "does not show all frames" in refused["message"]

    def test_lays_new_shots_above_whatever_the_mode(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        selection = selected(daemon, file, "all")
        still = {"at": 4, "frame_of": "01:00:00:10"}
        (new,) = made(daemon, selection, kind="generate", at=4, duration=24, keyframes=(still,))
        (take, _) = made(daemon, selection)
        found = written(daemon, selection, new, take, mode="replace")
        assert shown(found, delivered(daemon, take)) == [("V1:1", 0, 48, 0)]
        assert shown(found, delivered(daemon, new)) == [("V2:1", 4, 24, 0)]

    def test_is_refused_for_what_is_not_of_the_selection(self, daemon: Running) -> None:
        file = timeline(daemon.folder)
        (take,) = made(daemon, selected(daemon, file, "V1:2"))
        first = selected(daemon, file, "V1:1")
        ask(daemon, f"/selections/{first.id}/timeline", {"takes": [take]}, 422)
        ask(daemon, f"/selections/{first.id}/timeline", {"takes": ["none"]}, 404)
        ask(daemon, f"/selections/{first.id}/timeline", {"takes": []}, 422)
        ask(daemon, "/selections/s9/timeline", {"takes": [take]}, 404)
        assert ask(daemon, "/timelines")["timelines"] == []
