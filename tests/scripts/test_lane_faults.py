"""What goes wrong between a finished take and its place: in the end it is placed once, always.

With the real daemon and the scripts as they are shipped. That a script may be killed at any single
call is tested against a scripted daemon (`test_py_kills`, `test_lua_kills`).
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.scripts.lanes import FreeLua, House, Lane, StudioPython, eventually
from tests.scripts.test_lanes import FRAMES, RECORD, put


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    made = House(tmp_path / "house")
    made.start()
    yield made
    made.stop()


# one script in each language
@pytest.fixture(params=[StudioPython, FreeLua], ids=lambda kind: kind.name)
def lane(request: pytest.FixtureRequest, house: House, tmp_path: Path) -> Iterator[Lane]:
    made = request.param(_made(tmp_path / "edit"), house, rate="25", width=64, height=36)
    yield made
    made.fake.relaunch()
    made.close()


def finished(lane: Lane, tmp_path: Path) -> str:
    """A take is made and waits; no script runs."""
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    lane.close()
    return lane.order(selection)


def placed_once(lane: Lane, job: str) -> None:
    """The take lies there once, exactly, and the daemon knows."""
    (placement,) = eventually(lambda: lane.placements("placed", job), lambda: _reasons(lane, job))
    media = placement.instruction["media"]
    (shot,) = [s for s in lane.cut.items() if s.media and s.media.path == media]
    assert (lane.cut.record(shot), shot.duration) == (RECORD, FRAMES)
    assert lane.cut.cut.number_of(shot.track) == 2
    assert lane.cut.names()[1:] == ["AI takes"]
    (marker,) = shot.markers.values()
    assert marker.custom == placement.id


@pytest.mark.parametrize("call", ["MediaPool.ImportMedia", "TimelineItem.AddMarker"])
def test_a_script_killed_in_the_middle_leaves_its_work_to_the_next(lane, tmp_path, call):
    """Killed right after a call that changed something: nothing of it was told."""
    job = finished(lane, tmp_path)
    lane.fake.fail(call, acts=True, kills=True)
    run = lane.press("place")
    run.thread.join(30)
    assert not run.thread.is_alive()
    assert lane.client.placements(host="resolve", job=job) != ()
    _forget_claims(lane)
    lane.press("place")
    placed_once(lane, job)


def test_the_daemon_restarted_meanwhile(lane, tmp_path):
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    lane.house.restart()
    job = lane.order(selection)
    placed_once(lane, job)
    assert lane.runs[0].thread.is_alive()


def test_the_editor_closes_the_project_and_opens_it_again(lane, tmp_path):
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    lane.fake.close_project()
    job = lane.order(selection)
    eventually(lambda: _says(lane, job, "waits for the project"), lambda: _reasons(lane, job))
    time.sleep(1)
    assert _says(lane, job, "waits for the project")
    lane.fake.open_project("Other")
    reason = eventually(lambda: _says(lane, job, "Other is open"), lambda: _reasons(lane, job))
    assert reason
    lane.fake.open_project(lane.folder.name)
    placed_once(lane, job)


def test_the_editor_works_on_another_timeline_meanwhile(lane, tmp_path):
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    other = lane.fake.new_timeline("Trailer", rate="25")
    job = lane.order(selection)
    eventually(lambda: _says(lane, job, "Trailer is open"), lambda: _reasons(lane, job))
    assert other.items() == []
    lane.fake.switch(lane.cut)
    placed_once(lane, job)


def test_two_scripts_at_once_place_every_take_once(lane, tmp_path):
    lane.choose(put(lane, tmp_path))
    selection = lane.select()
    lane.close()
    jobs = [lane.order(selection) for _ in range(3)]
    for _ in range(2):
        lane.press("place")
    for job in jobs:
        lane.settled(job)
    lane.close()
    media = [s.media.path for s in lane.cut.items() if s.media][1:]
    assert len(media) == len(set(media)) == 3
    assert len(lane.cut.names()) == 4


def test_a_take_that_found_no_place_is_placed_when_asked_for_again(lane, tmp_path):
    job = finished(lane, tmp_path)
    lane.fake.fail("MediaPool.ImportMedia", returns=[], times=50)
    lane.press("place")
    (refused,) = lane.settled(job)
    assert refused.state == "refused"
    assert "did not import" in refused.readback["reason"]
    assert len(lane.cut.items()) == 1
    lane.close()
    lane.fake.gate.mend()
    lane.press("place")
    placed_once(lane, job)


def _forget_claims(lane: Lane) -> None:
    """As if two minutes had passed."""
    with closing(sqlite3.connect(lane.house.settings.data / "jobs.db")) as database:
        database.execute("delete from claims")
        database.commit()


def _says(lane: Lane, job: str, words: str) -> bool:
    return any(words in one.waits_for for one in lane.client.placements(host="resolve", job=job))


def _reasons(lane: Lane, job: str) -> str:
    found = [one.waits_for for one in lane.client.placements(host="resolve", job=job)]
    return f"{found} {[(run.said, run.failure) for run in lane.runs]}"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
