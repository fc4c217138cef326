"""What is reported: raw numbers, the first rung that gives anything."""

import pytest

from tests.premiere.office import until
from tests.scripts.py_house import FRAMES, RECORD


def reported(made, button="edit"):
    made.office.answers = [{"pause": 0.1} for _ in range(5000)]
    panel = made.open()
    until(lambda: panel.said, lambda: "")
    panel.press(button)
    until(lambda: made.office.reports, lambda: str(panel.said))
    return made.office.reports[0]


def test_numbers_are_ticks_as_premiere_says_them(scene):
    made = scene()
    made.cut.select(made.shot)
    report = reported(made)
    frame = made.cut.frame
    [item] = report["items"]
    assert (item["start"], item["end"]) == (str(RECORD * frame), str((RECORD + FRAMES) * frame))
    assert (item["in_point"], item["out_point"]) == (str(10 * frame), str((10 + FRAMES) * frame))
    assert (item["track"], item["speed"], item["reversed"]) == (0, 1, 0)
    assert item["media"]["path"] == made.shot.media.path
    assert item["media"]["rate"] == 24
    told = report["sequence"]
    assert (told["timebase"], told["zero_point"]) == (str(frame), str(24 * 3600 * frame))
    assert (told["drop"], told["width"], told["height"]) == (None, 1920, 1080)
    assert report["version"] == "26.3.0"


def test_the_exported_file_lies_in_the_panels_own_folder(scene):
    report = reported(scene())
    assert report["export"].endswith("-1.otio")
    assert "/temp0/" in report["export"]


@pytest.mark.parametrize("habits", [{"exports": False}, {"exportWrites": False}])
def test_an_export_that_did_not_come_is_not_named(scene, habits):
    assert reported(scene(**habits))["export"] == ""


def test_the_first_rung_that_gives_anything_is_meant(scene, film):
    made = scene()
    above = made.cut.put(film, track=2, record=RECORD, frames=FRAMES)
    late = made.cut.put(film, record=200, frames=20)
    made.cut.playhead("01:00:01:12")
    assert rung(reported(made)) == ("playhead", [above.start])
    made.office.reports.clear()
    made.cut.mark(190, 210)
    assert rung(reported(made)) == ("marks", [late.start])
    made.office.reports.clear()
    made.cut.select(made.shot, late)
    assert rung(reported(made)) == ("selected", [made.shot.start, late.start])


def test_selected_sound_is_no_item_of_its_own(scene, sound):
    made = scene()
    heard = made.cut.put(sound, kind="audio", frames=48)
    made.cut.select(made.shot, heard)
    assert rung(reported(made)) == ("selected", [RECORD])


def test_markers_and_nothing_under_the_playhead(scene):
    made = scene()
    made.cut.add_marker(30, name="here")
    made.cut.playhead("01:00:10:00")
    report = reported(made, "generate")
    assert (report["rung"], report["items"], report["action"]) == ("none", [], "generate")
    marker = {"start": str(30 * made.cut.frame), "name": "here", "colour": "Green"}
    assert report["markers"] == [marker]


@pytest.mark.parametrize(("rate", "drop"), [("29.97 DF", True), ("29.97", False), ("25", None)])
def test_drop_frame_is_told_where_it_is_known(scene, rate, drop):
    """In the fake other rates are shown in frames, which says nothing of timecode."""
    assert reported(scene(rate=rate))["sequence"]["drop"] is drop


def rung(report):
    frame = int(report["sequence"]["timebase"])
    return report["rung"], [int(item["start"]) // frame for item in report["items"]]
