"""Takes, markers and colours in the fake Resolve."""

import pytest

from tests.fakes.resolve import Habits, opened, reel
from tests.fakes.resolve.model import CLIP_COLOURS, MARKER_COLOURS

PURPLE = ("Purple", "AI take", "dusk", 1)


@pytest.fixture
def film(tmp_path):
    return reel(tmp_path / "film.mov", frames=100)


@pytest.fixture
def here(tmp_path):
    return opened(tmp_path)


def takes(item):
    found = [item.GetTakeByIndex(number + 1) for number in range(item.GetTakesCount())]
    return [(take["startFrame"], take["endFrame"]) for take in found]


def test_the_first_take_makes_two(here, film, tmp_path):
    here.cut.put(film, source=10, frames=24)
    [item] = here.items()
    [media] = here.pool.ImportMedia([reel(tmp_path / "take.mov", frames=30)])
    assert (item.GetTakesCount(), item.GetSelectedTakeIndex()) == (0, 0)
    assert item.GetTakeByIndex(1) is None
    assert item.AddTake(media, 3, 27)
    assert (takes(item), item.GetSelectedTakeIndex()) == ([(10, 34), (3, 27)], 1)
    assert item.SelectTakeByIndex(2)
    assert item.GetMediaPoolItem().GetName() == "take.mov"
    assert (item.GetDuration(), item.GetSourceStartFrame()) == (24, 3)
    assert not item.SelectTakeByIndex(3)
    assert item.SelectTakeByIndex(1)
    assert (item.GetMediaPoolItem().GetName(), item.GetLeftOffset()) == ("film.mov", 10)
    assert item.AddTake(media)
    assert takes(item)[2] == (0, 30)


def test_a_take_of_another_length_changes_the_shot_when_it_is_selected(tmp_path, film):
    for selects, before in ((False, 24), (True, 25)):
        here = opened(tmp_path, Habits(take_end_frame="inclusive", add_take_selects=selects))
        here.cut.put(film, frames=24)
        [item] = here.items()
        item.AddTake(item.GetMediaPoolItem(), 50, 74)
        assert item.GetDuration() == before
        item.SelectTakeByIndex(2)
        assert item.GetDuration() == 25


def test_deleted_takes(here, film):
    here.cut.put(film, frames=24)
    [item] = here.items()
    for start in (30, 60):
        item.AddTake(item.GetMediaPoolItem(), start, start + 24)
    item.SelectTakeByIndex(3)
    assert item.DeleteTakeByIndex(2)
    assert (takes(item), item.GetSelectedTakeIndex()) == ([(0, 24), (60, 84)], 2)
    assert item.DeleteTakeByIndex(2)
    assert (item.GetTakesCount(), item.GetLeftOffset()) == (0, 0)
    assert not item.DeleteTakeByIndex(1)


def test_no_takes_where_there_is_no_clip_or_the_track_is_locked(here, film):
    here.cut.put(film, frames=24)
    here.cut.put_title(record=24)
    clip, title = here.items()
    assert not title.AddTake(clip.GetMediaPoolItem(), 0, 24)
    assert not clip.AddTake(None, 0, 24)
    assert not clip.AddTake(clip.GetMediaPoolItem(), 24, 24)
    here.cut.lock(1)
    assert not clip.AddTake(clip.GetMediaPoolItem(), 0, 24)
    assert clip.GetTakesCount() == 0


def test_finalizing_takes_the_others_away_and_is_seen(here, film):
    here.cut.put(film, frames=24)
    [item] = here.items()
    item.AddTake(item.GetMediaPoolItem(), 30, 54)
    assert item.FinalizeTake()
    assert item.GetTakesCount() == 0
    assert "TimelineItem.FinalizeTake" in here.fake.calls


def test_markers_of_a_clip_lie_on_its_source_frames(here, film):
    here.cut.put(film, source=10, frames=24)
    [item] = here.items()
    assert not item.AddMarker(9, *PURPLE)
    assert not item.AddMarker(34, *PURPLE)
    assert item.AddMarker(10, *PURPLE, "t1")
    assert not item.AddMarker(10, *PURPLE, "t2")  # one on a frame
    assert not item.AddMarker(11, "Orange", "a clip colour", "", 1)
    assert not item.AddMarker(11.5, *PURPLE)
    colour, name, note, duration = PURPLE
    told = {"color": colour, "name": name, "note": note, "duration": duration, "customData": "t1"}
    assert item.GetMarkers() == item.GetMarkerByCustomData("t1") == {10.0: told}
    assert item.GetMarkerByCustomData("t2") == {}


def test_or_on_the_shots_own_frames(tmp_path, film):
    here = opened(tmp_path, Habits(marker_origin="item"))
    here.cut.put(film, source=30, frames=24)
    [item] = here.items()
    assert not item.AddMarker(30, *PURPLE)
    assert item.AddMarker(0, *PURPLE)


def test_markers_are_changed_and_removed(here, film):
    here.cut.put(film)
    for frame, colour, custom in ((5, "Red", "a"), (2, "Red", "b"), (9, "Blue", "a")):
        assert here.timeline.AddMarker(frame, colour, "", "", 1, custom)
    assert list(here.timeline.GetMarkerByCustomData("a")) == [5.0]
    assert here.timeline.UpdateMarkerCustomData(5, "c")
    assert here.timeline.GetMarkerCustomData(5) == "c"
    assert here.timeline.DeleteMarkerAtFrame(9)
    assert not here.timeline.DeleteMarkerAtFrame(9)
    assert here.timeline.DeleteMarkerByCustomData("c")
    assert here.timeline.DeleteMarkersByColor("All")
    assert here.timeline.GetMarkers() == {}


def test_sixteen_colours_of_clips_and_sixteen_others_of_markers(here, film):
    here.cut.put(film)
    [item] = here.items()
    assert len(set(CLIP_COLOURS)) == len(set(MARKER_COLOURS)) == 16
    assert item.GetClipColor() == ""
    for name in set(MARKER_COLOURS) - set(CLIP_COLOURS):
        assert not item.SetClipColor(name)
    assert item.SetClipColor("Orange")
    assert item.GetClipColor() == "Orange"
    assert item.ClearClipColor()
    assert item.GetClipColor() == ""
