"""What is reported, raw, and which rung of the ladder gave it."""

import json
import math

import pytest
from nle_bridge_resolve.ask import ask, number, rows, whole
from nle_bridge_resolve.config import Config
from nle_bridge_resolve.host import now_open, program
from nle_bridge_resolve.ladder import absolute, meant
from nle_bridge_resolve.report import PROPERTIES, report

from bridge.wire.hosts import ReportIn
from tests.fakes.resolve import STUDIO, Habits
from tests.scripts import py_house
from tests.scripts.py_house import FRAMES, RECORD, RUNNER

START = 86400


def told(here, tmp_path, action="edit", colour="Orange"):
    """Checked against the wire, with every key there."""
    resolve = here.here.resolve
    config = Config(tmp_path / "data", (), colour)
    made = report(action, resolve, program(resolve), now_open(resolve), config, RUNNER)
    made = py_house.whole(ReportIn, json.loads(json.dumps(made)))
    for item in made["items"]:
        assert set(item) == set(ReportIn.model_fields["items"].annotation.__args__[0].model_fields)
    return made


def rung(made):
    return made["rung"], [item["id"] for item in made["items"]]


@pytest.fixture
def two(scene, film):
    """Two shots on track 1 and one on track 2."""

    def made(habits=None, **cut):
        here = scene(habits, **cut)
        second = here.cut.put(film, record=RECORD + FRAMES, frames=20, source=0)
        third = here.cut.put(film, track=2, record=RECORD, frames=10, source=5)
        return here, here.shot, second, third

    return made


def test_everything_that_resolve_says(two, tmp_path, film):
    here, first, _, _ = two(Habits(product=STUDIO, version=(21, 1, 0, 14)), rate="24")
    here.cut.select(first)
    here.cut.mark(2, 7)
    here.cut.add_marker(12, "Green", "here", "a note")
    here.cut.playhead("01:00:01:12")
    made = told(here, tmp_path)
    assert made["runner"] == RUNNER
    assert (made["product"], made["version"]) == (STUDIO, "21.1.0.14")
    assert made["project"] == {"id": here.cut.production.id, "name": "Film"}
    assert made["timeline"] == {
        "id": here.cut.cut.id,
        "name": "Cut",
        "rate": "24",
        "drop": "0",
        "start_frame": START,
        "end_frame": START + RECORD + FRAMES + 20,
        "start_timecode": "01:00:00:00",
        "width": "1920",
        "height": "1080",
    }
    assert (made["mark_in"], made["mark_out"], made["playhead"]) == (2, 7, "01:00:01:12")
    assert made["markers"] == [{"frame": 12, "colour": "Green", "name": "here", "note": "a note"}]
    [item] = made["items"]
    media = item.pop("media")
    assert item == {
        "id": first.id,
        "name": "film.mov",
        "track": 1,
        "start": START + RECORD,
        "end": START + RECORD + FRAMES,
        "duration": FRAMES,
        "left_offset": 10,
        "source_start": 10,
        "source_end": 58,
        "enabled": True,
        "kind": "video",
        "speed": 100.0,
        "colour": "",
        "takes": 0,
        "fusion": 0,
    }
    assert media["properties"]["File Path"] == film
    assert media["properties"]["FPS"] == "24.0"
    assert set(media["properties"]) <= set(PROPERTIES)


def test_the_export_lies_where_the_daemon_looks(two, tmp_path):
    here, *_ = two()
    made = told(here, tmp_path)
    folder = tmp_path / "data" / "resolve" / "mailbox" / "exports"
    assert made["export"] == str(folder / f"{RUNNER}-1.otio")
    assert json.loads((folder / f"{RUNNER}-1.otio").read_text())["OTIO_SCHEMA"] == "Timeline.1"


@pytest.mark.parametrize("trouble", ["old", "lie", "raises"])
def test_without_an_export_the_report_goes_without(two, tmp_path, trouble):
    here, *_ = two(Habits(version=(18, 1, 4, 9) if trouble == "old" else (21, 0, 4, 5)))
    how = {"raises": RuntimeError("no")} if trouble == "raises" else {"returns": True}
    here.fake.fail("Timeline.Export", **how)
    assert told(here, tmp_path)["export"] == ""


def test_selected_clips_come_first(two, tmp_path):
    here, first, _, third = two()
    here.cut.mark(0, 5)
    here.cut.select(third, first)
    made = told(here, tmp_path)
    assert rung(made) == ("selected", [third.id, first.id])
    assert [item["track"] for item in made["items"]] == [2, 1]


def test_linked_sound_and_duplicates_come_once(two, tmp_path, film):
    here, first, *_ = two()
    pair = here.cut.put(film, record=300, frames=10, sound=True)
    [heard] = here.cut.items(kind="audio")
    here.cut.select(first, heard, pair, first)
    assert rung(told(here, tmp_path)) == ("selected", [first.id, pair.id])


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        ((RECORD, RECORD), [0, 2]),
        ((RECORD + FRAMES - 1, RECORD + FRAMES), [0, 1]),
        ((RECORD + 10, RECORD + 12), [0]),
        ((RECORD + FRAMES, None), [1]),
        ((None, RECORD), [0, 2]),
    ],
)
@pytest.mark.parametrize("are_absolute", [True, False])
def test_in_and_out(two, tmp_path, marks, found, are_absolute):
    here, *shots = two(Habits(version=(21, 0, 0, 1), marks_absolute=are_absolute))
    here.cut.mark(*marks)
    made = told(here, tmp_path)
    assert rung(made) == ("marks", [shots[n].id for n in found])
    added = START if are_absolute else 0
    raw = [None if mark is None else mark + added for mark in marks]
    assert [made["mark_in"], made["mark_out"]] == raw


