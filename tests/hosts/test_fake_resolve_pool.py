"""The media pool of the fake Resolve: bins, imports, properties, timelines."""

import cv2
import pytest

from bridge.media.slate import paint
from tests.fakes.resolve import Habits, opened, reel


@pytest.fixture
def here(tmp_path):
    return opened(tmp_path)


def names(folder):
    return [item.GetName() for item in folder.GetClipList()]


def test_imports_go_into_the_current_folder(here, tmp_path):
    root = here.pool.GetRootFolder()
    made = here.pool.AddSubFolder(root, "NLE Bridge")
    assert here.pool.GetCurrentFolder().GetUniqueId() == made.GetUniqueId()
    assert here.pool.AddSubFolder(root, "NLE Bridge") is None
    [media] = here.pool.ImportMedia([reel(tmp_path / "a.mov")])
    assert here.pool.SetCurrentFolder(root)
    assert not here.pool.SetCurrentFolder(None)
    here.pool.ImportMedia([reel(tmp_path / "b.mov")])
    assert (names(made), names(root)) == (["a.mov"], ["Cut", "b.mov"])
    assert [folder.GetName() for folder in root.GetSubFolderList()] == ["NLE Bridge"]
    assert here.fake.bins() == {"": ["b.mov"], "NLE Bridge": ["a.mov"]}
    [again] = here.pool.ImportMedia([str(tmp_path / "a.mov")])  # known: stays where it is
    assert again.GetUniqueId() == media.GetUniqueId()
    assert names(made) == ["a.mov"]


def test_a_new_folder_may_not_become_the_current_one(tmp_path):
    here = opened(tmp_path, Habits(new_folder_is_current=False))
    here.pool.AddSubFolder(here.pool.GetRootFolder(), "NLE Bridge")
    assert here.pool.GetCurrentFolder().GetName() == "Master"


def test_what_is_no_media_gives_nothing(here, tmp_path):
    (tmp_path / "text.mov").write_text("no movie")
    missing = [str(tmp_path / "none.mov"), str(tmp_path / "text.mov"), "relative.mov"]
    assert here.pool.ImportMedia(missing) == []
    assert names(here.pool.GetRootFolder()) == ["Cut"]


@pytest.mark.parametrize("told", ["items", "empty ids", "nothing"])
def test_what_an_import_returns_is_not_to_be_believed(tmp_path, told):
    here = opened(tmp_path, Habits(import_returns=told))
    found = here.pool.ImportMedia([reel(tmp_path / "a.mov")])
    [there] = here.pool.GetRootFolder().GetClipList()[1:]
    ids = {"items": [there.GetUniqueId()], "empty ids": [""], "nothing": []}
    assert [item.GetUniqueId() for item in found] == ids[told]
    assert there.GetUniqueId()


@pytest.mark.parametrize("works", [False, True])
def test_the_dict_form_returns_nothing_unless_it_works(tmp_path, works):
    here = opened(tmp_path, Habits(dict_import_works=works))
    for number in (1, 2, 3):
        cv2.imwrite(str(tmp_path / f"a_{number:04d}.png"), paint(number, 64, 36))
    pattern = str(tmp_path / "a_%04d.png")
    found = here.pool.ImportMedia([{"FilePath": pattern, "StartIndex": 1, "EndIndex": 3}])
    assert [item.GetName() for item in found] == ["a_[0001-0003].png"] * works
    short = here.pool.ImportMedia([{"FilePath": pattern, "StartIndex": 2, "EndIndex": 4}])
    assert [item.GetClipProperty("Frames") for item in short] == ["3"] * works  # the known one


def test_properties_are_those_of_the_file_and_strings_but_one(here, tmp_path):
    looks = {"width": 96, "sound": True, "start_timecode": 86400 + 12}
    path = reel(tmp_path / "a.mov", frames=50, rate="23.976", **looks)
    [media] = here.pool.ImportMedia([path])
    told = media.GetClipProperty()
    expected = {
        "File Path": path, "File Name": "a.mov", "FPS": 23.976, "Frames": "50", "Start": "0",
        "End": "49", "Start TC": "01:00:00:12", "End TC": "01:00:02:14", "Drop frame": "0",
        "Type": "Video + Audio", "Resolution": "96x36", "Online Status": "Online", "Usage": "0",
    }  # fmt: skip
    assert told.items() >= expected.items()
    assert {name for name, value in told.items() if not isinstance(value, str)} == {"FPS"}
    assert media.GetClipProperty("Frames") == "50"
    assert media.GetClipProperty("No Such Thing") == ""
    here.cut.put(path)
    assert media.GetClipProperty("Usage") == "1"


def test_alpha_stills_sound_and_lost_files_are_told(here, tmp_path):
    clear = reel(tmp_path / "clear.mov", codec="prores_ks", pixel_format="yuva444p10le", alpha=True)
    cv2.imwrite(str(tmp_path / "still.png"), paint(0, 64, 36))
    paths = [clear, str(tmp_path / "still.png")]
    movie, still = here.pool.ImportMedia(paths)
    assert movie.GetClipProperty("Alpha mode") == "Straight"
    assert movie.SetClipProperty("Alpha mode", "None")
    assert movie.GetClipProperty("Alpha mode") == "None"
    assert (still.GetClipProperty("Type"), still.GetClipProperty("Frames")) == ("Still", "1")
    (tmp_path / "clear.mov").unlink()
    assert movie.GetClipProperty("Online Status") == "Offline"


def test_timelines_are_items_of_the_pool_without_a_path(tmp_path):
    here = opened(tmp_path, name="Cut")
    [item] = here.pool.GetRootFolder().GetClipList()
    assert (item.GetClipProperty("Type"), item.GetClipProperty("File Path")) == ("Timeline", "")
    assert item.GetTimeline().GetUniqueId() == here.timeline.GetUniqueId()
    assert here.timeline.GetMediaPoolItem().GetUniqueId() == item.GetUniqueId()


def test_names_of_timelines_are_unique(here):
    assert here.pool.CreateEmptyTimeline("Cut") is None
    made = here.pool.CreateEmptyTimeline("Other")
    assert here.project.GetCurrentTimeline().GetName() == "Other"
    assert (made.GetStartTimecode(), made.GetTrackCount("video")) == ("01:00:00:00", 1)
    assert not made.SetName("Cut")
    assert made.SetName("New")
    assert here.project.GetTimelineByIndex(2).GetName() == "New"
    assert here.project.GetTimelineByIndex(3) is None
    assert here.pool.DeleteTimelines([made])
    assert (here.project.GetTimelineCount(), made.GetName()) == (1, None)
    assert here.project.GetCurrentTimeline().GetName() == "Cut"


def test_media_that_is_deleted_from_the_pool_answers_no_more(here, tmp_path):
    [media] = here.pool.ImportMedia([reel(tmp_path / "a.mov")])
    assert here.pool.DeleteClips([media])
    assert media.GetName() is None
    assert here.fake.bins() == {"": []}
