"""Takes in Resolve's own take selector: the original keeps its place, its length and its take."""

import pytest

from tests.fakes.resolve import Habits
from tests.scripts.py_house import FRAMES, RECORD

INCLUSIVE = Habits(version=(19, 1, 0, 12), take_end_frame="inclusive")
SELECTS = Habits(add_take_selects=True, marker_origin="item")
BOTH = Habits(add_take_selects=True, take_end_frame="inclusive")
EVERY = [Habits(), INCLUSIVE, SELECTS, BOTH]


def files(here):
    return [take.media.path for take in here.shot.takes]


@pytest.mark.parametrize("habits", EVERY)
def test_a_take_lies_beside_the_original(scene, film, habits):
    here = scene(habits)
    here.work(mode="take")
    assert here.state == "placed"
    assert files(here) == [film, here.take]
    assert here.shot.take == 2
    assert (here.cut.record(here.shot), here.shot.duration) == (RECORD, FRAMES)
    assert here.readback["take_index"] == 2
    assert here.readback["item"] == here.shot.id
    assert here.cut.names() == ["Video 1"]
    assert here.shot.colour == ""
    assert [marker.custom for marker in here.shot.markers.values()] == ["p1"]
    assert "TimelineItem.FinalizeTake" not in here.fake.calls


@pytest.mark.parametrize("habits", EVERY)
def test_ten_takes_of_one_shot_have_ten_markers(scene, takes, film, habits):
    here = scene(habits)
    for number, take in enumerate(takes):
        here.work(id=f"p{number}", mode="take", media=take)
    assert files(here) == [film, *takes]
    assert here.shot.take == 11
    customs = {marker.custom for marker in here.shot.markers.values()}
    assert customs == {f"p{number}" for number in range(10)}
    assert [ack["readback"]["warnings"] for ack in here.office.acks] == [[]] * 10


def test_the_original_is_found_by_its_place_too(scene):
    here = scene()
    here.work(mode="take", item="")
    assert here.state == "placed"
    here.work(id="p2", mode="take", item="", record_start=RECORD + 1)
    assert here.office.acks[1]["state"] == "refused"
    assert "not on track 1 at frame 25" in here.office.acks[1]["readback"]["reason"]


def test_an_original_that_moved_is_found_by_its_id(scene):
    here = scene()
    here.shot.start += 100
    here.work(mode="take")
    assert here.state == "placed"
    assert here.readback["record_start"] == RECORD + 100


def test_a_shot_that_was_trimmed_is_refused(scene):
    here = scene()
    here.shot.duration -= 3
    here.work(mode="take")
    assert here.state == "refused"
    assert "45 frames now" in here.readback["reason"]
    assert here.shot.takes == []


def test_a_take_that_is_there_is_acknowledged(scene):
    here = scene()
    here.work(mode="take")
    here.office.acks.clear()
    here.work(mode="take")
    assert here.readback["adopted"] is True
    assert len(here.shot.takes) == 2
    assert len(here.shot.markers) == 1


def test_a_take_that_is_not_taken_is_refused(scene):
    here = scene()
    here.fake.fail("TimelineItem.AddTake", returns=True, times=9)
    here.work(mode="take")
    assert here.state == "refused"
    assert "undone" in here.readback["reason"]
    assert here.shot.takes == []


def test_a_take_of_the_wrong_length_is_taken_back(scene):
    here = scene()
    here.work(mode="take", source_start=30)  # 34 frames are left of it
    assert here.state == "refused"
    assert here.shot.takes == []
    assert here.shot.duration == FRAMES


def test_the_editors_other_take_is_selected_again_after_a_refusal(scene, takes):
    here = scene()
    here.work(mode="take", media=takes[1])
    here.work(id="p2", mode="take", source_start=30)
    assert here.office.acks[1]["state"] == "refused"
    assert here.shot.take == 2
    assert here.shot.duration == FRAMES


def test_a_lost_hold_adds_nothing(scene):
    here = scene()
    here.office.held = [False]
    assert not here.work(mode="take")
    assert here.shot.takes == []
    assert here.office.acks == []


def test_a_locked_track_is_named(scene):
    here = scene()
    here.cut.lock(1)
    here.work(mode="take")
    assert here.state == "refused"
    assert "Track 1 is locked" in here.readback["reason"]