def test_marks_where_nothing_lies_leave_it_to_the_next_rung(two, tmp_path):
    here, first, *_ = two()
    here.cut.mark(0, 5)
    here.cut.playhead("01:00:01:20")
    assert rung(told(here, tmp_path)) == ("playhead", [first.id])


def test_marks_count_from_zero_where_the_timeline_does():
    assert absolute(0, 10, 0) == (0, 10)
    assert absolute(5, None, 100) == (105, None)
    assert absolute(None, 150, 100) == (None, 150)
    assert absolute(100, 120, 100) == (100, 120)


@pytest.mark.parametrize("colour", ["Orange", "Teal"])
def test_clips_of_the_agreed_colour(two, tmp_path, colour):
    here, first, second, third = two()
    second.colour, third.colour, first.colour = colour, colour, "Lime"
    made = told(here, tmp_path, colour=colour)
    assert rung(made) == ("colour", [second.id, third.id])


@pytest.mark.parametrize("version", [(18, 0, 4, 5), (21, 0, 4, 5)])
def test_the_clip_at_the_playhead(two, tmp_path, version):
    here, _, _, third = two(Habits(version=version))
    here.cut.playhead("01:00:01:00")
    here.fake.fail("TimelineItem.GetTrackTypeAndIndex", returns=None, times=9)
    made = told(here, tmp_path)
    assert rung(made) == ("playhead", [third.id])
    assert made["items"][0]["track"] == 2


def test_clips_of_the_media_pool(two, tmp_path, film):
    here, *_ = two()
    here.fake.page = "media"
    here.fake.choose(here.shot.media)
    made = told(here, tmp_path)
    assert rung(made) == ("pool", [])
    assert [media["properties"]["File Path"] for media in made["pool"]] == [film]


def test_nothing_at_all_is_reported_too(two, tmp_path):
    here, *_ = two()
    here.fake.page = "media"
    assert rung(told(here, tmp_path, "generate")) == ("none", [])


def test_no_timeline_is_open(scene, tmp_path):
    here = scene()
    here.cut.production.current = None
    here.fake.choose(here.shot.media)
    made = told(here, tmp_path)
    assert made["rung"] == "pool"
    assert (made["timeline"]["id"], made["timeline"]["end_frame"], made["export"]) == ("", 0, "")
    assert made["timeline"]["rate"] == "24"


def test_what_lies_on_tracks_and_is_no_clip_is_reported(two, tmp_path):
    here, *_ = two()
    title = here.cut.put_title(track=3, record=RECORD, frames=5)
    transition = here.cut.put_transition(at=RECORD + FRAMES, track=1)
    here.cut.mark(RECORD, RECORD + FRAMES)
    made = told(here, tmp_path)
    rows_of = {item["id"]: item for item in made["items"]}
    assert rows_of[title.id]["media"] is None
    assert rows_of[title.id]["fusion"] == 1
    assert rows_of[transition.id]["media"] is None


def test_settings_that_are_empty_or_numbers(two, tmp_path):
    here, *_ = two(Habits(timeline_settings_empty=True, rate_as_number=True), rate="29.97 DF")
    made = told(here, tmp_path)
    assert (made["timeline"]["rate"], made["timeline"]["drop"]) == ("29.97", "1")
    assert made["timeline"]["width"] == "1920"


GETTERS = [
    "Timeline.GetSelectedClips",
    "Timeline.GetMarkInOut",
    "Timeline.GetMarkers",
    "Timeline.GetSetting",
    "Timeline.GetStartTimecode",
    "Timeline.GetCurrentTimecode",
    "TimelineItem.GetName",
    "TimelineItem.GetLeftOffset",
    "TimelineItem.GetSourceStartFrame",
    "TimelineItem.GetTakesCount",
    "TimelineItem.GetMediaPoolItem",
    "TimelineItem.GetClipColor",
    "TimelineItem.GetSpeed",
    "MediaPoolItem.GetClipProperty",
    "MediaPoolItem.GetUniqueId",
    "MediaPool.GetSelectedClips",
]


@pytest.mark.parametrize("getter", GETTERS)
@pytest.mark.parametrize("how", [{"returns": None}, {"raises": RuntimeError("gone")}])
def test_no_getter_can_break_it(two, tmp_path, getter, how):
    here, *_ = two(Habits(version=(21, 1, 0, 14)))
    here.cut.playhead("01:00:01:20")
    here.fake.fail(getter, times=999, **how)
    assert told(here, tmp_path)["rung"] == "playhead"


def test_a_pool_that_is_not_given(two):
    here, *_ = two()
    here.fake.page = "media"
    assert meant(here.here.timeline, None, "Orange").rung == "none"


def test_values_are_taken_as_they_come():
    assert [number(v) for v in (3, 2.5, True, "7", None, math.nan, math.inf)] == [
        3,
        2.5,
        *[None] * 5,
    ]
    assert [whole(v) for v in (3, 2.6, None, "x")] == [3, 3, 0, 0]
    assert rows({1: "a", 2: "b"}) == rows(("a", "b")) == ["a", "b"]
    assert rows(None) == []
    assert ask(None) is None


def test_kills_pass_through_and_faults_do_not():
    def raises(error):
        raise error

    for error in (AttributeError(), TypeError(), RuntimeError(), ValueError(), OSError()):
        assert ask(raises, error) is None
    for error in (KeyboardInterrupt(), SystemExit(), LookupError()):
        with pytest.raises(type(error)):
            ask(raises, error)


def test_notes_as_long_as_books_are_cut(two, tmp_path):
    here, *_ = two()
    here.cut.add_marker(0, note="x" * 9999)
    assert len(told(here, tmp_path)["markers"][0]["note"]) == 4000
