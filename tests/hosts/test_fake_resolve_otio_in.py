"""The fake Resolve's OTIO import: what comes back, what is lost, and what gives None in silence."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.fakes.resolve import Habits, opened, reel

RAMP = ((0.0, 0.0), (0.5, 0.25), (1.0, 1.0))


@pytest.fixture
def film(tmp_path):
    return reel(tmp_path / "film.mov", frames=100, start_timecode=86400, sound=True)


@pytest.fixture
def here(tmp_path):
    return opened(tmp_path)


def exported(here):
    path = here.fake.folder / "cut.otio"
    assert here.timeline.Export(str(path), here.resolve.EXPORT_OTIO)
    return path


def imported(here, path, **options):
    return here.pool.ImportTimelineFromFile(str(path), {"timelineName": "New", **options})


def why(here):
    return here.fake.import_refusals[-1].why


def laid(cut):
    shots = [*cut.items(), *cut.items(kind="audio")]
    return [(s.kind, cut.record(s), s.duration, s.source, s.speed, s.enabled) for s in shots]


def test_what_was_exported_comes_back(here, film):
    here.cut.put(film, record=24, source=10, frames=20, sound=True, enabled=False)
    here.cut.put(film, record=44, source=10, frames=20, speed=Fraction(-1, 2))
    here.cut.put(film, record=64, source=5, frames=20, speed=0)
    here.cut.put(film, record=84, frames=24, ramp=RAMP)
    here.cut.put_transition(at=44, frames=8)
    here.cut.put_generator(record=120)
    here.cut.put_compound([film], record=150)
    here.cut.put(film, track=3, record=4, frames=8)
    made = imported(here, exported(here))
    new = here.fake.timeline("New")
    assert made.GetUniqueId() == here.project.GetCurrentTimeline().GetUniqueId() == new.cut.id
    assert laid(new) == laid(here.cut)
    assert new.items()[4].ramp == RAMP
    assert here.fake.import_refusals == []


def test_names_are_the_files_and_drop_frame_is_lost(tmp_path):
    here = opened(tmp_path, rate="29.97 DF")
    path = reel(tmp_path / "a.mov", rate="29.97")
    here.cut.put(path, frames=20, name="Called otherwise")
    made = imported(here, exported(here))
    assert made.GetSetting("timelineFrameRate") == "29.97"
    assert made.GetStartFrame() == 107892
    assert made.GetStartTimecode() == "00:59:56:12"
    assert made.GetItemListInTrack("video", 1)[0].GetName() == "a.mov"


def edited(path, change):
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data, data["tracks"]["children"][0]["children"][0])
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def reference(clip):
    return clip["media_references"]["DEFAULT_MEDIA"]


REFUSALS = {
    "URL": lambda _, clip: reference(clip).update(target_url="file:///film.mov"),
    "relative": lambda _, clip: reference(clip).update(target_url="film.mov"),
    "missing": lambda _, clip: reference(clip).update(target_url="/no/such/film.mov"),
    "unknown schema": lambda data, _: data["metadata"].update(a={"OTIO_SCHEMA": "Mine.1"}),
    "unknown schema Clip.3": lambda _, clip: clip.update(OTIO_SCHEMA="Clip.3"),
    "outside": lambda _, clip: clip["source_range"]["start_time"].update(value=0.0),
    "no timeline": lambda data, _: data.update(OTIO_SCHEMA="Stack.1", children=[], effects=[]),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_imports_that_give_none_and_say_nothing(here, film, reason):
    here.cut.put(film, source=10, frames=20)
    path = edited(exported(here), REFUSALS[reason])
    assert imported(here, path) is None
    assert reason in why(here)
    assert here.project.GetTimelineCount() == 1
    assert here.project.GetCurrentTimeline().GetUniqueId() == here.timeline.GetUniqueId()


def test_other_imports_that_give_none(here, film, tmp_path):
    here.cut.put(film, frames=20)
    good = exported(here)
    assert imported(here, good, timelineName="Cut") is None
    assert "taken" in why(here)
    assert imported(here, tmp_path / "none.otio") is None
    (tmp_path / "bad.otio").write_text("{")
    assert imported(here, tmp_path / "bad.otio") is None
    assert "cannot be read" in why(here)
    here.cut.put_title(record=50)
    assert imported(here, exported(here)) is None
    assert "title" in why(here)
    here.cut.track(1).lift(here.cut.items()[-1])
    Path(film).unlink()
    assert imported(here, exported(here)) is None
    assert "missing" in why(here)


def test_a_range_that_is_too_long_for_a_retime_is_outside(here, film):
    here.cut.put(film, source=50, frames=26, speed=2)
    assert imported(here, exported(here)) is None
    assert "outside" in why(here)


def test_ranges_from_0_are_taken_where_no_available_range_is_given(here, film):
    here.cut.put(film, source=10, frames=20)

    def plain(_, clip):
        reference(clip).update(available_range=None)
        clip["source_range"]["start_time"].update(value=7.0)

    made = imported(here, edited(exported(here), plain))
    assert made.GetItemListInTrack("video", 1)[0].GetSourceStartFrame() == 7


def test_a_file_that_was_moved_is_found_in_the_folder_given(here, film, tmp_path):
    here.cut.put(film, frames=20)
    path = exported(here)
    moved = tmp_path / "moved" / Path(film).name
    moved.parent.mkdir()
    Path(film).rename(moved)
    assert imported(here, path) is None
    made = imported(here, path, sourceClipsPath=str(moved.parent))
    [item] = made.GetItemListInTrack("video", 1)
    assert item.GetMediaPoolItem().GetClipProperty("File Path") == str(moved)


@pytest.mark.parametrize(
    ("habits", "options", "status"),
    [
        (Habits(), {}, "Online"),
        (Habits(imports_offline=True), {}, "Offline"),
        (Habits(), {"importSourceClips": False}, None),
    ],
)
def test_imports_may_be_offline(tmp_path, film, habits, options, status):
    here = opened(tmp_path, habits)
    here.cut.put(film, frames=20)
    made = imported(here, exported(here), **options)
    [item] = made.GetItemListInTrack("video", 1)
    assert item.GetDuration() == 20
    media = item.GetMediaPoolItem()
    assert (media and media.GetClipProperty("Online Status")) == status
