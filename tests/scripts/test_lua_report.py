"""What the Lua script reports is what the Python script reports, word for word."""

import json
import re

import pytest
from nle_bridge_resolve.config import Config
from nle_bridge_resolve.host import now_open, program
from nle_bridge_resolve.report import report

from bridge.wire.hosts import ReportIn
from tests.fakes.resolve import STUDIO, Habits
from tests.scripts.lua_house import FREE_21_1, lua_scene
from tests.scripts.py_house import FRAMES, RECORD, RUNNER

NEWEST = Habits(product=STUDIO, version=(21, 1, 0, 14))
BEFORE_SELECTIONS = Habits(version=(21, 0, 0, 1))
OLD = Habits(version=(18, 0, 4, 5))
ODD = Habits(timeline_settings_empty=True, rate_as_number=True, source_start_low=True)


@pytest.fixture
def two(tmp_path, film, takes):
    """Two shots on track 1 and one on track 2."""

    def made(habits=FREE_21_1, **cut):
        here = lua_scene(tmp_path, film, takes[0], habits, **cut)
        second = here.cut.put(film, record=RECORD + FRAMES, frames=20, source=0)
        third = here.cut.put(film, track=2, record=RECORD, frames=10, source=5)
        return here, here.shot, second, third

    return made


def both(here, tmp_path, action="edit"):
    """The Lua script's report; it is the Python script's."""
    resolve = here.here.resolve
    config = Config(tmp_path / "data", (), here.colour)
    twin = report(action, resolve, program(resolve), now_open(resolve), config, RUNNER)
    python = ReportIn.model_validate(json.loads(json.dumps(twin))).model_dump(mode="json")
    here.press(action)
    [lua] = here.office.reports
    assert (python["lane"], lua["lane"]) == ("python", "lua")
    own = ("lane", "runner", "export")
    assert spelled({**lua, **dict.fromkeys(own)}) == spelled({**python, **dict.fromkeys(own)})
    return lua


def spelled(told):
    """24 and 24.0 are words for one number."""
    return re.sub(r'"(\d+)\.0"', r'"\1"', json.dumps(told, sort_keys=True))


def rung(made):
    return made["rung"], [item["id"] for item in made["items"]]


def test_selected_clips(two, tmp_path, film):
    here, first, _, third = two(NEWEST)
    here.cut.mark(2, 7)
    here.cut.add_marker(12, "Green", "here", "a note")
    here.cut.add_marker(3, "Red", "first")
    here.cut.playhead("01:00:01:12")
    pair = here.cut.put(film, record=300, frames=10, sound=True)
    [heard] = here.cut.items(kind="audio")
    here.cut.select(third, heard, first, pair, first)
    made = both(here, tmp_path)
    assert rung(made) == ("selected", [third.id, first.id, pair.id])
    assert (made["product"], made["version"]) == (STUDIO, "21.1.0.14")
    assert (made["mark_in"], made["mark_out"], made["playhead"]) == (2, 7, "01:00:01:12")
    assert [marker["frame"] for marker in made["markers"]] == [3, 12]
    assert made["items"][1]["left_offset"] == 10
    assert made["items"][1]["media"]["properties"]["Frames"] == "100"


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        ((RECORD, RECORD), [0, 2]),
        ((RECORD + FRAMES - 1, RECORD + FRAMES), [0, 1]),
        ((RECORD + FRAMES, None), [1]),
        ((None, RECORD), [0, 2]),
    ],
)
@pytest.mark.parametrize("absolute", [True, False])
def test_in_and_out(two, tmp_path, marks, found, absolute):
    here, *shots = two(Habits(version=(21, 0, 0, 1), marks_absolute=absolute))
    here.cut.mark(*marks)
    assert rung(both(here, tmp_path)) == ("marks", [shots[n].id for n in found])


