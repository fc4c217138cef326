"""One take on its way onto a sequence, in every way that a Premiere may behave.

What tests call a habit is something that nobody has measured, or that versions do differently.
"""

import pytest

from tests.scripts.py_house import FRAMES, HEAD, RECORD


@pytest.mark.parametrize(
    "habits",
    [
        {},
        {"version": "25.6.0"},
        {"promises": False},
        {"inOutAtOnce": False},
        {"timesFromTimecode": True},
        {"decomposes": True},
        {"importSeconds": 0.3},
        {"namesTracks": False},
        {"overwriteBeyond": "nothing", "insertBeyond": "makes"},
        {"overwriteBeyond": "clamps", "insertBeyond": "greater"},
        {"overwriteBeyond": "nothing", "insertBeyond": "greater", "inOutAtOnce": False},
    ],
    ids=lambda habits: " ".join(f"{name}={value}" for name, value in habits.items()) or "plain",
)
def test_a_take_lies_exactly_above_its_original(scene, habits):
    made = scene(**habits)
    readback = made.placed()
    made.one(track=2)
    made.original_is_untouched()
    assert (readback["track"], readback["record_start"], readback["frames"]) == (2, RECORD, FRAMES)
    assert (readback["lane"], readback["warnings"], readback["adopted"]) == ("uxp", [], False)
    assert len(made.cut.items()) == 2
    assert made.cut.items(kind="audio") == []


@pytest.mark.parametrize("rate", ["24000/1001", "25", "29.97 DF", "59.94"])
def test_places_are_exact_at_every_rate(scene, rate):
    """The media is of another rate: only what is laid is looked at."""
    made = scene(rate=rate)
    made.placed(media_frames=0)
    [shot] = made.ours()
    assert (shot.start, shot.duration) == (RECORD, FRAMES)


def test_what_is_made_for_a_take_is_one_step_of_undo(scene):
    made = scene()
    made.cut.put(made.take, track=2, record=500, frames=10)
    before = made.cut.items()
    made.placed(mode="replace", original=original(made))
    assert made.original.disabled
    made.premiere.do("undo")
    assert made.cut.items() == before


def test_a_take_carries_its_sign_and_lies_in_the_bin_of_its_job(scene):
    made = scene()
    made.placed()
    [marker] = made.one(track=2).markers
    assert (marker["name"], marker["comments"]) == ("AI take", "dusk\np1")
    assert int(marker["start"]) == HEAD * made.cut.frame
    assert made.premiere.do("bins")["NLE Bridge/2026-11-28 dusk j0123"] == ["Käse take.mov"]
    assert made.cut.names() == ["V1", "AI takes"]


def test_without_markers_the_take_is_placed_all_the_same(scene):
    made = scene(markers=False)
    assert made.placed()["warnings"] == ["The take could not be marked."]
    made.one(track=2)


# ---- replace and append


def original(made, **changed):
    start, end = (frame * made.cut.frame for frame in (RECORD, RECORD + FRAMES))
    media = made.premiere.do("ids", id=made.shot.id)
    known = {"id": f"v0@{start}-{end}:{media}", "track": 1, "start": RECORD, "frames": FRAMES}
    return known | changed


def test_replace_lies_above_and_disables_the_original(scene):
    made = scene()
    assert made.placed(mode="replace", original=original(made))["warnings"] == []
    made.one(track=2)
    assert made.original.disabled


@pytest.mark.parametrize(
    "changed", [{"start": RECORD + 1}, {"frames": FRAMES - 1}, {"id": "v0@0-1:another"}]
)
def test_what_is_no_longer_the_original_is_not_disabled(scene, changed):
    made = scene()
    [warning] = made.placed(mode="replace", original=original(made, **changed))["warnings"]
    assert "still shown" in warning
    made.one(track=2)
    made.original_is_untouched()


def test_a_premiere_that_disables_nothing_says_so(scene):
    made = scene(disables=False)
    [warning] = made.placed(mode="replace", original=original(made))["warnings"]
    assert "still shown" in warning


def test_append_lies_on_the_originals_own_track(scene):
    made = scene()
    readback = made.placed(mode="append", record_start=RECORD + FRAMES)
    assert (readback["track"], readback["record_start"]) == (1, RECORD + FRAMES)
    made.original_is_untouched()


def test_a_take_without_a_sequence_lies_in_its_bin_alone(scene):
    made = scene()
    assert made.placed(mode="bin", timeline_id="")["frames"] == FRAMES
    assert made.ours() == []
    assert "Käse take.mov" in made.premiere.do("bins")["NLE Bridge/2026-11-28 dusk j0123"]


def test_a_mode_of_the_future_is_refused_with_what_to_run(scene):
    made = scene()
    assert "nle-bridge install premiere" in made.refused(mode="take")
