"""AppendToTimeline and tracks: what is placed, what is only said to be, what is dropped."""

import cv2
import pytest

from bridge.media.slate import paint
from tests.fakes.resolve import Habits, opened, reel


def row(here, path, **keys):
    [media] = here.pool.ImportMedia([path])
    start = here.timeline.GetStartFrame()
    usual = {"startFrame": 0, "endFrame": 24, "mediaType": 1, "trackIndex": 1, "recordFrame": start}
    return {"mediaPoolItem": media, **usual, **keys}


def without(one, *keys):
    return {key: value for key, value in one.items() if key not in keys}


def laid(here, track=1, kind="video"):
    """Record start and frames of what truly lies there."""
    return [(here.cut.record(s), s.duration) for s in here.cut.items(track, kind=kind)]


@pytest.fixture
def film(tmp_path):
    return reel(tmp_path / "film.mov", frames=100)


@pytest.fixture
def here(tmp_path):
    return opened(tmp_path)


def test_record_frames_are_absolute(here, film):
    [item] = here.pool.AppendToTimeline([row(here, film, recordFrame=86400 + 30, startFrame=4)])
    assert (item.GetStart(), item.GetEnd(), item.GetDuration()) == (86430, 86450, 20)
    assert (item.GetLeftOffset(), item.GetSourceStartFrame()) == (4, 4)
    assert laid(here) == [(30, 20)]


def test_a_record_frame_before_the_start_places_nothing(here, film):
    assert len(here.pool.AppendToTimeline([row(here, film, recordFrame=30)])) == 1
    assert laid(here) == []


@pytest.mark.parametrize(("convention", "frames"), [("exclusive", 20), ("inclusive", 21)])
def test_the_end_frame_counts_as_this_resolve_counts_it(tmp_path, film, convention, frames):
    here = opened(tmp_path, Habits(end_frame=convention))
    here.pool.AppendToTimeline([row(here, film, startFrame=10, endFrame=30)])
    assert laid(here) == [(0, frames)]


def test_what_lies_past_the_medias_end_is_cut_off(here, film):
    here.pool.AppendToTimeline([row(here, film, startFrame=90, endFrame=120)])
    assert laid(here) == [(0, 10)]


@pytest.mark.parametrize("key", ["startFrame", "endFrame", "recordFrame"])
def test_one_fraction_and_the_whole_batch_is_nothing(here, film, key):
    fraction = {key: 86424.5 if key == "recordFrame" else 12.5}
    batch = [row(here, film), row(here, film, **fraction)]
    assert here.pool.AppendToTimeline(batch) is None
    assert laid(here) == []


def test_rows_that_are_dropped_without_a_word(here, film):
    whole = row(here, film)
    rows = [
        without(whole, "mediaType"),
        row(here, film, trackIndex=2),
        row(here, film, mediaType=2),  # it has no sound
        row(here, film, endFrame=0),
        without(whole, "mediaPoolItem"),
    ]
    assert here.pool.AppendToTimeline(rows) == []
    assert laid(here) == []


def test_a_locked_track_gives_items_and_places_nothing(here, film):
    here.cut.lock(1)
    [item] = here.pool.AppendToTimeline([row(here, film)])
    assert (item.GetUniqueId(), item.GetTrackTypeAndIndex()) == ("", ["", 0])
    assert laid(here) == []


@pytest.mark.parametrize(
    ("drops", "found"), [(True, [(0, 24), (24, 10)]), (False, [(0, 24), (24, 10), (34, 24)])]
)
def test_nothing_is_overwritten(tmp_path, film, drops, found):
    here = opened(tmp_path, Habits(drops_overlaps=drops))
    old = [here.cut.put(film, frames=24), here.cut.put(film, record=24, frames=10)]
    assert len(here.pool.AppendToTimeline([row(here, film, recordFrame=86410)])) == 1
    assert laid(here) == found
    assert here.cut.items()[:2] == old


def test_without_a_record_frame_it_lies_at_the_end(here, film):
    here.cut.put(film, record=10, frames=24)
    here.pool.AppendToTimeline([without(row(here, film), "recordFrame")])
    assert laid(here) == [(10, 24), (34, 24)]


def test_whole_clips_lie_with_their_sound(here, tmp_path):
    [loud] = here.pool.ImportMedia([reel(tmp_path / "loud.mov", frames=48, sound=True)])
    here.pool.AppendToTimeline(loud)
    here.pool.AppendToTimeline([loud])
    assert laid(here) == laid(here, kind="audio") == [(0, 48), (48, 48)]


def test_sound_alone(here, tmp_path):
    loud = reel(tmp_path / "loud.mov", frames=48, sound=True)
    [item] = here.pool.AppendToTimeline([row(here, loud, mediaType=2)])
    assert item.GetTrackTypeAndIndex() == ["audio", 1]
    assert (laid(here), laid(here, kind="audio")) == ([], [(0, 24)])