def test_clips_of_the_agreed_colour(two, tmp_path):
    here, first, second, third = two()
    here.colour = "Teal"
    second.colour, third.colour, first.colour = "Teal", "Teal", "Orange"
    assert rung(both(here, tmp_path)) == ("colour", [second.id, third.id])


@pytest.mark.parametrize("habits", [OLD, BEFORE_SELECTIONS, FREE_21_1, NEWEST, ODD])
def test_the_clip_at_the_playhead(two, tmp_path, habits):
    here, _, _, third = two(habits)
    here.cut.playhead("01:00:01:00")
    here.fake.fail("TimelineItem.GetTrackTypeAndIndex", returns=None, times=9)
    made = both(here, tmp_path, "generate")
    assert rung(made) == ("playhead", [third.id])
    assert made["items"][0]["track"] == 2


def test_clips_of_the_media_pool_and_nothing_at_all(two, tmp_path):
    here, *_ = two()
    here.fake.page = "media"
    here.fake.choose(here.shot.media)
    assert [media["name"] for media in both(here, tmp_path)["pool"]] == ["film.mov"]
    here.fake.choose()
    here.office.reports.clear()
    assert rung(both(here, tmp_path, "generate")) == ("none", [])


def test_no_timeline_is_open(two, tmp_path):
    here, *_ = two()
    here.cut.production.current = None
    made = both(here, tmp_path)
    assert (made["rung"], made["export"], made["timeline"]["id"]) == ("none", "", "")


def test_what_lies_on_tracks_and_is_no_clip(two, tmp_path):
    here, *_ = two(NEWEST, rate="29.97 DF", start="01:00:00;00")
    here.cut.put_title(track=3, record=RECORD, frames=5)
    here.cut.put_transition(at=RECORD + FRAMES, track=1)
    here.cut.put_compound([here.take], track=4, record=RECORD)
    here.cut.put_offline("/gone/\u00e9\u6620.mov", track=5, record=RECORD)
    here.cut.mark(RECORD, RECORD + FRAMES)
    kinds = [item["kind"] for item in both(here, tmp_path)["items"]]
    assert sorted(kinds) == ["generator", "transition", *["video"] * 5]


@pytest.mark.parametrize(
    "getter",
    [
        "Timeline.GetSelectedClips", "Timeline.GetMarkInOut", "Timeline.GetMarkers",
        "Timeline.GetSetting", "Timeline.GetCurrentTimecode", "TimelineItem.GetName",
        "TimelineItem.GetLeftOffset", "TimelineItem.GetSourceStartFrame",
        "TimelineItem.GetTakesCount", "TimelineItem.GetMediaPoolItem", "TimelineItem.GetSpeed",
        "MediaPoolItem.GetClipProperty", "MediaPoolItem.GetUniqueId",
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", [{"returns": None}, {"raises": RuntimeError("gone")}])
def test_no_getter_can_break_it(two, tmp_path, getter, how):
    here, *_ = two(NEWEST)
    here.cut.playhead("01:00:01:20")
    here.fake.fail(getter, times=999, **how)
    assert both(here, tmp_path)["rung"] == "playhead"


def test_the_export_lies_where_the_daemon_looks(two, tmp_path):
    here, *_ = two()
    made = both(here, tmp_path)
    file = here.mailbox / "exports" / f"{made['runner']}-1.otio"
    assert made["export"] == str(file)
    assert json.loads(file.read_text())["OTIO_SCHEMA"] == "Timeline.1"


@pytest.mark.parametrize("trouble", ["old", "lie", "raises"])
def test_without_an_export_the_report_goes_without(two, tmp_path, trouble):
    here, *_ = two(Habits(version=(18, 1, 4, 9) if trouble == "old" else (21, 1, 0, 17)))
    how = {"raises": RuntimeError("no")} if trouble == "raises" else {"returns": True}
    here.fake.fail("Timeline.Export", times=2, **how)
    assert both(here, tmp_path)["export"] == ""
