"""What goes wrong between a finished take and its place: in the end it is placed once, always.

With the real daemon; that a panel may be closed at any single call is tested in `test_kills`.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.premiere.cut import Cut
from tests.premiere.lane import PremiereHouse, PremiereLane
from tests.scripts.lanes import eventually
from tests.scripts.test_lanes import FRAMES, RECORD, put


@pytest.fixture
def lane(house: PremiereHouse, tmp_path: Path) -> Iterator[PremiereLane]:
    made = PremiereLane(tmp_path / "edit", house, rate="25", width=64, height=36)
    yield made
    made.quit()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    (tmp_path / "edit").mkdir()


def finished(lane: PremiereLane, tmp_path: Path) -> str:
    """A take is made and waits; no panel is open."""
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    lane.close()
    return lane.order(selection)


def placed_once(lane: PremiereLane, job: str) -> None:
    """The take lies there once, exactly, and the daemon knows."""
    (placement,) = eventually(lambda: lane.placements("placed", job), lambda: reasons(lane, job))
    media = placement.instruction["media"]
    (shot,) = [s for s in lane.cut.items() if s.media and s.media.path == media]
    assert (shot.start, shot.duration, shot.track) == (RECORD, FRAMES, 1)
    (marker,) = shot.markers
    assert marker["comments"].endswith(placement.id)


@pytest.mark.parametrize("call", ["Project.importFiles", "Project.executeTransaction"])
def test_a_panel_closed_in_the_middle_leaves_its_work_to_the_next(lane, tmp_path, call):
    job = finished(lane, tmp_path)
    lane.premiere.fail(call, acts=True, kills=True)
    run = lane.press("place")
    run.thread.join(30)
    assert not run.thread.is_alive()
    assert lane.client.placements(host="premiere", job=job) != ()
    with closing(sqlite3.connect(lane.house.settings.data / "jobs.db")) as database:
        database.execute("delete from claims")  # as if two minutes had passed
        database.commit()
    lane.press("place")
    placed_once(lane, job)


def test_the_daemon_restarted_meanwhile(lane, tmp_path):
    """At the same port, as long as nobody else has taken it."""
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    panel = lane.runs[0].panel
    lane.house.stop()
    eventually(lambda: "No daemon answers" in panel.state["status"], lambda: str(panel.said))
    assert "Start it with: nle-bridge serve" in panel.state["status"]
    assert panel.state["dot"] == ["bad"]
    lane.house.start()
    job = lane.order(selection)
    placed_once(lane, job)
    assert panel.state["dot"] == ["good"]


def test_the_editor_closes_the_project_and_opens_it_again(lane, tmp_path):
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    lane.premiere.do("close")
    job = lane.order(selection)
    eventually(lambda: says(lane, job, "waits for the project"), lambda: reasons(lane, job))
    time.sleep(1)
    assert says(lane, job, "waits for the project")
    lane.premiere.do("project", name="Other")
    eventually(lambda: says(lane, job, "Other is open"), lambda: reasons(lane, job))
    lane.premiere.do("reopen", name="edit")
    placed_once(lane, job)


def test_the_editor_works_on_another_sequence_meanwhile(lane, tmp_path):
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    other = Cut(lane.premiere, "Trailer")
    lane.premiere.do("switch", guid=other.guid)
    job = lane.order(selection)
    eventually(lambda: says(lane, job, "Trailer is open"), lambda: reasons(lane, job))
    assert other.items() == []
    lane.premiere.do("switch", guid=lane.cut.guid)
    placed_once(lane, job)


def test_two_panels_at_once_place_every_take_once(lane, tmp_path):
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    lane.close()
    jobs = [lane.order(selection) for _ in range(3)]
    for _ in range(2):
        lane.press("place")
    for job in jobs:
        assert [one.state for one in lane.settled(job)] == ["placed"]
    media = [s.media.path for s in lane.cut.items() if s.media][1:]
    assert len(media) == len(set(media)) == 3
    assert len(lane.cut.names()) == 4


def test_a_take_that_found_no_place_is_placed_when_asked_for_again(lane, tmp_path):
    job = finished(lane, tmp_path)
    lane.premiere.fail("Project.importFiles", returns=True, times=50)
    lane.press("place")
    (refused,) = lane.settled(job)
    assert refused.state == "refused"
    assert "did not import" in refused.readback["reason"]
    assert len(lane.cut.items()) == 1
    lane.premiere.do("mend")
    lane.runs[-1].panel.press("place")
    placed_once(lane, job)


def test_a_newer_panel_takes_over_and_says_so(lane):
    older = lane.open()
    eventually(lambda: "Nothing waits to be placed." in older.said, lambda: str(older.said))
    newer = lane.open()
    eventually(older.ended.is_set, lambda: f"{older.said} {newer.said}")
    assert "Another panel places takes now" in older.state["status"]
    assert older.state["dot"] == ["heed"]


def test_a_key_that_is_not_known_is_told_what_to_run(lane):
    panel = lane.premiere.open_panel(lane.house.port, "another key")
    eventually(lambda: panel.said, lambda: "")
    assert panel.said[0] == (
        f"The daemon on port {lane.house.port} does not know this panel's key. "
        "Run: nle-bridge install premiere, then restart Premiere."
    )
    panel.close()


def says(lane: PremiereLane, job: str, words: str) -> bool:
    waiting = lane.client.placements(host="premiere", job=job)
    return any(words in one.waits_for for one in waiting)


def reasons(lane: PremiereLane, job: str) -> str:
    found = [one.waits_for for one in lane.client.placements(host="premiere", job=job)]
    return f"{found} {[run.said for run in lane.runs]}"