@pytest.mark.parametrize(
    ("rate", "timeline", "end", "frames"),
    [("25", "24", 26, 24), ("24", "23.976", 24, 23), ("50", "25", 50, 25), ("24", "25", 1, 1)],
)
def test_rates_that_differ_are_floored(tmp_path, rate, timeline, end, frames):
    here = opened(tmp_path, rate=timeline)
    film = reel(tmp_path / "other.mov", rate=rate)
    start = here.timeline.GetStartFrame()
    here.pool.AppendToTimeline([row(here, film, endFrame=end, recordFrame=start)])
    assert laid(here) == [(0, frames)]


def test_a_still_has_the_default_length_or_that_of_its_marks(here, tmp_path):
    cv2.imwrite(str(tmp_path / "still.png"), paint(0, 64, 36))
    one = row(here, str(tmp_path / "still.png"))
    here.pool.AppendToTimeline([one])
    one["mediaPoolItem"].SetMarkInOut(0, 9)
    here.pool.AppendToTimeline([{**one, "recordFrame": 86400 + 200}])
    assert laid(here) == [(0, 120), (200, 10)]


def test_only_the_edit_page_may_place(tmp_path, film):
    here = opened(tmp_path, Habits(edit_page_only=True))
    here.resolve.OpenPage("color")
    here.pool.AppendToTimeline([row(here, film)])
    assert laid(here) == []
    here.resolve.OpenPage("edit")
    here.pool.AppendToTimeline([row(here, film)])
    assert laid(here) == [(0, 24)]


def test_without_a_timeline_nothing_is_appended(here, film):
    one = row(here, film)
    here.pool.DeleteTimelines([here.timeline])
    assert here.pool.AppendToTimeline([one]) is None


# tracks


@pytest.mark.parametrize(
    ("honoured", "names"), [(True, ["a", "Video 2", "b"]), (False, ["a", "b", "Video 3"])]
)
def test_a_new_track_lies_where_this_resolve_puts_it(tmp_path, honoured, names):
    here = opened(tmp_path, Habits(track_index_honoured=honoured))
    here.cut.name_track(1, "a")
    here.cut.name_track(2, "b")
    assert here.timeline.AddTrack("video", {"index": 2})
    assert here.cut.names() == names


def test_an_index_out_of_bounds_puts_the_track_on_top(here):
    assert here.timeline.AddTrack("video", {"index": 7})
    assert here.timeline.AddTrack("video")
    assert not here.timeline.AddTrack("pictures")
    assert here.timeline.GetTrackCount("video") == 3


def test_sound_tracks_are_mono_unless_said(here):
    here.timeline.AddTrack("audio")
    here.timeline.AddTrack("audio", "stereo")
    here.timeline.AddTrack("audio", {"audioType": "5.1"})
    kinds = [here.timeline.GetTrackSubType("audio", number) for number in (1, 2, 3, 4)]
    assert kinds == ["stereo", "mono", "stereo", "5.1"]


def test_names_and_removal_of_tracks(here, film):
    assert here.timeline.SetTrackName("video", 1, "Film")
    assert not here.timeline.SetTrackName("video", 2, "None")
    assert here.timeline.GetTrackName("video", 2) == ""
    assert not here.timeline.DeleteTrack("video", 1)  # the last one
    shot = here.cut.put(film, track=2, frames=5)
    assert here.timeline.DeleteTrack("video", 2)
    assert (here.cut.names(), shot.track) == (["Film"], None)


# removal


def test_clips_are_deleted_on_the_edit_page_of_the_current_timeline_only(here, film):
    here.cut.put(film, frames=24)
    here.cut.put(film, record=24, frames=24)
    first, second = here.items()
    here.resolve.OpenPage("color")
    assert not here.timeline.DeleteClips([first])
    here.resolve.OpenPage("edit")
    other = here.fake.new_timeline("Other")
    assert not here.timeline.DeleteClips([first])
    assert not here.project.GetCurrentTimeline().DeleteClips([first])
    here.fake.switch(here.cut)
    here.cut.lock(1)
    assert not here.timeline.DeleteClips([first], False)
    here.cut.lock(1, locked=False)
    assert laid(here) == [(0, 24), (24, 24)]
    assert here.timeline.DeleteClips([first], False)
    assert laid(here) == [(24, 24)]
    assert (first.GetStart(), second.GetStart()) == (None, 86424)
    assert not here.timeline.DeleteClips([first], False)
    assert other.items() == []


def test_a_ripple_moves_what_lies_behind(here, film):
    for record in (0, 24, 60):
        here.cut.put(film, record=record, frames=24)
    here.timeline.DeleteClips(here.items()[:1], True)
    assert laid(here) == [(0, 24), (36, 24)]
