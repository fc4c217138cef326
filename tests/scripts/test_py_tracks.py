"""Which track a take goes on: free, unlocked, near the original, and none of the editor's."""

import pytest
from nle_bridge_resolve.tracks import Strip, free_name, new_track

from tests.fakes.resolve import Habits
from tests.scripts.py_house import FRAMES, RECORD

ON_TOP = Habits(track_index_honoured=False)


def test_ten_takes_of_one_shot_lie_on_ten_lanes(scene, takes):
    here = scene()
    for number, take in enumerate(takes):
        here.work(id=f"p{number}", media=take)
    tracks = [ack["readback"]["track_name"] for ack in here.office.acks]
    assert tracks == ["AI takes", *(f"AI takes {n}" for n in range(2, 11))]
    assert len(here.cut.names()) == 11
    for take in takes:
        [shot] = here.ours(path=take)
        assert (here.cut.record(shot), shot.duration) == (RECORD, FRAMES)
    here.original_is_untouched()


def test_takes_of_other_shots_share_a_lane(scene, takes):
    here = scene()
    here.work()
    here.work(id="p2", media=takes[1], record_start=RECORD + FRAMES)
    assert [ack["readback"]["track"] for ack in here.office.acks] == [2, 2]


def test_a_lane_that_is_locked_is_passed_over(scene, takes):
    here = scene()
    here.work()
    here.cut.lock(2)
    here.work(id="p2", media=takes[1], record_start=RECORD + FRAMES)
    assert here.cut.names() == ["Video 1", "AI takes 2", "AI takes"]


def test_a_locked_original_gets_its_take_all_the_same(scene):
    here = scene()
    here.cut.lock(1)
    here.work()
    here.one(track=2)


def test_the_lane_comes_between_the_original_and_what_lies_above(scene, film):
    here = scene()
    title = here.cut.put_title(track=2, record=RECORD, frames=FRAMES)
    here.cut.name_track(2, "Titles")
    here.work()
    here.one(track=2)
    assert here.cut.names() == ["Video 1", "AI takes", "Titles"]
    assert here.cut.items(3) == [title]
    assert here.readback["warnings"] == []


def test_a_lane_that_lands_on_top_is_told(scene):
    here = scene(ON_TOP)
    here.cut.put_title(track=2, record=RECORD, frames=FRAMES)
    here.work()
    here.one(track=3)
    assert here.readback["warnings"] == ['"AI takes" lies over track 2.']


def test_an_original_track_that_is_gone(scene):
    here = scene()
    here.work(track=4)
    here.one(track=2)


def test_a_track_is_added_on_the_edit_page_if_not_elsewhere(scene):
    here = scene()
    here.fake.page = "deliver"
    here.fake.fail("Timeline.AddTrack", returns=False, times=1)
    here.work()
    here.one(track=2)
    assert here.fake.page == "deliver"


def test_no_track_no_take(scene):
    here = scene()
    here.fake.fail("Timeline.AddTrack", returns=True, times=9)
    here.work()
    assert here.state == "refused"
    assert here.readback["reason"] == "Resolve did not add a video track."


def test_append_takes_the_originals_track_where_it_is_free(scene):
    here = scene()
    here.work(mode="append", record_start=200)
    [shot] = here.ours()
    assert (here.readback["track"], here.cut.record(shot)) == (1, 200)


@pytest.mark.parametrize("locked", [True, False])
def test_append_goes_above_where_the_track_is_locked_or_taken(scene, locked):
    here = scene()
    if locked:
        here.cut.lock(1)
    here.work(mode="append", record_start=200 if locked else RECORD + 10)
    assert here.readback["track"] == 2
    here.original_is_untouched()


def strips(*names_and_ids):
    return [Strip(name, tuple(ids)) for name, ids in names_and_ids]


ONE, TWO = ("Video 1", "a"), ("Video 2", "b")


@pytest.mark.parametrize(
    ("after", "wanted", "found"),
    [
        (strips(ONE, ("Video 2", ""), ("Video 3", "b")), 2, 2),  # names follow the number
        (strips(ONE, TWO, ("Video 3", "")), 2, 3),  # put on top
        (strips(("Video 1", ""), ("Video 2", "a"), ("Video 3", "b")), 2, 1),
        (strips(ONE, TWO), 2, None),
        (strips(ONE, TWO, ("Video 3", "c")), 2, None),  # not empty
        (strips(ONE, ("Video 2", ""), ("Video 3", "x")), 2, None),  # something else changed
    ],
)
def test_the_new_track_is_the_one_without_which_nothing_changed(after, wanted, found):
    assert new_track(strips(ONE, TWO), after, wanted) == found


def test_an_empty_track_of_the_editors_is_not_taken_for_ours():
    before = strips(ONE, ("Titles 2", ""))
    assert new_track(before, strips(ONE, ("Titles 2", ""), ("Video 3", "")), 2) == 3
    before = strips(ONE, ("Titles", ""))
    on_top = strips(ONE, ("Titles", ""), ("Video 3", ""))
    between = strips(ONE, ("Video 2", ""), ("Titles", ""))
    assert new_track(before, on_top, 2) == 3
    assert new_track(before, between, 2) == 2


def test_of_two_empty_tracks_without_names_the_wanted_one_is_taken():
    before = strips(ONE, ("Video 2", ""))
    after = strips(ONE, ("Video 2", ""), ("Video 3", ""))
    assert new_track(before, after, 2) == 2
    assert new_track(before, after, 3) == 3


def test_names_are_free():
    assert free_name("AI takes", ["Video 1"]) == "AI takes"
    assert free_name("AI takes", ["AI takes", "AI takes 2"]) == "AI takes 3"
