"""Takes above the original and at the end, by the Lua script: the same as by Python, and more."""

import pytest

from tests.fakes.resolve import STUDIO, Habits
from tests.fakes.resolve.lua_host import ABSENT
from tests.scripts.lua_house import FREE_21_1, lua_scene
from tests.scripts.py_house import FRAMES, HEAD, RECORD
from tests.scripts.test_py_place import *  # noqa: F403

STUDIO_21_1 = Habits(product=STUDIO, version=(21, 1, 0, 14))
OLD = Habits(version=(18, 6, 6, 7), drops_overlaps=False, track_index_honoured=False)
INCLUSIVE = Habits(version=(19, 1, 0, 12), end_frame="inclusive", marker_origin="item")
ODD = Habits(import_returns="nothing", rate_as_number=True, source_start_low=True)


@pytest.fixture
def scene(tmp_path, film, takes):
    return lambda *habits, **cut: lua_scene(tmp_path, film, takes[0], *habits, **cut)


@pytest.mark.parametrize("habits", [FREE_21_1, STUDIO_21_1, OLD, INCLUSIVE, ODD])
@pytest.mark.parametrize("known", ["", "exclusive", "inclusive"])
def test_a_take_lies_exactly_above_the_original(scene, habits, known):
    here = scene(habits)
    here.measured.end_frame = known
    assert here.work()
    placed = here.one(track=2)
    assert here.state == "placed"
    assert here.readback == {
        "track": 2,
        "track_name": "AI takes",
        "record_start": RECORD,
        "frames": FRAMES,
        "item": placed.id,
        "warnings": [],
        "adopted": False,
        "version": ".".join(map(str, habits.version)),
        "product": habits.product,
        "lane": "lua",
        "end_frame": habits.end_frame,
    }
    assert placed.colour == "Purple"
    [marker] = placed.markers.values()
    told = (marker.colour, marker.name, marker.note, marker.custom)
    assert told == ("Purple", "AI take", "dusk", "p1")
    here.original_is_untouched()


def test_the_sandbox_is_enough_and_no_global_is_read_or_left(scene, sound):
    here = scene()
    here.cut.select(here.shot)
    here.office.orders = [
        here.order(sound=sound),
        here.order(id="p2", mode="append", record_start=200),
        here.order(id="p3", mode="bin"),
        here.order(id="p4", mode="take"),
        here.order(id="p5", mode="timeline", timeline_name="New", timeline_file="/gone.otio"),
        here.order(id="p6", mode="take", record_start=7, item=""),
    ]
    here.press_guarded("edit", ABSENT)
    here.press_guarded("stop", ABSENT)
    assert here.unknown == []
    states = [ack["state"] for ack in here.office.acks]
    assert states == [*["placed"] * 4, *["refused"] * 2]


@pytest.mark.parametrize("frames", [FRAMES, 1])
def test_without_the_hold_what_lies_there_is_neither_marked_nor_deleted(scene, frames):
    here = scene()
    left = here.cut.put(here.take, track=2, record=RECORD, frames=frames, source=HEAD)
    here.office.held = [False]
    assert not here.work()
    assert here.ours() == [left]
    assert (left.markers, left.colour) == ({}, "")
    assert here.office.acks == []


def test_a_hold_lost_at_the_sound_leaves_the_answer_to_the_other(scene, sound):
    here = scene()
    here.measured.end_frame = "exclusive"
    here.office.held = [True, False]  # the picture's, the sound's
    assert not here.work(sound=sound)
    here.one(track=2)
    assert here.office.acks == []
    assert here.cut.names("audio") == ["Audio 1"]
    here.work(sound=sound)
    assert here.readback["adopted"] is True
    assert len(here.ours("audio", sound)) == 1
