"""The sound that came with a take lies under it, or a warning says why not."""

import pytest

from tests.fakes.resolve import Habits
from tests.scripts.py_house import FRAMES, HEAD, RECORD


@pytest.mark.parametrize("end_frame", ["exclusive", "inclusive"])
def test_sound_goes_on_a_track_of_its_own(scene, sound, end_frame):
    here = scene(Habits(end_frame=end_frame))
    here.work(sound=sound)
    here.one(track=2)
    [laid] = here.ours("audio", sound)
    assert (here.cut.record(laid), laid.duration, laid.source) == (RECORD, FRAMES, HEAD)
    assert here.cut.names("audio") == ["Audio 1", "AI sound"]
    assert here.cut.track(2, "audio").subtype == "stereo"
    assert here.readback["warnings"] == []


def test_a_second_sound_at_the_same_place_gets_another_track(scene, sound, takes):
    here = scene()
    here.work(sound=sound)
    here.work(id="p2", media=takes[1], sound=takes[2], record_start=RECORD + 1)
    assert "AI sound" in here.cut.names("audio")
    warned = here.office.acks[1]["readback"]["warnings"]
    assert len(warned) == 1  # a file without sound
    assert here.cut.names("audio") == ["Audio 1", "AI sound"]  # and no empty track for it


def test_locked_and_taken_sound_tracks_are_passed_over(scene, sound, film, tmp_path):
    here = scene()
    here.work(sound=sound)
    here.cut.lock(2, kind="audio")
    [laid] = here.ours("audio", sound)
    laid.start += 200
    here.office.acks.clear()
    here.work(id="p2", sound=sound, media=film, media_frames=100)
    assert here.cut.names("audio") == ["Audio 1", "AI sound", "AI sound 2"]


def test_the_picture_stays_where_the_sound_does_not_go(scene, sound):
    here = scene()
    here.fake.fail("Timeline.AddTrack", returns=False, times=9, after=1)
    here.work(sound=sound)
    here.one(track=2)
    assert here.state == "placed"
    [warning] = here.readback["warnings"]
    assert sound in warning


def test_a_missing_sound_file_is_a_warning(scene, tmp_path):
    here = scene()
    here.work(sound=str(tmp_path / "gone.wav"))
    assert here.state == "placed"
    [warning] = here.readback["warnings"]
    assert "did not import" in warning
    assert here.cut.names("audio") == ["Audio 1"]


def test_sound_that_a_killed_run_did_not_lay_is_laid_now(scene, sound):
    here = scene()
    here.work()
    here.office.acks.clear()
    here.work(sound=sound)
    assert here.readback["adopted"] is True
    assert len(here.ours("audio", sound)) == 1
    here.office.acks.clear()
    here.work(sound=sound)
    assert len(here.ours("audio", sound)) == 1
