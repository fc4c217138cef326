"""What items and timelines of the fake Resolve answer: frames and selection."""

from fractions import Fraction

import cv2
import pytest

from bridge.media.slate import paint
from tests.fakes.resolve import Habits, opened, reel


@pytest.fixture
def film(tmp_path):
    return reel(tmp_path / "film.mov", frames=100, start_timecode=86400)


@pytest.fixture
def here(tmp_path):
    return opened(tmp_path)


def source_of(item):
    return item.GetLeftOffset(), item.GetSourceStartFrame(), item.GetSourceEndFrame()


def test_source_frames_count_from_the_files_first(here, film):
    here.cut.put(film, source=10, frames=48)
    [item] = here.items()
    assert source_of(item) == (10, 10, 58)
    assert item.GetRightOffset() == 42
    assert item.GetLeftOffset(True) == 10.0
    assert (item.GetSourceStartTime(), item.GetSourceEndTime()) == (3600 + 10 / 24, 3600 + 58 / 24)


@pytest.mark.parametrize(
    ("speed", "frames", "told"),
    [(2, 20, (5, 10, 50)), (Fraction(1, 2), 20, (20, 10, 20)), (-1, 20, (10, 30, 10)),
     (0, 20, (10, 10, 10))],
)  # fmt: skip
def test_the_left_offset_of_a_retime_is_warped(here, film, speed, frames, told):
    here.cut.put(film, source=10, frames=frames, speed=speed)
    assert source_of(here.items()[0]) == told


def test_the_left_offset_is_on_the_timelines_clock(tmp_path):
    """50p media on a 25p timeline: source frame = 2 x LeftOffset; the end frame is one less."""
    here = opened(tmp_path, rate="25")
    here.cut.put(reel(tmp_path / "fast.mov", rate="50"), source=20, frames=10)
    assert source_of(here.items()[0]) == (10, 20, 39)


def test_the_left_offset_of_a_still_is_nonsense(here, tmp_path):
    cv2.imwrite(str(tmp_path / "still.png"), paint(0, 64, 36))
    here.cut.put(tmp_path / "still.png", frames=20)
    assert here.items()[0].GetLeftOffset() == 86313


def test_the_source_start_may_be_one_low(tmp_path, film):
    here = opened(tmp_path, Habits(source_start_low=True))
    here.cut.put(film, source=11, frames=10)
    here.cut.put(film, record=20, source=12, frames=10)
    assert [source_of(item)[:2] for item in here.items()] == [(11, 10), (12, 12)]


def test_drop_frame_timelines_start_where_their_timecode_says(tmp_path):
    here = opened(tmp_path, rate="29.97 DF")
    assert here.timeline.GetStartFrame() == 107892
    assert here.timeline.GetStartTimecode() == "01:00:00;00"
    settings = ["timelineFrameRate", "timelineDropFrameTimecode", "timelineResolutionWidth"]
    assert list(map(here.timeline.GetSetting, settings)) == ["29.97 DF", "1", "1920"]
    assert here.timeline.GetSetting("noSuchSetting") == ""


@pytest.mark.parametrize(
    ("habits", "timeline", "project"),
    [
        (Habits(), "23.976", "23.976"),
        (Habits(rate_as_number=True), 23.976, 23.976),
        (Habits(timeline_settings_empty=True), "", "23.976"),
    ],
)
def test_the_rate_is_told_in_several_ways(tmp_path, habits, timeline, project):
    here = opened(tmp_path, habits, rate="23.976", start="00:59:50:00")
    assert here.timeline.GetSetting("timelineFrameRate") == timeline
    assert here.project.GetSetting("timelineFrameRate") == project
    assert here.timeline.GetStartFrame() == here.timeline.GetEndFrame() == 3590 * 24


