"""The whole timeline with its takes as a new one, looked through before it counts."""

import pytest

from tests.fakes.resolve import Habits, ScriptKilled
from tests.fakes.resolve.otio_out import export
from tests.scripts.py_house import FRAMES, HEAD, RECORD

NAME = "Cut j0123"


@pytest.fixture
def whole(scene, tmp_path):
    """A scene, and an order for the timeline in which the take lies above the original."""

    def made(habits=None, record=RECORD, **changed):
        other = scene(habits)
        other.cut.put(other.take, track=2, record=record, frames=FRAMES, source=HEAD)
        file = tmp_path / "cut.otio"
        export(other.cut.cut, file)
        here = scene(habits)
        told = {
            "mode": "timeline",
            "timeline_file": str(file),
            "timeline_name": NAME,
            "all_media": [here.take],
        }
        return here, here.order(**told | changed)

    return made


def names(here):
    return [cut.name for cut in here.fake.production.cuts]


@pytest.mark.parametrize("habits", [Habits(), Habits(version=(21, 1, 0, 14))])
def test_the_timeline_is_there_and_the_editors_stays_open(whole, habits):
    here, order = whole(habits)
    here.work_on(order)
    assert here.state == "placed"
    assert names(here) == ["Cut", NAME]
    assert here.fake.production.current is here.cut.cut
    assert here.readback["track"] == 2
    assert here.readback["timeline_name"] == NAME
    assert (here.readback["record_start"], here.readback["frames"]) == (RECORD, FRAMES)
    here.original_is_untouched()
    here.office.acks.clear()
    here.work_on(order)
    assert here.readback["adopted"] is True
    assert names(here) == ["Cut", NAME]


def test_another_timeline_may_be_open(whole):
    here, order = whole(timeline_id="long gone")
    here.work_on(order)
    assert here.state == "placed"


def test_titles_and_transitions_have_no_file_and_that_is_right(whole):
    for version in ((21, 0, 4, 5), (21, 1, 0, 14)):
        here, order = whole(Habits(version=version))
        here.work_on(order)
        made = here.fake.timeline(NAME)
        made.put_title(track=3, record=0, frames=10)
        made.put_transition(at=RECORD, track=1)
        here.office.acks.clear()
        here.work_on(order)
        assert here.state == "placed"


@pytest.mark.parametrize("version", [(18, 6, 6, 7), (21, 1, 0, 14)])
def test_a_timeline_that_came_in_offline_is_taken_away_again(whole, version):
    here, order = whole(Habits(version=version, imports_offline=True))
    here.work_on(order)
    assert here.state == "refused"
    assert "offline" in here.readback["reason"]
    assert "File > Import > Timeline" in here.readback["reason"]
    assert names(here) == ["Cut"]
    assert here.fake.production.current is here.cut.cut


def test_a_take_at_another_place_is_refused(whole):
    here, order = whole(record=RECORD + 1)
    here.work_on(order)
    assert here.state == "refused"
    assert "not where it belongs" in here.readback["reason"]
    assert names(here) == ["Cut"]


def test_a_file_that_resolve_does_not_take(whole, tmp_path):
    here, order = whole(timeline_file=str(tmp_path / "gone.otio"))
    here.work_on(order)
    assert here.state == "refused"
    assert str(tmp_path / "gone.otio") in here.readback["reason"]
    assert names(here) == ["Cut"]


def test_a_lost_hold_imports_nothing(whole):
    here, order = whole()
    here.office.held = [False]
    assert not here.work_on(order)
    assert names(here) == ["Cut"]


def test_killed_at_each_call(whole):
    call = 0
    while True:
        call += 1
        here, order = whole()
        here.fake.kill_after(call)
        try:
            here.work_on(order)
        except ScriptKilled:
            here.fake.restart()
        else:
            break
        here.work_on(order)
        assert here.state == "placed"
        assert names(here) == ["Cut", NAME]
    assert call > 30
