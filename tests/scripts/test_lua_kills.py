"""The Lua script killed at any call between order and answer, then run again: one take."""

import pytest

from tests.fakes.resolve import Habits, ScriptKilled
from tests.scripts.lua_house import killed_at_each_call, lua_scene
from tests.scripts.py_house import FRAMES, RECORD

INCLUSIVE = Habits(version=(21, 1, 0, 17), end_frame="inclusive", take_end_frame="inclusive")


@pytest.fixture
def scene(tmp_path, film, takes):
    return lambda *habits, **cut: lua_scene(tmp_path, film, takes[0], *habits, **cut)


def test_above(scene):
    def made():
        here = scene(INCLUSIVE)
        return here, here.order()

    for here in killed_at_each_call(made):
        [shot] = here.ours()
        assert here.state == "placed"
        assert (here.cut.record(shot), shot.duration) == (RECORD, FRAMES)
        assert {marker.custom for marker in shot.markers.values()} == {"p1"}
        here.original_is_untouched()


def test_above_with_sound(scene, sound):
    """From the marker of the picture on."""
    before, calls = scene(), []
    before.peer.on_given = lambda: calls.append(len(before.fake.calls))
    before.work()
    marked = before.fake.calls.index("TimelineItem.AddMarker") - calls[0]

    def made():
        here = scene()
        return here, here.order(sound=sound)

    for here in killed_at_each_call(made, marked):
        [shot], [heard] = here.ours(), here.ours("audio", sound)
        for one in (shot, heard):
            assert (here.cut.record(one), one.duration) == (RECORD, FRAMES)
        assert {marker.custom for marker in shot.markers.values()} == {"p1"}
        assert here.state == "placed"
        assert here.readback["warnings"] == []


def test_beside(scene, film):
    def made():
        here = scene(INCLUSIVE)
        return here, here.order(mode="take")

    for here in killed_at_each_call(made):
        assert [take.media.path for take in here.shot.takes] == [film, here.take]
        assert here.shot.take == 2
        assert (here.cut.record(here.shot), here.shot.duration) == (RECORD, FRAMES)
        assert here.state == "placed"


@pytest.mark.parametrize("mode", ["above", "append", "take"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("verb", "number"), [("hold", 1), ("hold", 2), ("ack", 1)])
def test_killed_while_it_asks_the_daemon(scene, mode, when, verb, number):
    """After an answer that was taken, the order is not given out again."""
    here = scene()
    asked = []

    def kill(now):
        asked.append(now)
        if asked.count(verb) == number and now == verb:
            raise ScriptKilled

    record = 200 if mode == "append" else RECORD
    setattr(here.office, when, kill)
    try:
        here.work(mode=mode, record_start=record)
    except ScriptKilled:
        setattr(here.office, when, lambda verb: None)
        here.fake.restart()
        if not here.office.acks:
            here.work(mode=mode, record_start=record)
    assert here.state == "placed"
    assert len(here.shot.takes) == (2 if mode == "take" else 0)
    laid = [(here.cut.record(shot), shot.duration) for shot in here.ours()]
    assert laid == [(record, FRAMES)]


def test_the_daemon_and_the_script_fall_silent_together(scene):
    """The first run's request still stands in the preferences that the second one saves."""
    here = scene()
    here.office.orders = [here.order()]
    here.fake.kill_after(60)
    with pytest.raises(ScriptKilled):
        here.press("place")
    here.fake.restart()
    assert "NLEB1" in here.fake.prefs.file.read_text()
    here.press("place")
    here.one(track=2)
    assert here.state == "placed"
    assert len({session for session, _ in here.peer.asked}) == 2