def test_marks_are_relative_and_left_out_where_not_set(here, tmp_path):
    assert here.timeline.GetMarkInOut() == {}
    here.cut.mark(12)
    assert here.timeline.GetMarkInOut() == {"video": {"in": 12}, "audio": {"in": 12}}
    here.cut.mark(12, 40)
    assert here.timeline.GetMarkInOut()["video"] == {"in": 12, "out": 40}
    absolute = opened(tmp_path, Habits(marks_absolute=True))
    absolute.cut.mark(None, 40)
    assert absolute.timeline.GetMarkInOut()["video"] == {"out": 86440}


def test_the_item_at_the_playhead_is_the_topmost_that_is_shown(here, film):
    for track in (1, 2, 3):
        here.cut.put(film, track=track, record=24, frames=24, name=str(track), enabled=track < 3)
    here.cut.playhead("01:00:01:00")
    assert here.timeline.GetCurrentTimecode() == "01:00:01:00"
    assert here.timeline.GetCurrentVideoItem().GetName() == "2"
    here.timeline.SetTrackEnable("video", 2, False)
    assert here.timeline.GetCurrentVideoItem().GetName() == "1"
    here.resolve.OpenPage("media")
    assert here.timeline.GetCurrentVideoItem() is None
    here.resolve.OpenPage("color")
    here.cut.playhead("01:00:00:23")
    assert here.timeline.GetCurrentVideoItem() is None


def test_selected_clips_bring_their_sound(here, tmp_path):
    assert here.timeline.GetSelectedClips() == []
    picture = here.cut.put(reel(tmp_path / "loud.mov", sound=True), frames=24, sound=True)
    sound = here.cut.items(kind="audio")[0]
    here.cut.select(picture, sound)
    places = [item.GetTrackTypeAndIndex() for item in here.timeline.GetSelectedClips()]
    assert places == [["video", 1], ["audio", 1]]
    [linked] = here.items()[0].GetLinkedItems()
    assert linked.GetUniqueId() == sound.id


def test_what_is_selected_in_the_pool(here, film):
    assert here.pool.GetSelectedClips() is None
    here.fake.choose(here.cut.media(film))
    [media] = here.pool.GetSelectedClips()
    assert media.GetClipProperty("File Path") == film


def test_transitions_and_titles_are_among_the_items(tmp_path, film):
    here = opened(tmp_path, Habits(version=(21, 1, 0)))
    here.cut.put(film, frames=24)
    here.cut.put(film, record=24, source=30, frames=24)
    here.cut.put_transition(at=24, frames=8)
    here.cut.put_title(record=60)
    items = here.items()
    assert [item.GetType() for item in items] == ["video", "transition", "video", "generator"]
    assert (items[1].GetStart(), items[1].GetDuration()) == (86420, 8)
    assert (items[1].GetMediaPoolItem(), items[1].GetProperty()) == (None, {})
    assert items[0].GetProperty("Speed") is None
    assert items[0].GetSpeed()["Percentage"] == 100.0
    assert (items[3].GetMediaPoolItem(), items[3].GetFusionCompCount()) == (None, 1)


def test_some_getters_answer_for_the_current_timeline_only(tmp_path, film):
    for habits, answer in ((Habits(), 0), (Habits(only_current_answers=False), 2)):
        here = opened(tmp_path, habits)
        here.cut.put(film, frames=24)
        [item] = here.items()
        item.AddTake(item.GetMediaPoolItem(), 50, 74)
        here.cut.lock(1)
        asked = [here.timeline.GetIsTrackLocked, here.timeline.GetIsTrackEnabled]
        assert [ask("video", 1) for ask in asked] == [True, True]
        here.fake.new_timeline("Other")
        assert [ask("video", 1) for ask in asked] == [bool(answer)] * 2
        assert item.GetTakesCount() == answer


def test_to_switch_the_timeline_moves_its_playhead(here):
    here.cut.playhead("01:00:01:00")
    here.fake.new_timeline("Other")
    assert here.project.SetCurrentTimeline(here.timeline)
    assert here.project.GetCurrentTimeline().GetCurrentTimecode() == "01:00:00:00"
